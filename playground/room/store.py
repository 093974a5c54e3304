"""The room on the disk, so that it outlives a restart: an SQLite file beside the results. Knows only rows."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.errors import RoomError
from playground.media.writing import make_folder

FOLDER = ".room"
"""Below the outputs folder; the gallery passes over folders whose names begin with a dot."""
TABLES = """
CREATE TABLE IF NOT EXISTS rooms (
    number INTEGER PRIMARY KEY, code TEXT NOT NULL, host_key TEXT NOT NULL, opened_at REAL NOT NULL, closed_at REAL,
    kept TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS members (
    room INTEGER NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,
    host INTEGER NOT NULL DEFAULT 0, sent_out INTEGER NOT NULL DEFAULT 0, place TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (room, person)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wall (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, room INTEGER NOT NULL, person TEXT NOT NULL,
    result TEXT NOT NULL, file TEXT NOT NULL, words TEXT NOT NULL, settings TEXT NOT NULL, put_at REAL NOT NULL,
    width INTEGER NOT NULL, hidden INTEGER NOT NULL DEFAULT 0, taken INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS answers (
    room INTEGER NOT NULL, person TEXT NOT NULL, lesson TEXT NOT NULL, step INTEGER NOT NULL, answer INTEGER NOT NULL,
    PRIMARY KEY (room, person, lesson, step)
) WITHOUT ROWID;
"""


class Store:
    """The rows of all rooms that were ever opened here. Any thread may ask.

    Args:
        outputs: The outputs folder.

    Attributes:
        folder: Where the wall's pictures lie, too.

    Raises:
        RoomError: The file cannot be written, or is damaged.
        OutputError: The folder cannot be made.
    """

    def __init__(self, outputs: Path) -> None:
        self.folder = make_folder(outputs / FOLDER)
        self._file = self.folder / "room.sqlite3"
        self._lock = threading.RLock()
        with self._told():
            self._connection = sqlite3.connect(self._file, check_same_thread=False, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(TABLES)

    def ask(self, words: str, *values: Any) -> list[sqlite3.Row]:
        """Return the rows that a SELECT finds.

        Raises:
            RoomError: The file cannot be read.
        """
        with self._lock, self._told():
            return self._connection.execute(words, values).fetchall()

    def change(self, *statements: tuple[str, Sequence[Any]]) -> int:
        """Do all of some statements or none; returns the number of the row that the last one added.

        Raises:
            RoomError: The file cannot be written.
        """
        with self._lock, self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for words, values in statements:
                    done = self._connection.execute(words, values)
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            return int(done.lastrowid or 0)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RoomError(
                f"The room's file {self._file} failed ({error}). Free some space and allow writing; move a damaged one "
                "away, and the room starts anew.",
                f"房间的文件 {self._file} 出错（{error}）。请清理空间并开放写权限；若已损坏，移走它后房间会重新建立。",
                500,
            ) from error


def unpacked(text: str) -> dict[str, Any]:
    """Read what a row keeps as JSON."""
    found = json.loads(text)
    return found if isinstance(found, dict) else {}
