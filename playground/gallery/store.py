"""The gallery: an index of the results in the outputs folder. A result is in it only when its files are whole."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playground.errors import GalleryError
from playground.gallery import removal
from playground.gallery.database import Database
from playground.gallery.entries import Entry, Filter, KeptFile, Shelf, Viewer
from playground.gallery.grids import NotedGrids
from playground.gallery.naming import Names
from playground.gallery.promises import Promises
from playground.gallery.search import matching, own, tallied, visible
from playground.gallery.thumbnails import thumbnail
from playground.media.metadata import Metadata
from playground.outcomes import kind_of

INDEX = "gallery.sqlite3"
DEFAULT_LIMIT = 5 * 10**9


class Gallery:
    """The results in one outputs folder. Any thread may ask.

    Args:
        outputs: The folder that holds the files and the index.
        limit: Bytes of files above which the oldest results without a star are removed.
        describe: Gives further words under which a result is found.

    Attributes:
        promises: Results that are still being made.
        grids: Grids that are.
        names: Makes names of what will be kept here.
        changed_at: When a result was last written, by ``time.monotonic``.
    """

    def __init__(
        self, outputs: Path, limit: int = DEFAULT_LIMIT, describe: Callable[[Metadata], str] = lambda record: ""
    ) -> None:
        self.outputs, self.limit = outputs, limit
        self.database = Database(outputs / INDEX)
        self.promises, self.grids = Promises(self.database), NotedGrids(self.database)
        self.names = Names(self.database)
        self._describe, self.changed_at = describe, 0.0
        self._used: int | None = None  # bytes of all files, at most

    def begin(self, id: str, owner: str, parent: str = "", aside: bool = False) -> None:
        """Note whose result is about to be written, so that it finds its owner even if the app is killed meanwhile.

        Args:
            id: The beginning of its files' names.
            owner: Whose it is; empty if nobody knows.
            parent: Id of the result that it was varied from.
            aside: Whether it is one of many that were asked for at once, and so no part of the history yet.

        Raises:
            GalleryError: The index cannot be written.
            OutputError: The outputs folder cannot be made.
        """
        self.changed_at = time.monotonic()
        with self.database.writing() as index:
            index.execute(
                """INSERT INTO results (id, owner, made_at, parent, aside) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at""",
                (id, owner, time.time(), parent, aside),
            )

    def finish(
        self, id: str, owner: str, record: Metadata, files: Sequence[Path], made_at: float | None = None
    ) -> None:
        """Put a result whose files are whole into the index, and make room for it.

        Args:
            id: The beginning of its files' names.
            owner: Whose it is; empty if nobody knows.
            record: What its first file carries.
            files: All its files below the outputs folder, in order.
            made_at: Seconds since 1970; None stands for now.

        Raises:
            GalleryError: The index cannot be written.
            OutputError: The outputs folder cannot be made.
        """
        sizes = [file.stat().st_size for file in files]
        with self.database.writing() as index:
            index.execute(
                """INSERT INTO results (id, owner, made_at, whole, family, checkpoint, words, record, size)
                VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET whole = 1, family = excluded.family,
                checkpoint = excluded.checkpoint, words = excluded.words, record = excluded.record,
                size = excluded.size""",
                (id, owner, made_at or time.time(), record.family, record.checkpoint, self._words(record),
                 record.to_json(), sum(sizes)),
            )  # fmt: skip
            number = index.execute("SELECT number FROM results WHERE id = ?", (id,)).fetchone()[0]
            index.execute("DELETE FROM promises WHERE result = ?", (id,))
            index.execute("DELETE FROM files WHERE result = ?", (number,))
            index.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                [
                    (number, position, file.relative_to(self.outputs).as_posix(), _seed(file), size)
                    for position, (file, size) in enumerate(zip(files, sizes, strict=True))
                ],
            )
        self._used = self._used + sum(sizes) if self._used is not None else None
        if self._used is None or self._used > self.limit:
            removal.keep_within(self.database, self.limit, spare=id)
            self._used = removal.used(self.database)

    def abandon(self, id: str) -> None:
        """Forget a result that could not be written.

        Raises:
            GalleryError: The index cannot be written.
            OutputError: The outputs folder cannot be made.
        """
        with self.database.writing() as index:
            index.execute("DELETE FROM results WHERE id = ? AND whole = 0", (id,))

    def shelf(self, viewer: Viewer, wanted: Filter | None = None, offset: int = 0, count: int = 24) -> Shelf:
        """Return one page of what a viewer looks for.

        Raises:
            GalleryError: The index cannot be read.
        """
        with self.database.reading() as index:
            where, values = matching(viewer, wanted or Filter(), index)
            # The plus keeps SQLite from gathering and sorting several owners' results: it walks from the newest on.
            in_order = where.replace("results.owner IN", "+results.owner IN")
            rows = index.execute(
                f"SELECT * FROM results WHERE {in_order} ORDER BY made_at DESC, number DESC LIMIT ? OFFSET ?",
                [*values, count, offset],
            ).fetchall()
            kinds, known = tallied(viewer)
            tallies = index.execute(
                f"SELECT family, checkpoint, results FROM tallies WHERE {kinds} AND results > 0", known
            ).fetchall()
            if where == visible(viewer)[0]:
                total = sum(tally["results"] for tally in tallies)
            else:
                total = index.execute(f"SELECT count(*) FROM results WHERE {where}", values).fetchone()[0]
            families, checkpoints = (sorted({tally[place] for tally in tallies}) for place in (0, 1))
            removed = index.execute("SELECT results FROM removals WHERE owner = ?", (viewer.owner,)).fetchone()
            entries = [_entry(index, row, viewer) for row in rows]
        return Shelf(entries, total, families, checkpoints, removed[0] if removed else 0)

    def history(self, viewer: Viewer, family: str, count: int = 16) -> list[Entry]:
        """Return a viewer's own last results of a family, the newest first.

        Raises:
            GalleryError: The index cannot be read.
        """
        with self.database.reading() as index:
            rows = index.execute(
                """SELECT * FROM results WHERE whole = 1 AND deleted_at IS NULL AND aside = 0 AND owner = ?
                AND family = ? ORDER BY made_at DESC, number DESC LIMIT ?""",
                (viewer.owner, family, count),
            ).fetchall()
            return [_entry(index, row, viewer) for row in rows]

    def bring_in(self, viewer: Viewer, id: str) -> None:
        """Make one's own result a part of the history.

        Raises:
            GalleryError: The index cannot be written.
        """
        owned, values = own(viewer)
        with self.database.writing() as index:
            index.execute(f"UPDATE results SET aside = 0 WHERE id = ? AND {owned}", [str(id), *values])

    def find(self, viewer: Viewer, ids: Sequence[str]) -> list[Entry]:
        """Return results by their ids, in that order; what the viewer may not see is left out.

        Raises:
            GalleryError: The index cannot be read.
        """
        shown, values = visible(viewer)
        found = []
        with self.database.reading() as index:
            for id in ids:
                row = index.execute(f"SELECT * FROM results WHERE id = ? AND {shown}", [str(id), *values]).fetchone()
                if row:
                    found.append(_entry(index, row, viewer))
        return found

    def get(self, viewer: Viewer, id: str) -> Entry:
        """Return one result.

        Raises:
            GalleryError: The viewer has no such result.
        """
        found = self.find(viewer, [id])
        if not found:
            raise GalleryError("This result is not in your gallery any more.", "您的图库中已没有这个结果。")
        return found[0]

    def set_favourite(self, viewer: Viewer, id: str, favourite: bool) -> None:
        """Give one's own result a star, or take it away.

        Raises:
            GalleryError: The index cannot be written.
        """
        owned, values = own(viewer)
        with self.database.writing() as index:
            index.execute(f"UPDATE results SET favourite = ? WHERE id = ? AND {owned}", [favourite, str(id), *values])

    def delete(self, viewer: Viewer, ids: Sequence[str]) -> list[str]:
        """Take one's own results out of sight, to be removed a day later; returns the ids of those that were there.

        Raises:
            GalleryError: The index cannot be written.
        """
        gone = [entry.id for entry in self.find(viewer, ids) if entry.own]
        with self.database.writing() as index:
            index.executemany("UPDATE results SET deleted_at = ? WHERE id = ?", [(time.time(), id) for id in gone])
        return gone

    def undelete(self, viewer: Viewer, ids: Sequence[str]) -> None:
        """Bring one's own deleted results back.

        Raises:
            GalleryError: The index cannot be written.
        """
        owned, values = own(viewer)
        with self.database.writing() as index:
            for id in ids:
                index.execute(f"UPDATE results SET deleted_at = NULL WHERE id = ? AND {owned}", [str(id), *values])

    def paths(self, entry: Entry) -> list[Path]:
        """Return where a result's files lie."""
        return [self.outputs / file.path for file in entry.files]

    def thumbnail(self, entry: Entry) -> bytes:
        """Return a result's small picture as WebP; empty when its files are gone or damaged."""
        files = self.paths(entry)
        try:
            return thumbnail(self.outputs, entry.id, files, kind_of(entry.record, files))
        except Exception:  # damaged files raise OSError, SyntaxError, struct.error, …
            return b""

    def _words(self, record: Metadata) -> str:
        asked = " ".join(str(value) for name, value in record.request.items() if name != "drawing")
        said = (record.task, record.checkpoint, asked, f"{record.seed}", self._describe(record))
        return " ".join(said).casefold()


def _entry(index: sqlite3.Connection, row: sqlite3.Row, viewer: Viewer) -> Entry:
    files = index.execute("SELECT path, seed, size FROM files WHERE result = ? ORDER BY position", (row["number"],))
    return Entry(
        id=row["id"],
        made_at=row["made_at"],
        record=Metadata.model_validate(json.loads(row["record"])),
        files=[KeptFile(*file) for file in files],
        favourite=bool(row["favourite"]),
        own=row["owner"] == viewer.owner or (viewer.adopts and row["owner"] == ""),
        parent=row["parent"],
    )


def _seed(file: Path) -> int | None:
    """Read a picture's seed off its name, ``task-id-seed.png``."""
    end = file.stem.rpartition("-")[2]
    return int(end) if file.stem.count("-") == 2 and end.isdecimal() else None
