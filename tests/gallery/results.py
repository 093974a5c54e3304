"""Writes results as the page does, without a model. Run as a program it writes until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image

from playground.engine import Done, Report
from playground.engine.events import BatchShape
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.gallery.keeping import Kept, Outputs, keep
from playground.language import Text
from playground.outcomes import find_kind


class Words(Request):
    task: ClassVar[str] = "words"
    title: ClassVar[Text] = Text("Words", "文字")
    prompt: str = ""
    seed: int = 0


class Moving(Words):
    task, makes = "moving", "clip"


def result(task: type[Words] = Words, pictures: int = 1, seed: int = 7, **fields: Any) -> tuple[Done, Words]:
    request = task(seed=seed, **fields)
    made = [Image.new("RGB", (32, 32), (40 * index % 256, seed % 256, 90)) for index in range(pictures)]
    kind = find_kind(task.makes)
    seeds = kind.seeds([seed + index if kind.own_seeds else seed for index in range(pictures)])
    report = Report(
        "dummy", task.task, "dummy-weights", "r1", request.model_dump(), seeds, 0.1, "CPU", "float32",
        [BatchShape(pictures, index) for index in range(pictures)], [], {"torch": "2"}, task.makes,
    )  # fmt: skip
    return Done(made, report), request


def put(gallery: Gallery, owner: str = "me", task: type[Words] = Words, pictures: int = 1, **fields: Any) -> Kept:
    done, request = result(task, pictures, **fields)
    return keep(done, request, Outputs(gallery.outputs), large=True, gallery=gallery, owner=owner)


if __name__ == "__main__":
    shelf = Gallery(Path(sys.argv[1]))
    for turn in range(200):
        task, pictures = ((Words, 3), (Moving, 4))[turn % 2]
        put(shelf, f"visitor-{turn % 3}", task, pictures, seed=turn, prompt=f"picture {turn}")
        print(turn, flush=True)
