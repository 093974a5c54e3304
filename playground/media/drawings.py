"""Drawings, brought into the form that networks trained on MNIST know. Knows no network."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from playground.errors import InvalidInput
from playground.media.inline import picture_of
from playground.media.pictures import opaque

INK = 50
"""Grey levels above black that count as ink."""


def ink_of(drawing: str) -> Image.Image:
    """Bring a drawing into the form of MNIST (LeCun et al. 1998): bright ink on black, 28 × 28.

    The ink is scaled to fit 20 × 20 and its centre of mass is put into the middle.

    Args:
        drawing: An inline PNG of dark ink on a bright ground, or the other way round.

    Raises:
        InvalidInput: There is no ink.
        UnreadableFile: It is no picture.
    """
    grey = ImageOps.autocontrast(opaque(picture_of(drawing)).convert("L")) if drawing else Image.new("L", (1, 1))
    pixels = np.asarray(grey)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if np.median(edge) > 127:
        grey = ImageOps.invert(grey)
    box = grey.point(lambda value: 255 if value > INK else 0).getbbox()
    if box is None or pixels.min() == pixels.max():
        raise InvalidInput(
            "drawing",
            "The drawing is empty: draw one digit, large and in one colour.",
            "画面是空的：请用一种颜色画一个大一点的数字。",
        )
    ink = ImageOps.contain(grey.crop(box), (20, 20), Image.Resampling.LANCZOS)
    weight = np.asarray(ink, dtype=float)
    rows, columns = np.indices(weight.shape)
    top, left = (round(13.5 - float((axis * weight).sum() / weight.sum())) for axis in (rows, columns))
    paper = Image.new("L", (28, 28))
    paper.paste(ink, (min(max(left, 0), 28 - ink.width), min(max(top, 0), 28 - ink.height)))
    return paper
