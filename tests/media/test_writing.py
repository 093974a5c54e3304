"""A file that cannot be written says why and what to do, and leaves nothing half-written behind."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from playground.errors import OutputError
from playground.media.clips import write_clip
from playground.media.metadata import Metadata
from playground.media.png import write_png
from playground.media.writing import write_whole


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on a file system of 16 kB; without the right to mount one, the system's answer is imitated."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    try:
        mounted = os.name == "posix" and subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if mounted:
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)
        return

    def refuse(part: Path, path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", refuse)
    yield folder


def writers(metadata: Metadata) -> list[tuple[str, Callable[[Path], Path]]]:
    noise = [Image.effect_noise((256, 256), 80 + index) for index in range(4)]
    return [
        ("a.png", lambda path: write_png(noise[0], path, metadata)),
        *((f"a.{e}", lambda path: write_clip(noise, path, 8, metadata)) for e in ("mp4", "gif", "webp")),
    ]


def test_a_full_disk_is_named_and_nothing_is_left(full_disk: Path, metadata: Metadata) -> None:
    for name, write in writers(metadata):
        with pytest.raises(OutputError, match=f"disk is full.*{name}.*Free some space") as caught:
            write(full_disk / name)
        assert "磁盘已满" in caught.value.zh
        assert isinstance(caught.value.__cause__, OSError)
        assert list(full_disk.iterdir()) == []


def test_a_failed_rewrite_keeps_the_file_that_was_there(full_disk: Path, metadata: Metadata) -> None:
    os.symlink("/dev/null", full_disk / "a.png")  # takes no space on the full disk
    with pytest.raises(OutputError):
        writers(metadata)[0][1](full_disk / "a.png")
    assert (full_disk / "a.png").is_symlink()
    (full_disk / "a.png").unlink()


def test_a_missing_folder_is_named(tmp_path: Path, metadata: Metadata) -> None:
    for name, write in writers(metadata):
        with pytest.raises(OutputError, match="does not exist.*Create it") as caught:
            write(tmp_path / "gone" / name)
        assert str(tmp_path / "gone") in caught.value.zh


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="does not exist"):
        write_whole(tmp_path / "file" / "a.png", b"x")


def test_a_read_only_place_is_named() -> None:
    with pytest.raises(OutputError, match="read-only|does not exist|could not be saved"):
        write_whole(Path("/proc/sys/a.png"), b"x")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_refused_write_says_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(part: Path, path: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match="read-only.*Allow writing") as caught:
        write_whole(tmp_path / "a.png", b"x")
    assert "不可写" in caught.value.zh


def test_another_refusal_carries_the_systems_reason(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be saved.*(name too long|Is a directory)"):
        write_whole(tmp_path / ("x" * 300), b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="could not be saved"):
        write_whole(tmp_path / "folder", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_whole(path, b"old and long")
    assert write_whole(path, b"new") == path
    assert path.read_bytes() == b"new"
