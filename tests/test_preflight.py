"""``--check`` tries everything that is here; it says what fails, what wants care, how many people a machine bears."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from playground import preflight
from playground.catalog import Catalog, read_catalog
from playground.engine import Engine
from playground.families import find_family, in_order
from playground.preflight import check
from playground.settings import Settings

QUICK = ("digits_cvae", "class_gan")


def looked(folder: Path, checkpoints: Path = Settings.checkpoints, **decided: object) -> tuple[bool, list[str]]:
    """Check with the quick families only."""
    known = [each for each in read_catalog(checkpoints).all() if each.family in QUICK]
    settings = dataclasses.replace(Settings(), port=7860, outputs=folder, **decided)
    lines: list[str] = []
    return check(Engine(Catalog(known), "cpu"), settings, lines.append), lines


def test_a_machine_that_is_ready_says_so_with_its_figures(tmp_path: Path) -> None:
    good, lines = looked(tmp_path, host="0.0.0.0")
    assert good and {line[0] for line in lines} <= {"✓", "!"}
    text = "\n".join(lines)
    assert "Address for others: http://" in text and f"Files go to {tmp_path}" in text and "GB are free" in text
    for name in ("digits-cvae", "digits-cvae-2d", "fashion-gan"):
        assert f"{name}: a result took 0." in text
    assert "Digits: " in text and "people can drag a slider at once." in text
    assert not list(tmp_path.iterdir()), "nothing is left behind"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_fails_is_marked_and_the_rest_is_looked_at(
    copy_checkpoints: Callable[[], Path], tmp_path: Path, language: str
) -> None:
    copied = copy_checkpoints()
    (copied / "digits-cvae" / "model.safetensors").write_bytes(b"no weights")
    file = tmp_path / "file"
    file.touch()
    good, lines = looked(file / "below", copied, language=language, gallery_limit=1.0)
    assert not good
    failed = [line for line in lines if line.startswith("✗")]
    assert len(failed) == 2 and "digits-cvae" in failed[1]
    assert any("fashion-gan" in line and line.startswith("✓") for line in lines)
    assert ("damaged" in failed[1]) is (language == "en") and ("已损坏" in failed[1]) is (language == "zh")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1.0, "✓ Text → Image: 480 can ask at once (the last waits 30 s); of 30, the last waits about 2 s."),
        (32.0, "! Text → Image: 15 can ask at once (the last waits 30 s); of 30, the last waits about 60 s. "
               "For 30: --limit steps=6 instead of 12."),
        (900.0, "! Text → Image: 1 can ask at once (the last waits 30 s); of 30, the last waits about "
                "1688 s. For 30: show it from one page, and leave it out of --limit tabs=…."),
    ],
)  # fmt: skip
def test_how_many_people_a_machine_bears_is_told_and_what_to_lower_for_thirty(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, seconds: float, said: str
) -> None:
    monkeypatch.setattr(preflight, "_seconds", lambda *_: seconds)
    family = find_family("text_to_image")
    (line,) = preflight._class(Engine(catalog), family, catalog.find("", "text_to_image"))
    assert f"{line.mark} {line.words.en}" == said and line.words.zh != line.words.en


def test_every_family_that_is_here_is_asked_for_something_it_can_make(catalog: Catalog) -> None:
    for family in in_order():
        for checkpoint in catalog.of_family(family.name):
            if checkpoint.on_disk:
                family.read(family.requests[0], checkpoint, preflight._asked(family, 7))


def test_too_little_room_wants_care(tmp_path: Path) -> None:
    good, lines = looked(tmp_path, gallery_limit=1e6)
    assert good and any(line.startswith("! Files go to") and "lower --gallery-limit" in line for line in lines)
