"""A grid as one picture: a heading above every column, beside every row and above every table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from playground.media.lettering import FAINT, INK, PAPER, font_of, wrapped
from playground.media.pictures import enlarge, opaque

GAP, PADDING = 4, 8
SMALLEST_TILE = 96


@dataclass(frozen=True)
class Table:
    """One table of a grid.

    Attributes:
        title: What stands above it; empty for nothing.
        columns: Headings of the columns.
        rows: Headings of the rows; a single empty one for a plain row.
        pictures: Row by row; None where there is no picture.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[str]
    pictures: Sequence[Image.Image | None]


def labelled_grid(tables: Sequence[Table], corner: str = "") -> Image.Image:
    """Draw tables below each other on one page.

    Args:
        tables: At least one, with at least one picture among them.
        corner: What the columns and rows are, above the row headings.
    """
    pictures = [picture for table in tables for picture in table.pictures if picture]
    if not pictures:
        raise ValueError("a grid needs at least one picture")
    width, height = max(picture.width for picture in pictures), max(picture.height for picture in pictures)
    scale = max(1, -(-SMALLEST_TILE // width))
    drawn = [_table(table, width * scale, height * scale, scale, corner) for table in tables]
    page = Image.new("RGB", (max(part.width for part in drawn), sum(part.height for part in drawn)), PAPER)
    top = 0
    for part in drawn:
        page.paste(part, (0, top))
        top += part.height
    return page


def _table(table: Table, width: int, height: int, scale: int, corner: str) -> Image.Image:
    font = font_of(max(13, min(22, width // 8)))
    line = int(font.getbbox("Åg猫")[3]) + 3
    columns = [wrapped(label, width, font.getlength) for label in table.columns]
    room = max(60, min(280, max(font.getlength(label) for label in [*table.rows, corner]))) if any(table.rows) else 0
    rows = [wrapped(label, room, font.getlength) for label in table.rows]
    left = PADDING + (int(room) + PADDING if room else 0)
    title = line + PADDING if table.title else 0
    top = PADDING + title + line * max(len(lines) for lines in columns) + GAP
    page = Image.new(
        "RGB",
        (left + len(columns) * (width + GAP) + PADDING - GAP, top + len(rows) * (height + GAP) + PADDING - GAP),
        PAPER,
    )
    pen = ImageDraw.Draw(page)
    if table.title:
        pen.text((PADDING, PADDING), table.title, INK, font_of(font.size + 2))
    if room:
        cut = wrapped(corner, room, font.getlength)[:1]
        pen.text((PADDING, top - GAP), cut[0], FAINT, font, anchor="ld")
    for index, lines in enumerate(columns):
        middle = left + index * (width + GAP) + width / 2
        pen.multiline_text((middle, top - GAP), "\n".join(lines), INK, font, anchor="md", align="center", spacing=3)
    for row, lines in enumerate(rows):
        middle = top + row * (height + GAP) + height / 2
        if room:
            pen.multiline_text((PADDING, middle), "\n".join(lines), INK, font, anchor="lm", spacing=3)
        for column in range(len(columns)):
            x, y = left + column * (width + GAP), top + row * (height + GAP)
            picture = table.pictures[row * len(columns) + column]
            if picture is None:
                pen.rectangle((x, y, x + width - 1, y + height - 1), outline="#cbd5e1")
                continue
            tile = enlarge(opaque(picture), scale)
            page.paste(tile, (x + (width - tile.width) // 2, y + (height - tile.height) // 2))
    return page
