"""A pass that runs: its steps are told to its jobs, and between them short passes of others may go. Knows no thread.

A pass of many steps, such as a clip's, holds the device for a long time, and sliders of other tabs would stand still.
So after each of its steps, and within slow ones, inside the call that reports it and on the same thread, waiting passes
that are short are let in:

- Short is a pass that takes at most ``SHORT`` seconds, by what its checkpoint's passes took lately; before the first
  one, if its family is live, which says that it is quick enough to draw while a control moves. Everything else is long
  and waits for its turn.
- Its checkpoint is loaded, or small enough to be read in no time, and is not the running pass's own, whose model
  is in the middle of its work and is never evicted meanwhile.
- All that is let in takes at most as long as the running pass took so far: it is slowed down to a half, never starved.
- What is let in lets nobody in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.batching import Slot
from playground.engine.jobs import Job, Step
from playground.errors import Cancelled as CancelledError
from playground.families.base import find_family
from playground.outcomes import find_kind

SHORT = 0.5
"""Seconds that a short pass takes at most."""
SOON_READ = 64_000_000
"""Bytes of weights that are read in no time."""
TELL_EVERY = 0.1
"""Seconds between two steps that are told, unless they bring a preview: the telling takes time from the steps."""


class RunningPass:
    """One forward pass on its way.

    Args:
        batch: Its samples.
        expected: Seconds that it will take; 0 where nobody knows yet.
        later: Tells how many seconds a job's samples that still wait will take.
        let_in: Runs one short pass; returns whether one waited.

    Attributes:
        let_in: As given; may be set later.
        lent: Seconds that others had between its steps.
        crowded: Whether one of them did not fit into memory beside it, so that no more are let in.
    """

    def __init__(
        self, batch: Sequence[Slot], expected: float, later: Callable[[Job], float], let_in: Callable[[], bool]
    ) -> None:
        self.batch, self.lent, self.crowded = batch, 0.0, False
        self._expected, self._later, self.let_in = expected, later, let_in
        self._started = time.monotonic()
        self._told, self._share = 0.0, 0.0

    @property
    def checkpoint(self) -> Checkpoint:
        """What it runs."""
        return self.batch[0].job.checkpoint

    @property
    def seconds(self) -> float:
        """Seconds that it took so far, without those that it lent."""
        return time.monotonic() - self._started - self.lent

    @property
    def seconds_left(self) -> float:
        """Estimate how long it will still take, from its own steps or from earlier passes."""
        if self._share:
            return max(0.0, self.seconds / self._share - self.seconds)
        return max(0.0, self._expected - self.seconds)

    def cancel(self) -> None:
        """Stop all its jobs."""
        for slot in self.batch:
            slot.job.cancel()

    def may_let_in(self, checkpoint: Checkpoint, pace: float | None, loaded: bool) -> bool:
        """Tell whether a checkpoint's passes may go between its steps.

        Args:
            checkpoint: Whose passes.
            pace: Seconds that one took lately; None before the first.
            loaded: Whether it is.
        """
        quick = find_family(checkpoint.family).live if pace is None else pace <= SHORT
        return checkpoint is not self.checkpoint and quick and (loaded or checkpoint.weights <= SOON_READ)

    def step(self, index: int, of: int, preview: Sequence[Any] | None = None) -> None:
        """Report a step, as ``families.base.Step`` says, and let short passes in before the next."""
        self._stop_if_nobody_waits()
        self._share = index / of
        if index and (preview or time.monotonic() >= self._told + TELL_EVERY):
            self._tell(index, of, preview)
        if index < of:
            self._pause()

    def _pause(self) -> None:
        """Let short passes in, as long as this one has taken more time than it has lent."""
        while not self.crowded and self.lent < self.seconds:
            started = time.monotonic()
            there_was_one = self.let_in()
            self.lent += time.monotonic() - started
            if not there_was_one:
                break
            self._stop_if_nobody_waits()

    def _stop_if_nobody_waits(self) -> None:
        if all(slot.job.ended for slot in self.batch):
            raise CancelledError

    def _tell(self, index: int, of: int, preview: Sequence[Any] | None) -> None:
        self._told = time.monotonic()
        left = self.seconds / index * (of - index)
        for job in dict.fromkeys(slot.job for slot in self.batch):
            shown = None
            if preview and find_kind(job.request.makes).previewed:
                shown = [picture for slot, picture in zip(self.batch, preview, strict=False) if slot.job is job]
            job.emit(Step(index, of, len(job.made), len(job.samples), left + self._later(job), shown))
