"""Which app wrote something into an index: several may use one folder, and each takes up only what ended ones left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

import psutil

from playground.errors import PlaygroundError

Noted = TypeVar("Noted")
log = logging.getLogger(__name__)


def lives(app: str) -> bool:
    """Tell whether an app still runs, beside this one on the same folder.

    Args:
        app: Its name, as ``THIS_APP`` is this one's.
    """
    try:
        return _named(psutil.Process(int(app.partition(" ")[0]))) == app != THIS_APP
    except (psutil.Error, ValueError):
        return False


def resume(
    left: Callable[[], Iterable[Noted]], begin: Callable[[Noted], object], forget: Callable[[Noted], object]
) -> None:
    """Go on with what ended apps left.

    Args:
        left: Reads it; where that fails, nothing is taken up.
        begin: Goes on with one of them.
        forget: Forgets one that cannot be gone on with.
    """
    try:
        found = left()
    except PlaygroundError as error:
        log.warning("%s", error)
        return
    for each in found:
        try:
            begin(each)
        except PlaygroundError as error:
            log.warning("What was begun before the start is given up: %s", error)
            forget(each)


def _named(process: psutil.Process) -> str:
    return f"{process.pid} since {process.create_time()}"


THIS_APP = _named(psutil.Process())
