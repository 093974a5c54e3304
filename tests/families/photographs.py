"""Digits written by hand as a camera sees them: shadows, ruled paper, specks, pens thin and thick, chalk, a table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIDE = 320
# Strokes from 0 to 1, as a person writes them.
DIGITS: dict[int, list[list[tuple[float, float]]]] = {
    0: [
        [
            (0.5, 0.05),
            (0.25, 0.2),
            (0.2, 0.5),
            (0.28, 0.85),
            (0.52, 0.95),
            (0.75, 0.8),
            (0.8, 0.45),
            (0.7, 0.15),
            (0.5, 0.05),
        ]
    ],
    1: [[(0.35, 0.22), (0.52, 0.06), (0.5, 0.95)]],
    2: [[(0.22, 0.25), (0.4, 0.06), (0.68, 0.1), (0.74, 0.32), (0.55, 0.6), (0.2, 0.93), (0.8, 0.9)]],
    3: [
        [
            (0.25, 0.12),
            (0.55, 0.05),
            (0.74, 0.2),
            (0.66, 0.4),
            (0.42, 0.48),
            (0.7, 0.58),
            (0.76, 0.78),
            (0.55, 0.95),
            (0.22, 0.86),
        ]
    ],
    4: [[(0.38, 0.06), (0.2, 0.55), (0.82, 0.55)], [(0.66, 0.3), (0.6, 0.96)]],
    5: [[(0.74, 0.07), (0.33, 0.08), (0.28, 0.45), (0.55, 0.4), (0.76, 0.58), (0.7, 0.83), (0.48, 0.95), (0.22, 0.86)]],
    6: [
        [
            (0.66, 0.05),
            (0.4, 0.25),
            (0.26, 0.6),
            (0.36, 0.9),
            (0.6, 0.94),
            (0.74, 0.75),
            (0.62, 0.56),
            (0.4, 0.6),
            (0.29, 0.75),
        ]
    ],
    7: [[(0.2, 0.1), (0.78, 0.09), (0.6, 0.45), (0.42, 0.95)]],
    8: [
        [
            (0.68, 0.18),
            (0.48, 0.05),
            (0.3, 0.2),
            (0.42, 0.42),
            (0.66, 0.6),
            (0.68, 0.85),
            (0.46, 0.95),
            (0.28, 0.8),
            (0.4, 0.55),
            (0.64, 0.38),
            (0.68, 0.18),
        ]
    ],
    9: [[(0.7, 0.2), (0.5, 0.06), (0.3, 0.2), (0.36, 0.44), (0.58, 0.46), (0.71, 0.24), (0.68, 0.6), (0.6, 0.95)]],
}


def written(
    digit: int,
    paper: Image.Image,
    ink: tuple[int, ...] = (30, 30, 40),
    pen: int = 14,
    size: float = 0.6,
    at: tuple[float, float] = (0.2, 0.2),
    lean: float = 0.0,
) -> Image.Image:
    """Write a digit on a paper."""
    drawn, width = ImageDraw.Draw(paper), paper.width
    for stroke in DIGITS[digit]:
        points = [
            ((at[0] + size * (x + lean * (0.5 - y))) * width, (at[1] + size * y) * width) for x, y in _smooth(stroke)
        ]
        drawn.line(points, ink, pen, joint="curve")
        for x, y in points:
            drawn.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), ink)
    return paper


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Round the corners twice (Chaikin 1974)."""
    for _ in range(2):
        inner = [
            (a * share + c * (1 - share), b * share + d * (1 - share))
            for (a, b), (c, d) in zip(points, points[1:], strict=False)
            for share in (0.75, 0.25)
        ]
        points = [points[0], *inner[1:-1], points[-1]]
    return points


def paper(colour: tuple[int, int, int] = (244, 242, 236)) -> Image.Image:
    return Image.new("RGB", (SIDE, SIDE), colour)


def ruled(
    step: int = 32, colour: tuple[int, int, int] = (140, 170, 210), down: bool = False, thick: int = 2
) -> Image.Image:
    sheet = paper()
    lines = ImageDraw.Draw(sheet)
    for at in range(step // 2, SIDE, step):
        lines.line((0, at, SIDE, at), colour, thick)
        if down:
            lines.line((at, 0, at, SIDE), colour, thick)
    return sheet


def lit(picture: Image.Image, light: Callable[[np.ndarray, np.ndarray], np.ndarray], grain: float = 4) -> Image.Image:
    """Let light fall on a picture, and a camera see it with some noise."""
    x, y = np.meshgrid(np.linspace(0, 1, picture.width), np.linspace(0, 1, picture.height))
    noise = np.random.default_rng(7).normal(0, grain, (picture.height, picture.width, 1))
    pixels = np.asarray(picture, dtype=float) * light(x, y)[..., None] + noise
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=picture.getpixel((2, 2)))


