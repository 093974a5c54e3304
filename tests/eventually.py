"""Waiting without sleeping blindly: look again until it is so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], timeout: float = 60.0) -> Found:
    """Return what ``look`` gives as soon as that is true, or fail with the last thing it gave."""
    deadline = time.monotonic() + timeout
    while not (found := look()):
        assert time.monotonic() < deadline, f"Not so within {timeout} s; last seen: {found!r}"
        time.sleep(0.02)
    return found
