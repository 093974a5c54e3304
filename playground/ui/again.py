"""Makes a recorded result again, in the forward passes it was made in, and says whether every pixel is the same."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.engine import Cancelled, Done, Engine, Failed, Report
from playground.engine.jobs import BatchShape
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.requests import Request
from playground.language import Language, Text
from playground.media.comparing import largest_difference
from playground.media.metadata import Metadata
from playground.ui import html
from playground.ui.gallery_html import note
from playground.ui.gallery_words import task_of
from playground.ui.jobs import follow
from playground.ui.results import write_files
from playground.ui.texts import gallery as texts
from playground.ui.texts import page as page_texts


@dataclass(frozen=True)
class Plan:
    """What has to run, and which of its files are compared with which.

    Attributes:
        task: The request type.
        values: The request.
        shapes: Each sample's place in its forward pass; empty where that is not known.
        large: Whether the sheet of separate pictures is needed too.
        compared: Index of a new file, and the recorded file that it should equal.
    """

    task: type[Request]
    values: dict[str, Any]
    shapes: list[BatchShape]
    large: bool
    compared: list[tuple[int, Path]]


def plan(record: Metadata, files: Sequence[Path]) -> Plan:
    """Plan how a result is made again.

    Args:
        record: What its first file carries, or what its only file carries.
        files: All its files in order, or a single one, which ``record.part`` tells the place of.

    Raises:
        InvalidInput: The playground has no such task.
    """
    task = task_of(record)
    if task is None:
        raise InvalidInput("task", *page_texts.UNKNOWN_TASK.format(record.task[:80]))
    values = dict(record.request)
    shapes = [BatchShape(*shape) for shape in record.batches]
    whole = len(files) == record.parts and record.part == 0
    if not shapes and record.parts == 1:  # as files of version 1 say it
        shapes = [BatchShape(record.batch_size, record.batch_position)] if "num_images" not in values else []
    if task.makes == "clip":
        # All formats hold the same frames; WebP loses least.
        places = [files.index(file) for file in files if file.suffix == ".webp"] if whole else [record.part]
        return Plan(task, values, shapes, False, [(place, files[place] if whole else files[0]) for place in places])
    if task.makes != "pictures":
        return Plan(task, values, shapes, False, [(0, files[0])])
    if whole:
        return Plan(task, values, shapes, len(files) > len(shapes), list(enumerate(files)))
    if record.part < len(shapes) and record.seed is not None and "num_images" in values:
        alone = values | {"seed": record.seed, "num_images": 1}
        return Plan(task, alone, [shapes[record.part]], False, [(0, files[0])])
    if not shapes and record.seed is not None and "num_images" in values:
        alone = values | {"seed": record.seed, "num_images": 1}
        return Plan(task, alone, [BatchShape(record.batch_size, record.batch_position)], False, [(0, files[0])])
    return Plan(task, values, shapes, True, [(record.part, files[0])])


async def make_again(
    engine: Engine, owner: str, record: Metadata, files: Sequence[Path], language: Language
) -> AsyncIterator[str]:
    """Yield lines of HTML: where the job is, and at last how the new files compare.

    Raises:
        PlaygroundError: The request is refused here, or a file is gone or damaged.
    """
    planned = plan(record, files)
    family = find_family(planned.task.family)
    checkpoint = engine.catalog.find(record.checkpoint, family.name)
    count = len(family.read(planned.task, checkpoint, planned.values).samples(checkpoint))
    # A file may come from anywhere and claim any shape.
    known = len(planned.shapes) == count and all(
        shape.position < shape.size <= family.max_batch for shape in planned.shapes
    )
    shapes = planned.shapes if known else []
    async for event in follow(engine, owner, planned.task, planned.values, record.checkpoint, shapes):
        if not isinstance(event, Done):
            yield html.status_line(event, language)
            if isinstance(event, Failed | Cancelled):
                return
            continue
        verdict = await asyncio.to_thread(_compare, planned, record, event)
        yield note(verdict.to(language), "done")


def _compare(planned: Plan, record: Metadata, done: Done) -> Text:
    request = planned.task.model_validate(done.report.request)
    with tempfile.TemporaryDirectory(prefix="playground-again-") as folder:
        made = write_files(done, request, Path(folder), "again", planned.large)
        found = [largest_difference(made[index], file) for index, file in planned.compared]
    if any(difference is None for difference in found):
        return texts.OTHER_FORM.format(why(record, done.report))
    largest = max((difference for difference in found if difference is not None), default=0)
    if not largest:
        return texts.BIT_EQUAL.format(len(found))
    return texts.DIFFERS.format(largest, why(record, done.report))


def why(record: Metadata, report: Report) -> Text:
    """Say what was otherwise when a result was made."""
    reasons = [
        words.format(was, now)
        for words, was, now in (
            (texts.WAS_DEVICE, record.device, report.device),
            (texts.WAS_DTYPE, record.dtype, report.dtype),
            (texts.WAS_REVISION, record.revision, report.revision),
        )
        if was != now
    ]
    for package, was in record.versions.items():
        now = report.versions.get(package, "–")
        if was != now:
            reasons.append(texts.WAS_VERSION.format(package, was, now))
    if not reasons:
        return texts.NO_REASON
    joined = Text(", ".join(reason.en for reason in reasons), "，".join(reason.zh for reason in reasons))
    return texts.BECAUSE.format(joined)
