"""A comparison: what several generators made of one condition, with figures that fill while they do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from playground.errors import UnreadableFile
from playground.language import Text
from playground.media.cards import table_card
from playground.media.lettering import font_of
from playground.media.metadata import Metadata
from playground.media.pictures import sheet
from playground.media.png import write_png
from playground.media.sidecars import read_sidecar, write_sidecar
from playground.media.writing import write_whole
from playground.outcomes.base import Again, Destination, Kind, Layout, recorded_shapes, register
from playground.outcomes.scores import Scores, as_csv, as_html, plain_scores, scores_of
from playground.outcomes.sheet import difference_in_words, opened, picture_html

REAL = "real"
"""Name of the row that stands for real pictures which no generator has seen."""
TIMED = ("seconds",)
"""Figures that are another each time, however alike the pictures are."""
SAME = Text(
    "Made again: bit-equal. Every picture and every figure is the same.",
    "已重新生成：逐位相同，每张图片和每个数值都完全一致。",
)


@dataclass(frozen=True)
class Comparison:
    """What several generators made.

    Attributes:
        names: The generators, in order; the last may be ``real``.
        sheets: Their samples, one sheet each.
        forming: A picture each in the making; nothing once all of them are made.
        scores: A row a generator, a column a figure.
        spreads: The same for the figures' standard deviations over bootstraps.
        info: May carry a ``notice``.
    """

    names: tuple[str, ...]
    sheets: tuple[Image.Image, ...]
    forming: tuple[Image.Image, ...]
    scores: Scores
    spreads: Scores
    info: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def lasting(self) -> Scores:
        """The figures that are the same whenever the same is made."""
        return without(self.scores, TIMED)


def without(scores: Scores, names: Sequence[str]) -> Scores:
    """Leave columns out of a table."""
    kept = [place for place, column in enumerate(scores.columns) if column not in names]
    return Scores(
        scores.rows,
        tuple(scores.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in scores.values),
    )


@register
class ComparisonKind(Kind[Comparison]):
    """A PNG a generator, a table, one picture of all, and one ``.json`` with the figures and the settings."""

    name, endings = "comparison", (".png", ".csv", ".json")
    same = SAME

    def write(self, made: Sequence[Comparison], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write the sheets, the picture of all, the table, then the file that carries everything."""
        one = made[0]
        parts, written = len(one.names) + 3, list[Path]()
        for index, picture in enumerate(one.sheets):
            written.append(write_png(picture, to.folder / f"{to.stem}-{index}.png", to.record(0, index, parts)))
            yield written[-1]
        written.append(write_png(self.picture(made, layout), to.whole(".png"), to.record(0, parts - 3, parts)))
        yield written[-1]
        table = as_csv(one.scores).encode()
        written.append(write_whole(to.folder / f"{to.stem}-{len(one.names)}.csv", table))
        yield written[-1]
        contents = {"names": list(one.names), **self.report(made)}
        yield write_sidecar(to.whole(".json"), contents, written, to.record(0, parts - 1, parts))

    def read(self, files: Sequence[Path], record: Metadata) -> list[Comparison]:
        """Read the sheets and the file that carries the figures."""
        told = next(file for file in files if file.suffix == ".json")
        contents = read_sidecar(told)
        scores = scores_of(contents, told)
        names = contents.get("names")
        if len(scores) != 2 or not isinstance(names, list):
            raise UnreadableFile(
                f"The file {told.name} holds no comparison of ours. Use the original file.",
                f"文件 {told.name} 里没有本应用的比较结果。请使用原始文件。",
            )
        sheets = tuple(opened(file) for file in files[: len(names)])
        return [Comparison(tuple(map(str, names)), sheets, (), scores[0], scores[1])]

    def picture(self, made: Sequence[Comparison], layout: Layout, scale: int | None = None) -> Image.Image:
        """Put the sheets side by side, each with its name, and the figures below them."""
        one = made[0]
        labels = [f"{name}" for name in one.names]
        above = sheet(one.sheets, len(one.sheets), scale=scale or 2, labels=labels)
        return _with_table(above, without(one.scores, ()))

    def card(self, id: str, files: Sequence[Path]) -> Image.Image:
        """Return the picture of all."""
        whole = next((file for file in files if file.suffix == ".png" and file.stem == id), None)
        return opened(whole).convert("RGB") if whole else table_card([("comparison", "")])

    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Show the sheets with their names, and the table."""
        sheets = [(file, content) for file, content in files if file.suffix == ".png"][:-1]
        told = next(json.loads(content) for file, content in files if file.suffix == ".json")
        shown = "".join(
            f"<figure>{picture_html(file, content, words)}<figcaption>{escape(str(name))}</figcaption></figure>"
            for name, (file, content) in zip(told["names"], sheets, strict=False)
        )
        return shown + "".join(as_html(content) for file, content in files if file.suffix == ".csv")

    def shown(self, files: Sequence[Path]) -> list[Path]:
        """Return the picture of all."""
        return [file for file in files if file.suffix == ".png"][-1:]

    def compare(self, new: Path, old: Path) -> Text | None:
        """Compare every pixel of a sheet, or every figure that lasts."""
        if new.suffix == ".png":
            return difference_in_words(new, old)
        now, was = (scores_of(read_sidecar(file), file) for file in (new, old))
        differ = [without(one, TIMED) != without(other, TIMED) for one, other in zip(now, was, strict=True)]
        return Text("the figures differ", "数值不同") if any(differ) else None

    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Make all of it; of a single file, compare that one."""
        compared = [(place, file) for place, file in enumerate(files) if _is_compared(place, file, len(files))]
        if len(files) != record.parts:
            compared = [(record.part, files[0])]
        return Again(dict(record.request), recorded_shapes(record), False, compared)

    def report(self, made: Sequence[Comparison]) -> dict[str, Any]:
        """Give the figures and, as a second table, their spreads."""
        return {"scores": [plain_scores(each) for one in made for each in (one.scores, one.spreads)]}


def _is_compared(place: int, file: Path, count: int) -> bool:
    """The sheets and the last file; the picture of all and the table say how long it took."""
    return file.suffix == ".json" or (file.suffix == ".png" and place < count - 3)


def _with_table(above: Image.Image, scores: Scores) -> Image.Image:
    """Write a table below a picture, on paper of its width or wider."""
    from PIL import ImageDraw

    font, line, first, wide = font_of(14), 22, 110, 92
    page = Image.new(
        "RGB",
        (max(above.width, first + wide * len(scores.columns) + 12), above.height + line * (len(scores.rows) + 2)),
        "white",
    )
    page.paste(above, (0, 0))
    pen = ImageDraw.Draw(page)
    for row, (name, values) in enumerate([("", scores.columns), *zip(scores.rows, scores.values, strict=True)]):
        top = above.height + 10 + row * line
        pen.text((8, top), name, "black", font)
        for column, value in enumerate(values):
            said = value[:12] if isinstance(value, str) else "–" if value is None else f"{value:.4g}"
            pen.text((first + (column + 1) * wide, top), said, "black", font, anchor="ra")
    return page
