"""How words become a clip: attention in space, attention in time, in one picture, its formula, four words."""

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


class _Labels(NamedTuple):
    """The words in the drawing."""

    title: str
    noise: str
    frames: str
    space: str
    space_sees: str
    time: str
    time_sees: str
    weight: str
    again: str
    decoder: str
    clip: str


_EN = _Labels(
    title="Text to video: the image model works inside each frame, motion modules connect the frames",
    noise="noise (seed), one for each frame",
    frames="frames 1 … 16",
    space="in space: the image model",
    space_sees="a patch sees its own frame and the words",
    time="in time: a motion module",
    time_sees="a patch sees itself in all frames",
    weight="+ w ·",
    again="× blocks × steps",
    decoder="VAE decoder, frame by frame",
    clip="the clip",
)
_ZH = _Labels(
    title="文字到视频：图像模型处理每一帧内部，运动模块把各帧联系起来",
    noise="噪声（种子），每帧一份",
    frames="第 1 … 16 帧",
    space="空间：图像模型",
    space_sees="每一小块看自己的帧和文字",
    time="时间：运动模块",
    time_sees="每一小块看所有帧里的自己",
    weight="+ w ·",
    again="× 模块数 × 步数",
    decoder="VAE 解码器，逐帧解码",
    clip="片段",
)
_BALL = '<circle cx="14" cy="{}" r="5" fill="#f59e0b" stroke-width="1"/>'
_HEIGHTS = (22, 14, 8, 14)


def _row(y: float, drawings: list[str]) -> str:
    return "".join(tile(52 + 64 * index, y, 44, drawing) for index, drawing in enumerate(drawings))


def _grid(color: str) -> str:
    return "".join(
        f'<rect x="{4 + 7 * column}" y="{4 + 7 * row}" width="6" height="6" fill="{color}" stroke="none" '
        f'opacity="{0.25 + 0.25 * ((row * 3 + column * 2) % 4):g}"/>'
        for row in range(3)
        for column in range(3)
    )


def _drawing(words: _Labels) -> str:
    noise = [_grid(color) for color in ("#94a3b8", "#a1a1aa", "#9ca3af", "#a8a29e")]
    clip = [_BALL.format(height) for height in _HEIGHTS]
    centres = [74 + 64 * index for index in range(4)]
    within = "".join(
        f'<rect x="{x - 25}" y="146" width="50" height="46" rx="6" stroke="{ACCENT}" stroke-width="1.4"/>'
        f'<circle cx="{x - 9}" cy="169" r="3" fill="{ACCENT}"/><circle cx="{x + 9}" cy="160" r="3" fill="{ACCENT}"/>'
        f'<path d="M{x - 7} 168L{x + 7} 161" stroke="{ACCENT}"/>'
        for x in centres
    )
    across = "".join(f'<circle cx="{x}" cy="262" r="4" fill="{ACCENT}"/>' for x in centres) + "".join(
        f'<path d="M{a} 262Q{(a + b) / 2} {262 - 0.14 * (b - a)} {b} 262" stroke="{ACCENT}"/>'
        for index, a in enumerate(centres)
        for b in centres[index + 1 :]
    )
    return svg(
        470,
        words.title,
        text(170, 16, words.noise),
        _row(26, noise),
        arrow((170, 78), (170, 100)),
        box(8, 102, 324, 98),
        text(170, 120, words.space, weight=600),
        text(170, 138, words.space_sees),
        within,
        arrow((170, 201), (170, 218)),
        text(178, 214, words.weight, "start"),
        box(8, 220, 324, 62, color=ACCENT),
        text(170, 238, words.time, weight=600),
        across,
        text(170, 300, words.time_sees),
        arrow((333, 250), (338, 250), (338, 150), (333, 150)),
        text(332, 318, words.again, "end"),
        arrow((170, 306), (170, 330)),
        box(60, 332, 220, 32, words.decoder),
        arrow((170, 365), (170, 388)),
        _row(392, clip),
        text(170, 460, words.clip),
    )


_ADDED = formula(
    math(terms("z_f = z_f")),
    math(terms("+ w · P [ A ( z_1 , … , z_F ) ]")),
)

