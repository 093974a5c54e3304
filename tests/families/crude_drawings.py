"""Eight crude drawings: shapes in a thing's colours, as a hurried person makes them, each with the words for it."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

RED, YELLOW, GREEN, BROWN, DARK, BLUE = "#d22828", "#fad23c", "#32963c", "#784b28", "#282828", "#96c8f0"
Shape = tuple[str, tuple[float, ...], str]
DRAWINGS: dict[str, list[Shape]] = {
    "red apple": [
        ("ellipse", (70, 80, 190, 200), RED),
        ("rectangle", (126, 55, 134, 90), BROWN),
        ("ellipse", (134, 55, 170, 78), GREEN),
    ],
    "house": [
        ("rectangle", (60, 120, 196, 220), YELLOW),
        ("polygon", (45, 120, 211, 120, 128, 45), RED),
        ("rectangle", (112, 165, 144, 220), BROWN),
    ],
    "car": [
        ("rectangle", (35, 120, 220, 170), RED),
        ("polygon", (75, 120, 95, 85, 165, 85, 190, 120), BLUE),
        ("ellipse", (60, 150, 105, 195), DARK),
        ("ellipse", (155, 150, 200, 195), DARK),
    ],
    "tree": [("rectangle", (115, 150, 141, 230), BROWN), ("ellipse", (60, 35, 196, 165), GREEN)],
    "sun": [
        ("ellipse", (80, 80, 176, 176), YELLOW),
        *(
            (
                "line",
                tuple(128 + far * turn(k * math.pi / 4) for far in (62, 95) for turn in (math.cos, math.sin)),
                YELLOW,
            )
            for k in range(8)
        ),
    ],
    "cat face": [
        ("ellipse", (65, 80, 190, 200), "#fab43c"),
        ("polygon", (70, 110, 78, 50, 120, 88), "#fab43c"),
        ("polygon", (185, 110, 178, 50, 136, 88), "#fab43c"),
        ("ellipse", (95, 120, 110, 140), DARK),
        ("ellipse", (146, 120, 161, 140), DARK),
        ("ellipse", (120, 150, 136, 160), "#e66e82"),
    ],
    "red heart": [
        ("ellipse", (55, 65, 133, 143), RED),
        ("ellipse", (123, 65, 201, 143), RED),
        ("polygon", (62, 122, 194, 122, 128, 210), RED),
    ],
    "balloon": [("ellipse", (85, 35, 175, 150), RED), ("line", (130, 150, 125, 235), "#5a5a5a")],
}


def draw(name: str) -> Image.Image:
    """Draw one of them, 256 pixels a side."""
    picture = Image.new("RGB", (256, 256), "white")
    pen = ImageDraw.Draw(picture)
    for kind, places, colour in DRAWINGS[name]:
        options = {"width": 8} if kind == "line" else {}
        getattr(pen, kind)(places, fill=colour, **options)
    return picture


def centre(picture: Image.Image) -> tuple[float, float]:
    """Return where the middle of what is not white lies, in parts of the side."""
    pixels = np.asarray(picture.convert("RGB").resize((128, 128)), dtype=float) / 255
    seen = (1 - pixels).max(2)
    seen = seen * (seen > 0.15)
    rows, columns = np.mgrid[0:128, 0:128]
    return float((seen * columns).sum() / seen.sum() / 128), float((seen * rows).sum() / seen.sum() / 128)
