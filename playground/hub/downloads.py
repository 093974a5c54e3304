"""Downloads that visitors asked for: each on a thread of its own, never the engine's, with its progress to look at."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playground.errors import Cancelled, PlaygroundError
from playground.hub.failures import as_sentence, disk_full
from playground.hub.remote import RemoteFile, fetch, finish, list_files
from playground.hub.sources import Source

log = logging.getLogger(__name__)

RESERVE = 200_000_000
"""Bytes of the disk that a download leaves free."""
WINDOW = 5.0
"""Seconds over which the speed is taken."""
ATTEMPTS = 4


class Fetchable(Protocol):
    """What a download needs to know of a checkpoint."""

    id: str
    origin: Source | None


@dataclass(frozen=True)
class Progress:
    """How far a download is.

    Attributes:
        done: Bytes that are here.
        total: Bytes of all files.
        speed: Bytes a second.
        seconds_left: None while nobody can say.
        state: "running", "done", "stopped" or "failed".
        error: Why it failed.
    """

    done: int = 0
    total: int = 0
    speed: float = 0.0
    seconds_left: float | None = None
    state: str = "running"
    error: PlaygroundError | None = None


class Download(threading.Thread):
    """Fetches one checkpoint.

    Args:
        source: Where from.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(name="download", daemon=True)
        self._source = source
        self._lock = threading.Lock()
        self._done, self._total = 0, source.download
        self._arrived: deque[tuple[float, int]] = deque()
        self._begun = False
        self._state, self._error = "running", None  # type: tuple[str, PlaygroundError | None]
        self._cancelled = threading.Event()

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        with self._lock:
            now = time.monotonic()
            recent = [(when, size) for when, size in self._arrived if now - when <= WINDOW]
            span = now - recent[0][0] if len(recent) > 1 else 0.0
            speed = sum(size for _, size in recent) / span if span else 0.0
            left = (self._total - self._done) / speed if speed > 0 else None
            return Progress(self._done, self._total, speed, left, self._state, self._error)

    def cancel(self) -> None:
        """Stop at the next piece; what has arrived stays for the next time."""
        self._cancelled.set()

    def run(self) -> None:
        """Fetch file after file."""
        try:
            files = list_files(self._source)
            with self._lock:
                self._done, self._total = sum(file.fetched for file in files), sum(file.size for file in files)
            self._refuse_without_room(files)
            for file in files:
                if not file.target.exists():
                    self._fetch(file)
            finish(self._source)
            self._end("done")
        except Cancelled:
            self._end("stopped")
        except Exception as error:  # whatever the network, the hub and the disk may raise
            sentence = as_sentence(error, self._source, self._begun)
            log.warning("%s", sentence, exc_info=error if log.isEnabledFor(logging.DEBUG) else None)
            self._end("failed", sentence)

    def _fetch(self, file: RemoteFile) -> None:
        """Fetch a file; go on where it broke off as long as bytes arrive."""
        import httpx2

        attempt = 0
        while True:
            before = file.fetched
            try:
                fetch(file, self._add)
                return
            except (httpx2.TransportError, ConnectionError):
                attempt = attempt + 1 if file.fetched <= before else 1
                if attempt >= ATTEMPTS or not self._begun or self._cancelled.wait(0.5 * attempt):
                    raise

    def _add(self, size: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        with self._lock:
            self._begun = True
            self._done += size
            self._arrived.append((time.monotonic(), size))
            while self._arrived and time.monotonic() - self._arrived[0][0] > WINDOW:
                self._arrived.popleft()

    def _refuse_without_room(self, files: list[RemoteFile]) -> None:
        needed = sum(file.size - file.fetched for file in files)
        place = _existing(files[0].target.parent)
        free = shutil.disk_usage(place).free
        if needed and needed + RESERVE > free:
            raise disk_full(self._source, needed, free, place)

    def _end(self, state: str, error: PlaygroundError | None = None) -> None:
        with self._lock:
            self._state, self._error = state, error


class Downloads:
    """The downloads of one app: at most one for a checkpoint, whoever asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._downloads: dict[str, Download] = {}

    def start(self, checkpoint: Fetchable) -> Download:
        """Begin to fetch a checkpoint, or join the download that is under way.

        Raises:
            ValueError: It is not one that is fetched.
        """
        if checkpoint.origin is None:
            raise ValueError(f"{checkpoint.id} comes with the playground")
        with self._lock:
            running = self._downloads.get(checkpoint.id)
            if running is None or not running.is_alive():
                running = self._downloads[checkpoint.id] = Download(checkpoint.origin)
                running.start()
            return running

    def running(self, checkpoint: Fetchable) -> Download | None:
        """Return the download that is under way for a checkpoint."""
        found = self._downloads.get(checkpoint.id)
        return found if found is not None and found.is_alive() else None

    def latest(self, checkpoint: Fetchable) -> Download | None:
        """Return the download of a checkpoint that was begun last, whether it has ended or not."""
        return self._downloads.get(checkpoint.id)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