_ENGLISH = story(
    _drawing(_EN),
    "<p>An image model knows what a red apple is, but nothing of before and after. Asked for sixteen pictures it makes "
    "sixteen apples that have never met. A <b>motion module</b> (AnimateDiff) is put behind every block of its U-Net "
    "and lets the frames talk.</p>"
    "<p>Inside a block the image model works <b>in space</b>: every patch of the latents looks at its own frame and at "
    "your words. Then the motion module works <b>in time</b>: every patch looks at <i>the same place in all "
    "frames</i>, with each frame's number written into it, so that it knows which comes first. What it finds is added "
    "to the frame:</p>"
    + _ADDED
    + "<p>where <i>A</i> is attention over the frames 1 to <i>F</i>, <i>P</i> a linear layer, and "
    "<i>w</i> the module's weight. Its last layer starts at zero: before training, adding it changes nothing. It "
    "learned from clips made by programs, noisy like pictures, all frames at once:</p>"
    + formula(
        math(
            terms("L = E [ ∥ v_θ ( x_t , t , c ) − v"),
            "<msup><mo>∥</mo><mn>2</mn></msup>",
            terms("]"),
        ),
        math(terms("x_t = α_t ( x_1 … x_F ) + σ_t ε")),
    )
    + "<p>Everything else is as in Text → Image: guidance, steps, schedulers, the VAE that paints each frame.</p>",
    glossary(
        [
            ("Condition", "The <b>Prompt</b>: a thing and what it does. The chips below it add a motion."),
            (
                "Noise",
                "One portion for each frame, all from one <b>Seed</b>. Those of the bundled checkpoint are largely the "
                "same, so that every frame draws the same details.",
            ),
            (
                "Strength",
                "<b>Guidance</b> for the words, as for pictures; <b>Motion weight</b> (Advanced) for the motion "
                "modules.",
            ),
            ("Steps", "All frames take every step together, so a clip of 16 costs about 16 pictures."),
        ]
    )
    + bullets(
        "Try it",
        [
            "Press the button below: at weight 0 no frame knows its place in time, at 1 it is a clip.",
            "Keep the seed and change only the motion: what stays?",
            "Ask for 8 frames and for 16: 8 show only the first half of the way, for each frame has its number.",
        ],
    )
    + '<p class="sources">Guo et al. 2023 (AnimateDiff), Rombach et al. 2022 (latents), Vaswani et al. 2017 '
    "(attention).</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>图像模型知道红苹果长什么样，却不知道先后。让它画十六张，就是十六个素不相识的苹果。<b>运动模块</b>"
    "（AnimateDiff）接在 U-Net 的每个模块之后，让各帧互相交流。</p>"
    "<p>在模块内部，图像模型处理<b>空间</b>：潜变量的每一小块看自己的帧和您的文字。随后运动模块处理<b>时间</b>："
    "每一小块看<i>所有帧的同一位置</i>，其中写入了帧的编号，因此知道先后。它的结果加到该帧上：</p>"
    + _ADDED
    + "<p>其中 <i>A</i> 是在第 1 到 <i>F</i> 帧之间的注意力，<i>P</i> 是线性层，<i>w</i> 是模块的权重。"
    "它的最后一层从零开始：训练之前，加上它什么也不改变。它从程序制作的片段中学习，像图片一样加噪，所有帧同时进行：</p>"
    + formula(
        math(
            terms("L = E [ ∥ v_θ ( x_t , t , c ) − v"),
            "<msup><mo>∥</mo><mn>2</mn></msup>",
            terms("]"),
        ),
        math(terms("x_t = α_t ( x_1 … x_F ) + σ_t ε")),
    )
    + "<p>其余都与“文字 → 图片”相同：引导、步数、调度器，以及逐帧画图的 VAE。</p>",
    glossary(
        [
            ("条件", "<b>提示词</b>：一样东西和它的动作。下方的按钮可添加动作。"),
            (
                "噪声",
                "每帧一份，全部来自同一个<b>种子</b>。自带检查点的各份噪声大部分相同，因此每一帧画出相同的细节。",
            ),
            ("强度", "文字用<b>引导强度</b>，与图片相同；运动模块用<b>运动权重</b>（高级）。"),
            ("步数", "所有帧一起走每一步，所以 16 帧的片段大约相当于 16 张图片的工作量。"),
        ]
    )
    + bullets(
        "试一试",
        [
            "点击下面的按钮：权重为 0 时各帧不知道自己的先后，权重为 1 时成为一个片段。",
            "锁定种子，只改变动作：什么保持不变？",
            "分别生成 8 帧和 16 帧：每帧都有编号，所以 8 帧只走完前一半的路程。",
        ],
    )
    + '<p class="sources">参考：Guo 等 2023（AnimateDiff）；Rombach 等 2022（潜空间）；Vaswani 等 2017（注意力）。</p>',
)

STORY = Text(_ENGLISH, _CHINESE)
