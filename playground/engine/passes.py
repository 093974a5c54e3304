"""The passes of one worker: what to do when one fails, does not fit, or takes its worker with it. Knows no turn."""

from __future__ import annotations

import logging
import pickle
from contextlib import suppress
from typing import Any

from playground.engine.batching import Slot
from playground.engine.events import BatchShape, Cancelled, Done, Failed, Loading
from playground.engine.failures import as_sentence, given_up, out_of_memory
from playground.engine.jobs import Job
from playground.engine.link import WorkerLink
from playground.engine.reports import report_of
from playground.engine.running import RunningPass
from playground.engine.scheduler import Scheduler
from playground.engine.workers.home import WorkerLost
from playground.engine.workers.messages import Drop, Evict, GoOn, Knock, Lower, Made, Paused, Read, Run, Stepped
from playground.engine.workers.messages import Failed as FailedThere
from playground.errors import Cancelled as CancelledError
from playground.errors import PlaygroundError
from playground.families.base import find_family
from playground.language import Text

log = logging.getLogger(__name__)
MOST_AGAIN = 2
"""How often a pass is run again whose worker was lost."""
SLOWER = Text(
    "The device's memory ran out: the checkpoint is now kept there in parts, which is slower.",
    "设备内存不足：该检查点现改为分部分放入显存，速度较慢。",
)


class _NoRoomBeside(Exception):
    """A short pass does not fit into memory beside the running one."""


class _GaveWay(Exception):
    """A pass of drafts was ended for a real job, and is run again later."""


class _PassFailed(Exception):
    """A pass came to nothing; ``one_of_them`` says whether one of its jobs may be at fault, and not the others."""

    def __init__(self, error: PlaygroundError, one_of_them: bool = True, trace: str = "") -> None:
        super().__init__(error.en)
        self.error, self.one_of_them, self.trace = error, one_of_them, trace


