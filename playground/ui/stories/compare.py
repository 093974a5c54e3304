"""How five kinds of generators turn one condition into a picture: their formulas, two paths, four words."""

from __future__ import annotations

from typing import NamedTuple

from playground.language import Text
from playground.ui.stories.parts import (
    ACCENT,
    INK,
    bullets,
    formula,
    fraction,
    glossary,
    math,
    story,
    sub,
    svg,
    terms,
    text,
)


class _Labels(NamedTuple):
    """The words in the drawing."""

    title: str
    pixels: str
    next: str
    noise: str
    picture: str
    diffusion: str
    flow: str


_EN = _Labels(
    title="Above, a picture that is drawn pixel by pixel in reading order; below, the way from noise to a picture, "
    "curved for diffusion and straight for flow matching",
    pixels="drawn so far",
    next="the next pixel",
    noise="noise",
    picture="picture",
    diffusion="diffusion: curved, many short steps",
    flow="flow matching: straight, few long steps",
)
_ZH = _Labels(
    title="上：按阅读顺序逐个像素画出的图片；下：从噪声到图片的路，扩散是弯的，流匹配是直的",
    pixels="已经画好的",
    next="下一个像素",
    noise="噪声",
    picture="图片",
    diffusion="扩散：弯路，许多小步",
    flow="流匹配：直路，几个大步",
)


def _drawing(words: _Labels) -> str:
    side, left, top = 17, 60, 28
    squares = []
    for place in range(56):
        row, column = divmod(place, 8)
        x, y = left + column * side, top + row * side
        done, now = place < 35, place == 35
        fill = ACCENT if now else INK
        opacity = 1 if now else 0.35 if done and 2 <= column <= 5 else 0.1 if done else 0
        squares.append(
            f'<rect x="{x}" y="{y}" width="{side - 2}" height="{side - 2}" rx="2" stroke="{INK}" stroke-opacity=".4" '
            f'fill="{fill}" fill-opacity="{opacity}"/>'
        )
    start, bend, end = (46, 360), (90, 232), (290, 238)
    ways = [step / 8 for step in range(1, 8)]
    curve = [
        [(1 - way) ** 2 * a + 2 * way * (1 - way) * b + way**2 * c for a, b, c in zip(start, bend, end, strict=True)]
        for way in ways
    ]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{INK}"/>' for x, y in curve)
    straight = [(46 + 61 * step, 360 - 30.5 * step) for step in (1, 2, 3)]
    few = "".join(f'<circle cx="{x}" cy="{y}" r="4.5" fill="{ACCENT}"/>' for x, y in straight)
    path = "M46 360Q90 232 290 238"
    return svg(
        420,
        words.title,
        text(left, 18, words.pixels, "start"),
        *squares,
        text(left + 8 * side + 8, top + 4 * side + 13, words.next, "start"),
        f'<path d="{path}" stroke="{INK}" stroke-width="1.4"/>',
        dots,
        f'<path d="M46 360L290 238" stroke="{ACCENT}" stroke-width="1.6"/>',
        few,
        f'<circle cx="46" cy="360" r="7" stroke="{INK}"/><circle cx="290" cy="238" r="7" stroke="{INK}"/>',
        text(40, 384, words.noise),
        text(300, 222, words.picture),
        text(8, 206, words.diffusion, "start"),
        text(334, 408, words.flow, "end"),
        f'<polygon points="290,238 281,239 286,245" fill="{ACCENT}"/>',
    )


def _likelihood() -> str:
    return formula(math(terms("p ( x | c ) = Π"), sub("p", terms("i")), terms("( x_i | x_1 , … , x_j , c )")))


def _paths() -> str:
    return formula(
        math(terms("x_t ="), sub("a", terms("t")), terms("x_0 +"), sub("b", terms("t")), terms("ε"))
    ) + formula(math(fraction("d x", "d t"), terms("= ε − x_0")))


def _guidance() -> str:
    return formula(math(terms("v = v ( x ) + w · ( v ( x , c ) − v ( x ) )")))


