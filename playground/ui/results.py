"""What happens to finished pictures: they become files that carry their settings."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gradio.processing_utils import save_file_to_cache
from gradio.utils import get_upload_folder
from PIL import Image

from playground.engine import Done, Report
from playground.engine.jobs import BatchShape
from playground.errors import OutputError, PlaygroundError
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.language import Language
from playground.media.clips import SMOOTH_SIDE, write_clips
from playground.media.metadata import Metadata
from playground.media.pictures import sheet, strip, write_png
from playground.media.writing import make_folder

log = logging.getLogger(__name__)
CLIP_FORMATS = ("mp4", "gif", "webp")
SMALLEST_SIDE, SMALLEST_SMOOTH_SIDE = 224, 384
"""Of clips: of pixels that are squares, and of those that are not."""
SMALLEST_TILE = 112


@dataclass(frozen=True)
class Kept:
    """Files of one result.

    Attributes:
        served: Paths that this visitor may fetch, in the order of the API.
        names: What each file is called when it is downloaded.
        id: The result's id in the gallery; empty for files that are no result of their own.
        large: Whether the last file is the enlarged sheet of the others.
    """

    served: list[Path]
    names: list[str]
    id: str = ""
    large: bool = False


def whole_picture(done: Done, task: type[Request], request: Request, scale: int | None = None) -> Image.Image:
    """Lay a result's pictures out as its request type asks: one strip, or one sheet.

    Args:
        done: The result.
        task: Its request type.
        request: The request, which may name the columns.
        scale: Whole-number enlargement; None makes small pictures at least 112 pixels wide.
    """
    scale = scale or max(1, -(-SMALLEST_TILE // done.pictures[0].width))
    if task.makes == "strip":
        return strip(done.pictures, scale=scale, background="black")
    return sheet(
        done.pictures,
        request.columns_of_sheet(),
        scale=scale,
        gap=0 if task.seamless else 4,
        background="black",
    )


def keep(
    done: Done,
    request: Request,
    outputs: Path,
    large: bool = False,
    gallery: Gallery | None = None,
    owner: str = "",
    parent: str = "",
    aside: bool = False,
) -> Kept:
    """Write a result's files to the outputs folder and hand out copies that this visitor may fetch.

    A gallery that cannot be written is no reason to lose the result: its files are there and are found later.

    Args:
        done: The result.
        request: The request.
        outputs: The folder that receives the files, one folder a day.
        large: Whether separate pictures also come as one enlarged sheet, the last file.
        gallery: Where the result is to be found again.
        owner: Whose it is there.
        parent: Id of the result that it was varied from.
        aside: Whether it is one of many that were asked for at once.

    Raises:
        OutputError: A file could not be written; the sentence says why.
    """
    # The name cannot be guessed, so that nobody fetches another visitor's file.
    stem = f"{done.report.task}-{secrets.token_hex(6)}"
    folder = make_folder(outputs / datetime.now().strftime("%Y-%m-%d"))
    if gallery:
        with _noted():
            gallery.begin(stem, owner, parent, aside)
    try:
        written = write_files(done, request, folder, stem, large)
    except OutputError:
        if gallery:
            with _noted():
                gallery.abandon(stem)
        raise
    if gallery:
        with _noted():
            gallery.finish(stem, owner, metadata_of(done.report, 0, parts=len(written)), written)
    served = [Path(save_file_to_cache(path, get_upload_folder())) for path in written]
    return Kept(served, [path.name for path in written], stem, large and request.makes == "pictures")


def write_files(done: Done, request: Request, folder: Path, stem: str, large: bool) -> list[Path]:
    """Write a result's files, each with its settings.

    Args:
        done: The result.
        request: The request.
        folder: Where they go.
        stem: How their names begin.
        large: Whether separate pictures also come as one enlarged sheet, the last file.

    Raises:
        OutputError: A file could not be written; none of them is left behind.
    """
    whole = request.makes in ("strip", "sheet") or (large and request.makes == "pictures")
    separate = done.pictures if request.makes == "pictures" else []
    endings = CLIP_FORMATS if request.makes == "clip" else ()
    parts = len(separate) + len(endings) + whole
    written: list[Path] = []
    try:
        if request.makes == "clip":
            clips = {
                folder / f"{stem}.{ending}": metadata_of(done.report, 0, part, parts)
                for part, ending in enumerate(endings)
            }
            least = SMALLEST_SMOOTH_SIDE if min(done.pictures[0].size) >= SMOOTH_SIDE else SMALLEST_SIDE
            written += write_clips(done.pictures, clips, getattr(request, "fps", 16), min_size=least)
        for index, picture in enumerate(separate):
            seed = done.report.seeds[index] if done.report.seeds else index
            record = metadata_of(done.report, index, index, parts)
            written.append(write_png(picture, folder / f"{stem}-{seed}.png", record))
        if whole:
            record = metadata_of(done.report, 0, len(written), parts)
            written.append(write_png(whole_picture(done, type(request), request), folder / f"{stem}.png", record))
    except OutputError:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        raise
    return written


def metadata_of(report: Report, index: int, part: int = 0, parts: int = 1) -> Metadata:
    """Return the record that picture ``index`` of a result carries in file ``part`` of ``parts``."""
    batch = report.batches[index]
    return Metadata(
        family=report.family,
        checkpoint=report.checkpoint,
        revision=report.revision,
        task=report.task,
        request=report.request,
        seed=report.seeds[index] if report.seeds else None,
        seconds=report.seconds,
        device=report.device,
        dtype=report.dtype,
        batch_size=batch.size,
        batch_position=batch.position,
        batches=[[shape.size, shape.position] for shape in report.batches],
        part=part,
        parts=parts,
        versions=report.versions,
    )


def report_of(record: Metadata, seeds: list[int]) -> Report:
    """Return what a report said, from the record in a result's first file and the seeds of its pictures."""
    return Report(
        family=record.family,
        task=record.task,
        checkpoint=record.checkpoint,
        revision=record.revision or "",
        request=dict(record.request),
        seeds=seeds,
        seconds=record.seconds,
        device=record.device,
        dtype=record.dtype,
        batches=[BatchShape(*shape) for shape in record.batches],
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


def as_json(report: Report, language: Language) -> dict[str, Any]:
    """Return a report as the API gives it, with its notices in one language."""
    return asdict(report) | {"notices": [notice.to(language) for notice in report.notices]}
