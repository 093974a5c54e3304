"""How much later than was first told results come; what is told next allows for it.

Passes are not all that people wait for: steps of others end first, files are written, a busy machine does other things.
Which of it happens cannot be reckoned, only learned: after every result the allowance moves a little towards what would
have been enough in nine of ten cases (online quantile estimation, as in Gibbs and Candès 2021, adaptive conformal
inference). Knows no job.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from playground.engine.events import Done, Event, Queued, Step

ENOUGH = 0.9
"""In how many cases of all what is told is meant to be enough."""
LEAST_MOVE, MOVE = 0.1, 0.1
"""How far the allowance moves after a result: so many seconds, and such a part of what had been told."""


class Lateness:
    """The allowances, by checkpoint, for those who wait and for those whose steps are told."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, type[Event]], float] = {}
        self._lock = threading.Lock()

    def of(self, checkpoint: str) -> Promise:
        """Return what one watcher of one job of a checkpoint is told."""
        return Promise(self, checkpoint)

    def allowance(self, checkpoint: str, kind: type[Event]) -> float:
        """Return the seconds that are told beyond what was reckoned."""
        return self._seconds.get((checkpoint, kind), 0.0)

    def learn(self, checkpoint: str, kind: type[Event], told: float, took: float) -> None:
        """Move an allowance after a result of which one was told so many seconds, and which took so many."""
        move = LEAST_MOVE + MOVE * told
        with self._lock:
            seconds = self.allowance(checkpoint, kind) + move * (ENOUGH if took > told else ENOUGH - 1)
            self._seconds[checkpoint, kind] = max(0.0, seconds)


class Promise:
    """What one watcher was told first, and when."""

    def __init__(self, lateness: Lateness, checkpoint: str) -> None:
        self._lateness, self._checkpoint = lateness, checkpoint
        self._first: tuple[type[Event], float, float] | None = None

    def made(self, event: Event) -> Event:
        """Return an event as it is told: its seconds with the allowance."""
        if not isinstance(event, (Queued, Step)) or event.seconds is None:
            return event
        kind = type(event)
        seconds = event.seconds + self._lateness.allowance(self._checkpoint, kind)
        self._first = self._first or (kind, seconds, time.monotonic())
        return replace(event, seconds=seconds)

    def kept(self, end: Event) -> None:
        """Learn from a job's end, whose watcher has done with it what there was to do."""
        if self._first and isinstance(end, Done):
            kind, told, since = self._first
            self._lateness.learn(self._checkpoint, kind, told, time.monotonic() - since)
