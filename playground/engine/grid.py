"""Grids that are being made: cells become jobs a few at a time, and the results are kept as they come.

A grid belongs to the server, not to an open page: a page that is reloaded finds it again by its id, which cannot be
guessed. A grid that no page has looked at for a while waits until one does.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from playground.engine.cells import Made, Notes
from playground.engine.engine import Engine
from playground.engine.events import Cancelled, Done, Failed
from playground.engine.failures import as_sentence
from playground.engine.jobs import Job
from playground.errors import PlaygroundError, TooManyJobs
from playground.families.grid import Grid

Keep = Callable[[int, Done], Any]

MOST_WAITING = 24
"""Jobs that a grid has in the engine at once: enough to fill a pass, and below an owner's limit."""
LEFT_ALONE = 60.0
"""Seconds after which a grid that nobody looks at waits."""
AN_HOUR = 3600.0
MOST_GRIDS = 200


class GridRun:
    """One grid on its way.

    Args:
        engine: What makes the pictures.
        owner: Whose jobs its cells are.
        grid: What to make.
        keep: Takes a cell's index and result, and returns what to remember of it; runs on a thread of its own.
        later: Runs a function on that thread.
        finish: Is called on that thread with the run when no cell is left to make.
        notes: How it outlives the app; None lets it end with it.

    Attributes:
        id: A name that cannot be guessed.
        version: Grows with every change, so that a page knows when to look.
        files: What ``finish`` returned.
        error: Why ``finish`` failed.
    """

    def __init__(
        self,
        engine: Engine,
        owner: str,
        grid: Grid,
        keep: Keep,
        later: Callable[..., Any],
        finish: Callable[[GridRun], Any] | None = None,
        notes: Notes | None = None,
    ) -> None:
        self.notes = notes or Notes()
        self.id, self.grid, self.version = self.notes.id, grid, 0
        self.files: Any = None
        self.error: PlaygroundError | None = None
        self._engine, self._owner, self._keep, self._later, self._finish = engine, owner, keep, later, finish
        self._order = grid.wanted
        self._made = {index: self.notes.made.get(index) or Made() for index in self._order}
        self._lock = threading.RLock()
        self.started = self.looked_at = time.monotonic()
        self._completing = self._finished = False
        self._rounds, self._done_before = 0, self.done

    def __getitem__(self, index: int) -> Made:
        """Return how far a cell is; equal cells are one."""
        return self._made[self.grid.cells[index].twin]

    @property
    def finished(self) -> bool:
        """Whether nothing more will change."""
        return self._finished

    @property
    def done(self) -> int:
        """Count the pictures that are made."""
        return sum(made.state == "done" for made in self._made.values())

    @property
    def left(self) -> int:
        """Count the pictures that are still to be made."""
        return sum(made.state in ("waiting", "running") for made in self._made.values())

    @property
    def left_out(self) -> int:
        """Count the pictures that were left out, or failed."""
        return sum(made.state in ("stopped", "failed") for made in self._made.values())

    @property
    def seconds_left(self) -> float | None:
        """Estimate the rest from the pace since the start, or since it went on; None before the first picture."""
        done = self.done - self._done_before
        return (time.monotonic() - self.started) / done * self.left if done > 0 else None

    def look(self) -> int:
        """Say that somebody is looking, so that it goes on; returns the version."""
        self.looked_at = time.monotonic()
        self._feed()
        return self.version

    def cancel(self, index: int) -> None:
        """Leave out a cell, and those equal to it."""
        made = self[index]
        with self._lock:
            if made.state not in ("waiting", "running"):
                return
            # Without its job the cell stays left out, even if the picture was ready at this moment.
            made.state, job, made.job = "stopped", made.job, None
            self._changed(index)
        if job:
            job.cancel()
        self._feed()

    def stop(self) -> None:
        """Leave out every cell that is not made yet."""
        with self._lock:  # what waits first, so that nothing more is submitted
            for index, made in self._made.items():
                if made.state == "waiting":
                    made.state = "stopped"
                    self._changed(index)
        for index in self._order:
            self.cancel(index)
        self._feed()

    def go_on(self) -> None:
        """Make what was left out, or failed, after all."""
        with self._lock:
            for index, made in self._made.items():
                if made.state in ("stopped", "failed"):
                    made.state, made.error = "waiting", None
                    self._changed(index)
            if not self.left:
                return
            self._rounds += 1
            self._finished, self.files, self.error = False, None, None
            self.started, self._done_before = time.monotonic(), self.done
            self.version += 1
        self.look()

    def _changed(self, index: int) -> None:
        """Let pages look, and have it written down whether a cell is left out."""
        self.version += 1
        self._later(self.notes.left_out, index, replace(self._made[index]))

    def _feed(self) -> None:
        """Submit cells up to the limit; finish when none is left."""
        with self._lock, self._engine.together():
            running = sum(made.state == "running" for made in self._made.values())
            if time.monotonic() - self.looked_at < LEFT_ALONE:
                for index in self._order:
                    if running >= MOST_WAITING:
                        break
                    if self._made[index].state == "waiting" and not self._submit(index):
                        break
                    running += self._made[index].state == "running"
            if not (self.left or self._completing or self._finished):
                self._completing = True
                self._later(self._complete, self._rounds)

    def _submit(self, index: int) -> bool:
        cell, made = self.grid.cells[index], self._made[index]
        values = cell.request.model_dump()
        try:
            job = self._engine.submit(
                self._owner, self.grid.task, values, self.grid.checkpoint.id, patient=True, id=self.notes.jobs(index)
            )
        except TooManyJobs:
            return False  # somebody's look, or the end of a job, tries again
        except PlaygroundError as error:
            made.state, made.error = "failed", error
        else:
            made.state, made.job = "running", job
            job.when_ended(lambda job: self._later(self._take, index, job))
        self._changed(index)
        return True

    def _take(self, index: int, job: Job) -> None:
        made = self._made[index]
        if made.job is not job:  # left out meanwhile
            return
        kept, state, error = made.kept, made.state, made.error
        match job.latest:
            case Done() as done:
                try:
                    kept, state = self._keep(index, done), "done"
                except Exception as refused:  # a cell that cannot be kept must not hold up the others
                    error, state = as_sentence(refused), "failed"
            case Failed(error=refused):
                error, state = refused, "failed"
            case Cancelled():
                state = "stopped"
        with self._lock:
            if made.job is job:
                made.kept, made.state, made.error, made.job = kept, state, error, None
                self._changed(index)
        self._feed()

    def _complete(self, started: int) -> None:
        files, error = None, None
        try:
            if self._finish and self.done:
                files = self._finish(self)
        except Exception as refused:  # the pictures are there all the same
            error = as_sentence(refused)
        with self._lock:
            self._completing = False
            if self._rounds == started:
                self._finished, self.files, self.error = True, files, error
                self.version += 1
                return
        self._feed()  # it went on meanwhile, so these files are not all of them


