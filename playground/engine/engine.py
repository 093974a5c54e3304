"""The engine: takes requests, gives jobs, and says how it is. Knows no model by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import playground
from playground.catalog import Catalog
from playground.engine.devices import find_device
from playground.engine.jobs import BatchShape, Job, Queued
from playground.engine.worker import Worker
from playground.errors import CatalogError, PlaygroundError, TooManyJobs
from playground.families import REGISTRY, find_family, in_order
from playground.families.base import Device
from playground.families.blocked_words import BlockedWords
from playground.families.requests import Request

MOST_JOBS_AN_OWNER = 32


@dataclass(frozen=True)
class Status:
    """How the engine is.

    Attributes:
        ready: Whether it works already.
        device: Where it works; None until it is known.
        loaded: Ids of the loaded checkpoints.
        problems: Why a checkpoint cannot be used, by id.
        modes: How each loaded checkpoint is kept in the device's memory, by id, in the words of ``Device.keep``.
    """

    ready: bool = False
    device: Device | None = None
    loaded: list[str] = field(default_factory=list)
    problems: Mapping[str, PlaygroundError] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)


class Engine:
    """Runs requests on one device.

    Jobs may be submitted from the start; they wait until the device is ready.

    Args:
        catalog: What can be chosen.
        device: As ``--device`` takes it.
        exact: Whether every sample runs alone.
        most_jobs: How many jobs one owner may have waiting.
        budget: Bytes of models that stay loaded; None takes half of the device's memory.
        memory: How large models are kept in the device's memory, as ``Device.keep`` takes it.
        blocked: Words that no prompt may hold.

    Raises:
        SettingsError: The device that was asked for is not there.
        CatalogError: An entry of one's own names a family that is not here.
    """

    def __init__(
        self,
        catalog: Catalog,
        device: str = "auto",
        exact: bool = False,
        most_jobs: int = MOST_JOBS_AN_OWNER,
        budget: int | None = None,
        memory: str = "auto",
        blocked: Sequence[str] = (),
    ) -> None:
        self._blocked = BlockedWords(blocked)
        self.catalog = catalog = _offered(catalog)
        self._most_jobs = most_jobs
        if device != "auto":
            find_device(device)
        defaults = [checkpoint for family in in_order() for checkpoint in catalog.of_family(family.name)[:1]]
        first = [each for each in defaults if each.on_disk and (each.base is None or each.base.on_disk)]
        # The smallest first: something can be made soonest.
        first.sort(key=lambda checkpoint: checkpoint.weights)
        rest = [checkpoint for checkpoint in catalog.all() if checkpoint not in first and checkpoint.origin is None]
        self._worker = Worker(device, [*first, *rest], budget, exact, _versions(), memory)

    def start(self) -> None:
        """Start the worker, which looks for the device and loads checkpoints behind the page."""
        self._worker.start()

    def stop(self, patience: float = 60.0) -> None:
        """End the worker at its running pass's next step, or after the checkpoint that it loads, and wait for that.

        Diffusers and transformers patch torch for the whole process while they load: whoever builds a network on
        another thread meanwhile gets one without weights.

        Args:
            patience: Seconds to wait at most.
        """
        self._worker.stop()
        if self._worker.is_alive():
            self._worker.join(patience)

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Wait until every family's first checkpoint is loaded; tells whether they are."""
        return self._worker.ready.wait(timeout)

    @property
    def status(self) -> Status:
        """How the engine is now."""
        worker = self._worker
        loaded = [checkpoint.id for checkpoint in worker.models.checkpoints] if worker.models else []
        modes = worker.models.modes if worker.models else {}
        return Status(worker.ready.is_set(), worker.device, loaded, dict(worker.problems), modes)

    def submit(
        self,
        owner: str,
        task: type[Request],
        values: Mapping[str, Any],
        checkpoint: str = "",
        shapes: Sequence[BatchShape] = (),
        patient: bool = False,
    ) -> Job:
        """Check a request and queue it.

        Args:
            owner: Whose it is: a session or a user.
            task: The request type.
            values: Its fields; what is missing takes the checkpoint's default.
            checkpoint: The checkpoint's id; empty takes the family's first.
            shapes: Each sample's place in a forward pass, from an earlier report, to get the same bytes again.
            patient: Whether the owner's other jobs go before it: many jobs that were asked for at once.

        Raises:
            InvalidInput: A value is not allowed, or a prompt holds a blocked word.
            CheckpointError: The family has no such checkpoint.
            TooManyJobs: The owner has too many jobs waiting.
        """
        chosen = self.catalog.find(checkpoint, task.family)
        _ = chosen.path  # refuses what has not been fetched yet
        request = find_family(task.family).read(task, chosen, values)
        self._blocked.check(request)
        job = Job(owner, chosen, request, request.samples(chosen), list(shapes), patient)
        job.on_cancel, job.standing = self._worker.remove, self._standing
        if self._worker.waiting.count(owner) >= self._most_jobs:
            raise TooManyJobs(
                f"You have {self._most_jobs} jobs waiting, which is the limit: wait for one to finish, or stop one.",
                f"您已有 {self._most_jobs} 个任务在排队，已达上限：请等待其中一个完成，或停止一个。",
            )
        self._worker.add(job)
        return job

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let the worker see what is submitted in this block at once, so that the first pass is a full one."""
        with self._worker.changed:
            yield

    def _standing(self, job: Job) -> Queued:
        return Queued(*self._worker.place(job))


def _offered(catalog: Catalog) -> Catalog:
    """Leave out what no family here can run; of a catalogue of one's own that is told instead."""
    offered = []
    for checkpoint in catalog.all():
        family = REGISTRY.get(checkpoint.family)
        if family is not None and family.runs(checkpoint):
            offered.append(checkpoint)
        elif not checkpoint.bundled and checkpoint.origin is None:
            names = ", ".join(REGISTRY)
            raise CatalogError(
                f"Entry [{checkpoint.id}]: family must be one of {names}, with a pipeline that it runs; it says "
                f"family {checkpoint.family!r}, pipeline {checkpoint.entry.pipeline!r}.",
                f"条目 [{checkpoint.id}]：family 必须是 {names} 之一，且 pipeline 受其支持；现为 family "
                f"{checkpoint.family!r}，pipeline {checkpoint.entry.pipeline!r}。",
            )
    return Catalog(offered)


def _versions() -> dict[str, str]:
    versions = {"playground": playground.__version__}
    for package in ("torch", "diffusers", "transformers", "numpy", "pillow"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
