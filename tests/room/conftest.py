"""A room that is opened as often as a test likes, a clock that passes when it says so, and pictures to hang."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from playground.catalog import Catalog
from playground.room import Room
from playground.room.store import Store
from playground.room.wall import Wall

FROM = "198.51.100.7"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock, catalog: Catalog) -> Callable[..., Room]:
    """Opens the room of one folder, as often as it is asked."""
    known = [checkpoint.id for checkpoint in catalog.all()]
    return lambda *limits: Room(Store(tmp_path), known, limits, clock)


def picture(colour: str = "red") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (28, 28), colour).save(content, "PNG")
    return content.getvalue()


def put(wall: Wall, person: str, result: str, **more: Any) -> str:
    settings = {"en": [("Prompt", "<b>apple</b>")], "zh": [("提示词", "苹果")]}
    return wall.put(person, result, more.get("content", picture()), ".png", ("apple", "苹果"), settings, 28)
