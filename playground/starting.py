"""What a process does before it starts: one heap for all threads, no looking for garbage among some 3,000 modules."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ARENA_MAX = -8
"""The number of ``M_ARENA_MAX`` in glibc's malloc.h."""


def share_one_heap() -> None:
    """Let all threads of this process take memory from one heap; to be called before there are others.

    glibc gives nearly each thread one of its own, and what is free in one is not found by the others: forty threads,
    each of which writes a picture now and then, hold more from minute to minute. They take turns here in any case.
    """
    if sys.platform == "linux" and (option := getattr(ctypes.CDLL(None), "mallopt", None)):
        option(ARENA_MAX, 1)


@contextmanager
def uncollected() -> Iterator[None]:
    """Let everything that is made in this block stay, without looking for what could go.

    Looking takes a fifth of the start. What stays is never looked at later either: each time would stop the page for a
    tenth of a second. The garbage among it is some 5 MB.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
