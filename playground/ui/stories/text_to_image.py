"""How words become a picture: latent diffusion in one picture, its formulas, four words."""

from __future__ import annotations

from typing import NamedTuple

from playground.language import Text
from playground.ui.stories.parts import (
    ACCENT,
    arrow,
    box,
    bullets,
    formula,
    glossary,
    math,
    story,
    svg,
    terms,
    text,
    tile,
)

# An apple in 28 × 28 units.
_APPLE = (
    '<path d="M14 9Q8 5 5 11Q3 20 11 24Q14 23 17 24Q25 20 23 11Q20 5 14 9Z" fill="#dc2626" stroke-width="1"/>'
    '<path d="M14 9Q14 5 17 3" stroke-width="1.6"/>'
)


class _Labels(NamedTuple):
    """The words in the drawing."""

    title: str
    prompt: str
    encoder: str
    words: str
    noise: str
    latents: str
    denoiser: str
    with_words: str
    without: str
    scheduler: str
    again: str
    decoder: str
    vae_encoder: str
    add_noise: str
    only_learning: str


_EN = _Labels(
    title="Latent diffusion: a text encoder reads the prompt, a U-Net removes noise step by step, a decoder paints",
    prompt="prompt",
    encoder="text encoder",
    words="words c",
    noise="noise (seed)",
    latents="16 × 16 × 4",
    denoiser="U-Net denoiser",
    with_words="noise, with words",
    without="noise, without",
    scheduler="scheduler: one step",
    again="× steps",
    decoder="VAE decoder",
    vae_encoder="VAE encoder",
    add_noise="+ noise",
    only_learning="dashed: only while it learns",
)
_ZH = _Labels(
    title="潜在扩散：文本编码器读提示词，U-Net 一步步去噪，解码器画出图片",
    prompt="提示词",
    encoder="文本编码器",
    words="文字 c",
    noise="噪声（种子）",
    latents="16 × 16 × 4",
    denoiser="U-Net 去噪网络",
    with_words="有文字时的噪声",
    without="无文字时的噪声",
    scheduler="调度器：走一步",
    again="× 步数",
    decoder="VAE 解码器",
    vae_encoder="VAE 编码器",
    add_noise="+ 噪声",
    only_learning="虚线：只在学习时使用",
)


def _drawing(words: _Labels) -> str:
    middle = 235
    return svg(
        456,
        words.title,
        box(6, 12, 110, 34, words.prompt, color=ACCENT),
        arrow((61, 47), (61, 70), color=ACCENT),
        box(6, 71, 110, 36, words.encoder),
        arrow((61, 108), (61, 164), (149, 164), color=ACCENT),
        text(68, 156, words.words, "start"),
        box(175, 12, 120, 34, words.noise),
        arrow((middle, 47), (middle, 130)),
        text(middle + 10, 94, words.latents, "start"),
        box(150, 131, 170, 84),
        text(middle, 154, words.denoiser, weight=600),
        text(middle, 178, words.with_words),
        text(middle, 200, words.without),
        arrow((middle, 216), (middle, 246)),
        box(150, 247, 170, 34, words.scheduler),
        arrow((321, 264), (334, 264), (334, 172), (321, 172)),
        text(326, 236, words.again, "end"),
        arrow((middle, 282), (middle, 306)),
        box(150, 307, 170, 34, words.decoder),
        arrow((middle, 342), (middle, 366)),
        tile(middle - 24, 370, 48, _APPLE),
        tile(37, 370, 48, _APPLE, learning=True),
        arrow((61, 366), (61, 342), learning=True),
        box(6, 307, 110, 34, words.vae_encoder, learning=True),
        arrow((61, 306), (61, 282), learning=True),
        box(6, 247, 110, 34, words.add_noise, learning=True),
        arrow((61, 246), (61, 196), (149, 196), learning=True),
        text(170, 448, words.only_learning),
    )


def _guidance(without: str, pull: str) -> str:
    return formula(
        math(terms("ε =")),
        math(terms("ε_∅"), name=without),
        math(terms("+ g ( ε_c − ε_∅ )"), name=pull),
    )


_NOISING = formula(math(terms("x_t = α_t x_0 + σ_t ε")))
_LOSS = formula(
    math(terms("L = E [ ∥ v_θ ( x_t , t , c ) − v"), "<msup><mo>∥</mo><mn>2</mn></msup>", terms("]")),
    math(terms("v = α_t ε − σ_t x_0")),
)
_BELIEF = formula(math('<mover accent="true"><mi>x</mi><mo>^</mo></mover>', terms("= α_t x_t − σ_t v_θ")))

