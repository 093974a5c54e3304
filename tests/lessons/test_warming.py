"""``--warm``: what a lesson asks for is made once; a lesson that is none is told; the README's lesson is one."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from playground.catalog import Catalog
from playground.engine import Engine
from playground.errors import SettingsError
from playground.lessons import Lesson, read_lesson
from playground.lessons.lesson import Step, Words
from playground.warming import warm
from tests.test_readme import block_with

SAID = Words(en="x", zh="某")


def test_every_step_is_made_once_and_what_needs_a_person_is_left_out(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    quick = Catalog([each for each in catalog.all() if each.id == "digits-cvae"])
    tabs = ("digits_cvae", "", "digits_drawing", "digits_strength")
    lesson = Lesson(title=SAID, about=SAID, minutes=1, steps=[Step(title=SAID, text=SAID, tab=tab) for tab in tabs])
    engine = Engine(quick, "cpu")
    engine.start()
    try:
        with caplog.at_level(logging.INFO, "playground.warming"):
            warm(engine, {"mine": lesson}, "mine").join(60)
    finally:
        engine.stop()
    assert "Warm: 2 results of mine in " in caplog.text and "1 left out" in caplog.text


def test_a_lesson_that_is_none_is_told(catalog: Catalog) -> None:
    with pytest.raises(SettingsError, match="--warm nothing: there is no such lesson; there are: all"):
        warm(Engine(catalog), {}, "nothing")


def test_the_readmes_lesson_is_read(catalog: Catalog, tmp_path: Path) -> None:
    file = tmp_path / "readme.toml"
    file.write_text(block_with("toml", "[[steps]]"), encoding="utf-8")
    assert read_lesson(file, catalog).steps[0].show == ["prompt", "guidance_scale"]
