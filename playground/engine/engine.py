"""The engine: takes requests, gives jobs, and says how it is. Knows no model by name, and holds none: workers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.catalog import Catalog
from playground.engine.driver import Driver
from playground.engine.events import BatchShape, Queued
from playground.engine.jobs import Job
from playground.engine.lateness import Lateness
from playground.engine.reports import library_versions
from playground.engine.scheduler import Scheduler
from playground.engine.workers.home import Home
from playground.engine.workers.messages import Begin
from playground.engine.workers.process import ProcessHome
from playground.errors import CatalogError, PlaygroundError, TooManyJobs
from playground.families import REGISTRY, find_family, in_order
from playground.families.base import Device
from playground.families.blocked_words import BlockedWords
from playground.families.requests import Request
from playground.language import Text

MOST_JOBS_AN_OWNER = 32


@dataclass(frozen=True)
class WorkerStatus:
    """How one worker is.

    Attributes:
        device: What a person calls its device.
        loaded: Ids of the checkpoints that it has loaded.
        state: "ready", "busy", "starting", or "back in n s".
        lost: What happened to it while it is away, as ``WorkerLost.how`` says it; None while it is there.
    """

    device: str
    loaded: tuple[str, ...]
    state: str
    lost: Text | None = None


@dataclass(frozen=True)
class Status:
    """How the engine is.

    Attributes:
        ready: Whether it works already.
        device: Where it works, the first one of several; None until it is known.
        loaded: Ids of the loaded checkpoints.
        problems: Why a checkpoint cannot be used, by id.
        modes: How each loaded checkpoint is kept in the device's memory, by id, in the words of ``Device.keep``.
        workers: Each worker.
    """

    ready: bool = False
    device: Device | None = None
    loaded: list[str] = field(default_factory=list)
    problems: Mapping[str, PlaygroundError] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    workers: tuple[WorkerStatus, ...] = ()


class Engine:
    """Runs requests on one device or several, each in a worker of its own.

    Jobs may be submitted from the start; they wait until a device is ready.

    Args:
        catalog: What can be chosen.
        device: As ``--device`` takes it.
        exact: Whether every sample runs alone.
        most_jobs: How many jobs one owner may have waiting.
        budget: Bytes of models that stay loaded; None takes half of the device's memory.
        memory: How large models are kept in the device's memory, as ``Device.keep`` takes it.
        blocked: Words that no prompt may hold.
        dtype: What networks compute in; empty takes the fastest of equal quality.
        homes: Where the workers live; None makes a process for each device.
        ray: Address of a Ray cluster where the workers live instead; empty keeps them on this machine.
        workers: How many workers to ask Ray for; 0 takes one for each GPU.
        compiled: Folder of networks that were compiled for this CPU; None lets torch run everything.
        regional: Whether a GPU's networks have their repeated blocks compiled.

    Attributes:
        memory: How large models are kept.
        admit: Is asked before a job is queued; it raises what a person should know where it refuses one.

    Raises:
        SettingsError: There is no Ray to join.
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
        dtype: str = "",
        homes: Sequence[Home] | None = None,
        ray: str = "",
        workers: int = 0,
        compiled: Path | None = None,
        regional: bool = False,
    ) -> None:
        self._blocked = BlockedWords(blocked)
        self.catalog = catalog = _offered(catalog)
        self._most_jobs, self.memory = most_jobs, memory
        self.admit: Callable[[Job], None] = lambda job: None
        defaults = [checkpoint for family in in_order() for checkpoint in catalog.of_family(family.name)[:1]]
        first = [each for each in defaults if each.on_disk and (each.base is None or each.base.on_disk)]
        # The smallest first: something can be made soonest.
        first.sort(key=lambda checkpoint: checkpoint.weights)
        rest = [checkpoint for checkpoint in catalog.all() if checkpoint not in first and checkpoint.origin is None]
        self._scheduler, self._lateness = Scheduler([*first, *rest], exact), Lateness()
        if homes is None and ray:
            from playground.engine.workers.ray import join

            homes = join(ray, workers, device)
        homes = [ProcessHome(name) for name in device.split(",")] if homes is None else homes
        share = 1 if ray else len(homes)  # Ray tells each worker how many cores it has
        families = tuple(type(family) for family in REGISTRY.values())
        self._scheduler.drivers += [
            Driver(
                self._scheduler,
                home,
                Begin(home.device, memory, budget, dtype, share, families, str(compiled or ""), regional),
                library_versions(),
            )
            for home in homes
        ]

    @property
    def started(self) -> bool:
        """Whether ``start`` was called."""
        return any(driver.ident for driver in self._scheduler.drivers)

    def start(self) -> None:
        """Start the workers, unless they are, which look for their devices and load checkpoints behind the page.

        Raises:
            SettingsError: A device that was asked for by name is not there.
        """
        drivers = [] if self.started else self._scheduler.drivers
        for driver in drivers:
            driver.start()
        for driver in drivers:
            if driver.link.home.device not in ("auto", "cpu"):
                driver.begun.wait()
            if driver.refusal:
                self.stop()
                raise driver.refusal

    def stop(self, patience: float = 10.0) -> None:
        """End what runs, and the workers.

        Args:
            patience: Seconds to wait at most.
        """
        for driver in self._scheduler.drivers:
            driver.stop(patience)

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Wait until every family's first checkpoint is loaded; tells whether they are."""
        return self._scheduler.ready.wait(timeout)

    @property
    def status(self) -> Status:
        """How the engine is now."""
        scheduler = self._scheduler
        links = [driver.link for driver in scheduler.drivers]
        workers = tuple(
            WorkerStatus(driver.link.name, tuple(driver.link.held.modes), driver.state, driver.lost)
            for driver in scheduler.drivers
        )
        return Status(
            scheduler.ready.is_set(),
            links[0].device,
            list(dict.fromkeys(id for link in links for id in link.held.modes)),
            dict(scheduler.problems),
            {id: mode for link in links for id, mode in link.held.modes.items()},
            workers,
        )

    def submit(
        self,
        owner: str,
        task: type[Request],
        values: Mapping[str, Any],
        checkpoint: str = "",
        shapes: Sequence[BatchShape] = (),
        patient: bool = False,
        id: str = "",
        accepted: bool = False,
    ) -> Job:
        """Check a request and queue it.

        Args:
            owner: Whose it is: a session or a user.
            task: The request type.
            values: Its fields; what is missing takes the checkpoint's default.
            checkpoint: The checkpoint's id; empty takes the family's first.
            shapes: Each sample's place in a forward pass, from an earlier report, to get the same bytes again.
            patient: Whether the owner's other jobs go before it: many jobs that were asked for at once.
            id: The job's id, which nobody else may have; empty draws one.
            accepted: Whether it was accepted before a restart, and is not counted again.

        Raises:
            InvalidInput: A value is not allowed, or a prompt holds a blocked word.
            CheckpointError: The family has no such checkpoint.
            TooManyJobs: The owner has too many jobs waiting.
        """
        chosen = self.catalog.find(checkpoint, task.family)
        _ = chosen.path  # refuses what has not been fetched yet
        request = find_family(task.family).read(task, chosen, values)
        self._blocked.check(request)
        job = Job(owner, chosen, request, request.samples(chosen), list(shapes), patient, accepted=accepted, id=id)
        job.on_cancel, job.standing, job.lateness = self._scheduler.remove, self._standing, self._lateness
        if self._scheduler.waiting.count(owner) >= self._most_jobs and not job.accepted:
            raise TooManyJobs(
                f"You have {self._most_jobs} jobs waiting, which is the limit: wait for one to finish, or stop one.",
                f"您已有 {self._most_jobs} 个任务在排队，已达上限：请等待其中一个完成，或停止一个。",
            )
        self.admit(job)
        self._scheduler.add(job)
        return job

    def draft(self, owner: str, task: type[Request], values: Mapping[str, Any], checkpoint: str = "") -> Job | None:
        """Check a request and queue a draft of it, in place of the owner's earlier one: few steps, after all real jobs.

        Args:
            owner: Whose it is.
            task: The request type.
            values: Its fields.
            checkpoint: The checkpoint's id; empty takes the family's first.

        Returns:
            None where the family makes no drafts, or where they would not be quick here.

        Raises:
            InvalidInput: A value is not allowed, or a prompt holds a blocked word.
            CheckpointError: The family has no such checkpoint.
        """
        family, chosen = find_family(task.family), self.catalog.find(checkpoint, task.family)
        request = family.read(task, chosen, values)
        self._blocked.check(request)
        drafted = family.draft(request)
        samples = drafted.samples(chosen) if drafted else []
        if drafted is None or not self._scheduler.drafts.quick(chosen.id, family.steps(samples[0])):
            return None
        job = Job(f"{owner} drafts", chosen, drafted, samples, draft=True)
        self.admit(job)
        job.on_cancel, job.standing, job.lateness = self._scheduler.remove, self._standing, self._lateness
        with self._scheduler.lock:
            earlier = list(self._scheduler.waiting.of(job.owner))
        for replaced in earlier:
            replaced.cancel()
        self._scheduler.add(job)
        return job

    def keep_memory(self, mode: str) -> None:
        """Keep large models in another way, as ``memory`` takes it; each worker starts again once its pass is done."""
        self.memory = mode
        for driver in self._scheduler.drivers:
            driver.keep(mode)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let the workers see what is submitted in this block at once, so that the first pass is a full one."""
        with self._scheduler.lock:
            yield

    def _standing(self, job: Job) -> Queued:
        return Queued(*self._scheduler.place(job))


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
