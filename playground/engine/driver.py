"""Drives one worker: starts it, starts it again, and lets it do what the scheduler says is next. Holds no model."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from playground.catalog import Checkpoint
from playground.engine.batching import Slot
from playground.engine.failures import given_up
from playground.engine.gathering import Gathering
from playground.engine.link import WorkerLink
from playground.engine.passes import Passes
from playground.engine.scheduler import Scheduler
from playground.engine.workers.home import Home, WorkerLost
from playground.engine.workers.messages import Begin, GetReady
from playground.errors import PlaygroundError
from playground.language import Text

log = logging.getLogger(__name__)

BACK_OFF = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait before each further try to start a worker."""


KEPT_OTHERWISE = Text("is started again to keep models in another way", "正在重新启动，以改变模型的存放方式")


class _Stopped(Exception):
    """The engine ends."""


@dataclass(frozen=True)
class _ToWarmUp:
    checkpoint: Checkpoint
    load: bool


class Driver(threading.Thread):
    """One worker's driver; works until it is told to stop.

    Args:
        scheduler: What says what is next.
        home: Where the worker lives.
        begin: What the worker is told first.
        versions: Versions of the libraries, for the reports.

    Attributes:
        link: The connection to the worker.
        passes: What it runs.
        begun: Set when the worker has found its device, or ``refusal`` says why not.
        refusal: Why the worker cannot work.
        lost: What happened to the worker while it is away, as ``WorkerLost.how`` says it; None while it is there.
    """

    def __init__(self, scheduler: Scheduler, home: Home, begin: Begin, versions: dict[str, str]) -> None:
        super().__init__(name=f"driver {home.device}", daemon=True)
        self.link = WorkerLink(home, begin, self._worker_died)
        self.passes = Passes(scheduler, self.link, versions)
        self.begun = threading.Event()
        self.refusal: PlaygroundError | None = None
        self.lost: Text | None = None
        self._scheduler = scheduler
        self._bell = threading.Condition(scheduler.lock)
        self._gathering = Gathering()
        self._stopping = self._died = self._anew = False
        self._back_at = 0.0
        self._getting_ready: tuple[Checkpoint, float] | None = None  # and since when

    @property
    def state(self) -> str:
        """What its worker does: "ready", "busy", "starting", or "back in n s"."""
        if self._back_at:
            return f"back in {max(1, round(self._back_at - time.monotonic()))} s"
        if not self.begun.is_set():
            return "starting"
        return "busy" if self.passes.running else "ready"

    @property
    def seconds_left(self) -> float | None:
        """Estimate when its worker is free: 0 where it is; None where it does what was never measured."""
        if running := self.passes.running:
            return running.seconds_left
        if self._back_at:
            return max(0.0, self._back_at - time.monotonic())
        if reading := self._getting_ready:
            known = self._scheduler.reading.get(reading[0].id)
            return None if known is None else max(0.0, reading[1] + known - time.monotonic())
        return 0.0

    @property
    def lets_in_after(self) -> float | None:
        """Estimate when its worker takes a short pass, also between the steps of another; None as ``seconds_left``."""
        running = self.passes.running
        return running.lets_in_after if running else self.seconds_left

    def stop(self, patience: float) -> None:
        """End the worker, and wait so many seconds at most until nothing of it is left."""
        with self._scheduler.lock:
            self._stopping = True
            self._bell.notify_all()
        self.passes.cancel()
        self.link.home.stop()
        if self.is_alive():
            self.join(patience)

    def keep(self, how: str) -> None:
        """Start the worker again, once its pass is done, to keep large models in another way."""
        with self._scheduler.lock:
            self.link.keep(how)
            self._anew = self.begun.is_set()
            self._bell.notify_all()

    def holds(self, id: str) -> bool:
        """Tell whether its worker has a checkpoint loaded, or is about to."""
        running = self.passes.running
        return id in self.link.held.modes or bool(running and running.checkpoint.id == id)

    def wake(self) -> None:
        """Look for something to do; called with the scheduler's lock held."""
        if self._scheduler.waiting.owners >= self._gathering.wanted:
            self._bell.notify_all()

    def run(self) -> None:
        """Start the worker, then run passes until stopped; while nobody waits, get the checkpoints ready."""
        with suppress(_Stopped):
            self._start()
            while True:
                match self._next():
                    case _ToWarmUp(checkpoint, load):
                        self._get_ready(checkpoint, load)
                    case WorkerLost() as lost:
                        self._restart(lost)
                    case list() as batch:
                        self._serve(batch)

    def _serve(self, batch: list[Slot]) -> None:
        try:
            with self._gathering.passing(batch, self._bell, self._scheduler.waiting):
                self.passes.serve(batch)
        except WorkerLost as lost:
            self._restart(lost)

    def _worker_died(self) -> None:
        with self._scheduler.lock:
            self._died = True
            self._bell.notify_all()

    def _next(self) -> list[Slot] | _ToWarmUp | WorkerLost:
        """Wait for something to do: a pass to run, a checkpoint to get ready, a worker to be replaced."""
        waiting = self._scheduler.waiting
        with self._bell:
            while True:
                self._scheduler.gathering[self] = None
                self._gathering.wait(self._bell, waiting)
                del self._scheduler.gathering[self]
                self._raise_if_stopping()
                if self._anew:
                    self._anew = False
                    return WorkerLost(KEPT_OTHERWISE)
                if self._died and (lost := self._how_lost()):
                    return lost
                if batch := self._scheduler.take(self):
                    return batch
                if to_warm_up := self._scheduler.next_to_warm_up():
                    return _ToWarmUp(*to_warm_up)
                self._scheduler.idle[self] = None
                self._bell.wait(self._scheduler.patience(self))
                del self._scheduler.idle[self]

    def _how_lost(self) -> WorkerLost | None:
        """Tell what happened to a worker that is said to have died; None where it is there."""
        self._died = False
        try:
            while self.link.home.receive(0) is not None:
                continue  # what it had still said
        except WorkerLost as lost:
            return lost
        return None

    def _raise_if_stopping(self) -> None:
        if self._stopping:
            raise _Stopped

    def _start(self) -> None:
        """Start the worker for the first time."""
        try:
            self.link.start()
        except PlaygroundError as error:
            self.refusal = error
            self.begun.set()
            raise _Stopped from error
        except WorkerLost as lost:
            self._restart(lost)
        self.begun.set()

    def _restart(self, lost: WorkerLost) -> None:
        """Start a worker in place of one that is lost, as often as it takes."""
        self._raise_if_stopping()
        log.warning("The worker on %s %s; it is started again.", self.link.name, lost)
        self.lost, loaded, tries = lost.how, self.link.loaded, 0
        while True:
            pause = BACK_OFF[min(tries, len(BACK_OFF) - 1)]
            self._back_at = time.monotonic() + pause + self.link.start_seconds
            with self._bell:
                self._bell.wait_for(lambda: self._stopping, pause)
                self._raise_if_stopping()
                self._died = False
            try:
                self.link.start()
                break
            except (WorkerLost, PlaygroundError) as again:
                self._raise_if_stopping()
                tries += 1
                self.lost = again.how if isinstance(again, WorkerLost) else Text(again.en, again.zh)
                log.warning("The worker on %s: %s", self.link.name, again)
        self._back_at, self.lost = 0.0, None
        self._scheduler.load_again(loaded)

    def _get_ready(self, checkpoint: Checkpoint, load: bool) -> None:
        """Load a checkpoint before anybody asks, or see whether it is whole; a worker may be lost over it once."""
        problem: PlaygroundError | None = None
        for times in (1, 2):
            try:
                problem = self._try_to_get_ready(checkpoint, load)
                break
            except WorkerLost as lost:
                self._restart(lost)
                problem = given_up(lost.how, times)
        if problem is not None:
            self._scheduler.problems[checkpoint.id] = problem
            log.warning("%s", problem)
        if self._scheduler.warmed_up(checkpoint):
            log.info("Ready on %s.", self.link.name)

    def _try_to_get_ready(self, checkpoint: Checkpoint, load: bool) -> PlaygroundError | None:
        started, held = time.monotonic(), checkpoint.id in self.link.held.modes
        self._getting_ready = checkpoint, started
        try:
            self.link.meet(checkpoint)
            problem: PlaygroundError | None = self.link.ask(GetReady(checkpoint.id, load))
        finally:
            self._getting_ready = None
        if not held and checkpoint.id in self.link.held.modes:
            self._scheduler.reading[checkpoint.id] = time.monotonic() - started
        return problem
