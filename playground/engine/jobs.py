"""A job and what happens to it. A job owns its id, owner, events and cancelled flag; nothing about it is global."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.events import ENDINGS, BatchShape, Cancelled, Done, Event, Failed, Queued
from playground.engine.lateness import Lateness
from playground.errors import Cancelled as CancelledError
from playground.errors import GenerationError
from playground.families.requests import Request
from playground.language import Text


@dataclass(eq=False)
class Job:
    """One request on its way through the engine.

    Attributes:
        owner: Whose job it is: a session or a user.
        checkpoint: What runs it.
        request: What was asked.
        samples: What is to be made, one by one.
        shapes: Each sample's place in a forward pass to run it in again; empty lets the engine batch.
        patient: Whether its owner's other jobs go before it.
        draft: Whether it gives way to everybody's real jobs.
        accepted: Whether it was accepted before a restart: nobody counts again how many its owner has.
        id: A name that cannot be guessed, drawn where none is given; its result is named by it.
    """

    owner: str
    checkpoint: Checkpoint
    request: Request
    samples: list[Any]
    shapes: list[BatchShape] = field(default_factory=list)
    patient: bool = False
    draft: bool = False
    accepted: bool = False
    id: str = ""

    def __post_init__(self) -> None:
        """Start with every sample waiting and nothing made."""
        self.id = self.id or secrets.token_hex(6)
        self.waiting: deque[int] = deque(range(len(self.samples)))
        self.made: dict[int, list[Any]] = {}
        self.losses: Counter[int] = Counter()
        self.batches: dict[int, BatchShape] = {}
        self.notices: list[Text] = []
        self.seconds = self.since = 0.0
        self.runtime = ""
        self.latest: Event | None = None
        self.cancelled = False
        self.on_cancel: Callable[[Job], None] = lambda job: None
        self.standing: Callable[[Job], Queued | None] = lambda job: None
        self.lateness = Lateness()
        self._ended = threading.Event()
        self._listeners: set[Callable[[], None]] = set()
        self._afterwards: list[Callable[[Job], None]] = []
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        """Whether the job is done, failed or cancelled."""
        return self._ended.is_set()

    def emit(self, event: Event) -> None:
        """Tell everybody who watches. After the job's end nothing more is told."""
        with self._lock:
            if self.ended:
                return
            self.latest = event
            if isinstance(event, ENDINGS):
                self._ended.set()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()
        if isinstance(event, ENDINGS):
            for call in self._afterwards:
                call(self)

    def note(self, notice: Text) -> None:
        """Let its result say, once, what a person should know about it."""
        if notice not in self.notices:
            self.notices.append(notice)

    def when_ended(self, call: Callable[[Job], None]) -> None:
        """Call a function once the job has ended, on whichever thread ends it; at once if it has."""
        with self._lock:
            if not self.ended:
                self._afterwards.append(call)
                return
        call(self)

    def cancel(self) -> None:
        """Stop this job at its next step; a job that waits goes at once. Others are not touched."""
        self.cancelled = True
        self.on_cancel(self)

    def result(self, timeout: float | None = None) -> Done:
        """Wait until the job ends; for callers that have a thread to spare.

        Raises:
            TimeoutError: It did not end in time.
            PlaygroundError: It failed or was cancelled.
        """
        if not self._ended.wait(timeout):
            raise TimeoutError(f"Job {self.id} did not end within {timeout} s.")
        return self.outcome()

    def outcome(self) -> Done:
        """Return how the job ended.

        Raises:
            PlaygroundError: It failed or was cancelled.
        """
        match self.latest:
            case Done() as done:
                return done
            case Failed(error=error):
                raise error
            case Cancelled():
                raise CancelledError
        raise GenerationError("The job has not ended yet.", "任务尚未结束。")

    async def watch(self, refresh: float = 0.5, repeat: float = 2.0, quiet: float = 0.0) -> AsyncIterator[Event]:
        """Yield the job's events until it ends, without holding a thread.

        A slow reader sees the newest event instead of a backlog. While the job waits, its place is looked
        up every ``refresh`` seconds, and told after ``repeat`` seconds even where it has not changed: a server
        notices only when it is told something that its visitor has left. In the first ``quiet`` seconds only the
        job's end is told. What the reader does with the end before asking for more, as keeping files, belongs to
        the wait that was told.
        """
        loop, wake = asyncio.get_running_loop(), asyncio.Event()

        def listener() -> None:
            with suppress(RuntimeError):  # the loop of a server that ends may be closed already
                loop.call_soon_threadsafe(wake.set)

        with self._lock:
            self._listeners.add(listener)
        told: Event | None = None
        promise = self.lateness.of(self.checkpoint.id)
        told_at, speak_at = 0.0, loop.time() + quiet
        try:
            while True:
                wake.clear()
                event = (
                    self.latest
                    if self.latest and not isinstance(self.latest, Queued)
                    else self.standing(self) or self.latest
                )
                stale = isinstance(event, Queued) and loop.time() >= told_at + repeat
                hushed = loop.time() < speak_at and not isinstance(event, ENDINGS)
                if event is not None and (event != told or stale) and not hushed:
                    told, told_at = event, loop.time()
                    yield promise.made(event)
                if isinstance(event, ENDINGS):
                    promise.kept(event)
                    return
                try:
                    await asyncio.wait_for(wake.wait(), max(speak_at - loop.time(), 0.001) if hushed else refresh)
                except asyncio.TimeoutError:
                    continue
        finally:
            with self._lock:
                self._listeners.discard(listener)
