"""How a class becomes a picture: the conditional GAN in one picture, its formulas, four words."""

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
    fraction,
    glossary,
    math,
    story,
    sub,
    svg,
    terms,
    text,
    tile,
    under,
)

# Two sneakers in 28 × 28 units.
_MADE = (
    '<path d="M4 18.5V11.5Q7 13 10 10.5L16 15Q24 15.5 24.5 18.5Z" fill="#d4d4d8" stroke-width="1"/>'
    '<path d="M4 20.5H24.5" stroke-width="2.4"/>'
    '<path d="M11.5 13.2L13.4 11.4M13.7 14.6L15.4 13" stroke-width="1"/>'
)
_REAL = (
    '<path d="M3.5 18V10Q6 12 9 9.5L15.5 14.5Q24 14.5 25 18Z" fill="#8f8f98" stroke-width="1"/>'
    '<path d="M3.5 20H25" stroke-width="2"/><path d="M12 16Q17 17 21 16" stroke-width="1.2"/>'
)


class _Labels(NamedTuple):
    """The words in the drawing."""

    title: str
    condition: str
    noise: str
    truncation: str
    generator: str
    norm: tuple[str, str]
    made: str
    real: str
    discriminator: str
    projection: str
    looks_made: str
    looks_real: str
    only_learning: str


_EN = _Labels(
    title="A conditional GAN: a generator makes a picture of noise and class, a discriminator scores it",
    condition="class c",
    noise="noise z (seed)",
    truncation="× truncation t",
    generator="generator G",
    norm=("gain γ, bias β", "in every layer"),
    made="made",
    real="real",
    discriminator="discriminator D",
    projection="projection",
    looks_made="looks made",
    looks_real="looks real",
    only_learning="dashed: only while it learns",
)
_ZH = _Labels(
    title="条件生成对抗网络：生成器由噪声和类别画出图片，判别器给它打分",
    condition="类别 c",
    noise="噪声 z（种子）",
    truncation="× 截断 t",
    generator="生成器 G",
    norm=("每层的", "增益 γ、偏置 β"),
    made="生成的",
    real="真实的",
    discriminator="判别器 D",
    projection="投影",
    looks_made="像生成的",
    looks_real="像真的",
    only_learning="虚线：只在学习时使用",
)


def _drawing(words: _Labels) -> str:
    right = 262
    layers = "".join(
        f'<rect x="{x}" y="{216 - size / 2}" width="{size}" height="{size}" rx="3" stroke="{INK}" '
        f'fill="{ACCENT}" fill-opacity="{opacity}"/>'
        for x, size, opacity in ((190, 20, 0.5), (226, 30, 0.3), (272, 44, 0.15))
    )
    return svg(
        506,
        words.title,
        box(6, 12, 92, 34, words.condition, color=ACCENT),
        box(192, 12, 140, 34, words.noise),
        arrow((right, 47), (right, 70)),
        box(192, 71, 140, 34, words.truncation),
        arrow((right, 106), (right, 152)),
        box(176, 153, 156, 112),
        text(254, 174, words.generator, weight=600),
        layers,
        *(text(middle, 257, size) for middle, size in ((200, "7"), (241, "14"), (294, "28"))),
        arrow((211, 216), (225, 216)),
        arrow((257, 216), (271, 216)),
        arrow((22, 47), (22, 216), (175, 216), color=ACCENT),
        text(34, 184, words.norm[0], "start"),
        text(34, 201, words.norm[1], "start"),
        arrow((right, 266), (right, 288)),
        tile(right - 24, 292, 48, _MADE),
        text(right + 34, 320, words.made, "start"),
        tile(128, 292, 48, _REAL, learning=True),
        text(118, 320, words.real, "end"),
        arrow((152, 344), (152, 368), learning=True),
        arrow((right, 344), (right, 368), learning=True),
        box(118, 369, 214, 36, words.discriminator, learning=True),
        arrow((22, 216), (22, 387), (117, 387), color=ACCENT, learning=True),
        text(34, 380, words.projection, "start"),
        arrow((225, 406), (225, 428), learning=True),
        f'<path d="M118 434H332M171.5 429V439M225 431V437M278.5 429V439" stroke="{INK}"/>',
        text(171.5, 454, "−1"),
        text(278.5, 454, "+1"),
        text(118, 474, words.looks_made, "start"),
        text(332, 474, words.looks_real, "end"),
        text(170, 500, words.only_learning),
    )


def _game(real: str, made: str) -> str:
    return formula(
        math(under("min", "G"), under("max", "D")),
        math(sub("E", terms("x , c")), terms("[ log D ( x , c ) ]"), name=real),
        math(terms("+")),
        math(sub("E", terms("z , c")), terms("[ log ( 1 − D ( G ( z , c ) , c ) ) ]"), name=made),
    )


_HINGE = formula(
    math(terms("L_D = E [ max ( 0 , 1 − D ( x , c ) ) ]")),
    math(terms("+ E [ max ( 0 , 1 + D ( G ( z , c ) , c ) ) ]")),
) + formula(math(terms("L_G = − E [ D ( G ( z , c ) , c ) ]")))
_CLASS_ENTERS = formula(math(terms("h ↦ γ ( c , z )"), fraction("h − μ", "σ"), terms("+ β ( c , z )"))) + formula(
    math(terms("D ( x , c ) = ψ ( φ ( x ) ) + ⟨ v_c , φ ( x ) ⟩"))
)

