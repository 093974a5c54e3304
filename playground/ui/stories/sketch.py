"""How a drawing becomes a picture: noise is added to it, and taken away again with words in mind."""

from __future__ import annotations

from playground.language import Text
from playground.ui.stories.parts import ACCENT, arrow, box, bullets, formula, glossary, math, story, svg, terms

_NOISED = formula(math(terms("x_s = α_s x_0 + σ_s ε")))
_MASKED = formula(math(terms("x_t = m ⊙ x_t + ( 1 − m ) ⊙ ( α_t x_0 + σ_t ε )")))


def _drawing(title: str, picture: str, packed: str, noised: str, steps: str, made: str, words: str, stays: str) -> str:
    return svg(
        330,
        title,
        box(12, 10, 150, 36, picture),
        arrow((87, 47), (87, 78)),
        box(12, 79, 150, 36, packed),
        arrow((87, 116), (87, 147), color=ACCENT),
        box(12, 148, 150, 36, noised, color=ACCENT),
        arrow((87, 185), (87, 216)),
        box(12, 217, 150, 36, steps),
        arrow((87, 254), (87, 285)),
        box(12, 286, 150, 36, made),
        box(206, 217, 122, 36, words, color=ACCENT),
        arrow((205, 235), (163, 235), color=ACCENT),
        box(206, 79, 122, 36, stays),
        arrow((163, 97), (205, 97)),
        arrow((267, 116), (267, 166), (163, 166)),
    )


_ENGLISH = story(
    _drawing(
        "From a drawing to a picture", "your drawing", "latents", "+ noise", "the last steps", "picture",
        "your words", "mask: what stays",
    ),
    "<p>Nothing new was trained for this. Text → Image starts from noise alone; here we start from <b>your drawing "
    "under noise</b>. It is packed into latents and drowned as far as the strength <i>s</i> says:</p>"
    + _NOISED
    + "<p>Noise eats small things first: lines and textures go, broad shapes and colours survive. From there the "
    "network does what it always does, and removes the noise with your words in mind. So it finds its own details in "
    "your layout.</p>"
    "<p>A <b>mask</b> <i>m</i> lets only a part be made anew: after every step the rest is put back, as noisy as the "
    "step is,</p>"
    + _MASKED
    + "<p>and at the end, to the pixel.</p>",
    glossary(
        [
            ("Condition", "The <b>Prompt</b>, and the drawing itself: colours and places that survive the noise."),
            ("Noise", "Decided by the <b>Seed</b>: which details grow in your layout."),
            (
                "Strength",
                "<b>Strength</b> is how much is made anew: at 0.2 a cleaned drawing, around 0.75 the thing in your "
                "layout, at 1 hardly more than its colours. <b>Guidance</b> is how much the words insist.",
            ),
            (
                "Steps",
                "Of all <b>Steps</b> only the last are run, as many as the strength says. Four are enough for a draft: "
                "with the layout given, there is little left to decide.",
            ),
        ]
    )
    + bullets(
        "Try it",
        [
            "A red triangle on a yellow square, and the prompt “house”. Then “cat face”.",
            "Keep the seed and drag <b>Strength</b>: where does your drawing end, and the word begin?",
            "Send a picture of another tab here, and paint the mask over its half.",
        ],
    )
    + '<p class="sources">Meng et al. 2022 (SDEdit), Avrahami, Lischinski &amp; Fried 2022 (blended diffusion).</p>',
)  # fmt: skip

_CHINESE = story(
    _drawing("从手绘到图片", "你的手绘", "潜变量", "+ 噪声", "最后几步", "图片", "你的文字", "遮罩：保留的部分"),
    "<p>这里没有另外训练任何东西。文字 → 图片从纯噪声开始；这里则从<b>被噪声覆盖的手绘</b>开始。手绘先被压成潜变量，"
    "再按重绘强度 <i>s</i> 加入噪声：</p>"
    + _NOISED
    + "<p>噪声先吞掉细小的东西：线条和纹理消失，大的形状和颜色留下。接下来网络照常工作，一边想着你的文字一边去掉噪声，"
    "于是在你的布局里找到它自己的细节。</p>"
    "<p><b>遮罩</b> <i>m</i> 只让一部分重新生成：每一步之后，其余部分都按当时的噪声程度放回去，</p>"
    + _MASKED
    + "<p>最后则逐像素还原。</p>",
    glossary(
        [
            ("条件", "<b>提示词</b>，以及手绘本身：噪声之下留存的颜色和位置。"),
            ("噪声", "由<b>种子</b>决定：你的布局里长出哪些细节。"),
            (
                "强度",
                "<b>重绘强度</b>决定重新生成多少：0.2 只是清理手绘，0.75 左右是按你的布局画出的事物，1 几乎只剩颜色。"
                "<b>引导强度</b>决定文字有多坚持。",
            ),
            (
                "步数",
                "全部<b>步数</b>中只运行最后几步，多少由重绘强度决定。草图四步就够：布局已定，要决定的不多了。",
            ),
        ]
    )
    + bullets(
        "试一试",
        [
            "黄色方块上放一个红色三角形，提示词写“房子”，再换成“猫脸”。",
            "锁定种子，拖动<b>重绘强度</b>：手绘在哪里结束，文字从哪里开始？",
            "把其他标签页的图片送到这里，用遮罩涂抹一半。",
        ],
    )
    + '<p class="sources">参考：Meng 等 2022（SDEdit）；Avrahami、Lischinski 与 Fried 2022（混合扩散）。</p>',
)

STORY = Text(_ENGLISH, _CHINESE)
