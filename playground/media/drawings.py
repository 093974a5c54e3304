"""Drawings and photographs of one digit, brought into the form that networks trained on MNIST know.

Knows no network. A photograph has shadows, ruled lines, specks, and pens of any width: all of that goes, the digit
stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from playground.errors import InvalidInput
from playground.media.inline import picture_of
from playground.media.pictures import opaque
from playground.media.regions import main_region, without_ruling

Grey = NDArray[np.float64]
Mask = NDArray[np.bool_]

SIDE = 200
"""Pixels of the longer side that drawings are looked at in."""
FAINTEST = 0.08
"""Share of the ground's light that the faintest ink takes away."""
SHEET, FILLED = 0.2, 0.6
"""Share of a picture that a sheet of paper has at least, and share of its box that is paper, not ink."""
STROKE = (2.2, 4.6)
"""Pixels that a stroke of a digit of 20 pixels is wide, at least and at most."""


def ink_of(drawing: str) -> Image.Image:
    """Bring a drawing into the form of MNIST (LeCun et al. 1998): bright ink on black, 28 × 28.

    The ink is scaled to fit 20 × 20 and its centre of mass is put into the middle.

    Args:
        drawing: An inline PNG of dark ink on a bright ground, or the other way round.

    Raises:
        InvalidInput: There is no ink.
        UnreadableFile: It is no picture.
    """
    ink = _digit(on_paper(picture_of(drawing))) if drawing else None
    if ink is None:
        raise InvalidInput(
            "drawing",
            "The drawing is empty: draw one digit, large and in one colour.",
            "画面是空的：请用一种颜色画一个大一点的数字。",
        )
    small = ink.resize(_scaled(ink.size, 20), Image.Resampling.LANCZOS, reducing_gap=3.0)
    weight = np.asarray(small, dtype=float)
    rows, columns = np.indices(weight.shape)
    top, left = (round(13.5 - float((axis * weight).sum() / weight.sum())) for axis in (rows, columns))
    paper = Image.new("L", (28, 28))
    paper.paste(small, (min(max(left, 0), 28 - small.width), min(max(top, 0), 28 - small.height)))
    return paper


def on_paper(picture: Image.Image) -> Image.Image:
    """Return a picture in grey; where it is transparent it is laid on what its ink stands out from."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    pixels = np.asarray(picture.convert("RGBA").convert("LA"), dtype=float)
    grey, alpha = pixels[..., 0], pixels[..., 1] / 255
    bright = bool(alpha.mean() < 0.5 and (grey * alpha).sum() > 127 * alpha.sum())
    return opaque(picture, "black" if bright else "white").convert("L")


def _digit(grey: Image.Image) -> Image.Image | None:
    """Return the digit's ink alone, bright on black and as large as its box; None where there is none."""
    grey.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    ink = _without_shadows(grey)
    if ink.max() < FAINTEST:
        return None
    mask = without_ruling(ink > max(FAINTEST, _otsu(ink)))
    if not mask.any():
        return None
    mask = main_region(mask)
    if sheet := _sheet(grey, mask):
        inside = _digit(sheet)
        if inside is not None:
            return inside
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    full = float(np.quantile(ink[mask], 0.8))
    alone = np.where(mask, np.clip(ink / full, 0, 1), 0)[box]
    return _even_strokes(alone, mask[box])


def _sheet(grey: Image.Image, mask: Mask) -> Image.Image | None:
    """Return what was taken for ink, if it is a sheet of paper on a table: large, and filled."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    area = (box[2] - box[0]) * (box[3] - box[1])
    if area < SHEET * mask.size or mask.sum() < FILLED * area:
        return None
    inset = round(0.08 * min(box[2] - box[0], box[3] - box[1]))
    return grey.crop((box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset))


def _without_shadows(grey: Image.Image) -> Grey:
    """Return the share of the ground's light that ink takes away, 0 to 1, wherever the light falls as it likes.

    The ground is what stays when everything narrower than a third of the picture is filled up (a morphological
    closing), on a small copy.
    """
    pixels = np.asarray(grey, dtype=float)
    if _ink_is_bright(grey):
        grey, pixels = grey.point(lambda value: 255 - value), 255 - pixels
    few = grey.filter(ImageFilter.MedianFilter(5)).resize(_scaled(grey.size, 48), Image.Resampling.BOX)
    wide = 17
    edge = Image.fromarray(np.pad(np.asarray(few), wide, mode="edge"))
    closed = edge.filter(ImageFilter.MaxFilter(wide)).filter(ImageFilter.MinFilter(wide))
    ground = closed.filter(ImageFilter.GaussianBlur(2)).crop((wide, wide, wide + few.width, wide + few.height))
    light = np.asarray(ground.resize(grey.size, Image.Resampling.BICUBIC), dtype=float)
    share: Grey = np.clip(1 - (pixels + 8) / (light + 8), 0, 1)
    return share


def _ink_is_bright(grey: Image.Image) -> bool:
    """Tell the ink from the ground: it is less, and stands out more from what is around it."""
    pixels = np.asarray(grey, dtype=float)
    around = np.asarray(grey.filter(ImageFilter.GaussianBlur(max(grey.size) / 5)), dtype=float)
    return bool(((pixels - around) ** 3).sum() > 0)


def _otsu(ink: Grey) -> float:
    """Return the threshold between ink and ground (Otsu 1979)."""
    counts, edges = np.histogram(ink, bins=64, range=(0, float(ink.max())))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(edges[1:][np.nanargmax(apart[:-1])])


def _even_strokes(ink: Grey, mask: Mask) -> Image.Image:
    """Bring strokes to a width that MNIST's pens have, by growing or wearing off their edges."""
    scale = 20 / max(mask.shape)
    padded = np.pad(mask, 1)
    inner = padded[1:-1, :-2] & padded[1:-1, 2:] & padded[:-2, 1:-1] & padded[2:, 1:-1] & mask
    edge = int((mask & ~inner).sum())
    width = 2 * float(mask.sum()) / max(1, edge) * scale
    picture = Image.fromarray((np.pad(ink, 12) * 255).astype(np.uint8))
    change = STROKE[0] - width if width < STROKE[0] else min(0.0, STROKE[1] - width)
    steps = round(abs(change) / scale / 2)
    kind: Any = ImageFilter.MaxFilter if change > 0 else ImageFilter.MinFilter
    for _ in range(min(steps, 11)):
        picture = picture.filter(kind(3))
    return picture.crop(picture.getbbox())


def _scaled(size: tuple[int, int], longest: int) -> tuple[int, int]:
    share = longest / max(size)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))
