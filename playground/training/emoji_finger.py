"""Ten simple things in thick lines, as a finger draws them, and fifty words that they are to be told apart by."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

SIDE, THICK = 256, 13
INK = (20, 20, 20)
OTHERS = (
    "dog", "apple", "pizza", "rocket", "ghost", "key", "crown", "bell", "banana", "carrot", "book", "guitar", "camera",
    "shoe", "robot", "spider", "snake", "horse", "cow", "bread", "cheese", "lemon", "cherry", "train", "bus", "bicycle",
    "airplane", "clock", "scissors", "pencil", "hammer", "ring", "drum", "rainbow", "snowman", "cactus", "octopus",
    "butterfly", "turtle", "elephant",
)  # fmt: skip
Point = tuple[float, float]


def drawn_by_finger() -> tuple[list[str], list[Image.Image], list[str]]:
    """Draw the ten things: their names, the pictures, and fifty words with these among them."""
    drawings = {
        "heart": [_heart()],
        "sun": [_circle(128, 128, 52), *_rays()],
        "house": [[(60, 225), (60, 120), (128, 45), (196, 120), (196, 225), (60, 225)],
                  [(112, 225), (112, 165), (146, 165), (146, 225)]],
        "star": [_star()],
        "fish": [_ellipse(112, 128, 72, 44), [(180, 128), (230, 85), (230, 172), (180, 128)], _circle(75, 116, 5)],
        "tree": [_circle(128, 92, 62), [(112, 152), (108, 232), (148, 232), (144, 152)]],
        "moon": [_moon()],
        "umbrella": [[*_arc(128, 130, 92, 180, 360), (36, 130)], [(128, 130), (128, 215), *_arc(112, 215, 16, 0, 180)]],
        "cat": [_circle(128, 140, 72), [(66, 104), (60, 45), (106, 74)], [(190, 104), (196, 45), (150, 74)],
                _circle(102, 128, 6), _circle(154, 128, 6), [(120, 156), (136, 156), (128, 166), (120, 156)]],
        "car": [[(25, 175), (25, 135), (75, 125), (100, 85), (165, 85), (195, 130), (232, 138), (232, 175), (25, 175)],
                _circle(75, 180, 22), _circle(182, 180, 22)],
    }  # fmt: skip
    words = sorted([*drawings, *OTHERS])
    return list(drawings), [_drawn(strokes) for strokes in drawings.values()], words


def _drawn(strokes: list[list[Point]]) -> Image.Image:
    paper = Image.new("RGB", (SIDE, SIDE), "white")
    pen = ImageDraw.Draw(paper)
    for stroke in strokes:
        pen.line(stroke, fill=INK, width=THICK, joint="curve")
    return paper


def _arc(x: float, y: float, radius: float, start: float, end: float) -> list[Point]:
    steps = [math.radians(start + (end - start) * step / 40) for step in range(41)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in steps]


def _circle(x: float, y: float, radius: float) -> list[Point]:
    return _arc(x, y, radius, 0, 360)


def _ellipse(x: float, y: float, wide: float, high: float) -> list[Point]:
    return [(x + (px - x) * wide / 100, y + (py - y) * high / 100) for px, py in _circle(x, y, 100)]


def _rays() -> list[list[Point]]:
    turns = [math.radians(45 * step) for step in range(8)]
    return [[(128 + far * math.cos(turn), 128 + far * math.sin(turn)) for far in (72, 108)] for turn in turns]


def _heart() -> list[Point]:
    turns = [math.tau * step / 60 for step in range(61)]
    wave = [(16 * math.sin(t) ** 3, 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t)) for t in turns]
    return [(128 + 6 * x, 120 - 6 * y) for x, y in wave]


def _star() -> list[Point]:
    points = []
    for step in range(11):
        turn, radius = math.radians(36 * step - 90), (105 if step % 2 == 0 else 44)
        points.append((128 + radius * math.cos(turn), 134 + radius * math.sin(turn)))
    return points


def _moon() -> list[Point]:
    return [*_arc(128, 128, 90, 60, 300), *reversed(_arc(160, 128, 80, 78, 282))]
