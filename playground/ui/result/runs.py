"""Runs that pages wait for. A page that is loaded again finds its own by the id that its browser kept.

A reload looks like leaving, so a run outlives its page for a moment. Then it is cancelled, as nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from playground.api.following import QUIET
from playground.engine import Cancelled, Done, Event, Job
from playground.errors import PlaygroundError
from playground.gallery.keeping import Kept

log = logging.getLogger(__name__)
GRACE = 5.0
"""Seconds that a run outlives its page: a browser that loads it again asks for it at once."""
ARRIVING = 90.0
"""Seconds that a page which has been asked for again may take to open."""


@dataclass(eq=False)
class Run:
    """One job that a page waits for.

    Attributes:
        job: The engine's job.
        visitor: Whose it is; nobody else finds it.
        session: The open page that waits for it.
        write: Writes a finished result's files.
        watchers: Pages that wait for it.
        until: Monotonic seconds until when it goes on without any.
    """

    job: Job
    visitor: str
    session: str
    write: Callable[[Done], Kept]
    watchers: int = 0
    until: float = 0.0
    _kept: Kept | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def id(self) -> str:
        """The result's id in the gallery, once its files are written; else empty."""
        return self._kept.id if self._kept else ""

    def keep(self) -> Kept:
        """Write the result's files, once for all pages that ask.

        Raises:
            OutputError: They could not be written.
            PlaygroundError: There is no result.
        """
        with self._lock:
            if self._kept is None:
                self._kept = self.write(self.job.outcome())
            return self._kept


class Runs:
    """All runs that pages wait for, or waited for a moment ago.

    Attributes:
        closing: Whether the app ends; pages are then not told of the end of its jobs.
    """

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="runs")
        self.closing = False

    def start(self, job: Job, visitor: str, session: str, write: Callable[[Done], Kept]) -> Run:
        """Note a job that was just submitted; an earlier one of the same panel is given up."""
        self.stop(session, job.request.task)
        run = self._runs[job.id] = Run(job, visitor, session, write)
        return run

    def go_on(self, job: Job, visitor: str, session: str, write: Callable[[Done], Kept]) -> None:
        """Note a run of before a restart: its result is kept whether or not its page comes back."""
        run = self._runs[job.id] = Run(job, visitor, session, write)
        job.when_ended(lambda job: self._keeping.submit(self._take_in, run))

    def _take_in(self, run: Run) -> None:
        """Keep what nobody saw before the run is given up: a page that comes meanwhile finds the one or the other."""
        if isinstance(run.job.latest, Done):
            _keep_unseen(run)
        if not run.watchers:
            self._runs.pop(run.job.id, None)

    def find(self, id: str, visitor: str) -> Run | None:
        """Return a visitor's own run."""
        run = self._runs.get(id)
        return run if run and run.visitor == visitor else None

    def take_up(self, run: Run, session: str) -> None:
        """Let another page wait for a run: the same browser tab, loaded again."""
        run.session = session

    def stop(self, session: str, task: str) -> None:
        """Cancel what a page waits for in one panel."""
        for run in self._of(session, task):
            if not run.job.ended:
                run.job.cancel()

    def _of(self, session: str, task: str) -> list[Run]:
        runs = list(self._runs.values())
        return [run for run in runs if (run.session, run.job.request.task) == (session, task)]

    def returned(self, visitor: str) -> None:
        """Let a visitor's runs wait for the page that they are loading."""
        for run in list(self._runs.values()):
            if run.visitor == visitor:
                run.until = time.monotonic() + ARRIVING

    async def watch(self, run: Run) -> AsyncIterator[Event]:
        """Yield a run's events until it ends; whoever goes away leaves it to itself."""
        run.watchers += 1
        try:
            async for event in run.job.watch(quiet=QUIET):
                if self.closing and isinstance(event, Cancelled):
                    return
                yield event
        finally:
            run.watchers -= 1
            run.until = max(run.until, time.monotonic() + GRACE)
            self._look_later(run)

    def _look_later(self, run: Run) -> None:
        wait = max(0.0, run.until - time.monotonic())
        asyncio.get_running_loop().call_later(min(wait, GRACE) + 0.01, self._look, run)

    def _look(self, run: Run) -> None:
        """Give up a run that nobody waits for any more; a result that nobody saw is kept all the same."""
        if run.watchers or run.job.id not in self._runs:
            return
        if time.monotonic() < run.until:
            self._look_later(run)
            return
        if run.job.ended:
            asyncio.get_running_loop().run_in_executor(None, self._take_in, run)
            return
        del self._runs[run.job.id]
        run.job.cancel()


def _keep_unseen(run: Run) -> None:
    try:
        run.keep()
    except PlaygroundError as error:
        log.warning("%s", error)