class Passes:
    """Runs passes on a worker, one after another, and short ones between the steps of a long one.

    Args:
        scheduler: What knows the jobs.
        link: The connection to the worker.
        versions: Versions of the libraries, for the reports.

    Attributes:
        running: The pass that the worker runs, if any.
    """

    def __init__(self, scheduler: Scheduler, link: WorkerLink, versions: dict[str, str]) -> None:
        self.running: RunningPass | None = None
        self._inner: RunningPass | None = None
        self._scheduler, self._link, self._versions = scheduler, link, versions

    def notice(self, job: Job) -> None:
        """Let the worker know of a short job that was added; called with the scheduler's lock held."""
        running = self.running
        if running and not running.knocked and self.lets_in(job):
            running.knocked = True
            self._say(Knock())

    def lets_in(self, job: Job) -> bool:
        """Tell whether a job's passes may go between the steps of what runs."""
        return self.running is not None and self._scheduler.is_short(job, self._link, self.running)

    def make_way(self) -> None:
        """End a pass of drafts, as a real job waits; called with the scheduler's lock held."""
        running = self.running
        if running and running.gives_way and not running.dropped:
            running.dropped = running.gave_way = True
            self._say(Drop(running.number))

    def drop_unwanted(self) -> None:
        """End passes that nobody waits for any more; called with the scheduler's lock held."""
        for running in (self.running, self._inner):
            if running and not running.dropped and running.unwanted:
                running.dropped = True
                self._say(Drop(running.number))

    def cancel(self) -> None:
        """Cancel the jobs of what runs."""
        for running in (self.running, self._inner):
            for job in running.jobs if running else ():
                job.cancel()

    def serve(self, batch: list[Slot]) -> None:
        """Run a batch; if it fails, run its jobs one by one, so that only the culprit fails.

        Raises:
            WorkerLost: The worker was lost; what was not made yet runs again.
        """
        jobs = list(dict.fromkeys(slot.job for slot in batch))
        try:
            self._run_within_memory(batch)
        except _GaveWay:
            self._scheduler.put_back(batch)
        except CancelledError:
            for job in jobs:
                job.emit(Cancelled())
        except _NoRoomBeside:
            log.info("%s waits: it does not fit beside what runs.", jobs[0].request.task)
            self._scheduler.put_back(batch)
        except WorkerLost as lost:
            self._run_again(batch, lost)
            raise
        except _PassFailed as failed:
            if len(jobs) > 1 and failed.one_of_them:
                self._serve_one_by_one([[slot for slot in batch if slot.job is job] for job in jobs])
                return
            self._fail(jobs, failed.error)
            if failed.trace:
                log.debug("%s", failed.trace)

    def _serve_one_by_one(self, batches: list[list[Slot]]) -> None:
        for index, batch in enumerate(batches):
            try:
                self.serve(batch)
            except WorkerLost:
                for rest in batches[index + 1 :]:
                    self._scheduler.run_again(rest)
                raise

    def _fail(self, jobs: list[Job], error: PlaygroundError) -> None:
        log.error("%s: %s", jobs[0].request.task, error)
        for job in jobs:
            with self._scheduler.lock:
                self._scheduler.waiting.remove(job)
            job.emit(Failed(error))

    def _run_again(self, batch: list[Slot], lost: WorkerLost) -> None:
        """Let a lost pass run again as it was, or what is left of it; too often it does not."""
        left = [slot for slot in batch if slot.index not in slot.job.made]
        for slot in left:
            slot.job.losses[slot.index] += 1
        times = max((slot.job.losses[slot.index] for slot in left), default=0)
        if times > MOST_AGAIN:
            self._fail(list(dict.fromkeys(slot.job for slot in left)), given_up(lost.how, times))
        elif left:
            self._scheduler.run_again(left)

    def _run_within_memory(self, batch: list[Slot]) -> None:
        """Run a batch; when memory runs out, halve it and go on.

        One sample alone that does not fit is tried again without the other models, then with its own kept in a way
        that needs less.
        """
        checkpoint = batch[0].job.checkpoint
        try:
            self._hand_out(batch, self._run_pass(batch))
            return
        except MemoryError:
            if self.running:
                raise _NoRoomBeside from None
        if len(batch) == 1:
            if not self._link.ask(Evict(checkpoint.id)):
                if not (mode := self._link.ask(Lower(checkpoint.id))):
                    raise _PassFailed(out_of_memory())
                log.warning("Out of memory; %s is kept as %s from now on.", checkpoint.id, mode)
                batch[0].job.note(SLOWER)
            self._run_within_memory(batch)
            return
        half = len(batch) // 2
        self._scheduler.limits[checkpoint.id] = half
        log.warning("Out of memory at %d samples; going on with %d.", len(batch), half)
        for part in (batch[:half], batch[half:]):
            self._run_within_memory(part)

    def _run_pass(self, batch: list[Slot]) -> Made:
        checkpoint = batch[0].job.checkpoint
        if checkpoint.id not in self._link.held.modes:
            for job in dict.fromkeys(slot.job for slot in batch):
                job.emit(Loading(checkpoint.title))
        self._link.meet(checkpoint)
        outer = self.running
        try:
            with self._scheduler.lock:
                running = self._set_out(batch)
            while True:
                match self._link.receive(checkpoint):
                    case Read(number, seconds) if number == running.number:
                        self._scheduler.reading[checkpoint.id] = seconds
                        running.was_read()
                    case Stepped() as step if step.number == running.number:
                        running.tell(step)
                    case Paused(number) if number == running.number:
                        self._let_in(running)
                    case Made() as made if made.number == running.number:
                        self._scheduler.passed(running, made.seconds)
                        return made
                    case FailedThere() as failed if failed.number == running.number:
                        raise self._what_failed(failed, batch)
        finally:
            with self._scheduler.lock:
                self._inner = None
                self.running = outer
                if outer is None:
                    self._scheduler.at_work.get(checkpoint.id, {}).pop(self, None)
                    self._scheduler.drafting.pop(self, None)

    def _set_out(self, batch: list[Slot]) -> RunningPass:
        """Send a pass to the worker; with the lock held, so that whoever knocks or drops it comes after it."""
        first = batch[0].job
        scheduler, number, id = self._scheduler, self._link.next_number(), first.checkpoint.id
        running = scheduler.begin(number, batch, self._link.held.modes)
        if running.unwanted:
            raise CancelledError
        if self.running:
            self._inner = running
        else:
            self.running, running.knocked = running, scheduler.short_waits(self._link, running)
            scheduler.at_work.setdefault(id, {})[self] = None
            if running.gives_way:
                scheduler.drafting[self] = None
        runtime = first.shapes[0].runtime if first.shapes else ""
        shapes = [first.shapes[slot.index] for slot in batch] if first.shapes else []
        shapes = [] if shapes and len(batch) == shapes[0].size else shapes
        try:
            self._link.send(Run(number, id, [slot.sample for slot in batch], shapes, running.knocked, runtime))
        except (TypeError, AttributeError, pickle.PicklingError) as error:  # a family's samples are not plain data
            raise _PassFailed(as_sentence(error)) from error
        return running

    def _let_in(self, running: RunningPass) -> None:
        """Run one short pass between the steps of another."""
        with self._scheduler.lock:
            running.knocked = False
            batch = self._scheduler.take_short(self._link, running)
        wanted = [slot for slot in batch if not slot.job.ended]
        if wanted:
            self.serve(wanted)
        with self._scheduler.lock:
            running.crowded = any(not slot.job.ended and slot.index in slot.job.waiting for slot in batch)
            running.knocked = self._scheduler.short_waits(self._link, running)
            self._link.send(GoOn(running.knocked, running.crowded))

    def _what_failed(self, failed: FailedThere, batch: list[Slot]) -> Exception:
        """Turn a failure that the worker told into what is raised here."""
        match failed.why:
            case "dropped":
                return _GaveWay() if batch[0].job.draft and self.running and self.running.gave_way else CancelledError()
            case "memory":
                return MemoryError()
            case "memory while loading" if self._inner:
                return _NoRoomBeside()
            case "memory while loading" | "checkpoint":
                self._scheduler.problems[batch[0].job.checkpoint.id] = failed.error
        return _PassFailed(failed.error, failed.why != "checkpoint", failed.trace)

    def _hand_out(self, batch: list[Slot], made: Made) -> None:
        checkpoint, shapes = batch[0].job.checkpoint, batch[0].job.shapes
        self._scheduler.problems.pop(checkpoint.id, None)
        self._scheduler.measured(batch, made.seconds)
        for position, (slot, result) in enumerate(zip(batch, made.made, strict=True)):
            parts = slot.job.made[slot.index] = result if isinstance(result, list) else [result]
            if notice := _notice_of(parts):
                slot.job.note(notice)
            slot.job.batches[slot.index] = shapes[slot.index] if shapes else BatchShape(len(batch), position)
        for job in dict.fromkeys(slot.job for slot in batch):
            job.seconds += made.seconds
            job.runtime = made.runtime
            if len(job.made) == len(job.samples):
                self._finish(job)

    def _finish(self, job: Job) -> None:
        try:
            report = report_of(job, find_family(job.checkpoint.family), self._link.device, self._versions)
        except Exception as error:  # a family may have made anything
            self._fail([job], as_sentence(error))
            return
        log.debug("%s of %s done in %.3f s", job.request.task, job.owner[:8], job.seconds)
        job.emit(Done([part for index in range(len(job.samples)) for part in job.made[index]], report))

    def _say(self, order: Knock | Drop) -> None:
        with suppress(WorkerLost):  # whoever waits for its news finds out
            self._link.send(order)


def _notice_of(parts: list[Any]) -> Any:
    """Take what a person should know out of the first picture of a result; other results carry none."""
    info = getattr(parts[0], "info", None) if parts else None
    return info.pop("notice", None) if isinstance(info, dict) else None
