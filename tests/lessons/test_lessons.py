"""The lessons that come along hold no mistake; those of a file of one's own are told, each in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playground.catalog import Catalog
from playground.errors import LessonError
from playground.lessons import BUNDLED, read_all, read_lesson
from playground.lessons.reading import ORDER
from tests.server import ROOT

GOOD = """
minutes = 5
title = { en = "A lesson", zh = "一课" }
about = { en = "About it.", zh = "简介。" }

[[steps]]
title = { en = "First", zh = "第一步" }
text = { en = "Words.", zh = "文字。" }
tab = "text_to_image"
settings = { prompt = "apple", guidance_scale = 4 }
show = ["prompt", "guidance_scale"]
lock = ["prompt"]

[steps.question]
asks = { en = "Which?", zh = "哪个？" }
choices = [{ en = "One", zh = "一" }, { en = "Two", zh = "二" }]
right = 2
"""
WHERE = "Step 1: "


@pytest.mark.parametrize("name", ORDER)
def test_a_lesson_that_comes_along_holds_no_mistake(catalog: Catalog, name: str) -> None:
    lesson = read_lesson(BUNDLED / f"{name}.toml", catalog)
    assert len(lesson.steps) >= 3 and any(step.question for step in lesson.steps)
    assert any(step.task for step in lesson.steps)


def test_six_come_along_and_ones_own_stand_behind_them(catalog: Catalog, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(GOOD, encoding="utf-8")
    assert [*read_all(catalog, [own])] == [*ORDER, "mine"]
    assert {file.stem for file in BUNDLED.glob("*.toml")} == set(ORDER)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"guidance_scale"]', '"guidence_scale"]', WHERE + "show: there is no 'guidence_scale'; there are: prompt,"),
        ('"guidance_scale"]', '"guidence_scale"]', "Did you mean 'guidance_scale'?"),
        ('"text_to_image"', '"text_to_picture"', WHERE + "tab: there is no 'text_to_picture'"),
        ("guidance_scale = 4", "guidance_scale = 90", WHERE + "settings: Guidance"),
        ('lock = ["prompt"]', 'lock = ["seed"]', WHERE + "lock: seed is locked but not shown."),
        ("right = 2", "right = 3", "Step 1, question: right must be one of the choices, from 1."),
        ('zh = "第一步"', 'cn = "第一步"', "Step 1, title: 'zh' is missing."),
        ('zh = "第一步"', 'cn = "第一步"', "Step 1, title: there is no field 'cn'."),
        ('[{ en = "One", zh = "一" }, ', "[", "Step 1, question: choices needs at least 2."),
        ("minutes = 5", 'minutes = "five"', "Minutes must be a whole number."),
        ("minutes = 5", "minutes = 0", "Minutes must be 1 or more."),
        ('tab = "text_to_image"', "", WHERE + "settings, show, lock and checkpoint need a tab."),
        ("lock =", 'checkpoint = "nothing"\nlock =', WHERE + "checkpoint must be one of: emoji-diffusion"),
        ("minutes = 5", "minutes = ", "Line 2: this is no TOML"),
        ('{ en = "Words.", zh = "文字。" }', '"Words."', "Step 1: text must be a table of words in both languages."),
    ],
)
def test_each_mistake_is_a_sentence_that_says_where(
    catalog: Catalog, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in GOOD
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LessonError) as refused:
        read_lesson(file, catalog)
    assert any(sentence in en for en, _ in refused.value.mistakes), refused.value.en
    assert all(en != zh and en.endswith((".", "?", ").")) for en, zh in refused.value.mistakes)


def test_all_mistakes_are_told_at_once(catalog: Catalog, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        GOOD.replace('"guidance_scale"]', '"speed", "colour"]').replace("= 4 }", "= -1 }"), encoding="utf-8"
    )
    with pytest.raises(LessonError) as refused:
        read_lesson(file, catalog)
    assert len(refused.value.mistakes) == 3


@pytest.mark.parametrize("content", [b"", b"\xff\x00\x9c", b"x" * 2_000_000, None])
def test_what_is_no_lesson_is_told(catalog: Catalog, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(LessonError):
        read_lesson(file, catalog)


def test_the_program_checks_files_and_ends_with_what_it_found(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("right = 2", "right = 9"), encoding="utf-8")
    command = [sys.executable, "-m", "playground.lessons", str(BUNDLED / "noise.toml"), str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert "✓ noise.toml: What noise and seed are · 噪声与种子是什么 (4 steps · 步)" in ended.stdout
    assert "✗ mine.toml: Step 1, question: right must be one of the choices" in ended.stdout
    assert "第 1 步" in ended.stdout
