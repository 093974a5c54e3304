"""The only thread that touches one device's models. Takes samples, runs passes, tells the jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.engine.batching import Slot, WaitingJobs
from playground.engine.devices import find_device, use_cores
from playground.engine.failures import as_checkpoint_error, as_sentence, free_memory, is_out_of_memory, out_of_memory
from playground.engine.jobs import BatchShape, Cancelled, Done, Failed, Job, Loading, Report, Step
from playground.engine.model_cache import ModelCache
from playground.errors import Cancelled as CancelledError
from playground.errors import CheckpointError, PlaygroundError
from playground.families.base import Device, Family, find_family
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

MEMORY_SHARE = 0.5
SLOWER = Text(
    "The device's memory ran out: the checkpoint is now kept there in parts, which is slower.",
    "设备内存不足：该检查点现改为分部分放入显存，速度较慢。",
)
TELL_EVERY = 0.1
"""Seconds between two steps that are told, unless they bring a preview: the telling takes time from the steps."""


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
        self._pass_ends = 0.0
        self._stopping = False

    def add(self, job: Job) -> None:
        """Put a job into the queue."""
        with self.changed:
            self.waiting.add(job)
            self.changed.notify_all()

    def remove(self, job: Job) -> None:
        """Take a cancelled job out of the queue and tell so; a running pass notices at its next step."""
        with self.changed:
            self.waiting.remove(job)
        job.emit(Cancelled())

    def stop(self) -> None:
        """End after the running pass."""
        with self.changed:
            self._stopping = True
            self.changed.notify_all()

    def place(self, job: Job) -> tuple[int, float | None]:
        """Return a waiting job's place (1 is next) and the estimated seconds until it is done."""
        with self.changed:
            ahead = self.waiting.ahead(job)
            passes = self.waiting.passes([*ahead, job])
        if any(first.checkpoint.id not in self._pace for first, _ in passes):
            return len(ahead) + 1, None
        busy = max(0.0, self._pass_ends - time.monotonic())
        return len(ahead) + 1, busy + sum(self._pace[first.checkpoint.id] * count for first, count in passes)

    def run(self) -> None:
        """Find the device, then run passes until stopped; while nobody waits, get the checkpoints ready."""
        self.device = replace(find_device(self._wanted), keep=self._keep)
        self.models = ModelCache(self.device, self._budget or int(self.device.memory * MEMORY_SHARE))
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self._stopping or len(self.waiting) or self._warm_up)
                if self._stopping:
                    return
                batch = [slot for slot in self.waiting.take() if not slot.job.ended]
            if batch:
                self._serve(batch)
            elif self._warm_up:
                self._get_ready(self._warm_up.popleft())
            if not self._warm_up and not self.ready.is_set():
                self.ready.set()
                log.info("Ready on %s.", self.device.name)

    def _get_ready(self, checkpoint: Checkpoint) -> None:
        """Load a family's first checkpoint before anybody asks; of the others see whether they are whole."""
        family = find_family(checkpoint.family)
        try:
            if any(loaded.family == checkpoint.family for loaded in self._models.checkpoints):
                checkpoint.verify()
            else:
                self._models.get(checkpoint, family)
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
        except Exception as error:
            if len(jobs) > 1 and not isinstance(error, CheckpointError):
                for job in jobs:
                    self._serve([slot for slot in batch if slot.job is job])
                return
            sentence = as_sentence(error)
            log.error(
                "%s: %s",
                jobs[0].request.task,
                sentence,
                exc_info=error if log.isEnabledFor(logging.DEBUG) else None,
            )
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
            self.problems[checkpoint.id] = error
            raise
        self.problems.pop(checkpoint.id, None)
        self._run_within_memory(family, batch)

    def _run_within_memory(self, family: Family[Any], batch: list[Slot]) -> None:
        """Run a batch; when memory runs out, free what is left behind, halve the batch and go on.

        One sample alone that does not fit is tried again with the model kept in a way that needs less.
        """
        checkpoint = batch[0].job.checkpoint
        try:
            self._run_pass(family, self._models.get(checkpoint, family), batch)
            return
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            found = error.with_traceback(None)  # whose frames hold the model and its tensors
        free_memory()
        if len(batch) == 1:
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
        started = time.monotonic()
        self._pass_ends = started + self._pace.get(checkpoint.id, 0.0)
        use_cores((shapes[batch[0].index].size if shapes else len(batch)) <= family.single_core)
        if shapes and len(batch) < shapes[batch[0].index].size:
            made = []
            for slot in batch:
                shape = shapes[slot.index]
                copies = [slot.sample] * shape.size
                made.append(family.generate(model, copies, self._step(batch, started))[shape.position])
        else:
            made = family.generate(model, [slot.sample for slot in batch], self._step(batch, started))
        seconds = time.monotonic() - started
        known = self._pace.get(checkpoint.id, seconds)
        self._pace[checkpoint.id] = 0.7 * known + 0.3 * seconds
        for position, (slot, picture) in enumerate(zip(batch, made, strict=True)):
            slot.job.pictures[slot.index] = picture
            if (notice := picture.info.pop("notice", None)) and notice not in slot.job.notices:
                slot.job.notices.append(notice)
            slot.job.batches[slot.index] = shapes[slot.index] if shapes else BatchShape(len(batch), position)
        for job in dict.fromkeys(slot.job for slot in batch):
            job.seconds += seconds
            if len(job.pictures) == len(job.samples):
                self._finish(job, family)

    def _step(self, batch: list[Slot], started: float) -> Callable[..., None]:
        told = 0.0

        def step(index: int, of: int, preview: Sequence[Image] | None = None) -> None:
            nonlocal told
            if all(slot.job.ended for slot in batch):
                raise CancelledError
            now = time.monotonic()
            if not preview and now < told + TELL_EVERY:
                return
            told = now
            left = (now - started) / index * (of - index)
            for job in dict.fromkeys(slot.job for slot in batch):
                shown = (
                    [picture for slot, picture in zip(batch, preview, strict=False) if slot.job is job]
                    if preview
                    else None
                )
                job.emit(Step(index, of, len(job.pictures), len(job.samples), left + self._later(job), shown))

        return step

    def _later(self, job: Job) -> float:
        passes = -(-len(job.waiting) // self._limit(job))
        return passes * self._pace.get(job.checkpoint.id, 0.0)

    def _finish(self, job: Job, family: Family[Any]) -> None:
        order = range(len(job.samples))
        seeds = [seed for sample in job.samples if (seed := getattr(sample, "seed", None)) is not None]
        report = Report(
            family=family.name,
            task=job.request.task,
            checkpoint=job.checkpoint.id,
            revision=job.checkpoint.revision,
            request=job.request.model_dump(mode="json"),
            seeds=seeds if job.request.makes == "pictures" else list(dict.fromkeys(seeds)),
            seconds=round(job.seconds, 4),
            device=self.device.name if self.device else "",
            dtype=family.dtype or (self.device.dtype if self.device else ""),
            batches=[job.batches[index] for index in order],
            notices=list(job.notices),
            versions=self._versions,
        )
        log.debug("%s of %s done in %.3f s", job.request.task, job.owner[:8], job.seconds)
        job.emit(Done([job.pictures[index] for index in order], report))

    def _limit(self, job: Job) -> int:
        most = find_family(job.checkpoint.family).batch_limit(job.checkpoint)
        return min(most, self._limits.get(job.checkpoint.id, most))


def _batch_key(slot: Slot) -> Hashable:
    family = find_family(slot.job.checkpoint.family)
    return slot.job.checkpoint.id, family.batch_key(slot.sample)
