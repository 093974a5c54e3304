"""What the language models are asked: to write on, to say what they think of a text, and to show what is inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from playground.catalog import Checkpoint
from playground.families.controls import Seed, Slider, Words
from playground.families.requests import Request, following_seeds
from playground.language import Text

LONGEST = 4000
TextField = Annotated[
    str,
    Words(
        LONGEST,
        label=Text("Start of the text", "文本开头"),
        help=Text("It goes on from here; empty begins from nothing.", "从这里往下写；留空则从头写起。"),
        content=Text("text", "文字"),
        screened=True,
    ),
]
OrderField = Annotated[
    int,
    Slider(
        1,
        5,
        1,
        label=Text("Order (n)", "阶数 (n)"),
        help=Text(
            "How many tokens an n-gram looks at together: the next one and those before it.",
            "n 元模型一起看多少个词元：下一个词元和它前面的几个。",
        ),
    ),
]


@dataclass(frozen=True)
class WriteSample:
    """One text to write.

    Attributes:
        text: How it begins.
        seed: Seed of the numbers that draw its tokens.
        max_new_tokens: The most tokens that are added.
        temperature: 0 takes the likeliest token each time.
        top_k: Only so many of the likeliest tokens are drawn from; 0 for all.
        top_p: Only the likeliest tokens that together have this probability are drawn from.
        repetition_penalty: How much less likely what stands there already becomes; 1 changes nothing.
        order: How many tokens an n-gram looks at.
    """

    text: str
    seed: int
    max_new_tokens: int
    temperature: float
    top_k: int
    top_p: float
    repetition_penalty: float
    order: int


class WriteTextRequest(Request):
    """Texts that go on from a beginning, token by token."""

    task, title, makes = "write_text", Text("Write on", "续写"), "text"
    strength_field = "temperature"
    text: TextField = "a red"
    temperature: Annotated[
        float,
        Slider(
            0.0,
            2.0,
            0.05,
            label=Text("Temperature", "温度"),
            help=Text(
                "0 always takes the likeliest word; above 1 chance has more to say.",
                "0 总是取最可能的词；高于 1 时更随机。",
            ),
        ),
    ] = 0.8
    top_k: Annotated[
        int,
        Slider(
            0,
            200,
            1,
            label=Text("Top k", "Top k"),
            help=Text("Draw only from so many of the likeliest; 0 for all.", "只从最可能的这么多个中抽取；0 为全部。"),
        ),
    ] = 40
    top_p: Annotated[
        float,
        Slider(
            0.05,
            1.0,
            0.05,
            label=Text("Top p", "Top p"),
            help=Text(
                "Draw only from the likeliest that have this probability together.",
                "只从累计概率达到此值的最可能词中抽取。",
            ),
        ),
    ] = 0.95
    max_new_tokens: Annotated[
        int,
        Slider(
            1,
            256,
            1,
            label=Text("New tokens", "新词元数"),
            help=Text("At most; a text may end before.", "最多这么多；文本可能提前结束。"),
            live=False,
        ),
    ] = 24
    seed: Annotated[
        int,
        Seed(
            label=Text("Seed", "种子"),
            help=Text("The same seed draws the same words.", "相同的种子抽到相同的词。"),
        ),
    ] = -1
    num_texts: Annotated[
        int,
        Slider(
            1,
            20,
            1,
            label=Text("Number of texts", "文本数量"),
            help=Text("Each takes the next seed.", "每段文本使用下一个种子。"),
            live=False,
        ),
    ] = 1
    repetition_penalty: Annotated[
        float,
        Slider(
            1.0,
            2.0,
            0.05,
            label=Text("Repetition penalty", "重复惩罚"),
            help=Text("Makes what stands there already less likely.", "降低已出现词元的概率。"),
            advanced=True,
        ),
    ] = 1.0
    order: OrderField = 5

    def samples(self, checkpoint: Checkpoint) -> list[WriteSample]:
        """One text a seed."""
        return [
            WriteSample(
                self.text, seed, self.max_new_tokens, self.temperature, self.top_k, self.top_p,
                self.repetition_penalty, self.order,
            )
            for seed in following_seeds(self.seed, self.num_texts)
        ]  # fmt: skip


class ReadTextRequest(Request):
    """What a model thinks of every token of a text, and of what may come next."""

    task, title, makes = "read_text", Text("Read along", "逐词评估"), "text"
    text: TextField = "a red apple"
    order: OrderField = 5

    def samples(self, checkpoint: Checkpoint) -> list[ReadTextRequest]:
        """One reading."""
        return [self]


class InsideTextRequest(Request):
    """What goes on in a model after a text: a transformer's heads, an LSTM's gates, an n-gram's counts."""

    task, title, makes = "inside_text", Text("Look inside", "看看内部"), "scores"
    text: TextField = "a red apple on a"
    order: OrderField = 5

    def samples(self, checkpoint: Checkpoint) -> list[InsideTextRequest]:
        """One look."""
        return [self]
