"""Connections to the index: each short-lived, so that any thread may ask and a folder may come and go."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.errors import GalleryError
from playground.gallery.migrations import migrate
from playground.media.writing import make_folder

PATIENCE = 10.0
"""Seconds that a writer waits for its turn."""


class Database:
    """The SQLite file of a gallery.

    Args:
        file: Where it lies; it is made with the first result.

    Attributes:
        folder: The folder of it and of the results' files.
    """

    def __init__(self, file: Path) -> None:
        self.file, self.folder = file, file.parent

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the index to read; one that is not there yet is empty.

        Raises:
            GalleryError: It cannot be read, is damaged, or is of a newer version.
        """
        with self._told(), contextlib.closing(self._to_read()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the index to change it; what is done inside happens as a whole or not at all.

        Raises:
            GalleryError: It cannot be written, is damaged, or is of a newer version.
            OutputError: The outputs folder cannot be made.
        """
        make_folder(self.file.parent)
        with self._told(), contextlib.closing(self._open(str(self.file))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                    connection.execute("ROLLBACK")
                raise

    def _to_read(self) -> sqlite3.Connection:
        if not self.file.exists():
            return self._open(":memory:")
        try:
            return self._open(str(self.file))
        except sqlite3.OperationalError:
            # A folder that may not be written has no room for the files that readers and writers share.
            return self._open(f"{self.file.resolve().as_uri()}?mode=ro&immutable=1")

    def _open(self, name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, PATIENCE, isolation_level=None, uri=name.startswith("file:"))
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                connection.execute("PRAGMA journal_mode = WAL")
            # The index can be made again from the files, so that a power cut may cost its last entries.
            connection.execute("PRAGMA synchronous = NORMAL")
            migrate(connection, str(self.file))
        except BaseException:
            connection.close()
            raise
        return connection

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
