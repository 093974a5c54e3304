"""The records that go into the gallery and come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.media.metadata import Metadata


@dataclass(frozen=True)
class Viewer:
    """Who looks at the gallery.

    Attributes:
        owner: The visitor's own name in the index; nobody else's can be guessed from it.
        sees_all: Whether other visitors' results are shown too.
        adopts: Whether results that belong to nobody known count as the visitor's own.
    """

    owner: str
    sees_all: bool = False
    adopts: bool = False


@dataclass(frozen=True)
class KeptFile:
    """One file of a result.

    Attributes:
        path: Below the outputs folder.
        seed: The picture's own seed; None where no noise was drawn or the file holds several.
        size: Bytes.
    """

    path: str
    seed: int | None
    size: int


@dataclass(frozen=True)
class Entry:
    """One result.

    Attributes:
        id: The beginning of its files' names, which cannot be guessed.
        made_at: Seconds since 1970.
        record: How its first file was made.
        files: Its files, in the order in which they were written.
        favourite: Whether it has a star.
        own: Whether the viewer may change it.
        parent: Id of the result that it was varied from; empty for none.
    """

    id: str
    made_at: float
    record: Metadata
    files: list[KeptFile]
    favourite: bool
    own: bool
    parent: str = ""


@dataclass(frozen=True)
class Filter:
    """Which results are looked for; what is empty lets everything through.

    Attributes:
        words: All of these occur, in any order and inside longer words.
        family: Name of the family.
        checkpoint: The checkpoint's id.
        since: Made at this time or later, in seconds since 1970.
        favourites: Only those with a star.
    """

    words: str = ""
    family: str = ""
    checkpoint: str = ""
    since: float = 0.0
    favourites: bool = False


@dataclass(frozen=True)
class Shelf:
    """One page of what was found.

    Attributes:
        entries: The newest first.
        total: How many there are on all pages.
        families: Names of the families that the viewer has results of.
        checkpoints: Ids of the checkpoints likewise.
        removed: How many of the viewer's oldest results made room for new ones.
    """

    entries: list[Entry]
    total: int
    families: list[str] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    removed: int = 0


def result_id(task: str, job: str) -> str:
    """Return the id of a job's result: how its files' names begin."""
    return f"{task}-{job}"