_ENGLISH = story(
    _drawing(_EN),
    "<p>Two networks play against each other. The <b>generator</b> turns noise and a class into a "
    "picture. The <b>discriminator</b> sees a picture and the class it claims to be, and scores how real "
    "it looks. Each learns from the other's mistakes; when the game is over, only the generator is kept. "
    "The game in one line:</p>"
    + _game("real pictures score high", "made ones score low, and G wants the opposite")
    + "<p>We play its <b>hinge</b> form. The score is any number, and the discriminator stops pushing once a "
    "picture is safely beyond +1 or −1, which keeps the game calm:</p>"
    + _HINGE
    + "<p>The class enters both. In the generator, <b>conditional batch norm</b> lets class and noise set "
    "the gain and bias of every layer; in the discriminator, <b>projection</b> asks how well what it "
    "sees, <i>φ</i>(<i>x</i>), "
    f"fits the class:</p>{_CLASS_ENTERS}"
    + glossary(
        [
            (
                "Condition",
                "The class, as a list of numbers that was learned with the networks. <b>Mix</b> blends "
                "the lists of two classes: you get things that were never in the data.",
            ),
            (
                "Noise",
                "<i>z</i>, random numbers between −2 and 2 that the seed decides: this sneaker and no "
                "other. <b>Walk</b> moves from the noise of one seed to that of a second one, and every "
                "stop on the way is a picture.",
            ),
            (
                "Strength",
                "Truncation <i>t</i>, which multiplies the noise. It <b>trades variety for typicality</b> "
                "(BigGAN, Brock et al. 2019): low values stay near the middle of what was learned, clean "
                "and all alike; at 1 you see all that the generator knows, oddities included.",
            ),
            ("Steps", "One: the generator runs once. So the picture can follow your slider."),
        ]
    ),
    bullets(
        "Try it",
        [
            "Set <b>Truncation</b> to 0.1 and change the <b>Seed</b>: almost the same every time. Then drag it to 1.",
            "Choose Sneaker as <b>Class</b>, Ankle boot as <b>Second class</b>, and drag <b>Mix</b>: where "
            "does the shaft begin to grow?",
            "Drag <b>Walk</b>: the noise changes, the class stays.",
        ],
    )
    + '<p class="sources">Goodfellow et al. 2014 (the game), Miyato &amp; Koyama 2018 (projection), Brock '
    "et al. 2019 (truncation). Our discriminator also learned to name the class (Odena et al. 2017), "
    "which keeps shirts, coats and pullovers apart.</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>两个网络互相较量。<b>生成器</b>把噪声和类别变成一张图片；<b>判别器</b>看到一张图片和它自称的类别，"
    "给它的真实程度打分。双方都从对方的破绽中学习，学成之后只留下生成器。这场较量写成一行就是：</p>"
    + _game("真实图片得高分", "生成的得低分，而 G 的目标正相反")
    + "<p>我们用的是它的 <b>hinge（合页）</b>形式：分数可以是任意数，图片一旦稳稳超过 +1 或低于 −1，判别器"
    "就不再用力，较量因此更平稳：</p>"
    + _HINGE
    + "<p>类别同时进入两个网络。在生成器里，<b>条件批归一化</b>让类别和噪声一起决定每一层的增益和偏置；在"
    "判别器里，<b>投影</b>衡量它看到的特征 <i>φ</i>(<i>x</i>) 与这个类别有多吻合：</p>"
    + _CLASS_ENTERS
    + glossary(
        [
            (
                "条件",
                "类别，表示成一串和网络一起学出来的数。<b>混合</b>把两个类别的数按比例调和，能得到数据里从"
                "没有过的东西。",
            ),
            (
                "噪声",
                "<i>z</i>，由种子决定的一串 −2 到 2 之间的随机数：它决定是“这一只”运动鞋，而不是别的。"
                "<b>漫步</b>从一个种子的噪声走到另一个种子的噪声，途中每一站都是一张完整的图片。",
            ),
            (
                "强度",
                "截断 <i>t</i>，用来乘以噪声。它<b>用多样换取典型</b>（BigGAN，Brock 等 2019）：数值低，就"
                "停在所学内容的正中间，干净，但张张相似；取 1，生成器会的都拿出来，古怪的也在内。",
            ),
            ("步数", "一步：生成器只运行一次，所以图片能跟着滑块走。"),
        ]
    ),
    bullets(
        "试一试",
        [
            "把<b>截断</b>调到 0.1，再换<b>种子</b>：几乎每次都一样。然后把它慢慢拖到 1。",
            "<b>类别</b>选运动鞋，<b>第二类别</b>选短靴，拖动<b>混合</b>：靴筒是从哪里开始长出来的？",
            "拖动<b>漫步</b>：变的是噪声，类别不变。",
        ],
    )
    + '<p class="sources">参考：Goodfellow 等 2014（对抗博弈）；Miyato 与 Koyama 2018（投影）；'
    "Brock 等 2019（截断）。我们的判别器还学会了认出类别（Odena 等 2017），让衬衫、外套和套头衫不至于混"
    "淆。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
