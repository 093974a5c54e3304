"""How a picture becomes a phrase: an encoder that looks, a decoder that writes and looks again for every word."""

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
    picture: str
    encoder: str
    places: str
    decoder: str
    looks: str
    start: str
    said: tuple[str, str]
    end: str


_EN = _Labels(
    title="The encoder makes 8 × 8 places of a picture; for every word the decoder looks at the places that matter "
    "and writes the next word",
    picture="picture",
    encoder="encoder: looks once",
    places="8 × 8 places",
    decoder="decoder: word by word",
    looks="attention",
    start="‹en›",
    said=("red", "apple"),
    end="end",
)
_ZH = _Labels(
    title="编码器把图片变成 8 × 8 个位置；每写一个词，解码器都看看重要的位置，再写下一个词",
    picture="图片",
    encoder="编码器：看一次",
    places="8 × 8 个位置",
    decoder="解码器：逐词写",
    looks="注意力",
    start="‹zh›",
    said=("红色", "苹果"),
    end="结束",
)
_SIDE, _LEFT, _TOP = 15, 40, 96
_LOOKED = {(3, 3), (3, 4), (4, 3), (4, 4), (2, 4), (5, 3), (4, 5)}


def _places() -> str:
    return "".join(
        f'<rect x="{_LEFT + column * _SIDE}" y="{_TOP + row * _SIDE}" width="{_SIDE - 2}" height="{_SIDE - 2}" rx="2" '
        f'fill="{ACCENT}" fill-opacity="{0.85 if (row, column) in _LOOKED else 0.12}" stroke="{INK}" '
        'stroke-width="0.3"/>'
        for row in range(8)
        for column in range(8)
    )


def _drawing(words: _Labels) -> str:
    middle = _LEFT + 4 * _SIDE
    ladder = []
    for place, (above, below) in enumerate(zip((words.start, *words.said), (*words.said, words.end), strict=True)):
        y = 84 + place * 62
        ladder += [
            box(216, y, 54, 26, above),
            arrow((270, y + 13), (282, y + 13), color=ACCENT),
            box(284, y, 54, 26, below, color=ACCENT),
        ]
    heights = [97 + place * 62 for place in range(3)]
    looks = [arrow((_LEFT + 8 * _SIDE + 4, 156), (196, 156), (196, y), (212, y), color=ACCENT) for y in heights]
    return svg(
        282,
        words.title,
        box(middle - 44, 4, 88, 26, words.picture),
        arrow((middle, 30), (middle, 60)),
        text(4, 82, words.encoder, "start", 600),
        _places(),
        text(middle, 236, words.places),
        text(338, 60, words.decoder, "end", 600),
        text(168, 262, words.looks, "start"),
        *looks,
        *ladder,
    )


def _attention(name: str) -> str:
    return formula(math(terms("softmax ("), fraction("q k", "√d"), terms(") v"), name=name))


def _chain(name: str) -> str:
    return formula(math(terms("p ( w_1 … w_T | x ) = ∏ p ( w_t | w_1 … w_s , x )"), name=name))


_ENGLISH = story(
    _drawing(_EN),
    "<p>The <b>encoder</b> looks at the picture once and leaves, for each of 8 × 8 places, what it saw there. Here "
    "that "
    "is the image tower of emoji-clip, which stays as it was. The <b>decoder</b> is a small language model that writes "
    "one word after the other.</p>"
    + _chain("s is the word before t, x the picture")
    + "<p>Before each word it looks at "
    "the picture again, by <b>cross-attention</b>: what it wants to know (<i>q</i>) is compared with what each place "
    "offers (<i>k</i>), and most is taken (<i>v</i>) from where they fit. Point at a word of a caption: the warm "
    "places "
    "are those.</p>"
    + _attention("where it looks, and what it takes from there")
    + "<p>The first word is seldom the best beginning of all. <b>Beam search</b> follows several beginnings at once "
    "and "
    "keeps the likeliest; those that reached an end stand below the caption, as a tree.</p>"
    + glossary(
        [
            ("Condition", "The picture, and the language: one token at the start says which."),
            ("Noise", "None at temperature 0; above, one random number for every word that could come, from the seed."),
            ("Strength", "The temperature: 0 takes what is likeliest, higher lets the unlikely have its turn."),
            ("Steps", "As many as words, times the beams."),
        ]
    ),
    bullets(
        "Try it",
        [
            "Set <b>Beam width</b> to 1, then to 8: does the phrase change, and its probability?",
            "Set <b>Temperature</b> to 1.5 and try several values of <b>Seed</b>: that is what it was unsure about.",
            "Change <b>Language</b>: where does it look for a word that stands elsewhere?",
        ],
    )
    + '<p class="sources">Vinyals et al. 2015 (show and tell), Xu et al. 2015 (attention to a picture), Vaswani et al. '
    "2017 (transformers), Kool et al. 2019 (beams that are drawn).</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p><b>编码器</b>把图片看一遍，在 8 × 8 个位置上各留下它看到的东西。这里用的是 emoji-clip 的图像塔，原样不动。"
    "<b>解码器</b>是一个小语言模型，一个词一个词地写。</p>"
    + _chain("s 是 t 的前一个词，x 是图片")
    + "<p>写每个词之前，它都通过<b>交叉注意力</b>再看一眼图片：把想知道的（<i>q</i>）与每个位置提供的（<i>k</i>）相"
    "比，从最"
    "相配的地方取得最多（<i>v</i>）。指向说明中的一个词：发热的就是那些位置。</p>"
    + _attention("看哪里，从那里取什么")
    + "<p>第一个词最可能，未必是最好的开头。<b>束搜索</b>同时跟踪几个开头，留下最可能的；到达结尾的以树的形式列在说明"
    "下面。</p>"
    + glossary(
        [
            ("条件", "图片，以及语言：开头的一个词元说明用哪种。"),
            ("噪声", "温度为 0 时没有；高于 0 时，每个可能的词一个随机数，由种子决定。"),
            ("强度", "温度：0 取最可能的，越高，不太可能的越有机会。"),
            ("步数", "有多少词就有多少步，再乘以束宽。"),
        ]
    ),
    bullets(
        "试一试",
        [
            "把<b>束宽</b>设为 1，再设为 8：句子变了吗，概率呢？",
            "把<b>温度</b>设为 1.5，换几个<b>种子</b>：那就是它拿不准的地方。",
            "换一种<b>语言</b>：词序不同时，它看哪里？",
        ],
    )
    + '<p class="sources">参考：Vinyals 等 2015（看图说话）；Xu 等 2015（对图片的注意力）；Vaswani 等 2017（'
    "Transformer）；"
    "Kool 等 2019（带随机的束搜索）。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