_ENGLISH = story(
    _drawing(_EN),
    "<p>All five learned the same pictures, and get the same <b>Class</b> and the same <b>Seed</b>. What "
    "differs is how "
    "a picture comes to be. The <b>VAE</b> decodes a few random numbers, the <b>GAN</b> turns them into a picture that "
    "once had to fool an opponent: one step each. The third draws <b>pixel by pixel</b>, each from a distribution that "
    "depends on all pixels before it. So it knows how probable any picture is, exactly, which none of "
    "the others does, and "
    "it can go on with a picture of which you wiped a part away:</p>"
    + _likelihood()
    + "<p><b>Diffusion</b> and <b>flow matching</b> start at noise and take away a little of it in every "
    "step, with the "
    "same network. Diffusion mixes picture and noise along a curve; flow matching along a straight line, on which the "
    "network only has to say the direction. A straight way can be walked in few steps:</p>"
    + _paths()
    + "<p>Three of them can exaggerate the class. They say the next step twice, with the class and without it, and go "
    f"further in the direction in which both differ:</p>{_guidance()}"
    + glossary(
        [
            ("Condition", "The class, the same for all. With all classes, each takes its turn."),
            ("Noise", "The seed gives each generator its first random numbers; samples take the seeds that follow."),
            (
                "Strength",
                "Each has its own: spread, truncation, temperature, guidance. More of the condition mostly means "
                "better "
                "and fewer kinds of pictures. Move one and watch its dot: quality up, diversity right.",
            ),
            ("Steps", "One for VAE and GAN, one a pixel for the third, as many as you like for the last two."),
        ]
    ),
    bullets(
        "Try it",
        [
            "Set the guidance of diffusion to 0: everything it draws is real enough, but not what you asked for.",
            "Give diffusion and flow 3 steps each: which of them still draws a digit?",
            "Compare precision and recall of the GAN at truncation 0.3 and 1: quality against diversity.",
            "Click on a sample: is its nearest training picture the same one? That would be memory, not invention.",
        ],
    )
    + '<p class="sources">Kingma &amp; Welling 2014 (VAE), Goodfellow et al. 2014 (GAN), van den Oord et al. 2016, '
    "Salimans et al. 2017 and Chen et al. 2018 (pixel by pixel), Ho et al. 2020 (diffusion), Lipman et "
    "al. 2023 and Liu "
    "et al. 2023 (flow matching), Ho &amp; Salimans 2022 (guidance); Heusel et al. 2017 (FID), Salimans et al. 2016 "
    "(Inception Score), Kynkäänniemi et al. 2019 (precision, recall), Naeem et al. 2020 (density, coverage).</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>这五个生成器学的是同样的图片，得到的也是同一个<b>类别</b>、同一个<b>种子</b>，不同的是图片如何产生。<b>VAE</b> "
    "把几个随机数解码成图片，<b>GAN</b> 把它们变成曾经要骗过对手的图片：都只需一步。第三个<b>逐像素</b>地画，每个像素的"
    "分布取决于它之前的所有像素。因此它能准确说出任何一张图片的概率，其他几个都做不到；您擦去一部分，它也能接着画完："
    "</p>" + _likelihood() + "<p><b>扩散</b>和<b>流匹配</b>从噪声出发，"
    "用同一种网络每一步去掉一点噪声。扩散沿曲线混合图片与噪声，流匹配沿直线，"
    "网络只需说出方向。直路几步就能走完：</p>"
    + _paths()
    + "<p>其中三个可以夸张类别：每一步算两次，一次看类别，一次不看，然后朝两者相差的方向多走一些：</p>"
    + _guidance()
    + glossary(
        [
            ("条件", "类别，对所有生成器相同。选“所有类别”时，各类轮流。"),
            ("噪声", "种子给每个生成器最初的随机数；后面的样本依次使用后面的种子。"),
            (
                "强度",
                "各有各的：离散度、截断、温度、引导强度。条件越强，图片往往越好，种类却越少。移动一个滑块，看它的点："
                "向上是质量，向右是多样性。",
            ),
            ("步数", "VAE 和 GAN 一步，第三个每个像素一步，最后两个随您定。"),
        ]
    ),
    bullets(
        "试一试",
        [
            "把扩散的引导强度设为 0：画得够真，却不是您要的。",
            "让扩散和流匹配各走 3 步：哪一个还画得出数字？",
            "比较 GAN 在截断 0.3 和 1 时的精确率与召回率：质量与多样性。",
            "点击一个样本：与它最近的训练图片是同一张吗？若是，那就是记忆而不是创造。",
        ],
    )
    + '<p class="sources">参考：Kingma 与 Welling 2014（VAE）；Goodfellow 等 2014（GAN）；van den Oord 等 2016、'
    "Salimans 等 2017、Chen 等 2018（逐像素）；Ho 等 2020（扩散）；Lipman 等 2023、Liu 等 2023（流匹配）；Ho 与 "
    "Salimans 2022（引导）；Heusel 等 2017（FID）；Salimans 等 2016（Inception Score）；Kynkäänniemi 等 2019"
    "（精确率、召回率）；Naeem 等 2020（密度、覆盖率）。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
