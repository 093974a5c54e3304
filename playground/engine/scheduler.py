"""Which worker makes what, and when: the jobs that wait, and what is known about checkpoints. Holds no model."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from playground.catalog import Checkpoint
from playground.engine.batching import Slot, WaitingJobs
from playground.engine.jobs import Cancelled, Job
from playground.engine.running import SHORT, RunningPass
from playground.errors import PlaygroundError
from playground.families.base import find_family

if TYPE_CHECKING:
    from playground.engine.driver import Driver
    from playground.engine.link import WorkerLink


class Scheduler:
    """The jobs that wait, and those who take them.

    Args:
        warm_up: Checkpoints to get ready, in this order, while nobody waits; the first of a family is loaded.
        exact: Whether every sample runs alone.

    Attributes:
        lock: Guards everything here.
        waiting: The jobs.
        drivers: One for each worker.
        problems: Why a checkpoint cannot be used, by id.
        pace: Seconds that a checkpoint's pass took lately, by id.
        limits: Samples of a checkpoint that fit one pass, by id, where memory ran out once.
        ready: Set when all checkpoints were got ready.
    """

    def __init__(self, warm_up: Sequence[Checkpoint], exact: bool) -> None:
        self.lock = threading.RLock()
        self.waiting = WaitingJobs(_batch_key, self.limit, exact)
        self.drivers: list[Driver] = []
        self.problems: dict[str, PlaygroundError] = {}
        self.pace: dict[str, float] = {}
        self.limits: dict[str, int] = {}
        self.ready = threading.Event()
        self._warm_up = deque((checkpoint, False) for checkpoint in warm_up)
        self._warming = 0

    def add(self, job: Job) -> None:
        """Put a job into the queue, and wake who can take it."""
        with self.lock:
            self.waiting.add(job)
            for driver in self.drivers:
                driver.notice(job)

    def remove(self, job: Job) -> None:
        """Take a cancelled job out of the queue and tell so; a pass that nobody waits for any more ends."""
        with self.lock:
            self.waiting.remove(job)
        job.emit(Cancelled())
        with self.lock:
            for driver in self.drivers:
                driver.passes.drop_unwanted()

    def take_short(self, link: WorkerLink, running: RunningPass) -> list[Slot]:
        """Take the samples of a short pass that may go between the steps of a running one."""
        return self.waiting.take(lambda job: self.is_short(job, link, running))

    def short_waits(self, link: WorkerLink, running: RunningPass) -> bool:
        """Tell whether a job waits whose passes may go between the steps of a running one."""
        return self.waiting.any(lambda job: self.is_short(job, link, running))

    def is_short(self, job: Job, link: WorkerLink, running: RunningPass) -> bool:
        """Tell whether a job's passes may go between the steps of a running one."""
        id = job.checkpoint.id
        return running.may_let_in(job.checkpoint, self.pace.get(id), id in link.held.modes)

    def place(self, job: Job) -> tuple[int, float | None]:
        """Return a waiting job's place (1 is next) and the estimated seconds until it is done.

        A short one waits for the running pass's next step only, and for other short ones.
        """
        with self.lock:
            ahead, busy = self.waiting.ahead(job), list[float]()
            for driver in self.drivers:
                running = driver.passes.running
                left = running.seconds_left if running else 0.0
                if running and self.is_short(job, driver.link, running):
                    ahead = [other for other in ahead if self.is_short(other, driver.link, running)]
                    left = min(left, SHORT)
                busy.append(left)
            passes = self.waiting.passes([*ahead, job])
        if any(first.checkpoint.id not in self.pace for first, _ in passes):
            return len(ahead) + 1, None
        seconds = sum(self.pace[first.checkpoint.id] * count for first, count in passes)
        return len(ahead) + 1, min(busy, default=0.0) + seconds / max(1, len(self.drivers))

    def later(self, job: Job) -> float:
        """Estimate the seconds that a job's samples which still wait will take."""
        return -(-len(job.waiting) // self.limit(job)) * self.pace.get(job.checkpoint.id, 0.0)

    def limit(self, job: Job) -> int:
        """Return how many samples of a job's kind fit one pass."""
        most = find_family(job.checkpoint.family).batch_limit(job.checkpoint)
        return min(most, self.limits.get(job.checkpoint.id, most))

    def measured(self, checkpoint: Checkpoint, seconds: float) -> None:
        """Remember what a pass took."""
        with self.lock:
            known = self.pace.get(checkpoint.id, seconds)
            self.pace[checkpoint.id] = 0.7 * known + 0.3 * seconds

    def next_to_warm_up(self) -> tuple[Checkpoint, bool] | None:
        """Return a checkpoint to get ready, and whether to load it; None where none is left."""
        with self.lock:
            if not self._warm_up:
                return None
            self._warming += 1
            checkpoint, again = self._warm_up.popleft()
            loaded = {known.family for driver in self.drivers for known in driver.link.loaded}
            return checkpoint, again or checkpoint.family not in loaded

    def warmed_up(self) -> bool:
        """Note that a checkpoint was got ready; tells whether it was the last."""
        with self.lock:
            self._warming -= 1
            last = not (self._warm_up or self._warming or self.ready.is_set())
            if last:
                self.ready.set()
            return last

    def load_again(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Get checkpoints ready that a worker had loaded when it died."""
        with self.lock:
            self._warm_up.extend((checkpoint, True) for checkpoint in checkpoints)


def _batch_key(slot: Slot) -> Hashable:
    family = find_family(slot.job.checkpoint.family)
    return slot.job.checkpoint.id, family.batch_key(slot.sample)
