"""Still pictures: enlarged, laid on white, on contact sheets and strips, and as the inline picture a slider paints."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFont, PngImagePlugin

LABEL_SIZE = 14
FRAMES = "frames"
"""What a picture's ``info`` says that is the first frame of a moving one: of how many."""


def data_url(picture: Image.Image) -> str:
    """Return a picture as an inline PNG, encoded for speed."""
    content, said = io.BytesIO(), PngImagePlugin.PngInfo()
    if FRAMES in picture.info:
        said.add_text(FRAMES, str(picture.info[FRAMES]))
    picture.save(content, format="PNG", compress_level=1, pnginfo=said)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")


def enlarge(picture: Image.Image, scale: int) -> Image.Image:
    """Make every pixel a square of ``scale`` pixels."""
    if scale < 1:
        raise ValueError(f"scale must be at least 1, not {scale}")
    return picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)


def opaque(picture: Image.Image, background: str = "white") -> Image.Image:
    """Return a picture as RGB, laid on a background where it is transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    laid = Image.alpha_composite(Image.new("RGBA", layer.size, background), layer).convert("RGB")
    laid.info |= {name: count for name, count in picture.info.items() if name == FRAMES}
    return laid


def sheet(
    pictures: Sequence[Image.Image],
    columns: int | None = None,
    *,
    scale: int = 1,
    gap: int = 4,
    background: str = "white",
    labels: Sequence[str] | None = None,
) -> Image.Image:
    """Lay pictures out in rows, each centred in a cell of the largest one's size.

    Args:
        pictures: At least one, of any sizes.
        columns: How many stand in a row; by default the sheet is about square.
        scale: Whole-number enlargement, pixels kept sharp.
        gap: Pixels between cells and around them.
        background: A CSS colour.
        labels: One for each picture, written under it; what Pillow's own font lacks is shown as "?".
    """
    if not pictures:
        raise ValueError("a sheet needs at least one picture")
    if labels is not None and len(labels) != len(pictures):
        raise ValueError(f"{len(labels)} labels for {len(pictures)} pictures")
    columns = min(columns or math.ceil(math.sqrt(len(pictures))), len(pictures))
    rows = math.ceil(len(pictures) / columns)
    width = max(picture.width for picture in pictures) * scale
    height = max(picture.height for picture in pictures) * scale
    step_x, step_y = width + gap, height + gap + (LABEL_SIZE + 6 if labels else 0)
    page = Image.new("RGB", (gap + columns * step_x, gap + rows * step_y), background)
    for index, picture in enumerate(pictures):
        left, top = gap + index % columns * step_x, gap + index // columns * step_y
        tile = enlarge(opaque(picture, background), scale)
        page.paste(tile, (left + (width - tile.width) // 2, top + (height - tile.height) // 2))
        if labels:
            _write_label(page, labels[index], (left + width / 2, top + height + 2), width, background)
    return page


def strip(pictures: Sequence[Image.Image], *, scale: int = 1, gap: int = 0, background: str = "white") -> Image.Image:
    """Lay pictures out in one row, by default edge to edge inside no margin."""
    page = sheet(pictures, len(pictures), scale=scale, gap=gap, background=background)
    return page.crop((gap, gap, page.width - gap, page.height - gap))


def _write_label(page: Image.Image, label: str, centre_top: tuple[float, float], room: int, background: str) -> None:
    font = ImageFont.load_default(LABEL_SIZE)
    text = label.encode("ascii", "replace").decode("ascii").replace("\n", " ")
    if font.getlength(text) > room:
        while text and font.getlength(text + "…") > room:
            text = text[:-1].rstrip()
        text += "…"
    ink = "white" if sum(ImageColor.getrgb(background)[:3]) < 384 else "black"
    ImageDraw.Draw(page).text(centre_top, text, font=font, fill=ink, anchor="ma")
