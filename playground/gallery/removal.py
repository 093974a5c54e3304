"""What leaves the gallery for good: deleted results after a day, and the oldest when the folder is full."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable

from playground.gallery.database import Database
from playground.gallery.thumbnails import FOLDER

UNDO_SECONDS = 24 * 3600


def purge(database: Database, before: float | None = None) -> int:
    """Remove results that were deleted long ago, with their files; returns how many.

    Args:
        database: The index, which lies beside the files.
        before: Deleted before this time, in seconds since 1970; None allows a day for second thoughts.

    Raises:
        GalleryError: The index cannot be written.
    """
    limit = time.time() - UNDO_SECONDS if before is None else before
    with database.reading() as index:
        rows = index.execute("SELECT number, id FROM results WHERE deleted_at < ?", (limit,)).fetchall()
    _remove(database, [(row["number"], row["id"]) for row in rows])
    return len(rows)


def keep_within(database: Database, limit: int, spare: str = "") -> int:
    """Remove what was deleted, then the oldest results without a star, until all files fit; returns how many.

    Whose results had to go is noted, so that they can be told.

    Raises:
        GalleryError: The index cannot be written.
    """
    with database.reading() as index:
        used = _used(index)
        if used <= limit:
            return 0
        oldest = index.execute(
            """SELECT number, id, owner, size, deleted_at FROM results WHERE favourite = 0 AND whole = 1 AND id != ?
            ORDER BY deleted_at IS NULL, made_at""",
            (spare,),
        )
        going = []
        for row in oldest:
            if used <= limit:
                break
            going.append(row)
            used -= row["size"]
    _remove(database, [(row["number"], row["id"]) for row in going])
    told = [(row["owner"],) for row in going if row["deleted_at"] is None]
    if told:
        with database.writing() as index:
            index.executemany(
                "INSERT INTO removals VALUES (?, 1) ON CONFLICT (owner) DO UPDATE SET results = results + 1", told
            )
    return len(going)


def used(database: Database) -> int:
    """Return the bytes of all files, deleted ones included.

    Raises:
        GalleryError: The index cannot be read.
    """
    with database.reading() as index:
        return _used(index)


def _used(index: sqlite3.Connection) -> int:
    return int(index.execute("SELECT sum(size) FROM results").fetchone()[0] or 0)


def _remove(database: Database, results: Iterable[tuple[int, str]]) -> None:
    """Files first: a result whose row is left is removed the next time."""
    results = list(results)
    for number, id in results:
        with database.reading() as index:
            paths = [row[0] for row in index.execute("SELECT path FROM files WHERE result = ?", (number,))]
        for path in [*paths, f"{FOLDER}/{id}.webp"]:
            with contextlib.suppress(OSError):
                (database.folder / path).unlink()
    if results:
        with database.writing() as index:
            index.executemany("DELETE FROM results WHERE number = ?", [(number,) for number, _ in results])
