"""Makes the index and the files agree after the app was killed, moved, or lost its index."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from playground.errors import PlaygroundError
from playground.gallery import removal
from playground.gallery.store import Gallery
from playground.media.metadata import Metadata
from playground.media.sidecars import record_of
from playground.outcomes import KINDS

ENDINGS = {ending.removeprefix(".") for kind in KINDS.values() for ending in kind.endings}
OURS = re.compile(rf"(?P<id>[a-z0-9_]+-[0-9a-f]{{12}})(-\d{{1,10}})?\.({'|'.join(sorted(ENDINGS))})")
STALE_SECONDS = 3600


@dataclass(frozen=True)
class Reconciled:
    """What had to be done.

    Attributes:
        added: Finished results that the index did not have.
        forgotten: Entries without files, or whose files were never finished.
        half: Results on the disk of which files are missing; they are not shown.
    """

    added: int
    forgotten: int
    half: int


def reconcile(gallery: Gallery, started: float | None = None) -> Reconciled:
    """Index finished files, forget what is gone, and leave out what was only half written.

    Args:
        gallery: The gallery.
        started: Results begun at this time or later may still be being written and are left alone; None: now.

    Raises:
        GalleryError: The index cannot be read or written.
    """
    started = time.time() if started is None else started
    groups = _files(gallery.outputs, started)
    with gallery.database.reading() as index:
        rows = index.execute("SELECT number, id, owner, whole, made_at FROM results").fetchall()
        listed = defaultdict(set)
        for number, path in index.execute("SELECT result, path FROM files"):
            listed[number].add(path)
    owners, forgotten, added, half = {}, [], 0, 0
    for row in rows:
        found = groups.pop(row["id"], {}) if row["whole"] else groups.get(row["id"], {})
        if row["whole"] and not listed[row["number"]] <= found.keys():
            forgotten.append(row["number"])
        elif not row["whole"]:
            owners[row["id"]] = row["owner"]
            if row["made_at"] >= started:
                groups.pop(row["id"], None)
            elif not found:
                forgotten.append(row["number"])
    for id, found in groups.items():
        parts = _whole(gallery.outputs, list(found))
        if parts:
            record, paths = parts
            gallery.finish(id, owners.get(id, ""), record, paths, made_at=max(found.values()))
            added += 1
        elif max(found.values()) < started:
            half += 1
            forgotten += [row["number"] for row in rows if row["id"] == id]
    if forgotten:
        with gallery.database.writing() as index:
            index.executemany("DELETE FROM results WHERE number = ?", [(number,) for number in forgotten])
    removal.purge(gallery.database)
    return Reconciled(added, len(forgotten), half)


def _files(outputs: Path, started: float) -> dict[str, dict[str, float]]:
    """Return, by result, the files below the outputs folder with their times; remove abandoned pieces."""
    groups: dict[str, dict[str, float]] = defaultdict(dict)
    with contextlib.suppress(OSError):
        for folder in sorted(outputs.iterdir()):
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            for file in os.scandir(folder):
                if match := OURS.fullmatch(file.name):
                    groups[match["id"]][f"{folder.name}/{file.name}"] = file.stat().st_mtime
                elif file.name.endswith(".part") and file.stat().st_mtime < started - STALE_SECONDS:
                    os.unlink(file)
    return groups


def _whole(outputs: Path, names: list[str]) -> tuple[Metadata, list[Path]] | None:
    """Return a result's record and its files in order, or None if some are missing or are not ours."""
    records: list[tuple[Metadata, Path]] = []
    for name in sorted(names, key=lambda name: (len(name), name)):
        try:
            records.append((record_of(outputs / name), outputs / name))
        except PlaygroundError:
            return None
        if len(names) < records[0][0].parts:
            return None
    records.sort(key=lambda item: item[0].part)
    return records[0][0], [path for _, path in records]
