"""Drawings that a clip can begin with, one click away; they are drawn here and a few hundred bytes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image, ImageDraw

from playground.language import Text
from playground.media.pictures import data_url

SIDE = 128


def _drawn(draw: Callable[[ImageDraw.ImageDraw], None]) -> str:
    paper = Image.new("RGB", (SIDE, SIDE), "white")
    draw(ImageDraw.Draw(paper))
    return data_url(paper.quantize(16).convert("RGB"))


def _ball(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((38, 38, 90, 90), fill=(226, 59, 46))
    pen.ellipse((50, 46, 62, 58), fill=(255, 190, 180))


def _car(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((18, 62, 110, 88), fill=(43, 138, 232))
    pen.rectangle((40, 40, 90, 64), fill=(43, 138, 232))
    pen.rectangle((46, 46, 84, 62), fill=(200, 230, 255))
    for left in (28, 78):
        pen.ellipse((left, 78, left + 22, 100), fill=(31, 41, 55))


def _face(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((26, 26, 102, 102), fill=(251, 211, 60))
    for left in (46, 72):
        pen.ellipse((left, 48, left + 10, 60), fill=(31, 41, 55))
    pen.arc((44, 50, 84, 88), 20, 160, fill=(31, 41, 55), width=5)


def _tree(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((58, 70, 70, 112), fill=(141, 90, 52))
    pen.ellipse((30, 16, 98, 82), fill=(67, 160, 71))


EXAMPLES: tuple[tuple[Text, Mapping[str, Any]], ...] = tuple(
    (label, {"image": _drawn(draw), "prompt": prompt, "negative_prompt": ""})
    for label, draw, prompt in (
        (Text("a ball that bounces", "弹跳的球"), _ball, "ball bouncing"),
        (Text("a car to the left", "向左的汽车"), _car, "car rolling left"),
        (Text("a face that grows", "变大的笑脸"), _face, "smile growing"),
        (Text("a tree that falls", "落下的树"), _tree, "tree falling"),
    )
)
