"""Scores: tables of named numbers, which may fill while they are measured."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from playground.errors import UnreadableFile
from playground.language import Text
from playground.media.cards import table_card
from playground.media.metadata import Metadata
from playground.media.pictures import sheet
from playground.media.sidecars import read_sidecar, write_sidecar
from playground.media.writing import write_whole
from playground.outcomes.base import Again, Destination, Kind, Layout, recorded_shapes, register

NOT_YET = "–"
OTHER_NAMES = Text("its rows or columns have other names", "行或列的名称不同")
DIFFERS = Text("the largest difference is {:.3g}, in {} · {}", "最大相差 {:.3g}，位于 {} · {}")


@dataclass(frozen=True)
class Scores:
    """One table.

    Attributes:
        rows: What was measured of, one name each.
        columns: What was measured, one name each.
        values: Row by row; None where nothing is measured yet, or nothing can be.
        info: May carry a ``notice``.

    Raises:
        ValueError: There are more or fewer values than places.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    info: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """See that every place has its value."""
        if [len(row) for row in self.values] != [len(self.columns)] * len(self.rows):
            raise ValueError(f"{len(self.rows)} × {len(self.columns)} scores need as many values")

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Name and value of every place, in words."""
        single = len(self.columns) == 1
        return [
            (row if single else f"{row} · {column}", NOT_YET if value is None else f"{value:.4g}")
            for row, values in zip(self.rows, self.values, strict=True)
            for column, value in zip(self.columns, values, strict=True)
        ]


@register
class ScoresKind(Kind[Scores]):
    """A ``.csv`` a table, and one ``.json`` with all of them and the settings."""

    name, endings, own_seeds, in_words = "scores", (".csv", ".json"), True, True
    same = Text("Made again: bit-equal. Every number is the same.", "已重新生成：逐位相同，每个数值完全一致。")

    def write(self, made: Sequence[Scores], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write the tables, then the file that carries everything."""
        written = []
        for index, scores in enumerate(made):
            written.append(write_whole(to.single(index, ".csv"), as_csv(scores).encode("utf-8", "replace")))
            yield written[-1]
        record = to.record(0, len(made), len(made) + 1)
        yield write_sidecar(to.whole(".json"), self.report(made), written, record)

    def read(self, files: Sequence[Path], record: Metadata) -> list[Scores]:
        """Read the file that carries everything."""
        return _read(next(file for file in files if file.suffix == ".json"))

    def picture(self, made: Sequence[Scores], layout: Layout, scale: int | None = None) -> Image.Image:
        """Draw a card a table, in rows."""
        return sheet([table_card(scores.lines) for scores in made], layout.columns, scale=scale or 1)

    def card(self, id: str, files: Sequence[Path]) -> Image.Image:
        """Draw the first rows of the first table."""
        return table_card(_read(next(file for file in files if file.suffix == ".json"))[0].lines)

    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Show the tables."""
        return "".join(as_html(content) for file, content in files if file.suffix == ".csv")

    def compare(self, new: Path, old: Path) -> Text | None:
        """Find the largest difference of any number."""
        tables, were = _read(new), _read(old)
        names = [(scores.rows, scores.columns) for scores in tables]
        if names != [(scores.rows, scores.columns) for scores in were]:
            return OTHER_NAMES
        furthest, where = 0.0, ("", "")
        for scores, was in zip(tables, were, strict=True):
            for row, now, then in zip(scores.rows, scores.values, was.values, strict=True):
                for column, one, other in zip(scores.columns, now, then, strict=True):
                    apart = 0.0 if one == other else math.inf if one is None or other is None else abs(one - other)
                    if apart > furthest:
                        furthest, where = apart, (row, column)
        return DIFFERS.format(furthest, *where) if furthest else None

    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Measure all of them, and compare the files that carry everything."""
        return Again(dict(record.request), recorded_shapes(record), False, [(record.parts - 1, files[-1])])

    def report(self, made: Sequence[Scores]) -> dict[str, Any]:
        """Give every table."""
        return {"scores": [plain_scores(scores) for scores in made]}


def plain_scores(scores: Scores) -> dict[str, Any]:
    """Return a table as plain data, without what is no number."""
    values = [[value if value is not None and math.isfinite(value) else None for value in row] for row in scores.values]
    return {"rows": list(scores.rows), "columns": list(scores.columns), "values": values}


def as_csv(scores: Scores) -> str:
    """Return a table as lines of values with commas between them; what is not known is left out."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["", *scores.columns])
    for row, values in zip(scores.rows, scores.values, strict=True):
        table.writerow([row, *("" if value is None else value for value in values)])
    return text.getvalue()


def as_html(content: bytes) -> str:
    """Return what ``as_csv`` wrote as a table of HTML."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8", "replace"))))
    rows = ["".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in line) for line, tag in _tagged(lines)]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _tagged(lines: list[list[str]]) -> Iterator[tuple[list[str], str]]:
    for index, line in enumerate(lines):
        yield line, "td" if index else "th"


def _read(file: Path) -> list[Scores]:
    return scores_of(read_sidecar(file), file)


def scores_of(contents: Mapping[str, Any], file: Path) -> list[Scores]:
    """Return the tables in what a file holds.

    Raises:
        UnreadableFile: There are none.
    """
    found: Any = contents.get("scores")
    try:
        return [
            Scores(
                tuple(map(str, table["rows"])),
                tuple(map(str, table["columns"])),
                tuple(tuple(None if value is None else float(value) for value in row) for row in table["values"]),
            )
            for table in found  # what is not a list of ours raises
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile(
            f"The file {file.name} holds no scores of ours. Use the original file.",
            f"文件 {file.name} 里没有本应用的数值。请使用原始文件。",
        ) from error
