"""Words and tables as small pictures, for places where pictures stand."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from playground.media.lettering import FAINT, INK, PAPER, font_of, wrapped

SIDE, PADDING, SIZE = 208, 12, 15
LONGEST, ROWS = 600, 9
"""Characters and rows that are looked at: no more find room."""


def text_card(words: str) -> Image.Image:
    """Draw the beginning of a text on a square card."""
    page, pen, font = _paper()
    line = _line_height()
    lines = wrapped(words[:LONGEST], SIDE - 2 * PADDING, font.getlength, (SIDE - 2 * PADDING) // line)
    for index, words in enumerate(lines):
        pen.text((PADDING, PADDING + index * line), words, INK, font)
    return page


def table_card(rows: Sequence[tuple[str, str]]) -> Image.Image:
    """Draw the first rows of a table on a square card, names to the left and values to the right."""
    page, pen, font = _paper()
    line = _line_height()
    for index, (name, value) in enumerate(rows[:ROWS]):
        top = PADDING + index * line
        room = max(20.0, SIDE - 3 * PADDING - font.getlength(value[:20]))
        pen.text((PADDING, top), wrapped(name[:80], room, font.getlength, 1)[0], FAINT, font)
        pen.text((SIDE - PADDING, top), value[:20], INK, font, anchor="ra")
    return page


def _paper() -> tuple[Image.Image, ImageDraw.ImageDraw, ImageFont.FreeTypeFont]:
    page = Image.new("RGB", (SIDE, SIDE), PAPER)
    return page, ImageDraw.Draw(page), font_of(SIZE)


def _line_height() -> int:
    return int(font_of(SIZE).getbbox("Åg猫")[3]) + 4
