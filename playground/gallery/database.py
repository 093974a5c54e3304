"""The index as a database: read and written as a whole or not at all, and what went wrong is told."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.errors import GalleryError, PlaygroundError
from playground.gallery.connections import Connections
from playground.gallery.migrations import migrate
from playground.media.writing import make_folder

log = logging.getLogger(__name__)


class Database:
    """The SQLite file of a gallery. Any thread may ask; the folder may come and go.

    Args:
        file: Where it lies; it is made with the first result.

    Attributes:
        folder: The folder of it and of the results' files.
    """

    def __init__(self, file: Path) -> None:
        self.file, self.folder = file, file.parent
        self._connections = Connections(file)
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the index to read; one that is not there yet is empty.

        Raises:
            GalleryError: It cannot be read, is damaged, or is of a newer version.
        """
        with self._told(), self._connections.to_read() as connection:
            migrate(connection, str(self.file))
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the index to change it; what is done inside happens as a whole or not at all.

        Raises:
            GalleryError: It cannot be written, is damaged, or is of a newer version.
            OutputError: The outputs folder cannot be made.
        """
        make_folder(self.folder)
        # Who waits for this lock is woken at once; SQLite would sleep, and longer each time.
        with self._told(), self._turn, self._connections.to_write() as connection:
            migrate(connection, str(self.file))
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                    connection.execute("ROLLBACK")
                raise

    def note(self, statement: str, values: tuple[Any, ...]) -> None:
        """Write what only a restart would miss: that it cannot be written is logged, and what it is of goes on."""
        try:
            with self.writing() as index:
                index.execute(statement, values)
        except PlaygroundError as error:
            log.warning("%s", error)

    def close(self) -> None:
        """Let go of the file, as happens by itself when nobody has asked for some seconds."""
        self._connections.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _explained(error, self.file) from error


def _explained(error: sqlite3.Error, file: Path) -> GalleryError:
    reason = str(error)
    if "full" in reason:
        return GalleryError(
            f"The disk is full, so the gallery's index {file} cannot change. Free some space.",
            f"磁盘已满，图库索引 {file} 无法更新。请清理空间。",
        )
    if "readonly" in reason or "unable to open" in reason:
        return GalleryError(
            f"The gallery's index {file} cannot be written. Allow writing to its folder.",
            f"图库索引 {file} 不可写。请开放该文件夹的写权限。",
        )
    if "not a database" in reason or "malformed" in reason:
        return GalleryError(
            f"The gallery's index {file} is damaged. Move it away and start again: it is made anew from the files.",
            f"图库索引 {file} 已损坏。请移走它并重新启动：索引会根据文件重新建立。",
        )
    return GalleryError(f"The gallery's index {file} failed: {reason}.", f"图库索引 {file} 出错：{reason}。")
