"""A visitor's files have an address that nobody can guess, cost no room, and are taken back after a day."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from playground.api import serving
from playground.api.serving import A_DAY, serve, withdraw_old
from playground.errors import OutputError


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    return tmp_path / "served"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "outputs" / "digits-0123456789ab.png"
    made.parent.mkdir()
    made.write_bytes(b"a picture")
    os.utime(made, (1_000_000, 1_000_000))
    return made


def test_a_file_is_served_under_its_own_name_in_an_unguessable_folder_and_takes_no_room(
    served: Path, file: Path
) -> None:
    link = serve(file)
    assert link.name == file.name and link.samefile(file) and link.is_relative_to(served)
    assert len(link.parent.name) == 32 and int(link.parent.name, 16)
    assert serve(file) == link, "however often it is asked for"
    assert file.stat().st_mtime == 1_000_000, "when it was made stays"


def test_files_of_one_name_in_two_folders_have_two_addresses(served: Path, file: Path, tmp_path: Path) -> None:
    other = tmp_path / file.name
    other.write_bytes(b"another")
    assert serve(other) != serve(file) and serve(other).read_bytes() == b"another"


def test_what_cannot_be_linked_is_copied(served: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*paths: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(serving.os, "link", refuse)
    link = serve(file)
    assert link.read_bytes() == b"a picture" and not link.samefile(file)
    assert [each.name for each in link.parent.iterdir()] == [file.name]


def test_a_file_that_is_gone_is_a_sentence(served: Path, file: Path) -> None:
    file.unlink()
    with pytest.raises(OutputError, match=file.name):
        serve(file)


def test_a_day_after_it_was_last_asked_for_a_file_is_taken_back(served: Path, file: Path) -> None:
    link = serve(file)
    assert withdraw_old(time.time() + A_DAY - 60) == 0 and link.exists()
    assert withdraw_old(time.time() + serving.TAKEN_BACK + 60) == 1
    assert not link.parent.exists() and file.exists()
    assert serve(file) == link and link.exists()


def test_nothing_served_is_nothing_to_take_back(served: Path) -> None:
    assert withdraw_old() == 0
