"""A grid as one picture: a heading above every column, beside every row and above every table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from playground.media.pictures import enlarge, opaque

GAP, PADDING = 4, 8
SMALLEST_TILE = 96
LINES = 3
INK, FAINT, PAPER = "#0f172a", "#64748b", "white"
# Fonts that have Chinese, as systems name them; Pillow looks where the system keeps its fonts.
CHINESE_FONTS = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc",
    "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "simhei.ttf",
)  # fmt: skip
LATIN_FONTS = ("DejaVuSans.ttf", "Arial.ttf")


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
    font = _font(max(13, min(22, width // 8)))
    line = int(font.getbbox("Åg猫")[3]) + 3
    columns = [_wrapped(label, width, font.getlength) for label in table.columns]
    room = max(60, min(280, max(font.getlength(label) for label in [*table.rows, corner]))) if any(table.rows) else 0
    rows = [_wrapped(label, room, font.getlength) for label in table.rows]
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
        pen.text((PADDING, PADDING), table.title, INK, _font(font.size + 2))
    if room:
        cut = _wrapped(corner, room, font.getlength)[:1]
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


def _wrapped(label: str, room: float, length: Callable[[str], float]) -> list[str]:
    """Break a label into at most three lines, at blanks where there are some and inside words where not."""
    lines: list[str] = []
    rest = " ".join(label.split())
    while rest and len(lines) < LINES:
        end = len(rest)
        while end > 1 and length(rest[:end]) > room:
            end -= 1
        blank = rest.rfind(" ", 0, end + 1) if end < len(rest) else -1
        end = blank if blank > 0 else end
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    if rest:
        last = lines[-1]
        while last and length(last + "…") > room:
            last = last[:-1]
        lines[-1] = last + "…"
    return lines or [""]


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    for name in CHINESE_FONTS + LATIN_FONTS:
        with suppress(OSError):  # the third face of Noto's collection is the one for simplified Chinese
            return ImageFont.truetype(name, size, index=2 if name == CHINESE_FONTS[0] else 0)
    default = ImageFont.load_default(size)
    if not isinstance(default, ImageFont.FreeTypeFont):
        raise OSError("Pillow was built without FreeType")
    return default
