"""How texts are written: counts, a memory, attention; one picture, three formulas, four words."""

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
    said: tuple[str, str, str, str]
    ngram: str
    counts: str
    lstm: str
    memory: str
    gpt: str
    attention: str
    next: str


_EN = _Labels(
    title="Three ways to foretell the next word: counts of the last words, a memory that is passed on, "
    "attention to all",
    said=("a", "red", "apple", "on"),
    ngram="n-gram",
    counts="looks up the last n − 1",
    lstm="LSTM",
    memory="passes a memory on",
    gpt="transformer (GPT-2)",
    attention="looks back at every word",
    next="next?",
)
_ZH = _Labels(
    title="预测下一个词的三种方法：数最近几个词，传递一份记忆，注意所有的词",
    said=("一个", "红", "苹果", "在"),
    ngram="n 元模型",
    counts="查最近 n − 1 个词的计数",
    lstm="LSTM",
    memory="把一份记忆传下去",
    gpt="Transformer（GPT-2）",
    attention="回看每一个词",
    next="接着？",
)
_PLACES = (40, 104, 168, 232)
_NEXT = 302


def _words(words: _Labels, y: float, seen: int) -> str:
    drawn = [
        box(x - 28, y, 56, 26, said, color=ACCENT if place >= 4 - seen else INK)
        for place, (x, said) in enumerate(zip(_PLACES, words.said, strict=True))
    ]
    return "".join(drawn) + box(_NEXT - 30, y, 60, 26, words.next, color=ACCENT)


def _arc(x: float, y: float, height: float, weight: float) -> str:
    middle = (x + _NEXT) / 2
    return f'<path d="M{x} {y}Q{middle} {y - height} {_NEXT} {y}" stroke="{ACCENT}" stroke-width="{weight}"/>'


def _drawing(words: _Labels) -> str:
    chain = [arrow((x + 29, 189), (x + 35, 189), color=ACCENT) for x in _PLACES]
    looks = [_arc(x, 302, 20 + 0.28 * (_NEXT - x), weight) for x, weight in zip(_PLACES, (1, 2, 3.4, 1.6), strict=True)]
    return svg(
        372,
        words.title,
        text(4, 16, words.ngram, "start", 600),
        text(4, 34, words.counts, "start"),
        _words(words, 46, 3),
        arrow((104, 73), (104, 92), (_NEXT, 92), (_NEXT, 73), color=ACCENT),
        text(4, 136, words.lstm, "start", 600),
        text(4, 154, words.memory, "start"),
        _words(words, 176, 4),
        *chain,
        text(4, 236, words.gpt, "start", 600),
        text(4, 254, words.attention, "start"),
        *looks,
        _words(words, 304, 4),
    )


def _chain(name: str) -> str:
    return formula(math(terms("p ( w_1 … w_T ) = ∏ p ( w_t | w_1 … w_s )"), name=name))


def _counts(kept: str, shorter: str) -> str:
    return formula(
        math(terms("p ( w | h ) =")),
        math(fraction("max ( c ( h w ) − D , 0 )", "c ( h )"), name=kept),
        math(terms("+ γ ( h ) p ( w | h′ )"), name=shorter),
    )


def _cell(kept: str, new: str) -> str:
    return formula(math(terms("c_t = f_t · c_s"), name=kept), math(terms("+ i_t · g_t"), name=new))


def _attention(name: str) -> str:
    return formula(math(terms("softmax ("), fraction("q k", "√d"), terms(") v"), name=name))


