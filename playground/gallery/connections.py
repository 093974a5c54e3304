"""Connections to an SQLite file that are kept for the next one who asks. Knows no table.

To close the last connection makes SQLite put its journal away, which takes longer than all that is asked of it. So it
happens when nobody has asked for a while, and a disk can be taken away then.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PATIENCE = 10.0
"""Seconds that a writer waits for its turn, where another process writes."""
MOST_IDLE = 4
QUIET = 5.0
"""Seconds without a question after which no connection stays open."""


class _Open(NamedTuple):
    connection: sqlite3.Connection
    file: tuple[int, int] | None
    """Device and number of the file when it was opened; None for what is not used again."""


class Connections:
    """Lends connections to one file; any thread may ask.

    Args:
        file: The file; it is made with the first connection to write.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._idle: list[_Open] = []
        self._left: list[_Open] = []
        self._lock = threading.Lock()
        self._used = 0.0
        self._closing: threading.Timer | None = None

    @contextmanager
    def to_write(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; the file is made if it is not there."""
        with self._lent(self._take() or self._open(str(self._file))) as connection:
            yield connection

    @contextmanager
    def to_read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; a file that is not there is empty."""
        with self._lent(self._take() or self._open_to_read()) as connection:
            yield connection

    @contextmanager
    def _lent(self, lent: _Open) -> Iterator[sqlite3.Connection]:
        whole = False
        try:
            yield lent.connection
            whole = True
        finally:
            with self._lock:
                keeps = whole and lent.file is not None and len(self._idle) < MOST_IDLE
                if keeps:
                    self._idle.append(lent)
                    self._used = time.monotonic()
                    self._close_later(QUIET)
            if not keeps:
                lent.connection.close()

    def close(self) -> None:
        """Put the journal away; whoever asks later opens the file again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for kept in idle:
            kept.connection.close()

    def _close_later(self, seconds: float) -> None:
        if self._closing is None:
            self._closing = threading.Timer(seconds, self._close_if_quiet)
            self._closing.daemon = True
            self._closing.start()

    def _close_if_quiet(self) -> None:
        with self._lock:
            self._closing = None
            quiet = time.monotonic() - self._used
            if quiet < QUIET:
                self._close_later(QUIET - quiet + 0.01)
                return
        self.close()

    def _take(self) -> _Open | None:
        """Take an idle connection to the file that is there now."""
        now = self._identity()
        with self._lock:
            stale = [kept for kept in self._idle if kept.file != now]
            self._idle = [kept for kept in self._idle if kept.file == now]
            taken = self._idle.pop() if self._idle else None
            if now is not None:
                # SQLite would remove the journal of the file that has taken the place of the one it had opened.
                self._left += stale
                return taken
        for kept in stale:
            kept.connection.close()
        return taken

    def _open_to_read(self) -> _Open:
        if not self._file.exists():
            return self._open(":memory:")
        try:
            return self._open(str(self._file))
        except sqlite3.OperationalError:
            # A folder that may not be written has no room for the files that readers and writers share.
            return self._open(f"{self._file.resolve().as_uri()}?mode=ro&immutable=1")

    def _open(self, name: str) -> _Open:
        connection = sqlite3.connect(
            name, PATIENCE, isolation_level=None, uri=name.startswith("file:"), check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                connection.execute("PRAGMA journal_mode = WAL")
            # The index can be made again from the files, so that a power cut may cost its last entries.
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return _Open(connection, self._identity() if name == str(self._file) else None)

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
