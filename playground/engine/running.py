"""A pass that a worker runs, as its jobs see it: how far it is, and who may go between its steps. Knows no thread.

- Short is a pass that takes at most ``SHORT`` seconds, by what its checkpoint's passes took lately; before the first
  one, if its family is live, which says that it is quick enough to draw while a control moves. Everything else is long
  and waits for its turn.
- Its checkpoint is loaded, or small enough to be read in no time, and is not the running pass's own, whose model
  is in the middle of its work and is never evicted meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from playground.catalog import Checkpoint
from playground.engine.batching import Slot
from playground.engine.events import Step
from playground.engine.jobs import Job
from playground.engine.workers.messages import Stepped
from playground.families.base import find_family
from playground.outcomes import find_kind

SHORT = 0.5
"""Seconds that a short pass takes at most."""
SOON_READ = 64_000_000
"""Bytes of weights that are read in no time."""


class RunningPass:
    """One forward pass on its way.

    Args:
        number: By which its worker knows it.
        batch: Its samples.
        expected: Seconds that it will take once its checkpoint is read; None where nobody knows yet.
        reading: Seconds that this takes before; None where nobody knows yet.
        later: Tells how many seconds a job's samples that still wait will take.
        finishing: Seconds that it takes from its last step to its end.

    Attributes:
        knocked: Whether its worker knows that a short pass waits.
        dropped: Whether its worker knows that nobody waits for it any more.
        gave_way: Whether its worker was told to drop it for a real job.
        crowded: Whether something did not fit into memory beside it, so that no more is let in.
        seconds: What its steps took so far, without what it lent to others.
    """

    def __init__(
        self,
        number: int,
        batch: Sequence[Slot],
        expected: float | None,
        reading: float | None,
        later: Callable[[Job], float],
        finishing: float = 0.0,
    ) -> None:
        self.number, self.batch = number, batch
        self.knocked = self.dropped = self.crowded = self.gave_way = False
        self._expected, self._reading, self._later, self._finishing = expected, reading, later, finishing
        self.seconds, self._share, self._told = 0.0, 0.0, time.monotonic()
        self._first: tuple[float, float] | None = None  # when its first step was told, and the seconds it said

    @property
    def checkpoint(self) -> Checkpoint:
        """What it runs."""
        return self.batch[0].job.checkpoint

    @property
    def jobs(self) -> list[Job]:
        """Whose samples it makes."""
        return list(dict.fromkeys(slot.job for slot in self.batch))

    @property
    def gives_way(self) -> bool:
        """Whether it is of drafts, which give way to real jobs."""
        return self.batch[0].job.draft

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for any of its samples."""
        return all(slot.job.ended for slot in self.batch)

    @property
    def seconds_left(self) -> float | None:
        """Estimate how long it will still take, from its own steps, else from earlier passes; None without any."""
        left, since = self._left(), time.monotonic() - self._told
        return None if left is None else max(0.0, left - since)

    @property
    def lets_in_after(self) -> float | None:
        """Estimate when a short pass may go between its steps; None while it reads what was never read before."""
        if self._reading is None:
            return None
        left, since = self.seconds_left, time.monotonic() - self._told
        return max(0.0, self._reading - since) + (SHORT if left is None else min(left, SHORT))

    @property
    def slowdown(self) -> float:
        """How many times as long its steps took as they would have without those who were let in between them."""
        if self._first is None or self.seconds <= self._first[1]:
            return 1.0
        return max(1.0, (self._told - self._first[0]) / (self.seconds - self._first[1]))

    def _left(self) -> float | None:
        if not self._share:
            return None if self._expected is None or self._reading is None else self._reading + self._expected
        return self._left_by_steps()

    def _left_by_steps(self) -> float:
        return (self.seconds / self._share - self.seconds) * self.slowdown + self._finishing

    def may_let_in(self, checkpoint: Checkpoint, pace: float | None, loaded: bool) -> bool:
        """Tell whether a checkpoint's passes may go between its steps.

        Args:
            checkpoint: Whose passes.
            pace: Seconds that one took lately; None before the first.
            loaded: Whether it is.
        """
        if self.crowded or checkpoint is self.checkpoint:
            return False
        quick = find_family(checkpoint.family).live if pace is None else pace <= SHORT
        return quick and (loaded or checkpoint.weights <= SOON_READ)

    def was_read(self) -> None:
        """Note that its checkpoint is read."""
        self._reading, self._told = 0.0, time.monotonic()

    def tell(self, step: Stepped) -> None:
        """Tell a step to its jobs."""
        self.seconds, self._share, self._told = step.seconds, step.index / step.of, time.monotonic()
        self._first = self._first or (self._told, step.seconds)
        if self.gives_way:
            return
        left = self._left_by_steps()
        for job in self.jobs:
            shown = None
            if step.preview and find_kind(job.request.makes).previewed:
                shown = [picture for slot, picture in zip(self.batch, step.preview, strict=False) if slot.job is job]
            seconds = left + self._later(job)
            job.emit(Step(step.index, step.of, len(job.made), len(job.samples), seconds, shown))
