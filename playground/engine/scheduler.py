"""Which worker makes what, and when: the jobs that wait, and what is known about checkpoints. Holds no model.

A checkpoint goes where it is loaded, else where most memory is free. A worker that has nothing to do reads what another
one holds as soon as a job has waited as long as reading it takes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Container, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from playground.catalog import Checkpoint
from playground.engine.batching import Slot, WaitingJobs
from playground.engine.drafts import DraftPace
from playground.engine.events import Cancelled
from playground.engine.jobs import Job
from playground.engine.places import Places
from playground.engine.running import SHORT, RunningPass
from playground.errors import PlaygroundError
from playground.families.base import find_family

if TYPE_CHECKING:
    from playground.engine.driver import Driver
    from playground.engine.link import WorkerLink
    from playground.engine.passes import Passes

BYTES_READ_A_SECOND = 200e6
"""Of weights, before a checkpoint was ever read."""


class Scheduler:
    """The jobs that wait, and those who take them.

    Args:
        warm_up: Checkpoints to get ready, in this order, while nobody waits; the first of a family is loaded.
        exact: Whether every sample runs alone.

    Attributes:
        lock: Guards everything here.
        waiting: The jobs.
        drivers: One for each worker.
        idle: Those of them that have nothing to do.
        gathering: Those that wait a moment for more jobs.
        at_work: The passes that run, by their checkpoint's id.
        drafting: Those of them that make drafts.
        problems: Why a checkpoint cannot be used, by id.
        pace: Seconds that a checkpoint's pass took lately, by id: whether such passes are short.
        step_pace: Seconds that a step of one took lately, by id: how long one of so many steps will take.
        finishing: Seconds that a checkpoint's passes take from their last step to their end, by id.
        slowdown: How many times as long they take lately because others are let in between their steps, by id.
        reading: Seconds that a checkpoint took to be read, by id.
        limits: Samples of a checkpoint that fit one pass, by id, where memory ran out once.
        drafts: What a checkpoint's drafts take.
        ready: Set when all checkpoints were got ready.
    """

    def __init__(self, warm_up: Sequence[Checkpoint], exact: bool) -> None:
        self.lock = threading.RLock()
        self.waiting = WaitingJobs(_batch_key, self.limit, exact)
        self.drivers: list[Driver] = []
        self.idle: dict[Driver, None] = {}
        self.gathering: dict[Driver, None] = {}
        self.at_work: dict[str, dict[Passes, None]] = {}
        self.drafting: dict[Passes, None] = {}
        self.problems: dict[str, PlaygroundError] = {}
        self.pace: dict[str, float] = {}
        self.step_pace: dict[str, float] = {}
        self.finishing: dict[str, float] = {}
        self.slowdown: dict[str, float] = {}
        self.reading: dict[str, float] = {}
        self.limits: dict[str, int] = {}
        self.ready = threading.Event()
        self.drafts = DraftPace()
        self._places = Places(self.waiting, self.pass_seconds, self._reading_seconds, self._is_short_somewhere)
        self._lost: deque[list[Slot]] = deque()
        self._warm_up = deque((checkpoint, False) for checkpoint in warm_up)
        self._warming: list[str] = []

    def add(self, job: Job) -> None:
        """Put a job into the queue, and wake who can take it."""
        with self.lock:
            job.since = time.monotonic()
            self.waiting.add(job)
            self._places.changed()
            idle = [driver for driver in self.idle if job.checkpoint.id in driver.link.held.modes]
            if not idle and self.idle:
                idle = [max(self.idle, key=lambda driver: driver.link.held.free)]
            if idle:
                idle[0].wake()
                return
            # No loop over all drivers: a job must not cost more with 64 of them than with one.
            for driver in self.gathering:
                driver.wake()
            for passes in () if job.draft else list(self.drafting):
                passes.make_way()
            for passes in self._others_at_work(job):
                passes.notice(job)

    def remove(self, job: Job) -> None:
        """Take a cancelled job out of the queue and tell so; a pass that nobody waits for any more ends."""
        with self.lock:
            self.waiting.remove(job)
            self._places.changed()
        job.emit(Cancelled())
        with self.lock:
            for driver in self.drivers:
                driver.passes.drop_unwanted()

    def put_back(self, batch: list[Slot]) -> None:
        """Let samples wait again that did not fit into memory now."""
        with self.lock:
            self.waiting.put_back(batch)
            self._places.changed()

    def run_again(self, batch: list[Slot]) -> None:
        """Let the first worker that is free run a pass again, as it was, whose worker was lost."""
        with self.lock:
            self._lost.append(batch)
            for driver in self.idle:
                driver.wake()

    def take(self, driver: Driver) -> list[Slot]:
        """Take the samples of a worker's next pass; empty where there is nothing for it to do now."""
        batch: list[Slot] = []
        fits = None if len(self.drivers) == 1 else lambda job: not self.wait_for(driver, job)
        while not batch and self._lost:
            batch = _wanted(self._lost.popleft())
        while not batch and (taken := self.waiting.take(fits)):
            self._places.changed()
            batch = _wanted(taken)
        if batch and len(self.waiting) and self.idle:
            next(iter(self.idle)).wake()
        return batch

    def wait_for(self, driver: Driver, job: Job) -> float:
        """Return the seconds that a worker leaves a job to others; 0 where it should take it."""
        id = job.checkpoint.id
        if id in driver.link.held.modes:
            return 0.0
        holders = [other for other in self.drivers if other.holds(id)]
        if not holders:
            roomier = [other for other in self.idle if other.link.held.free > driver.link.held.free]
            return SHORT if roomier else 0.0
        return max(0.0, job.since + self._reading_takes(job.checkpoint) - time.monotonic())

    def patience(self, driver: Driver) -> float | None:
        """Return the seconds after which a worker without work should look again; None where nobody waits."""
        return min((max(0.01, self.wait_for(driver, job)) for job in self.waiting.firsts()), default=None)

    def take_short(self, link: WorkerLink, running: RunningPass) -> list[Slot]:
        """Take the samples of a short pass that may go between the steps of a running one."""
        self._places.changed()
        return self.waiting.take(lambda job: self.is_short(job, link, running), let_in=True)

    def short_waits(self, link: WorkerLink, running: RunningPass) -> bool:
        """Tell whether a job waits whose passes may go between the steps of a running one."""
        return any(self.is_short(job, link, running) for job in self.waiting.firsts())

    def is_short(self, job: Job, link: WorkerLink, running: RunningPass) -> bool:
        """Tell whether a job's passes may go between the steps of a running one."""
        if job.draft:
            return False
        id = job.checkpoint.id
        return running.may_let_in(job.checkpoint, self.pace.get(id), id in link.held.modes)

    def place(self, job: Job) -> tuple[int, float | None]:
        """Return a waiting job's place (1 is next) and the estimated seconds until it is done.

        A short one waits for the running pass's next step only, and for other short ones.
        """
        with self.lock:
            found = self._places.of(job)
            lefts = [driver.lets_in_after if found.short else driver.seconds_left for driver in self.drivers]
        known = [left for left in lefts if left is not None]
        if found.seconds is None or not known:
            return found.place, None
        return found.place, min(known) + found.seconds / len(self.drivers)

    def later(self, job: Job) -> float:
        """Estimate the seconds that a job's samples which still wait will take."""
        return -(-len(job.waiting) // self.limit(job)) * (self.pass_seconds(job) or 0.0)

    def pass_seconds(self, job: Job) -> float | None:
        """Estimate what a pass of a job takes, by its steps; None before its checkpoint was ever measured."""
        pace = self.step_pace.get(job.checkpoint.id)
        if pace is None:
            return None
        steps = _steps_of(job, job.waiting[0] if job.waiting else 0)
        return pace * steps * self.slowdown.get(job.checkpoint.id, 1.0)

    def begin(self, number: int, batch: list[Slot], held: Container[str]) -> RunningPass:
        """Return a pass that sets out to a worker which holds checkpoints of such ids, with what is expected of it."""
        job = batch[0].job
        finishing = self.finishing.get(job.checkpoint.id, 0.0)
        reading = 0.0 if job.checkpoint.id in held else self.reading.get(job.checkpoint.id)
        return RunningPass(number, batch, self.pass_seconds(job), reading, self.later, finishing)

    def limit(self, job: Job) -> int:
        """Return how many samples of a job's kind fit one pass."""
        most = find_family(job.checkpoint.family).batch_limit(job.checkpoint)
        return min(most, self.limits.get(job.checkpoint.id, most))

    def measured(self, batch: Sequence[Slot], seconds: float) -> None:
        """Remember what a pass took; those of drafts are no measure of others."""
        job, checkpoint = batch[0].job, batch[0].job.checkpoint
        steps = _steps_of(job, batch[0].index)
        self.drafts.measured(checkpoint.id, seconds, steps, len(batch), job.draft)
        if job.draft:
            return
        with self.lock:
            _note(self.pace, checkpoint.id, seconds)
            _note(self.step_pace, checkpoint.id, seconds / steps)

    def passed(self, running: RunningPass, seconds: float) -> None:
        """Remember how a pass of so many seconds went beside its steps; that of drafts is no measure of others."""
        if running.gives_way:
            return
        with self.lock:
            _note(
                self.finishing, running.checkpoint.id, max(0.0, seconds - running.seconds) if running.seconds else 0.0
            )
            _note(self.slowdown, running.checkpoint.id, running.slowdown)

    def next_to_warm_up(self) -> tuple[Checkpoint, bool] | None:
        """Return a checkpoint to get ready, and whether to load it; None where none is left."""
        with self.lock:
            if not self._warm_up:
                return None
            checkpoint, again = self._warm_up.popleft()
            loaded = {known.family for driver in self.drivers for known in driver.link.loaded} | set(self._warming)
            self._warming.append(checkpoint.family)
            return checkpoint, again or checkpoint.family not in loaded

    def warmed_up(self, checkpoint: Checkpoint) -> bool:
        """Note that a checkpoint was got ready; tells whether it was the last."""
        with self.lock:
            self._warming.remove(checkpoint.family)
            last = not (self._warm_up or self._warming or self.ready.is_set())
            if last:
                self.ready.set()
            return last

    def load_again(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Get checkpoints ready that a worker had loaded when it died, unless another one has them.

        Of live families only: what takes long to read would hold up those who wait for what is quick.
        """
        with self.lock:
            live = [each for each in checkpoints if find_family(each.family).live]
            missing = [each for each in live if not self._is_held(each.id)]
            self._warm_up.extend((checkpoint, True) for checkpoint in missing)

    def _reading_seconds(self, job: Job) -> float:
        """Estimate what reading a job's checkpoint takes; 0 where a worker has it, or has begun with it."""
        return 0.0 if self._is_held(job.checkpoint.id) else self._reading_takes(job.checkpoint)

    def _reading_takes(self, checkpoint: Checkpoint) -> float:
        return self.reading.get(checkpoint.id) or checkpoint.weights / BYTES_READ_A_SECOND

    def _is_held(self, id: str) -> bool:
        return any(driver.holds(id) for driver in self.drivers)

    def _is_short_somewhere(self, job: Job) -> bool:
        return any(passes.lets_in(job) for passes in self._others_at_work(job))

    def _others_at_work(self, job: Job) -> Iterator[Passes]:
        """Yield the passes that run another checkpoint than a job's: no other lets it in."""
        for id, passes in self.at_work.items():
            if id != job.checkpoint.id:
                yield from passes


def _wanted(batch: list[Slot]) -> list[Slot]:
    """Return a batch as it is, or nothing where nobody waits for any of it."""
    return [] if all(slot.job.ended for slot in batch) else batch


def _note(known: dict[str, float], id: str, value: float) -> None:
    """Remember a measurement; the newest counts most."""
    known[id] = 0.7 * known.get(id, value) + 0.3 * value


def _steps_of(job: Job, index: int) -> int:
    """Return how many steps one of a job's samples takes."""
    return max(1, find_family(job.checkpoint.family).steps(job.samples[index]))


def _batch_key(slot: Slot) -> Hashable:
    family = find_family(slot.job.checkpoint.family)
    return slot.job.checkpoint.id, family.batch_key(slot.sample), slot.job.draft
