"""How pictures and words come into one space: two towers, and the matrix of a batch's likenesses."""

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
    svg,
    terms,
    text,
)


class _Labels(NamedTuple):
    """The words in the drawing."""

    title: str
    pictures: str
    looks: str
    words: str
    reads: str
    said: tuple[str, str, str, str]
    pull: str
    push: str


_EN = _Labels(
    title="Two towers make directions of pictures and of words; in the matrix of their likenesses the diagonal is "
    "pulled up and everything else is pushed down",
    pictures="4 pictures",
    looks="image tower",
    words="their 4 names",
    reads="text tower",
    said=("apple", "cat", "house", "猫"),
    pull="pulled together: the diagonal",
    push="pushed apart: all the rest",
)
_ZH = _Labels(
    title="两座塔分别把图片和文字变成方向；在相似度矩阵中，对角线被拉高，其余被压低",
    pictures="4 张图片",
    looks="图像塔",
    words="4 个名称",
    reads="文本塔",
    said=("苹果", "猫", "房子", "cat"),
    pull="拉近：对角线",
    push="推远：其余全部",
)
_CELL, _LEFT, _TOP = 44, 120, 130


def _matrix() -> str:
    cells = []
    for row in range(4):
        for column in range(4):
            own = row == column
            x, y = _LEFT + column * _CELL, _TOP + row * _CELL
            share = 0.75 if own else (0.3, 0.12, 0.18)[(row + 2 * column) % 3]
            cells.append(
                f'<rect x="{x + 2}" y="{y + 2}" width="{_CELL - 4}" height="{_CELL - 4}" rx="5" '
                f'fill="{ACCENT}" fill-opacity="{share}" stroke="{ACCENT if own else INK}" '
                f'stroke-width="{2 if own else 0.4}"/>'
            )
    return "".join(cells)


def _drawing(words: _Labels) -> str:
    middle = _LEFT + 2 * _CELL
    names = [text(_LEFT + (place + 0.5) * _CELL, _TOP - 8, said) for place, said in enumerate(words.said)]
    rows = [text(_LEFT - 24, _TOP + (place + 0.5) * _CELL + 5, thing) for place, thing in enumerate("🍎🐱🏠🐈")]
    return svg(
        372,
        words.title,
        box(middle - 60, 4, 120, 26, words.words),
        arrow((middle, 30), (middle, 46)),
        box(middle - 60, 48, 120, 26, words.reads, color=ACCENT),
        arrow((middle, 74), (middle, 106)),
        text(4, _TOP + 62, words.pictures, "start"),
        text(4, _TOP + 82, words.looks, "start", 600),
        arrow((4, _TOP + 96), (84, _TOP + 96), color=ACCENT),
        *names,
        *rows,
        _matrix(),
        text(_LEFT, 334, words.pull, "start", 600),
        text(_LEFT, 356, words.push, "start"),
    )


def _shares(name: str) -> str:
    return formula(math(terms("p ( j | i ) ="), fraction("exp ( s · x_i · y_j / T )", "∑ exp ( s · x_i · y_k / T )"),
                        name=name))  # fmt: skip


_ENGLISH = story(
    _drawing(_EN),
    "<p>Two networks, the <i>towers</i>, make a direction of a picture (<i>x</i>) and of words (<i>y</i>): a point "
    "on a "
    "sphere with hundreds of axes. The cosine between two directions says how well they fit.</p>"
    "<p>They learn by <b>contrast</b>. A batch has pictures and their names; all are compared with all. In this matrix "
    "each picture has to find its own name in its row, and each name its picture in its column: two softmaxes, two "
    "cross-entropies. Nobody ever says what an apple is; it is enough to tell it from the rest of the batch.</p>"
    + _shares("share of word j for picture i")
    + "<p>So no list of classes is fixed: any words may be typed afterwards (<i>zero-shot</i>). And what lies near "
    "each "
    "other can be searched, laid on a map, and reckoned with: red apple − red + green.</p>"
    + glossary(
        [
            ("Condition", "The picture, and the words among which it has to choose."),
            ("Noise", "None: the same picture and words give the same bars."),
            (
                "Strength",
                "The temperature <i>T</i>: 0 gives everything to the best word, above 1 the bars even out. <i>s</i> "
                "was "
                "learned along with the towers.",
            ),
            ("Steps", "One pass through each tower."),
        ]
    ),
    bullets(
        "Try it",
        [
            "Type something wrong only under <b>Words, one a line</b>: the bars add up to one all the same.",
            "Add a near word (cat, kitten, 猫): they share what one had.",
            "Drag <b>Temperature</b>: the order stays, the confidence goes.",
        ],
    )
    + '<p class="sources">Radford et al. 2021 (CLIP), Zhai et al. 2022 (LiT: a tower that is locked), Liang et al. '
    "2022 "
    "(why pictures and words keep to two sides of the sphere).</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>两个网络（两座<i>塔</i>）分别把图片变成方向 <i>x</i>、把文字变成方向 <i>y</i>：数百维球面上的一点。两个方向"
    "的余弦"
    "表示它们有多相配。</p>"
    "<p>它们靠<b>对比</b>学习。一个批次里有图片和它们的名称，全部两两比较。在这个矩阵里，每张图片要在自己那一行找到"
    "自己的"
    "名称，每个名称要在自己那一列找到自己的图片：两个 softmax，两个交叉熵。没有人告诉它苹果是什么，能和批次里其他的"
    "区分开"
    "就够了。</p>"
    + _shares("第 i 张图片给第 j 个词的份额")
    + "<p>因此类别没有固定：之后可以输入任何词语（<i>零样本</i>）。彼此靠近的还可以搜索、放到地图上、做算术：红苹果 "
    "− 红色"
    " + 绿色。</p>"
    + glossary(
        [
            ("条件", "图片，以及供它选择的词语。"),
            ("噪声", "没有：同样的图片和词语得到同样的条形。"),
            (
                "强度",
                "温度 <i>T</i>：0 把一切都给最合适的词，高于 1 时条形趋于平均。<i>s</i> 是与两座塔一起学到的。",
            ),
            ("步数", "每座塔各算一遍。"),
        ]
    ),
    bullets(
        "试一试",
        [
            "在<b>词语，每行一个</b>里只写错误的词：条形之和仍然是一。",
            "加一个相近的词（猫、小猫、cat）：它们会平分原来那一份。",
            "拖动<b>温度</b>：顺序不变，把握程度变了。",
        ],
    )
    + '<p class="sources">参考：Radford 等 2021（CLIP）；Zhai 等 2022（LiT：锁定的塔）；Liang 等 2022（为什么图片和'
    "文字各占"
    "球面的一边）。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