_ENGLISH = story(
    _drawing(_EN),
    "<p>Three networks work together. The <b>VAE</b> packs a picture into a small grid of numbers, its latents, and "
    "paints latents back into pixels. The <b>text encoder</b> (CLIP) turns your words into numbers. The <b>U-Net</b> "
    "does the magic trick: it looks at noisy latents and, with the words in mind, says what of them is noise.</p>"
    "<p>To learn it, real pictures drown in a known amount of noise, from a little to everything:</p>"
    + _NOISING
    + "<p>and the network is corrected until it tells noise from picture. Ours predicts the mix <i>v</i> of both, "
    "which is equally good at every amount of noise:</p>"
    + _LOSS
    + "<p>To generate, we begin with noise alone. At each step the network says what it <b>believes</b> the finished "
    "picture is,</p>"
    + _BELIEF
    + "<p>and the scheduler walks a little way towards it. Classifier-free <b>guidance</b> asks twice, with your words "
    "and without, and goes on in the direction that the words make a difference:</p>"
    + _guidance("without words", "what the words change, g times"),
    glossary(
        [
            (
                "Condition",
                "The <b>Prompt</b>, read as a short row of tokens. Every patch of the latents looks at every token "
                "(cross-attention). A <b>Negative prompt</b> takes the place of “without words”: guidance leads away "
                "from it.",
            ),
            (
                "Noise",
                "Where it all starts, decided by the <b>Seed</b>: it fixes pose and composition. Same seed, other "
                "words: often the same pose.",
            ),
            (
                "Strength",
                "<b>Guidance</b> <i>g</i>. At 1 the words are one hint among others; around 4 they are clearly there; "
                "far above, colours burn and pictures of one prompt grow alike.",
            ),
            (
                "Steps",
                "How often the network looks, <b>Steps</b> times in all. The first ones settle the shape, the last "
                "ones the details. The <b>Scheduler</b> decides how far each step goes; Euler a also adds fresh noise.",
            ),
        ]
    )
    + bullets(
        "Try it",
        [
            "Generate, then open <b>Watch it form, step by step</b>: when does the picture decide what it is?",
            "Keep the seed and drag <b>Guidance</b> from 1 to 12, one picture at a time.",
            "Set <b>Steps</b> to 1, 2, 4, 8: how few are enough?",
        ],
    )
    + '<p class="sources">Ho, Jain &amp; Abbeel 2020 (denoising diffusion), Rombach et al. 2022 (latents), Ho &amp; '
    "Salimans 2022 (guidance), Salimans &amp; Ho 2022 (v), Lu et al. 2022 (DPM++).</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>三个网络分工合作。<b>VAE</b> 把图片压成一小格数字，也就是潜变量，又能把潜变量画回像素；<b>文本编码器</b>"
    "（CLIP）把你的文字变成数字；<b>U-Net</b> 负责最神奇的一步：看着含噪的潜变量，想着那些文字，说出其中哪些是"
    "噪声。</p>"
    "<p>学习时，把真实图片淹没在已知多少的噪声里，从一点点到全部：</p>"
    + _NOISING
    + "<p>不断纠正网络，直到它能分清噪声和图片。我们的网络预测两者的组合 <i>v</i>，不论噪声多少都同样好用：</p>"
    + _LOSS
    + "<p>生成时从纯噪声开始。每一步，网络都说出它<b>相信</b>的最终图片，</p>"
    + _BELIEF
    + "<p>调度器就朝那个方向走一小步。无分类器<b>引导</b>会问两次：有你的文字一次，没有文字一次，"
    "然后沿着文字带来的差别继续走：</p>" + _guidance("没有文字", "文字带来的改变，放大 g 倍"),
    glossary(
        [
            (
                "条件",
                "<b>提示词</b>，读成短短一串词元。潜变量的每一小块都会看每个词元（交叉注意力）。"
                "<b>反向提示词</b>取代“没有文字”的位置：引导会远离它。",
            ),
            (
                "噪声",
                "一切的起点，由<b>种子</b>决定：它定下姿态和构图。种子不变、文字改变，姿态往往还在。",
            ),
            (
                "强度",
                "<b>引导强度</b> <i>g</i>。取 1 时文字只是提示之一；取 4 左右时清楚可见；再高很多，颜色会烧焦，"
                "同一提示词的图片也越来越像。",
            ),
            (
                "步数",
                "网络一共看多少次，由<b>步数</b>决定。前几步定形状，后几步定细节。<b>调度器</b>决定每一步走多远；"
                "Euler a 还会加入新的噪声。",
            ),
        ]
    )
    + bullets(
        "试一试",
        [
            "生成一张，再打开<b>逐步观看形成过程</b>：图片在哪一步决定了自己是什么？",
            "锁定种子，把<b>引导强度</b>从 1 拖到 12，每次生成一张。",
            "把<b>步数</b>设为 1、2、4、8：最少几步就够？",
        ],
    )
    + '<p class="sources">参考：Ho、Jain 与 Abbeel 2020（去噪扩散）；Rombach 等 2022（潜空间）；Ho 与 Salimans 2022'
    "（引导）；Salimans 与 Ho 2022（v）；Lu 等 2022（DPM++）。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
