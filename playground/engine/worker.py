"""The only thread that touches one device's models. Takes samples, runs passes, tells the jobs."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.batching import Slot, WaitingJobs
from playground.engine.devices import find_device, use_cores
from playground.engine.failures import as_checkpoint_error, as_sentence, free_memory, is_out_of_memory, out_of_memory
from playground.engine.gathering import Gathering
from playground.engine.jobs import BatchShape, Cancelled, Done, Failed, Job, Loading
from playground.engine.model_cache import SLOWER, ModelCache
from playground.engine.reports import report_of
from playground.engine.running import SHORT, RunningPass
from playground.errors import Cancelled as CancelledError
from playground.errors import CheckpointError, OutOfMemory, PlaygroundError
from playground.families.base import Device, Family, find_family

log = logging.getLogger(__name__)

MEMORY_SHARE = 0.5


class _NoRoomBeside(Exception):
    """A short pass does not fit into memory beside the running one."""


class Worker(threading.Thread):
    """Runs jobs on one device until it is told to stop.

    Args:
        wanted: The device, as ``--device`` takes it; found on the worker's own thread, where torch is imported.
        warm_up: Checkpoints to get ready, in this order, while nobody waits; the first of a family is loaded.
        budget: Bytes of models that stay loaded; None takes half of the device's memory.
        exact: Whether every sample runs alone.
        versions: Versions of the libraries, for the reports.
        keep: How models are kept in the device's memory, as ``Device.keep`` takes it.
    """

    def __init__(
        self,
        wanted: str,
        warm_up: Sequence[Checkpoint],
        budget: int | None,
        exact: bool,
        versions: dict[str, str],
        keep: str = "auto",
    ) -> None:
        super().__init__(name="worker", daemon=True)
        self.device: Device | None = None
        self.models: ModelCache | None = None
        self.problems: dict[str, PlaygroundError] = {}
        self.ready = threading.Event()
        self.changed = threading.Condition()
        self.waiting = WaitingJobs(_batch_key, self._limit, exact)
        self._wanted, self._budget, self._versions, self._keep = wanted, budget, versions, keep
        self._warm_up = deque(warm_up)
        self._limits: dict[str, int] = {}
        self._pace: dict[str, float] = {}
        self._running: RunningPass | None = None
        self._inside = self._stopping = False
        self._gathering = Gathering()

    def add(self, job: Job) -> None:
        """Put a job into the queue."""
        with self.changed:
            self.waiting.add(job)
            if self.waiting.owners >= self._gathering.wanted:
                self.changed.notify_all()

    def remove(self, job: Job) -> None:
        """Take a cancelled job out of the queue and tell so; a running pass notices at its next step."""
        with self.changed:
            self.waiting.remove(job)
        job.emit(Cancelled())

    def stop(self) -> None:
        """End at the running pass's next step."""
        with self.changed:
            self._stopping, running = True, self._running
            self.changed.notify_all()
        if running:
            running.cancel()

    def place(self, job: Job) -> tuple[int, float | None]:
        """Return a waiting job's place (1 is next) and the estimated seconds until it is done.

        A short one waits for the running pass's next step only, and for other short ones.
        """
        with self.changed:
            ahead, running = self.waiting.ahead(job), self._running
            busy = running.seconds_left if running else 0.0
            if running and self._is_short(job, running):
                ahead, busy = [other for other in ahead if self._is_short(other, running)], min(busy, SHORT)
            passes = self.waiting.passes([*ahead, job])
        if any(first.checkpoint.id not in self._pace for first, _ in passes):
            return len(ahead) + 1, None
        return len(ahead) + 1, busy + sum(self._pace[first.checkpoint.id] * count for first, count in passes)

    def run(self) -> None:
        """Find the device, then run passes until stopped; while nobody waits, get the checkpoints ready."""
        self.device = replace(find_device(self._wanted), keep=self._keep)
        self.models = ModelCache(self.device, self._budget or int(self.device.memory * MEMORY_SHARE))
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self._stopping or len(self.waiting) or self._warm_up)
                self._gathering.wait(self.changed, self.waiting)
                if self._stopping:
                    return
                batch = [slot for slot in self.waiting.take() if not slot.job.ended]
            if batch:
                with self._gathering.passing(batch, self.changed, self.waiting):
                    self._serve(batch)
            elif self._warm_up:
                self._get_ready(self._warm_up.popleft())
            if not self._warm_up and not self.ready.is_set():
                self.ready.set()
                log.info("Ready on %s.", self.device.name)

    def _get_ready(self, checkpoint: Checkpoint) -> None:
        """Load a family's first checkpoint before anybody asks; of the others see whether they are whole."""
        try:
            self._models.warm_up(checkpoint, find_family(checkpoint.family))
        except Exception as error:
            problem = self.problems[checkpoint.id] = as_checkpoint_error(error, checkpoint)
            log.warning("%s", problem)

    @property
    def _models(self) -> ModelCache:
        if self.models is None:
            raise RuntimeError("The worker has not found its device yet.")
        return self.models

    def _serve(self, batch: list[Slot]) -> None:
        """Run a batch; if it fails, run its jobs one by one, so that only the culprit fails."""
        jobs = list(dict.fromkeys(slot.job for slot in batch))
        try:
            self._load_and_run(batch)
        except CancelledError:
            for job in jobs:
                job.emit(Cancelled())
        except _NoRoomBeside:
            log.info("%s waits: it does not fit beside what runs.", jobs[0].request.task)
            free_memory()
            with self.changed:
                self.waiting.put_back(batch)
        except Exception as error:
            if len(jobs) > 1 and not isinstance(error, CheckpointError):
                for job in jobs:
                    self._serve([slot for slot in batch if slot.job is job])
                return
            sentence = as_sentence(error)
            shown = error if log.isEnabledFor(logging.DEBUG) else None
            log.error("%s: %s", jobs[0].request.task, sentence, exc_info=shown)
            for job in jobs:
                with self.changed:
                    self.waiting.remove(job)
                job.emit(Failed(sentence))

    def _load_and_run(self, batch: list[Slot]) -> None:
        checkpoint = batch[0].job.checkpoint
        family = find_family(checkpoint.family)
        if checkpoint not in self._models:
            for slot in batch:
                slot.job.emit(Loading(checkpoint.title))
        try:
            self._models.get(checkpoint, family)
        except PlaygroundError as error:
            if self._inside and isinstance(error, OutOfMemory):
                raise _NoRoomBeside from error
            self.problems[checkpoint.id] = error
            raise
        self.problems.pop(checkpoint.id, None)
        self._run_within_memory(family, batch)

    def _run_within_memory(self, family: Family[Any], batch: list[Slot]) -> None:
        """Run a batch; when memory runs out, free what is left behind, halve the batch and go on.

        One sample alone that does not fit is tried again without the other models, then with its own kept in a way
        that needs less.
        """
        checkpoint = batch[0].job.checkpoint
        try:
            self._run_pass(family, self._models.get(checkpoint, family), batch)
            return
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            if self._inside:
                raise _NoRoomBeside from error
            found = error.with_traceback(None)  # whose frames hold the model and its tensors
        free_memory()
        if len(batch) == 1:
            if self._models.evict_others(checkpoint):
                self._run_within_memory(family, batch)
                return
            if not (mode := self._models.lower(checkpoint, family)):
                raise out_of_memory() from found
            log.warning("Out of memory; %s is kept as %s from now on.", checkpoint.id, mode)
            job = batch[0].job
            job.emit(Loading(checkpoint.title))
            if SLOWER not in job.notices:
                job.notices.append(SLOWER)
            self._run_within_memory(family, batch)
            return
        half = len(batch) // 2
        self._limits[batch[0].job.checkpoint.id] = half
        log.warning("Out of memory at %d samples; going on with %d.", len(batch), half)
        for part in (batch[:half], batch[half:]):
            self._run_within_memory(family, part)

    def _run_pass(self, family: Family[Any], model: Any, batch: list[Slot]) -> None:
        checkpoint, shapes = batch[0].job.checkpoint, batch[0].job.shapes
        single_core = (shapes[batch[0].index].size if shapes else len(batch)) <= family.single_core
        made: list[Any] = []
        with self._running_pass(batch, single_core) as running:
            if shapes and len(batch) < shapes[batch[0].index].size:
                for slot in batch:
                    shape = shapes[slot.index]
                    copies = [slot.sample] * shape.size
                    made.append(family.generate(model, copies, running.step)[shape.position])
            else:
                made += family.generate(model, [slot.sample for slot in batch], running.step)
            seconds = running.seconds
        known = self._pace.get(checkpoint.id, seconds)
        self._pace[checkpoint.id] = 0.7 * known + 0.3 * seconds
        for position, (slot, picture) in enumerate(zip(batch, made, strict=True)):
            frames = slot.job.made[slot.index] = picture if isinstance(picture, list) else [picture]
            if (notice := frames[0].info.pop("notice", None)) and notice not in slot.job.notices:
                slot.job.notices.append(notice)
            slot.job.batches[slot.index] = shapes[slot.index] if shapes else BatchShape(len(batch), position)
        for job in dict.fromkeys(slot.job for slot in batch):
            job.seconds += seconds
            if len(job.made) == len(job.samples):
                self._finish(job, family)

    @contextmanager
    def _running_pass(self, batch: list[Slot], single_core: bool) -> Iterator[RunningPass]:
        """Be in a pass, during which its model is not evicted, and short passes are let in unless this is one."""
        checkpoint = batch[0].job.checkpoint
        running = RunningPass(batch, self._pace.get(checkpoint.id, 0.0), self._later, lambda: False)
        use_cores(single_core)
        if self._inside:
            yield running
            return

        def let_in() -> bool:
            there_was_one = self._serve_short(running)
            use_cores(single_core)
            return there_was_one

        running.let_in, self._running = let_in, running
        try:
            with self._models.in_use(checkpoint):
                yield running
        finally:
            self._running = None

    def _serve_short(self, running: RunningPass) -> bool:
        """Run one short pass between the steps of another; returns whether one waited."""
        with self.changed:
            if self._stopping:
                return False
            batch = self.waiting.take(lambda job: self._is_short(job, running))
        self._inside = True
        try:
            wanted = [slot for slot in batch if not slot.job.ended]
            if wanted:
                self._serve(wanted)
        finally:
            self._inside = False
        running.crowded = any(not slot.job.ended and slot.index in slot.job.waiting for slot in batch)
        return bool(batch)

    def _is_short(self, job: Job, running: RunningPass) -> bool:
        return running.may_let_in(job.checkpoint, self._pace.get(job.checkpoint.id), job.checkpoint in self._models)

    def _later(self, job: Job) -> float:
        return -(-len(job.waiting) // self._limit(job)) * self._pace.get(job.checkpoint.id, 0.0)

    def _finish(self, job: Job, family: Family[Any]) -> None:
        report = report_of(job, family, self.device, self._versions)
        log.debug("%s of %s done in %.3f s", job.request.task, job.owner[:8], job.seconds)
        job.emit(Done([picture for index in range(len(job.samples)) for picture in job.made[index]], report))

    def _limit(self, job: Job) -> int:
        most = find_family(job.checkpoint.family).batch_limit(job.checkpoint)
        return min(most, self._limits.get(job.checkpoint.id, most))


def _batch_key(slot: Slot) -> Hashable:
    family = find_family(slot.job.checkpoint.family)
    return slot.job.checkpoint.id, family.batch_key(slot.sample)
