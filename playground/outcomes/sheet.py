"""A sheet: many pictures in rows, as one PNG."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from PIL import Image

from playground.language import Text
from playground.media.comparing import largest_difference
from playground.media.metadata import Metadata
from playground.media.pictures import opaque, sheet
from playground.media.png import write_png
from playground.outcomes.base import Again, Destination, Kind, Layout, recorded_shapes, register

SMALLEST_TILE = 112
SAME = Text(
    "Made again: bit-equal. Every pixel is the same ({} compared).",
    "已重新生成：逐位相同，所有像素完全一致（比较了 {} 个文件）。",
)
DIFFERS = Text("the largest pixel difference is {} of 255", "最大像素差为 {}（满分 255）")
OTHER_FORM = Text("it has another size or number of frames", "尺寸或帧数不同")
TYPES = {".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".mp4": "video/mp4"}


@register
class Sheet(Kind[Image.Image]):
    """Pictures that belong together, in one file."""

    name, endings, same = "sheet", (".png",), SAME

    def write(self, made: Sequence[Image.Image], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write one PNG."""
        yield write_png(self.picture(made, layout), to.whole(".png"), to.record(0, 0, 1))

    def read(self, files: Sequence[Path], record: Metadata) -> list[Image.Image]:
        """Open the file."""
        return [opened(file) for file in files]

    def picture(self, made: Sequence[Image.Image], layout: Layout, scale: int | None = None) -> Image.Image:
        """Lay the pictures out in rows; None makes small ones at least 112 pixels wide."""
        scale = scale or max(1, -(-SMALLEST_TILE // made[0].width))
        return sheet(made, layout.columns, scale=scale, gap=0 if layout.seamless else 4, background="black")

    def card(self, id: str, files: Sequence[Path]) -> Image.Image:
        """Return a single picture, or the sheet of several."""
        pictures = [file for file in files if file.suffix == ".png"]
        singles = [file for file in pictures if file.stem != id]
        whole = next((file for file in pictures if file.stem == id), pictures[0])
        return opaque(opened(singles[0] if len(singles) == 1 else whole))

    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Show the file."""
        return "".join(picture_html(file, content, words) for file, content in files)

    def shown(self, files: Sequence[Path]) -> list[Path]:
        """Return the pictures themselves."""
        return [file for file in files if file.suffix == ".png"]

    def compare(self, new: Path, old: Path) -> Text | None:
        """Compare every pixel."""
        return difference_in_words(new, old)

    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Make the whole of it."""
        return Again(dict(record.request), recorded_shapes(record), False, [(0, files[0])])


def opened(file: Path) -> Image.Image:
    """Read a PNG of ours."""
    with Image.open(file, formats=("PNG",)) as picture:
        return picture.copy()


def picture_html(file: Path, content: bytes, words: str) -> str:
    """Return a picture, or a clip, as HTML that carries it."""
    url = f"data:{TYPES[file.suffix]};base64,{base64.b64encode(content).decode('ascii')}"
    if file.suffix == ".mp4":
        return f'<video src="{url}" autoplay loop muted controls playsinline aria-label="{escape(words)}"></video>'
    return f'<img src="{url}" alt="{escape(words)}">'


def difference_in_words(new: Path, old: Path) -> Text | None:
    """Say how far two files' pixels are apart; None if they are equal."""
    largest = largest_difference(new, old)
    if largest is None:
        return OTHER_FORM
    return DIFFERS.format(largest) if largest else None
