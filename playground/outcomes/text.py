"""Texts: what a language model wrote, with what it thought of every token and what else it might have said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from playground.errors import UnreadableFile
from playground.language import Text
from playground.media.cards import text_card
from playground.media.metadata import Metadata
from playground.media.pictures import sheet
from playground.media.sidecars import read_sidecar, write_sidecar
from playground.media.writing import write_whole
from playground.outcomes.base import Again, Destination, Kind, Layout, recorded_shapes, register

FIRST_TOKEN = Text(
    "text {}, token {}: it was {!r} ({:.1%}), now {!r} ({:.1%})",
    "第 {} 段文本的第 {} 个词元：原为 {!r}（{:.1%}），现为 {!r}（{:.1%}）",
)
PROBABILITY = Text(
    "the words are the same; a token's probability differs by {:.2g}", "文字相同；词元概率最多相差 {:.2g}"
)
OTHER_NUMBER = Text("there are {} texts, and were {}", "现有 {} 段文本，原有 {} 段")
REST = Text("the tokens are the same, what is kept beside them differs", "词元相同，其余记录不同")


@dataclass(frozen=True)
class Token:
    """One step of a text.

    Attributes:
        text: What it adds.
        probability: What the model gave it, from 0 to 1.
        alternatives: The likeliest others with their probabilities, the likeliest first.
        looked: Where in a picture the model looked for it: a square map, row by row, the largest 1; empty without one.
        given: Whether a visitor wrote it, and not the model.
    """

    text: str
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()
    looked: tuple[float, ...] = ()
    given: bool = False


@dataclass(frozen=True)
class Passage:
    """One text.

    Attributes:
        text: All of it.
        tokens: How it came about; empty where that is not known.
        alternatives: Other whole texts with their probabilities, the likeliest first.
        info: May carry a ``notice``.
        scores: Numbers by name that say how well it reads, such as its perplexity.
    """

    text: str
    tokens: tuple[Token, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    info: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    scores: dict[str, float] = field(default_factory=dict)


@register
class TextKind(Kind[Passage]):
    """A ``.txt`` a text, and one ``.json`` with all of them, their tokens and the settings."""

    name, endings, own_seeds, in_words = "text", (".txt", ".json"), True, True
    same = Text(
        "Made again: bit-equal. Every token and its probability are the same.",
        "已重新生成：逐位相同，每个词元及其概率完全一致。",
    )

    def write(self, made: Sequence[Passage], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write the texts, then the file that carries everything."""
        written = []
        for index, passage in enumerate(made):
            content = passage.text.encode("utf-8", "replace")
            written.append(write_whole(to.single(index, ".txt"), content))
            yield written[-1]
        record = to.record(0, len(made), len(made) + 1)
        yield write_sidecar(to.whole(".json"), self.report(made), written, record)

    def read(self, files: Sequence[Path], record: Metadata) -> list[Passage]:
        """Read the file that carries everything."""
        return _read(next(file for file in files if file.suffix == ".json"))

    def picture(self, made: Sequence[Passage], layout: Layout, scale: int | None = None) -> Image.Image:
        """Draw a card a text, in rows."""
        return sheet([text_card(passage.text) for passage in made], layout.columns, scale=scale or 1)

    def card(self, id: str, files: Sequence[Path]) -> Image.Image:
        """Draw the beginning of the first text."""
        first = next(file for file in files if file.suffix == ".txt")
        return text_card(first.read_text(encoding="utf-8", errors="replace"))

    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Quote the texts."""
        texts = [content.decode("utf-8", "replace") for file, content in files if file.suffix == ".txt"]
        return "".join(f"<blockquote>{escape(text)}</blockquote>" for text in texts)

    def compare(self, new: Path, old: Path) -> Text | None:
        """Find the first token that differs."""
        passages, were = _read(new), _read(old)
        if len(passages) != len(were):
            return OTHER_NUMBER.format(len(passages), len(were))
        furthest = 0.0
        for number, (passage, was) in enumerate(zip(passages, were, strict=True), 1):
            tokens, earlier = _tokens(passage), _tokens(was)
            for place in range(max(len(tokens), len(earlier))):
                now = tokens[place] if place < len(tokens) else Token("", 0.0)
                then = earlier[place] if place < len(earlier) else Token("", 0.0)
                if now.text != then.text:
                    values = (then.text, then.probability, now.text, now.probability)
                    return FIRST_TOKEN.format(number, place + 1, *values)
                furthest = max(furthest, abs(now.probability - then.probability))
        if furthest:
            return PROBABILITY.format(furthest)
        return None if passages == were else REST

    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Make all of them, and compare the files that carry everything."""
        count = record.parts - 1
        return Again(dict(record.request), recorded_shapes(record), False, [(count, files[-1])])

    def report(self, made: Sequence[Passage]) -> dict[str, Any]:
        """Give every text with its tokens and alternatives, and a table of their scores where they have some."""
        told: dict[str, Any] = {"texts": [_plain(passage) for passage in made]}
        if names := list(dict.fromkeys(name for passage in made for name in passage.scores)):
            rows = [str(number) for number in range(1, len(made) + 1)]
            values = [[passage.scores.get(name) for name in names] for passage in made]
            told["scores"] = [{"rows": rows, "columns": names, "values": values}]
        return told


def _plain(passage: Passage) -> dict[str, Any]:
    tokens = [
        {
            "text": token.text,
            "probability": token.probability,
            "alternatives": [list(each) for each in token.alternatives],
            **({"looked": list(token.looked)} if token.looked else {}),
            **({"given": True} if token.given else {}),
        }
        for token in passage.tokens
    ]
    told = {"text": passage.text, "tokens": tokens, "alternatives": [list(other) for other in passage.alternatives]}
    return told | ({"scores": passage.scores} if passage.scores else {})


def _read(file: Path) -> list[Passage]:
    found: Any = read_sidecar(file).get("texts")
    try:
        return [
            Passage(
                str(text["text"]),
                tuple(
                    Token(
                        str(token["text"]),
                        float(token["probability"]),
                        _pairs(token["alternatives"]),
                        tuple(map(float, token.get("looked", ()))),
                        given=bool(token.get("given")),
                    )
                    for token in text["tokens"]
                ),
                _pairs(text["alternatives"]),
                scores={str(name): float(value) for name, value in text.get("scores", {}).items()},
            )
            for text in found  # what is not a list of ours raises
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile(
            f"The file {file.name} holds no texts of ours. Use the original file.",
            f"文件 {file.name} 里没有本应用的文本。请使用原始文件。",
        ) from error


def _pairs(found: Any) -> tuple[tuple[str, float], ...]:
    return tuple((str(text), float(probability)) for text, probability in found)


def _tokens(passage: Passage) -> tuple[Token, ...]:
    """Return a text's tokens; of one without, its words."""
    return passage.tokens or tuple(Token(word, 1.0) for word in passage.text.split())
