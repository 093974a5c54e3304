"""What happens to finished results: they become files that carry their settings, and are found again in the gallery."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playground.engine import BatchShape, Done, Report
from playground.errors import OutputError, PlaygroundError
from playground.families.requests import Request
from playground.gallery.entries import result_id
from playground.gallery.store import Gallery
from playground.media.metadata import Metadata
from playground.media.signing import sign_files
from playground.media.writing import make_folder
from playground.outcomes import Destination, find_kind

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outputs:
    """Where results are kept, and how.

    Attributes:
        folder: Receives the files, one folder a day.
        labelled: Whether pictures and clips get the visible mark of ``media.visible_mark``.
        certificate: What files are signed with, as ``media.signing`` reads it; None signs nothing.
    """

    folder: Path
    labelled: bool = False
    certificate: Path | None = None


@dataclass(frozen=True)
class Kept:
    """Files of one result.

    Attributes:
        files: Where they lie, in the order of the API.
        id: The result's id in the gallery; empty for files that are no result of their own.
        large: Whether the last file holds all the others once more.
    """

    files: list[Path]
    id: str = ""
    large: bool = False

    @property
    def names(self) -> list[str]:
        """What each file is called when it is downloaded."""
        return [path.name for path in self.files]


def keep(
    done: Done,
    request: Request,
    outputs: Outputs,
    large: bool = False,
    gallery: Gallery | None = None,
    owner: str = "",
    parent: str = "",
    aside: bool = False,
    job: str = "",
) -> Kept:
    """Write a result's files.

    A gallery that cannot be written is no reason to lose the result: its files are there and are found later.

    Args:
        done: The result.
        request: The request.
        outputs: Where they go.
        large: Whether separate pictures also come as one enlarged sheet, the last file.
        gallery: Where the result is to be found again.
        owner: Whose it is there.
        parent: Id of the result that it was varied from.
        aside: Whether it is one of many that were asked for at once.
        job: Id of the job that made it, which names it; empty draws a name.

    Raises:
        OutputError: A file could not be written; the sentence says why.
    """
    # The name cannot be guessed, so that nobody fetches another visitor's file.
    stem = result_id(done.report.task, job or secrets.token_hex(6))
    folder = make_folder(outputs.folder / datetime.now().strftime("%Y-%m-%d"))
    if gallery:
        with _noted():
            gallery.begin(stem, owner, parent, aside)
    try:
        written = write_files(done, request, folder, stem, large, outputs.labelled)
        if outputs.certificate:
            sign_files(written, outputs.certificate)
    except OutputError:
        if gallery:
            with _noted():
                gallery.abandon(stem)
        raise
    if gallery:
        with _noted():
            gallery.finish(
                stem, owner, metadata_of(done.report, 0, parts=len(written), labelled=outputs.labelled), written
            )
    return Kept(written, stem, large and find_kind(request.makes).sheeted)


def write_files(
    done: Done, request: Request, folder: Path, stem: str, large: bool, labelled: bool = False
) -> list[Path]:
    """Write a result's files, each with its settings.

    Args:
        done: The result.
        request: The request.
        folder: Where they go.
        stem: How their names begin.
        large: Whether separate pictures also come as one enlarged sheet, the last file.
        labelled: Whether they get the visible mark.

    Raises:
        OutputError: A file could not be written; none of them is left behind.
    """
    report, written = done.report, []
    first = metadata_of(report, 0, labelled=labelled)  # checked once; the others differ in these few fields

    def record(index: int, part: int, parts: int) -> Metadata:
        return first.model_copy(update=_own(report, index) | {"part": part, "parts": parts})

    to = Destination(folder, stem, report.seeds, record, large)
    try:
        for path in find_kind(request.makes).write(done.made, request.layout(), to):
            written.append(path)
    except OutputError:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        raise
    return written


def metadata_of(report: Report, index: int, part: int = 0, parts: int = 1, labelled: bool = False) -> Metadata:
    """Return the record that sample ``index`` of a result carries in file ``part`` of ``parts``."""
    return Metadata(
        family=report.family,
        checkpoint=report.checkpoint,
        revision=report.revision,
        task=report.task,
        makes=report.makes,
        request=report.request,
        seconds=report.seconds,
        device=report.device,
        dtype=report.dtype,
        batches=[[shape.size, shape.position] for shape in report.batches],
        part=part,
        parts=parts,
        versions=report.versions,
        labelled=labelled,
        **_own(report, index),
    )


def _own(report: Report, index: int) -> dict[str, Any]:
    """Return what only sample ``index`` of a result has."""
    batch = report.batches[index]
    seed = report.seeds[index] if report.seeds else None
    return {"seed": seed, "batch_size": batch.size, "batch_position": batch.position}


def report_of(record: Metadata, seeds: list[int]) -> Report:
    """Return what a report said, from the record in a result's first file and the seeds of its samples."""
    return Report(
        family=record.family,
        task=record.task,
        makes=record.makes,
        checkpoint=record.checkpoint,
        revision=record.revision or "",
        request=dict(record.request),
        seeds=seeds,
        seconds=record.seconds,
        device=record.device,
        dtype=record.dtype,
        batches=[BatchShape(size, position) for size, position in record.batches],
        notices=[],
        versions=record.versions,
    )


@contextmanager
def _noted() -> Iterator[None]:
    """Log what the gallery could not do, and go on."""
    try:
        yield
    except PlaygroundError as error:
        log.warning("%s", error)