class Grids:
    """All grids of a server, for an hour each.

    Args:
        engine: What makes the pictures.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._runs: OrderedDict[str, GridRun] = OrderedDict()
        self._lock = threading.Lock()
        # Files are written beside the worker, which has pictures to make.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="grids")

    def start(
        self,
        owner: str,
        grid: Grid,
        keep: Keep,
        finish: Callable[[GridRun], Any] | None = None,
        notes: Notes | None = None,
    ) -> GridRun:
        """Start to make a grid, or what is left of it; one that is complete writes its files when somebody looks.

        Who asks twice for a grid of one name gets the same one.
        """
        run = GridRun(self._engine, owner, grid, keep, self._thread.submit, finish, notes)
        with self._lock:
            self._drop_old()
            run = self._runs.setdefault(run.id, run)
        if run.left:
            run.look()
        return run

    def find(self, id: str | None) -> GridRun | None:
        """Return the grid of that id, unless it was dropped."""
        with self._lock:
            self._drop_old()
            return self._runs.get(id or "")

    def _drop_old(self) -> None:
        now = time.monotonic()
        for id, run in list(self._runs.items()):
            if now - run.looked_at > AN_HOUR or len(self._runs) > MOST_GRIDS:
                run.stop()
                del self._runs[id]
                self._thread.submit(run.notes.drop)
