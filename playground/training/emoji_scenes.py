"""Scenes composed from drawings, so that prompts combine: backgrounds, sizes, places, turns, pairs, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from playground.training.emoji_captions import Caption, with_article
from playground.training.emoji_pictures import BACKGROUNDS, SIZE, Pixels

PLACES = {
    "top left": ("左上角", 0.27, 0.27), "top right": ("右上角", 0.73, 0.27), "bottom left": ("左下角", 0.27, 0.73),
    "bottom right": ("右下角", 0.73, 0.73), "top": ("上方", 0.5, 0.27), "bottom": ("下方", 0.5, 0.73),
    "left": ("左边", 0.27, 0.5), "right": ("右边", 0.73, 0.5), "middle": ("中间", 0.5, 0.5),
}  # fmt: skip
COUNTS = {
    "two": ("两个", ((0.27, 0.5), (0.73, 0.5))),
    "three": ("三个", ((0.27, 0.73), (0.73, 0.73), (0.5, 0.27))),
    "four": ("四个", ((0.27, 0.27), (0.73, 0.27), (0.27, 0.73), (0.73, 0.73))),
}
BACKGROUND_CHANCE = 0.2
"""Of a scene that is about something else."""


class Thing(NamedTuple):
    """A drawing with its short names."""

    picture: Pixels
    """(128, 128, 4)."""
    english: str
    chinese: str


class Scene(NamedTuple):
    """A composed picture (128, 128, 3) and its captions."""

    picture: Pixels
    captions: list[Caption]


class _Spot(NamedTuple):
    picture: Pixels
    x: float
    y: float
    size: float
    angle: float = 0.0


Layout = tuple[list[_Spot], list[str], list[str]]
"""What is drawn where, with English and Chinese captions."""


def compose(things: Sequence[Thing], random: np.random.Generator) -> Scene:
    """Make a scene of a random kind from one or two of the things.

    Args:
        things: Two different ones.
        random: The scene follows from it.
    """
    spots, background, captions = describe(things, random)
    canvas = Image.new("RGB", (SIZE, SIZE), background)
    for spot in spots:
        _paste(canvas, spot)
    return Scene(np.asarray(canvas), captions)


def describe(
    things: Sequence[Thing], random: np.random.Generator
) -> tuple[list[_Spot], tuple[int, int, int], list[Caption]]:
    """Say what a scene of a random kind shows: what is where, the background's colour, and the captions.

    Args:
        things: Two different ones; their pictures are not looked at.
        random: The scene follows from it.
    """
    make = _KINDS[random.choice(len(_KINDS), p=_CHANCES)]
    spots, english, chinese = make(things, random)
    background: tuple[int, int, int] = (255, 255, 255)
    if make is _alone or random.random() < BACKGROUND_CHANCE:
        name = str(random.choice(list(BACKGROUNDS)))
        shades = BACKGROUNDS[name].backgrounds
        background = shades[random.choice(len(shades), p=(0.65, 0.35))]
        english = [f"{english[0]} on a {name} background", f"{english[-1]}, {name} background"]
        chinese = [f"{BACKGROUNDS[name].chinese}背景上的{chinese[0]}"]
    captions = [Caption(text, 0.75 / len(english)) for text in english]
    captions += [Caption(text, 0.25 / len(chinese)) for text in chinese]
    return spots, background, captions


def _paste(canvas: Image.Image, spot: _Spot) -> None:
    side = max(8, round(SIZE * spot.size))
    drawing = Image.fromarray(spot.picture)
    if spot.angle:
        drawing = drawing.rotate(spot.angle, Image.Resampling.BICUBIC)
    drawing = drawing.resize((side, side), Image.Resampling.LANCZOS)
    corner = round(SIZE * spot.x - side / 2), round(SIZE * spot.y - side / 2)
    canvas.paste(drawing, corner, drawing)


def _alone(things: Sequence[Thing], random: np.random.Generator) -> Layout:
    thing, size = things[0], random.uniform(0.8, 1.0)
    return [_Spot(thing.picture, 0.5, 0.5, size)], [thing.english, with_article(thing.english)], [thing.chinese]


def _small(things: Sequence[Thing], random: np.random.Generator) -> Layout:
    thing, word = things[0], str(random.choice(["small", "tiny", "little"]))
    size = {"small": 0.5, "tiny": 0.32, "little": 0.45}[word]
    english = [f"{word} {thing.english}", f"a {word} {thing.english}"]
    return [_Spot(thing.picture, 0.5, 0.5, size)], english, [f"小{thing.chinese}", f"很小的{thing.chinese}"]


def _placed(things: Sequence[Thing], random: np.random.Generator) -> Layout:
    thing, place = things[0], str(random.choice(list(PLACES)))
    chinese, x, y = PLACES[place]
    english = [f"{thing.english} {place}", f"a small {thing.english} at the {place}"]
    return [_Spot(thing.picture, x, y, random.uniform(0.42, 0.52))], english, [f"{chinese}的{thing.chinese}"]


def _turned(things: Sequence[Thing], random: np.random.Generator) -> Layout:
    thing = things[0]
    word, angle, chinese = [
        ("upside-down", 180.0, "倒立的"), ("turned left", 90.0, "向左转的"), ("turned right", -90.0, "向右转的"),
        ("tilted", float(random.choice([-35, 35])), "倾斜的"),
    ][random.integers(4)]  # fmt: skip
    order = f"{thing.english} {word}" if word.startswith("turned") else f"{word} {thing.english}"
    return [_Spot(thing.picture, 0.5, 0.5, 0.85, angle)], [order], [f"{chinese}{thing.chinese}"]


def _pair(things: Sequence[Thing], random: np.random.Generator) -> Layout:
    one, two = things[0], things[1]
    size = random.uniform(0.46, 0.5)
    spots = [_Spot(one.picture, 0.26, 0.5, size), _Spot(two.picture, 0.74, 0.5, size)]
    english = [f"{one.english} and {two.english}", f"{with_article(one.english)} and {with_article(two.english)}"]
    return spots, english, [f"{one.chinese}和{two.chinese}"]


def _count(things: Sequence[Thing], random: np.random.Generator) -> Layout:
    thing, word = things[0], str(random.choice(list(COUNTS)))
    chinese, places = COUNTS[word]
    spots = [_Spot(thing.picture, x, y, 0.46) for x, y in places]
    return spots, [f"{word} {plural(thing.english)}"], [f"{chinese}{thing.chinese}"]


_KINDS: tuple[Callable[[Sequence[Thing], np.random.Generator], Layout], ...] = (
    _alone, _small, _placed, _turned, _pair, _count,
)  # fmt: skip
_CHANCES = (0.3, 0.12, 0.15, 0.1, 0.18, 0.15)


def plural(name: str) -> str:
    """Give the English plural of a short name: "cherry" → "cherries"."""
    irregular = {"mouse": "mice", "fish": "fish", "sheep": "sheep", "leaf": "leaves", "potato": "potatoes"}
    irregular |= {"tomato": "tomatoes", "mango": "mangoes", "goose": "geese"}
    *before, last = name.split(" ")
    if last in irregular:
        last = irregular[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "es" if last.endswith(("s", "x", "ch", "sh")) else "s"
    return " ".join([*before, last])
