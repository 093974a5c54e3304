"""The picture that a visitor gives to be looked at: the field, what is refused, and what should be known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from playground.errors import InvalidInput
from playground.families.controls import Painting
from playground.language import Text
from playground.media.inline import picture_of
from playground.media.pictures import opaque

if TYPE_CHECKING:
    from PIL.Image import Image

LookedAtField = Annotated[
    str,
    Painting(
        label=Text("Picture", "图片"),
        help=Text(
            "Draw, choose a file, drop or paste one, or send a result here.",
            "绘制、选择文件、拖入或粘贴图片，或从结果处送来。",
        ),
    ),
]
NO_PICTURE = Text(
    "There is no picture to look at: draw one, choose a file, or send one as image.",
    "没有可看的图片：请绘制、选择文件，或通过 image 发送一张。",
)
ONE_COLOUR = Text(
    "The picture is of one colour: there is nothing to be seen in it, and what is said of it is a guess.",
    "图片只有一种颜色：其中没有内容，所说的只是猜测。",
)
NOISE = Text(
    "The picture looks like noise: neighbouring pixels have nothing to do with each other, and what is said of it "
    "is a guess.",
    "图片看起来像噪声：相邻像素互不相关，所说的只是猜测。",
)
LEAST_ALIKE = 0.4
"""Correlation of neighbouring pixels below which a picture is noise; drawings and photographs have 0.8 and more."""


def looked_at(image: str) -> Image:
    """Return the picture of a request, on white: mode RGB.

    Raises:
        UnreadableFile: It is no picture.
    """
    return opaque(picture_of(image)).convert("RGB")


def refuse_missing(image: str) -> None:
    """Refuse a request without a picture, or with something else in its place.

    Raises:
        InvalidInput: There is none.
        UnreadableFile: It is no picture.
    """
    if not image:
        raise InvalidInput("image", *NO_PICTURE)
    picture_of(image)


def picture_notice(picture: Image) -> Text | None:
    """Say that there is nothing to be seen in a picture, where that is so."""
    grey = np.asarray(picture.convert("L"), dtype=float)
    if grey.std() < 1:
        return ONE_COLOUR
    if min(grey.shape) < 8:
        return None
    across = np.corrcoef(grey[:, :-1].ravel(), grey[:, 1:].ravel())[0, 1]
    down = np.corrcoef(grey[:-1].ravel(), grey[1:].ravel())[0, 1]
    return NOISE if max(across, down) < LEAST_ALIKE else None
