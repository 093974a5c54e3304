"""What the zero-shot family is asked: how well words fit a picture, and where pictures and words lie in its space."""

from __future__ import annotations

from typing import Annotated

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.controls import Slider, Words
from playground.families.picture_input import LookedAtField
from playground.families.requests import Request
from playground.language import Text

LONGEST_WORDS, MOST_WORDS = 4000, 100
NO_WORDS = Text(
    "There are no words to choose from: write one thing a line, such as cat, dog, 苹果.",
    "没有可选的词语：请每行写一个，例如 cat、dog、苹果。",
)
TOO_MANY = Text("At most {} lines are compared; there are {}.", "最多比较 {} 行，现有 {} 行。")
NOTHING = Text("There is nothing to embed: send an image or words.", "没有可嵌入的内容：请发送图片或词语。")

WordsField = Annotated[
    str,
    Words(
        LONGEST_WORDS,
        label=Text("Words, one a line", "词语，每行一个"),
        help=Text("In English or Chinese, mixed as you like.", "英文或中文，可任意混用。"),
        content=Text("lines of text", "多行文字"),
        lines=True,
    ),
]
ZeroShotTemperatureField = Annotated[
    float,
    Slider(
        0.0,
        10.0,
        0.1,
        label=Text("Temperature", "温度"),
        help=Text(
            "1 is what training found; higher evens the bars out; 0 gives everything to the best word.",
            "1 是训练得到的值；越高条形越平均；0 表示全部给最合适的词。",
        ),
    ),
]


class ZeroShotRequest(Request):
    """How well each of some words fits a picture (Radford et al. 2021): bars that add up to one."""

    task, title, makes = "zero_shot", Text("Words for a picture", "图片与词语"), "scores"
    image: LookedAtField = ""
    words: WordsField = "cat\ndog\napple\nrocket\nghost\n汽车\n花"
    temperature: ZeroShotTemperatureField = 1.0

    def samples(self, checkpoint: Checkpoint) -> list[ZeroShotRequest]:
        """One table."""
        return [self]

    @property
    def lines(self) -> list[str]:
        """The words, each once, in order."""
        return list(dict.fromkeys(line.strip() for line in self.words.splitlines() if line.strip()))


class EmbedRequest(Request):
    """Where a picture, or words, lie in the space of both: a direction, as numbers whose squares add up to one."""

    task, title, makes = "embed", Text("Embedding", "嵌入"), "scores"
    image: LookedAtField = ""
    words: Annotated[str, Words(200, label=Text("Words", "词语"), content=Text("text", "文字"))] = ""

    def samples(self, checkpoint: Checkpoint) -> list[EmbedRequest]:
        """One direction."""
        return [self]


def refuse_wordless(request: ZeroShotRequest) -> None:
    """Refuse words that are none, or too many.

    Raises:
        InvalidInput: So it is.
    """
    lines = request.lines
    if not lines:
        raise InvalidInput("words", *NO_WORDS)
    if len(lines) > MOST_WORDS:
        raise InvalidInput("words", *TOO_MANY.format(MOST_WORDS, len(lines)))
