"""How digits are made: the conditional variational autoencoder in a picture, a formula and four words."""

from __future__ import annotations

from typing import NamedTuple

from playground.language import Text
from playground.ui.stories.parts import (
    ACCENT,
    INK,
    arrow,
    box,
    bullets,
    formula,
    glossary,
    math,
    story,
    sub,
    svg,
    terms,
    text,
    tile,
)


class _Labels(NamedTuple):
    """The words in the drawing."""

    title: str
    learning: str
    generating: str
    encoder: str
    decoder: str
    condition: str
    noise: str
    spread: str
    cloud: tuple[str, str]
    centre: str
    point: str
    strength: str
    only_learning: str


_EN = _Labels(
    title="A conditional variational autoencoder: encoder, latent plane, decoder; both know the digit",
    learning="to learn",
    generating="to generate",
    encoder="encoder",
    decoder="decoder",
    condition="digit c",
    noise="noise ε (seed)",
    spread="× spread s",
    cloud=("cloud", "μ, σ"),
    centre="0",
    point="z = s · ε",
    strength="spread",
    only_learning="dashed: only while it learns",
)
_ZH = _Labels(
    title="条件变分自编码器：编码器、隐空间和解码器；数字同时输入两个网络",
    learning="学习时",
    generating="生成时",
    encoder="编码器",
    decoder="解码器",
    condition="数字 c",
    noise="噪声 ε（种子）",
    spread="× 离散度 s",
    cloud=("云", "μ、σ"),
    centre="0",
    point="z = s · ε",
    strength="离散度",
    only_learning="虚线：只在学习时使用",
)


# Sevens in 28 × 28 units: one to learn from, and what spreads 0, 1 and 2 make of a seed.
_WRITTEN = '<path d="M7.5 8.5Q14 7 19.5 7.8Q15.5 14 13.5 21.5M10.5 14.8H17.5" stroke-width="2.2"/>'
_MADE = (
    '<path d="M8.5 8H19.5L13 22" stroke-width="2.6"/>',
    '<path d="M8 9Q13 7.5 20.5 7.5Q16 14 12.5 22.5M11 15.2L18 14.4" stroke-width="2.2"/>',
    '<path d="M6 9.5Q10 6 14 7.8Q18 9.2 22.5 6.5Q19 15 11 23.5M11 16.5Q15 14 19.5 15.5" stroke-width="1.8"/>',
)


def _drawing(words: _Labels) -> str:
    x, y = 170, 208  # the centre of the latent plane
    posterior, sampled = (x - 24, y + 14), (x + 26, y - 12)
    plane = (
        f'<circle cx="{x}" cy="{y}" r="56" stroke="{INK}" stroke-opacity=".35"/>'
        f'<circle cx="{x}" cy="{y}" r="29" stroke="{INK}" stroke-opacity=".35"/>'
        f'<path d="M{x - 62} {y}H{x + 62}M{x} {y - 62}V{y + 62}" stroke="{INK}" stroke-opacity=".25"/>'
        f'<ellipse cx="{posterior[0]}" cy="{posterior[1]}" rx="13" ry="9" stroke="{INK}" '
        'stroke-dasharray="3 3"/>'
        f'<path d="M{x} {y}L{sampled[0]} {sampled[1]}" stroke="{ACCENT}" stroke-width="1.6"/>'
        f'<circle cx="{x}" cy="{y}" r="3" fill="{INK}"/>'
        f'<circle cx="{sampled[0]}" cy="{sampled[1]}" r="5" fill="{ACCENT}"/>'
    )
    return svg(
        456,
        words.title,
        text(85, 14, words.learning, weight=600),
        text(268, 14, words.generating, weight=600),
        tile(63, 26, 44, _WRITTEN, learning=True),
        arrow((85, 74), (85, 94), learning=True),
        box(36, 95, 98, 32, words.encoder, learning=True),
        arrow((85, 128), (85, posterior[1]), (posterior[0] - 15, posterior[1]), learning=True),
        text(77, y - 46, words.cloud[0], "end"),
        text(77, y - 28, words.cloud[1], "end"),
        box(204, 32, 128, 32, words.noise),
        arrow((268, 65), (268, 94)),
        box(204, 95, 128, 32, words.spread),
        arrow((268, 128), (268, sampled[1]), (sampled[0] + 8, sampled[1]), color=ACCENT),
        text(277, y - 40, words.point, "start"),
        plane,
        text(x - 8, y - 6, words.centre),
        arrow((x, y + 63), (x, 300)),
        box(110, 301, 120, 34, words.decoder),
        box(6, 301, 72, 34, words.condition, color=ACCENT),
        arrow((79, 318), (109, 318), color=ACCENT),
        arrow((14, 300), (14, 111), (35, 111), color=ACCENT, learning=True),
        arrow((x, 336), (x, 360)),
        *(tile(88 + 60 * strength, 364, 44, made) for strength, made in enumerate(_MADE)),
        *(text(110 + 60 * strength, 427, str(strength)) for strength in range(3)),
        text(78, 427, words.strength, "end"),
        text(x, 452, words.only_learning),
    )


def _bound(reconstruction: str, closeness: str) -> str:
    expected = sub("E", terms("q ( z | x , c )"))
    return formula(
        math(terms("log p ( x | c ) ≥")),
        math(expected, terms("[ log p ( x | z , c ) ]"), name=reconstruction),
        math(terms("−")),
        math(terms("KL ( q ( z | x , c ) ∥ N ( 0 , I ) )"), name=closeness),
    )


