"""A folder that a process and its children find empty, such as /dev/shm, which can be filled. Takes root on Linux."""

from __future__ import annotations

import functools
import shlex
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

SHARED = Path("/dev/shm")


def with_own(folder: Path, size: str = "1m") -> tuple[str, ...]:
    """Return what a command is started by, so that it finds a folder empty and of this size, as ``mount`` spells it."""
    mount = f'mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(folder))} && exec "$0" "$@"'
    return "unshare", "--mount", "sh", "-c", mount


def fill_shared_memory(pid: int) -> None:
    """Leave no room in the /dev/shm that a process sees."""
    with Path(f"/proc/{pid}/root{SHARED}/full").open("wb", buffering=0) as file:
        for piece in (bytes(1 << 20), bytes(1)):
            with suppress(OSError):
                while file.write(piece):
                    continue


@functools.cache
def _may_mount() -> bool:
    try:
        return subprocess.run([*with_own(SHARED), "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_mounting = pytest.mark.skipif(not _may_mount(), reason="a folder of a process's own takes root on Linux")
