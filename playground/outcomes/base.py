"""What a kind of result is, and the register of those that exist."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from PIL import Image

from playground.language import Text
from playground.media.metadata import Metadata

Piece = TypeVar("Piece")
KINDS: dict[str, Kind[Any]] = {}
SAMPLES = "num_images"
"""The field of requests that ask for several samples, each with the next seed."""


@dataclass(frozen=True)
class Layout:
    """What a request says about how its result is put together.

    Attributes:
        columns: How many pictures stand side by side on a sheet; None lets the sheet choose.
        seamless: Whether a sheet's pictures touch.
        fps: How fast a clip plays.
    """

    columns: int | None = None
    seamless: bool = False
    fps: float = 16


@dataclass(frozen=True)
class Destination:
    """Where a result's files go, and what they carry.

    Attributes:
        folder: Their folder.
        stem: How their names begin.
        seeds: Each sample's own; empty where no noise was drawn.
        record: Gives the record of a file, by its sample, its place among the files, and their number.
        large: Whether several pictures also come as one, the last file.
    """

    folder: Path
    stem: str
    seeds: Sequence[int]
    record: Callable[[int, int, int], Metadata]
    large: bool = False

    def single(self, index: int, ending: str) -> Path:
        """Return the path of one sample's file."""
        return self.folder / f"{self.stem}-{self.seeds[index] if self.seeds else index}{ending}"

    def whole(self, ending: str) -> Path:
        """Return the path of a file that holds the whole result."""
        return self.folder / f"{self.stem}{ending}"


@dataclass(frozen=True)
class Again:
    """What has to run to make recorded files again, and which of its files should equal which of them.

    Attributes:
        values: The request.
        shapes: Size and place of each sample's forward pass; empty where that is not known.
        large: Whether the one file that holds several pictures is needed too.
        compared: Index of a new file, and the recorded file that it should equal.
    """

    values: dict[str, Any]
    shapes: list[tuple[int, int]]
    large: bool
    compared: list[tuple[int, Path]]


class Kind(ABC, Generic[Piece]):
    """One kind of result. A result is a list of pieces: what the samples became, in order.

    A piece's ``info`` may carry a ``notice``: a ``Text`` that a person should know about it.

    Attributes:
        name: What ``Request.makes`` calls it.
        endings: The endings of its files.
        own_seeds: Whether every sample keeps a seed of its own; else a result names each of its seeds once.
        previewed: Whether what it is by now may be shown while it is made.
        in_words: Whether a report can say all of it, so that a program needs no file.
        sheeted: Whether its pieces may come as one more file that shows them all.
        same: The sentence for files that are bit-equal when made again; {} is their number.
    """

    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]
    own_seeds: ClassVar[bool] = False
    previewed: ClassVar[bool] = True
    in_words: ClassVar[bool] = False
    sheeted: ClassVar[bool] = False
    same: ClassVar[Text]

    @abstractmethod
    def write(self, made: Sequence[Piece], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write a result's files, each with its settings, and yield every one as soon as it is there.

        Raises:
            OutputError: A file could not be written; nothing of it is left behind.
        """

    @abstractmethod
    def read(self, files: Sequence[Path], record: Metadata) -> list[Piece]:
        """Return a result from all its files.

        Args:
            files: In the order in which they were written.
            record: What the first of them carries.

        Raises:
            OSError: A file is gone.
            UnreadableFile: A file is damaged.
        """

    @abstractmethod
    def picture(self, made: Sequence[Piece], layout: Layout, scale: int | None = None) -> Image.Image:
        """Lay a result out as one picture.

        Args:
            made: Its pieces, at least one.
            layout: How.
            scale: Whole-number enlargement of small pictures; None makes them large enough to be seen.
        """

    @abstractmethod
    def card(self, id: str, files: Sequence[Path]) -> Image.Image:
        """Return one RGB picture that stands for a result where there is little room.

        Args:
            id: The result's id, with which its files' names begin.
            files: Its files.

        Raises:
            Exception: None of them can be decoded.
        """

    @abstractmethod
    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Return HTML that shows a result and needs nothing beside it.

        Args:
            files: Its files and what is in them.
            words: What it shows.
        """

    @abstractmethod
    def compare(self, new: Path, old: Path) -> Text | None:
        """Say how a file that was made again differs from the old one; None if it does not.

        Raises:
            UnreadableFile: One of them is damaged or something else.
        """

    @abstractmethod
    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Plan how a result is made again.

        Args:
            record: What its first file carries, or what its only file carries.
            files: All its files in order, or a single one, which ``record.part`` tells the place of.
        """

    def shown(self, files: Sequence[Path]) -> list[Path]:
        """Return the fewest picture files that show a result; none of a kind that its report says all of."""
        return []

    def report(self, made: Sequence[Piece]) -> dict[str, Any]:
        """Return what a report says of a result beside its files, as plain data."""
        return {}

    def seeds(self, drawn: Sequence[int]) -> list[int]:
        """Return the seeds that a report names, from those of the samples."""
        return list(drawn) if self.own_seeds else list(dict.fromkeys(drawn))


def register(kind: type[Kind[Any]]) -> type[Kind[Any]]:
    """Add a kind to the register; used as a class decorator.

    Raises:
        ValueError: Its name is taken.
    """
    if kind.name in KINDS:
        raise ValueError(f"There is a kind of result named {kind.name!r} already; choose another name.")
    KINDS[kind.name] = kind()
    return kind


def find_kind(name: str) -> Kind[Any]:
    """Return the kind of that name.

    Raises:
        KeyError: There is none.
    """
    return KINDS[name]


def kind_of(record: Metadata, files: Sequence[Path] = ()) -> Kind[Any]:
    """Return the kind of a recorded result; records of version 1 and 2 do not name it, but their files tell."""
    if record.makes in KINDS:
        return KINDS[record.makes]
    moving = any(file.suffix in KINDS["clip"].endings for file in files)
    return KINDS["clip" if moving else "pictures"]


def recorded_shapes(record: Metadata) -> list[tuple[int, int]]:
    """Return the forward passes of a result's samples, as far as its record tells them."""
    if not record.batches and record.parts == 1 and SAMPLES not in record.request:  # as files of version 1 say it
        return [(record.batch_size, record.batch_position)]
    return [(size, position) for size, position in record.batches]
