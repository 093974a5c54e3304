"""Where results lie in the space of pictures and words: kept in the index, searched by direction. Knows no model.

Plain numpy: all directions of ten thousand results are five megabytes, and one product with them takes less than to
read them from the index, which is done anew each time so that nothing can be stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.gallery.entries import Viewer
from playground.gallery.search import visible
from playground.gallery.store import Gallery

Direction = NDArray[np.float32]
SEEN = ("pictures", "clip", "strip")
"""Kinds of result that can be looked at."""


@dataclass(frozen=True)
class Near:
    """A result that was found.

    Attributes:
        id: Its id.
        likeness: The cosine of the angle between its direction and the one that was looked for.
    """

    id: str
    likeness: float


def keep_direction(gallery: Gallery, id: str, revision: str, direction: Sequence[float]) -> None:
    """Keep where a result lies; an empty direction says that it cannot be looked at.

    Args:
        gallery: Where the result is.
        id: The result.
        revision: What it was embedded by: directions of other weights mean nothing beside it.
        direction: Numbers whose squares add up to one.

    Raises:
        GalleryError: The index cannot be written.
    """
    content = np.asarray(direction, np.float16).tobytes()
    with gallery.database.writing() as index:
        index.execute(
            """INSERT INTO directions SELECT number, ?, ? FROM results WHERE id = ?
            ON CONFLICT (result) DO UPDATE SET revision = excluded.revision, direction = excluded.direction""",
            (revision, content, id),
        )


def without_direction(gallery: Gallery, revision: str, count: int = 16) -> list[str]:
    """Return ids of results that are not embedded by these weights yet, the newest first.

    Raises:
        GalleryError: The index cannot be read.
    """
    with gallery.database.reading() as index:
        rows = index.execute(
            """SELECT id FROM results LEFT JOIN directions ON directions.result = results.number AND revision = ?
            WHERE whole = 1 AND deleted_at IS NULL AND directions.result IS NULL
            ORDER BY made_at DESC LIMIT ?""",
            (revision, count),
        ).fetchall()
    return [row["id"] for row in rows]


def direction_of(gallery: Gallery, id: str, revision: str) -> Direction | None:
    """Return where a result lies; None while that is not known.

    Raises:
        GalleryError: The index cannot be read.
    """
    with gallery.database.reading() as index:
        row = index.execute(
            """SELECT direction FROM directions JOIN results ON results.number = directions.result
            WHERE id = ? AND revision = ?""",
            (id, revision),
        ).fetchone()
    return np.frombuffer(row["direction"], np.float16).astype(np.float32) if row and row["direction"] else None


def known_directions(gallery: Gallery, viewer: Viewer, revision: str, most: int = -1) -> tuple[list[str], Direction]:
    """Return the ids of the results that a viewer may see, and their directions (N, D).

    Args:
        gallery: Where they are.
        viewer: Who looks.
        revision: What embedded them.
        most: How many at most, the newest; below 0 all of them, in any order.

    Raises:
        GalleryError: The index cannot be read.
    """
    shown, values = visible(viewer)
    newest, limit = (" ORDER BY made_at DESC LIMIT ?", [most]) if most >= 0 else ("", [])
    with gallery.database.reading() as index:
        rows = index.execute(
            f"""SELECT results.id, direction FROM directions JOIN results ON results.number = directions.result
            WHERE revision = ? AND length(direction) > 0 AND {shown}{newest}""",
            [revision, *values, *limit],
        ).fetchall()
    known = np.frombuffer(b"".join(row["direction"] for row in rows), np.float16)
    return [row["id"] for row in rows], known.reshape(len(rows), -1 if rows else 0).astype(np.float32)


def nearest(gallery: Gallery, viewer: Viewer, revision: str, direction: Direction, count: int) -> list[Near]:
    """Return the results that a viewer may see and that lie nearest to a direction, the nearest first.

    Raises:
        GalleryError: The index cannot be read.
    """
    ids, known = known_directions(gallery, viewer, revision)
    if not ids:
        return []
    likenesses = known @ direction.astype(np.float32)
    order = np.argsort(-likenesses, kind="stable")[:count]
    return [Near(ids[place], float(likenesses[place])) for place in order]
