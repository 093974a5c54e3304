"""The places of all who wait, and their estimated seconds; everybody looks them up again and again. Knows no worker.

They are reckoned for all at once, and not again before that has paid for itself: ten thousand who look up their places
cost no more than a twentieth of one core.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from playground.engine.batching import WaitingJobs
from playground.engine.jobs import Job

WORTH = 20.0
"""So many times what reckoning took, its result is good, though somebody came or went meanwhile."""


@dataclass(frozen=True)
class Place:
    """Where a job stands.

    Attributes:
        place: 1 is next.
        seconds: Of the passes until it is done, its own among them; None before a checkpoint was ever measured.
        short: Whether it waits for the next step of what runs only, and stands among the other short ones.
    """

    place: int
    seconds: float | None
    short: bool


@dataclass
class _Queue:
    """What stands before the next job of one kind."""

    count: int = 0
    seconds: float | None = 0.0

    def __post_init__(self) -> None:
        self.samples: Counter[Hashable] = Counter()
        self.read: set[str] = set()


class Places:
    """A table of places.

    Args:
        waiting: The jobs.
        pace: Tells the seconds that a job's pass takes; None before the first.
        reading: Tells the seconds that reading a job's checkpoint takes; 0 where it is there.
        is_short: Tells which jobs may go between the steps of what runs.
    """

    def __init__(
        self,
        waiting: WaitingJobs,
        pace: Callable[[Job], float | None],
        reading: Callable[[Job], float],
        is_short: Callable[[Job], bool],
    ) -> None:
        self._waiting, self._pace, self._reading, self._is_short = waiting, pace, reading, is_short
        self._table: dict[Job, Place] = {}
        self._until = 0.0
        self._stale = True

    def changed(self) -> None:
        """Note that the table is not right any more."""
        self._stale = True

    def of(self, job: Job) -> Place:
        """Return a job's place; where it does not wait any more, as if it were next."""
        if job not in self._table or (self._stale and time.monotonic() >= self._until):
            self._reckon()
        return self._table.get(job) or Place(1, self._pace(job), False)

    def _reckon(self) -> None:
        started = time.monotonic()
        queues = {True: _Queue(), False: _Queue()}
        self._table = {}
        shortness: dict[str, bool] = {}
        for job in self._waiting.in_order():
            id = job.checkpoint.id
            if id not in shortness:
                shortness[id] = self._is_short(job)
            short = shortness[id]
            for queue in (queues[True], queues[False]) if short else (queues[False],):
                self._queue_up(job, queue)
            mine = queues[short]
            self._table[job] = Place(mine.count, mine.seconds, short)
        self._stale = False
        self._until = time.monotonic() + WORTH * (time.monotonic() - started)

    def _queue_up(self, job: Job, queue: _Queue) -> None:
        key, pace = self._waiting.key_of(job), self._pace(job)
        queue.count += 1
        if pace is None or queue.seconds is None:
            queue.seconds = None
            return
        if job.checkpoint.id not in queue.read:
            queue.read.add(job.checkpoint.id)
            queue.seconds += self._reading(job)
        queue.seconds += pace * self._waiting.passes(job, queue.samples[key])
        queue.samples[key] += len(job.waiting)