_ENGLISH = story(
    _drawing(_EN),
    "<p>A language model does one thing: it says how likely every token is to come next. To write, draw one, put it "
    "behind the text, and ask again.</p>" + _chain("s is the token before t") + "<p>The <b>n-gram</b> counts. How "
    "often was <i>w</i> seen after the last few tokens <i>h</i>? Most long contexts were never seen, so it takes a "
    "little (<i>D</i>) off every count and gives it to a context <i>h′</i> that is one token shorter: it <i>backs "
    "off</i>.</p>"
    + _counts("what it counted", "what the shorter one says")
    + "<p>The <b>LSTM</b> reads from left to right and carries a memory <i>c</i>. Gates decide what is forgotten "
    "(<i>f</i>), and what is written anew (<i>i</i>). Its memory has one size, however long the text.</p>"
    + _cell("keep", "write")
    + "<p>The <b>transformer</b> keeps everything and looks back: each head compares what it looks for (<i>q</i>) with "
    "what every earlier token offers (<i>k</i>), and takes most of what fits best (<i>v</i>). Several heads in several "
    "layers look for different things.</p>"
    + _attention("attention")
    + glossary(
        [
            ("Condition", "The start of the text. All that is written depends on it, and on nothing else but chance."),
            ("Noise", "One random number a token, from the seed: same seed, same start, same text."),
            (
                "Strength",
                "The temperature. Below 1 what is likely becomes likelier, at 0 only the likeliest is taken; above 1 "
                "the unlikely gets its turn. Top k and top p cut the unlikely off altogether.",
            ),
            ("Steps", "As many as tokens: each has to wait for the one before it."),
        ]
    ),
    bullets(
        "Try it",
        [
            "Set <b>Temperature</b> to 0, then to 1.5, with the same <b>Seed</b>.",
            "Set <b>Order (n)</b> to 1: the n-gram forgets the text. At 2 it knows one token, and so on.",
            "Type a word that never stood there: whose <b>perplexity</b> jumps most? It says among how many equally "
            "likely tokens the model seemed to choose.",
        ],
    )
    + '<p class="sources">Shannon 1948 (n-grams), Kneser &amp; Ney 1995 and Chen &amp; Goodman 1999 (smoothing), '
    "Hochreiter &amp; Schmidhuber 1997 (LSTM), Vaswani et al. 2017 (attention), Radford et al. 2019 (GPT-2). All three "
    "here learned from the same text with the same tokens.</p>",
)

_CHINESE = story(
    _drawing(_ZH),
    "<p>语言模型只做一件事：说出每个词元接下来出现的可能性。要写作，就抽一个，接到文本后面，再问一遍。</p>"
    + _chain("s 是 t 的前一个词元")
    + "<p><b>n 元模型</b>靠数数：在最近几个词元 <i>h</i> 之后，<i>w</i> 出现过多少次？较长的上文大多从未见过，于"
    "是它从每个"
    "计数里扣下一点（<i>D</i>），交给短一个词元的上文 <i>h′</i>：这叫<i>回退</i>。</p>"
    + _counts("数到的", "较短上文的意见")
    + "<p><b>LSTM</b> 从左往右读，带着一份记忆 <i>c</i>。门决定忘掉什么（<i>f</i>），写入什么（<i>i</i>）。无论"
    "文本多长，"
    "它的记忆都一样大。</p>"
    + _cell("保留", "写入")
    + "<p><b>Transformer</b> 什么都留着，随时回看：每个头把自己要找的（<i>q</i>）与之前每个词元提供的（"
    "<i>k</i>）相比，最相配"
    "的取得最多（<i>v</i>）。若干层里的若干个头各找各的。</p>"
    + _attention("注意力")
    + glossary(
        [
            ("条件", "文本的开头。写出的一切都取决于它，此外只有偶然。"),
            ("噪声", "每个词元一个随机数，由种子决定：种子相同、开头相同，文本就相同。"),
            (
                "强度",
                "温度。低于 1 时可能的更可能，为 0 时只取最可能的；高于 1 时不太可能的也有机会。Top k 和 Top p "
                "则把不太可能的直接去掉。",
            ),
            ("步数", "有多少词元就有多少步：每个都得等前一个。"),
        ]
    ),
    bullets(
        "试一试",
        [
            "<b>种子</b>不变，把<b>温度</b>设为 0，再设为 1.5。",
            "把<b>阶数 (n)</b> 设为 1：n 元模型就忘了上文；设为 2，它记得一个词元，依此类推。",
            "输入一个从没在那里出现过的词：谁的<b>困惑度</b>跳得最高？它表示模型仿佛在多少个同样可能的词元中挑选。",
        ],
    )
    + '<p class="sources">参考：Shannon 1948（n 元模型）；Kneser 与 Ney 1995、Chen 与 Goodman 1999（平滑）；'
    "Hochreiter 与 "
    "Schmidhuber 1997（LSTM）；Vaswani 等 2017（注意力）；Radford 等 2019（GPT-2）。这里的三个模型学的是同样的文"
    "本，用同样的词元。</p>",
)

STORY = Text(_ENGLISH, _CHINESE)
