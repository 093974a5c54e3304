"""Makes a recorded result again: what has to run, in which forward passes, and whether it is the same to the bit."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.engine import BatchShape, Done, Engine, Report
from playground.errors import InvalidInput
from playground.families import REGISTRY, find_family
from playground.families.base import RUNTIMES, TORCH
from playground.families.requests import Request
from playground.gallery.keeping import write_files
from playground.language import Text
from playground.media.metadata import Metadata
from playground.outcomes import Again, find_kind

UNKNOWN_TASK = Text(
    "This result was made with {!r}, which this playground does not have: update it, or add that family.",
    "这个结果由 {!r} 生成，而这里没有它：请更新本应用，或添加对应的模型家族。",
)
DIFFERS = Text("Made again: {}. {}", "已重新生成：{}。{}")
BECAUSE = Text("The reason: {}.", "原因：{}。")
NO_REASON = Text(
    "Device, dtype and versions are the same: the batch it was made in is not known, or its file was changed.",
    "设备、精度和版本都相同：可能不清楚它当时所在的批次，或文件被修改过。",
)
WAS_DEVICE = Text("made on {}, now {}", "当时的设备是 {}，现在是 {}")
WAS_DTYPE = Text("computed in {}, now in {}", "当时的计算精度是 {}，现在是 {}")
WAS_VERSION = Text("{} was {}, now {}", "{} 当时的版本是 {}，现在是 {}")
WAS_REVISION = Text("the checkpoint was in state {}, now in {}", "检查点当时的状态是 {}，现在是 {}")


@dataclass(frozen=True)
class Plan:
    """What has to run, and which of its files are compared with which.

    Attributes:
        task: The request type.
        again: The request, and what to look at.
    """

    task: type[Request]
    again: Again


def task_of(record: Metadata) -> type[Request] | None:
    """Return the request type that made a result, if this playground has it."""
    family = REGISTRY.get(record.family)
    return next((task for task in family.requests if task.task == record.task), None) if family else None


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
        raise InvalidInput("task", *UNKNOWN_TASK.format(record.task[:80]))
    return Plan(task, find_kind(task.makes).again(record, files))


def shapes_for(engine: Engine, planned: Plan, record: Metadata) -> list[BatchShape]:
    """Return each sample's place in its forward pass, or nothing where the record's cannot be right.

    A file may come from anywhere and claim any shape.

    Raises:
        PlaygroundError: The request is refused here.
    """
    family = find_family(planned.task.family)
    checkpoint = engine.catalog.find(record.checkpoint, family.name)
    count = len(family.read(planned.task, checkpoint, planned.again.values).samples(checkpoint))
    shapes = planned.again.shapes
    known = len(shapes) == count and all(place < size <= family.max_batch for size, place in shapes)
    runtime = next((each for each in RUNTIMES if each in record.versions), TORCH)
    return [BatchShape(size, place, runtime) for size, place in shapes] if known else []


def verdict(planned: Plan, record: Metadata, done: Done) -> Text:
    """Say how a result that was made again compares with the recorded one, and why.

    Raises:
        OutputError: It could not be written for the comparison.
        UnreadableFile: A recorded file is damaged.
    """
    kind, request = find_kind(planned.task.makes), planned.task.model_validate(done.report.request)
    with tempfile.TemporaryDirectory(prefix="playground-again-") as folder:
        made = write_files(done, request, Path(folder), "again", planned.again.large, record.labelled)
        found = [kind.compare(made[index], file) for index, file in planned.again.compared]
    difference = next((each for each in found if each), None)
    if difference is None:
        return kind.same.format(len(found))
    return DIFFERS.format(difference, why(record, done.report))


def why(record: Metadata, report: Report) -> Text:
    """Say what was otherwise when a result was made."""
    reasons = [
        words.format(was, now)
        for words, was, now in (
            (WAS_DEVICE, record.device, report.device),
            (WAS_DTYPE, record.dtype, report.dtype),
            (WAS_REVISION, record.revision, report.revision),
        )
        if was != now
    ]
    for package, was in record.versions.items():
        now = report.versions.get(package, "–")
        if was != now:
            reasons.append(WAS_VERSION.format(package, was, now))
    if not reasons:
        return NO_REASON
    joined = Text(", ".join(reason.en for reason in reasons), "，".join(reason.zh for reason in reasons))
    return BECAUSE.format(joined)
