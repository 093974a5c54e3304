"""A strip: pictures edge to edge in one row, as one PNG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from playground.media.pictures import strip
from playground.outcomes.base import Layout, register
from playground.outcomes.sheet import SMALLEST_TILE, Sheet


@register
class Strip(Sheet):
    """A sheet of one row."""

    name = "strip"

    def report(self, made: Sequence[Image.Image]) -> dict[str, Any]:
        """Name the rows of pictures that show something of words."""
        words = [word for picture in made for word in picture.info.get("words", [])]
        return {"texts": words} if words else {}

    def picture(self, made: Sequence[Image.Image], layout: Layout, scale: int | None = None) -> Image.Image:
        """Lay the pictures out in one row; None makes small ones at least 112 pixels wide."""
        return strip(made, scale=scale or max(1, -(-SMALLEST_TILE // made[0].width)), background="black")
