"""A start that does not look for garbage: some 3,000 modules come in, and nearly nothing of it goes again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
