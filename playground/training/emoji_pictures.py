"""Emoji drawings as pixels: drawn from SVG, laid on a background, given another colour.

Pictures are (H, W, 4) uint8 with straight alpha until they are laid on a background; then (H, W, 3).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from multiprocessing import Pool
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.errors import DataError
from playground.training.emoji_sources import Icon

SIZE = 128
Pixels = NDArray[np.uint8]


class Colour(NamedTuple):
    """A colour that prompts can ask for."""

    hue: float
    """Degrees."""
    chinese: str
    backgrounds: tuple[tuple[int, int, int], ...]
    """Shades of it that lie well behind a drawing."""


COLOURS = {
    "red": Colour(0, "红色", ((224, 62, 62), (246, 150, 150))),
    "orange": Colour(28, "橙色", ((245, 145, 50), (250, 200, 145))),
    "yellow": Colour(50, "黄色", ((250, 215, 70), (252, 238, 165))),
    "green": Colour(120, "绿色", ((90, 180, 95), (180, 226, 180))),
    "blue": Colour(215, "蓝色", ((70, 130, 225), (165, 205, 250))),
    "purple": Colour(275, "紫色", ((145, 95, 205), (208, 184, 240))),
    "pink": Colour(330, "粉色", ((245, 130, 180), (252, 200, 224))),
}
DULL_BACKGROUNDS = {
    "black": Colour(0, "黑色", ((12, 12, 14), (30, 30, 34))),
    "gray": Colour(0, "灰色", ((128, 130, 134), (190, 192, 196))),
}
BACKGROUNDS = COLOURS | DULL_BACKGROUNDS

BORDER = 6.0
"""Degrees from the border of two colours within which people say either: emoji's yellow (#FFCC4D, 43°) lies there."""


class Dominant(NamedTuple):
    """The one colour that most of a drawing has."""

    name: str
    hue: float
    """Degrees, the mean over the coloured part."""


def rasterise(icons: Sequence[Icon], processes: int = 2) -> Pixels:
    """Draw icons: (N, 128, 128, 4). One that cannot be drawn is left empty (alpha 0 everywhere)."""
    if processes < 2:
        return np.stack([_draw(icon.svg) for icon in icons])
    with Pool(processes) as pool:
        return np.stack(pool.map(_draw, [icon.svg for icon in icons], chunksize=32))


def _draw(svg: str) -> Pixels:
    try:
        import resvg_py
    except ImportError as error:
        raise DataError(
            "Drawing SVG needs resvg-py; install it with `pip install -r requirements.txt`.",
            "绘制 SVG 需要 resvg-py；请用 `pip install -r requirements.txt` 安装。",
        ) from error
    try:
        content = resvg_py.svg_to_bytes(svg_string=svg, width=SIZE, height=SIZE, skip_system_fonts=True)
    except (ValueError, RuntimeError):
        return np.zeros((SIZE, SIZE, 4), np.uint8)
    picture = Image.open(io.BytesIO(bytes(content))).convert("RGBA")
    return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS))


def is_visible(picture: Pixels) -> bool:
    """Tell whether a drawing (H, W, 4) covers at least 2 % of its square with something that is not white."""
    return bool((flatten(picture) < 250).mean() > 0.02)


def flatten(picture: Pixels, background: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    """Lay a drawing (H, W, 4) on a background: (H, W, 3)."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    mixed = picture[..., :3] * alpha + np.asarray(background, np.float32) * (1 - alpha)
    return mixed.round().astype(np.uint8)


def dominant_colour(picture: Pixels) -> Dominant | None:
    """Find the one colour of a drawing (H, W, 4); None if it is grey, small or of several colours."""
    hue, saturation, value, _ = _hsv(picture)
    solid = picture[..., 3] > 128
    coloured = solid & (saturation > 0.3) & (value > 0.25)
    if coloured.sum() < max(600, 0.35 * solid.sum()):
        return None
    direction = (saturation[coloured] * np.exp(1j * np.deg2rad(hue[coloured]))).sum()
    mean = float(np.rad2deg(np.angle(direction)) % 360)
    if (_apart(hue[coloured], mean) < 35).mean() < 0.7:
        return None
    name = min(COLOURS, key=lambda colour: float(_apart(np.asarray(COLOURS[colour].hue), mean)))
    if name in ("orange", "red") and np.median(value[coloured]) < 0.62:
        name = "brown"
    return Dominant(name, mean)


def colour_names(dominant: Dominant) -> set[str]:
    """Name a dominant colour: its own name, and that of another one where its hue lies at the border of both."""
    apart = {name: float(_apart(np.asarray(colour.hue), dominant.hue)) for name, colour in COLOURS.items()}
    if dominant.name not in apart:  # brown has no hue of its own
        return {dominant.name}
    return {name for name, distance in apart.items() if distance - apart[dominant.name] < 2 * BORDER}


def recolour(picture: Pixels, dominant: Dominant, colour: str) -> Pixels:
    """Turn the hue of a drawing's dominant colour (within 60°) into another; shading and the rest stay."""
    hue, saturation, value, alpha = _hsv(picture)
    turned = (_apart(hue, dominant.hue) < 60) & (saturation > 0.3) & (value > 0.25)
    brighter = 1.35 if dominant.name == "brown" else 1.12 if colour == "yellow" else 1.0
    hue = np.where(turned, (hue - dominant.hue + COLOURS[colour].hue) % 360, hue)
    value = np.where(turned, np.clip(value * brighter, 0, 1), value)
    planes = [hue / 360, saturation, value]
    hsv = np.stack([(plane * 255).round().astype(np.uint8) for plane in planes], -1)
    rgb = np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))
    return np.concatenate([rgb, alpha], -1)


def _hsv(picture: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], Pixels]:
    hsv = np.asarray(Image.fromarray(np.ascontiguousarray(picture[..., :3])).convert("HSV"), np.float32) / 255
    return hsv[..., 0] * 360, hsv[..., 1], hsv[..., 2], picture[..., 3:]


def _apart(hue: NDArray[np.float32], other: float) -> NDArray[np.float32]:
    """Degrees between hues around the circle, 0 to 180."""
    return np.abs((hue - other + 180) % 360 - 180)