def on_a_table(picture: Image.Image) -> Image.Image:
    """Lay a sheet on a dark table that is seen around it."""
    table = Image.new("RGB", (SIDE, SIDE), (62, 48, 40))
    table.paste(picture.resize((250, 250)), (40, 30))
    return turned(table, 3)


def with_specks(picture: Image.Image) -> Image.Image:
    drawn = ImageDraw.Draw(picture)
    for x, y, r in ((12, 300, 5), (300, 20, 4), (290, 290, 3), (30, 25, 2)):
        drawn.ellipse((x - r, y - r, x + r, y + r), (40, 40, 40))
    return picture


def transparent(digit: int, ink: tuple[int, int, int]) -> Image.Image:
    return written(digit, Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0)), (*ink, 255))


def chalk(digit: int) -> Image.Image:
    board = written(digit, paper((44, 66, 54)), (228, 228, 220), 16)
    dust = np.random.default_rng(3).random((SIDE, SIDE)) < 0.25
    pixels = np.asarray(board).copy()
    pixels[dust] = (44, 66, 54)
    return lit(Image.fromarray(pixels), lambda x, y: 0.7 + 0.4 * x)


def photographs() -> list[tuple[str, int, Image.Image]]:
    """Return twenty pictures: what is hard about each, the digit that a person reads, the picture."""
    return [
        ("a shadow from the left", 2, lit(written(2, paper()), lambda x, y: 0.35 + 0.65 * x)),
        (
            "a hand's shadow with an edge",
            5,
            lit(written(5, paper()), lambda x, y: np.where(x + 0.4 * y > 0.75, 0.5, 1.0)),
        ),
        ("dark corners", 3, lit(written(3, paper()), lambda x, y: 1 - 1.1 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))),
        (
            "a lamp in the middle",
            8,
            lit(
                written(8, paper((200, 190, 150))),
                lambda x, y: 0.4 + 0.8 * np.exp(-4 * ((x - 0.4) ** 2 + (y - 0.4) ** 2)),
            ),
        ),
        ("ruled paper", 4, lit(written(4, ruled()), lambda x, y: 0.8 + 0.2 * y)),
        ("squared paper", 9, lit(written(9, ruled(24, down=True)), lambda x, y: 0.9 + 0 * x)),
        ("dark ruling, askew", 6, turned(lit(written(6, ruled(40, (70, 80, 110))), lambda x, y: 0.9 + 0 * x), 2)),
        ("specks", 7, with_specks(written(7, paper()))),
        ("a speck far from a small digit", 3, with_specks(written(3, paper(), size=0.3, at=(0.35, 0.3), pen=8))),
        ("a fine pen", 2, written(2, paper(), pen=2)),
        ("a fine pencil in a shadow", 6, lit(written(6, paper(), (120, 120, 125), 4), lambda x, y: 0.5 + 0.5 * y)),
        ("a felt pen", 0, written(0, paper(), pen=44)),
        ("a felt pen in a shadow", 4, lit(written(4, paper(), (20, 20, 90), 34), lambda x, y: 1 - 0.6 * x)),
        ("white on transparent", 5, transparent(5, (255, 255, 255))),
        ("black on transparent", 9, transparent(9, (0, 0, 0))),
        ("chalk on a board", 3, chalk(3)),
        (
            "blue on yellow paper",
            8,
            lit(written(8, paper((250, 225, 120)), (40, 70, 190), 10), lambda x, y: 0.75 + 0.2 * x),
        ),
        ("a sheet on a table", 2, lit(on_a_table(written(2, paper())), lambda x, y: 0.8 + 0.2 * x)),
        (
            "a leaning one in a corner",
            1,
            lit(written(1, paper(), size=0.4, at=(0.05, 0.5), lean=0.3), lambda x, y: 0.6 + 0.4 * x),
        ),
        (
            "pale red, out of focus",
            7,
            lit(written(7, paper(), (215, 120, 120), 12), lambda x, y: 0.9 + 0 * x).filter(ImageFilter.GaussianBlur(3)),
        ),
    ]