_ENGLISH = story(
    _drawing(_EN),
    "<p>Two networks learn as a pair. The <b>encoder</b> looks at a written digit and is told which one "
    "it is, so all that is left to note is the <i>handwriting</i>: slant, width, loops. It notes it as a "
    "small cloud of points <i>z</i>. The <b>decoder</b> gets one point of that cloud and the digit, and "
    "writes the picture back. To generate, the encoder is left out: noise takes its place.</p><p>Training "
    "raises a lower bound of how probable the real digits are, the <b>ELBO</b> (evidence lower bound):</p>"
    + _bound("reconstruction: write x back", "KL: stay close to plain noise")
    + "<p>The two terms pull against each other. The first wants every handwriting to have a place of its "
    "own; the second wants every cloud to look like plain noise, N(0, I), and so pushes them together "
    "around 0 until no gaps are left. That is why a point drawn from noise is one that the decoder can "
    "read.</p>"
    + glossary(
        [
            (
                "Condition",
                "The digit <i>c</i>. Both networks are told, so <i>z</i> need not say it: one <i>z</i> is "
                "one hand, in all ten digits.",
            ),
            (
                "Noise",
                "<i>ε</i>, a short list of random numbers that the seed decides. It is a place in the latent "
                "space: same seed, same hand.",
            ),
            (
                "Strength",
                "The spread <i>s</i> in <i>z</i> = <i>s</i> · <i>ε</i>. At 1 the hands are as varied as "
                "real ones; at 2 they are rarer than any the model has seen. <b>At 0 every seed lands on "
                "<i>z</i> = 0, the middle of all handwritings</b>: left and right slant, wide and narrow "
                "cancel out. What remains is the average digit. It is an average of hands, not of pixels, "
                "which would be a blur.",
            ),
            ("Steps", "One: the decoder runs once. So the picture can follow your slider."),
        ]
    ),
    bullets(
        "Try it",
        [
            "Set <b>Spread</b> to 0 and change the <b>Seed</b>: nothing moves. Now drag <b>Spread</b> slowly to 2.",
            "Keep the <b>Seed</b> and drag <b>Digit</b> from 0 to 9: the same hand writes them all.",
            "Leave <b>Spread</b> at 1 and roll the <b>Seed</b>: every number is another writer.",
        ],
    )
    + '<p class="sources">Kingma &amp; Welling 2014 (variational autoencoder), Sohn et al. 2015 (with '
    "a condition). While ours learned, a discriminator also looked at what it wrote (Larsen et al. 2016): "
    "that keeps the strokes crisp.</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>两个网络成对地学习。<b>编码器</b>看一个手写数字，并且已经知道它是几，所以只需要记下<b>笔迹</b>：斜"
    "不斜、宽不宽、圈怎么绕。它把笔迹记成一小片云，云里的每个点都是一个 <i>z</i>。<b>解码器</b>拿到云中的"
    "一个点和这个数字，再把图写回来。生成时不需要编码器，由噪声来代替它。</p><p>训练的目标，是不断抬高真实"
    "数字对数概率的一个下界，叫作<b>证据下界（ELBO）</b>：</p>"
    + _bound("重建项：把 x 写回来", "KL 项：别离标准噪声太远")
    + "<p>这两项互相拉扯。前一项希望每种笔迹都占一块自己的地方；后一项希望每片云都像标准噪声 N(0, I)，"
    "于是把它们都拢到 0 的周围，中间不留空隙。正因为这样，随手从噪声里取一个点，解码器都读得懂。</p>"
    + glossary(
        [
            (
                "条件",
                "数字 <i>c</i>。两个网络都知道它，<i>z</i> 就不必再记“是几”：一个 <i>z</i> 就是一种笔迹，"
                "十个数字通用。",
            ),
            ("噪声", "<i>ε</i>，由种子决定的一小串随机数，也就是隐空间里的一个位置。种子相同，笔迹就相同。"),
            (
                "强度",
                "离散度 <i>s</i>，<i>z</i> = <i>s</i> · <i>ε</i>。取 1 时，笔迹和真人一样多样；取 2 时，比"
                "模型见过的都要少见。<b>取 0 时，无论什么种子都落在 <i>z</i> = 0，也就是所有笔迹的正中"
                "间</b>：左斜和右斜、宽和窄互相抵消，剩下的就是“平均数字”。它平均的是笔迹，不是像素；如果"
                "平均像素，只会得到一团模糊。",
            ),
            ("步数", "一步：解码器只运行一次，所以图片能跟着滑块走。"),
        ]
    ),
    bullets(
        "试一试",
        [
            "把<b>离散度</b>调到 0，再换<b>种子</b>：图片纹丝不动。然后把<b>离散度</b>慢慢拖到 2。",
            "<b>种子</b>不变，把<b>数字</b>从 0 拖到 9：十个数字都出自同一个人之手。",
            "<b>离散度</b>保持 1，不停地换<b>种子</b>：每个种子都是一位新的书写者。",
        ],
    )
    + '<p class="sources">参考：Kingma 与 Welling 2014（变分自编码器）；Sohn 等 2015（加入条件）。'
    "我们的模型在学习时还有一个判别器在旁边把关（Larsen 等 2016），让笔画保持清晰。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
