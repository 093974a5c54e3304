"""A grid: one request type with two or three of its fields changing along axes. Knows no job and no widget."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.base import find_family
from playground.families.grid_axes import MOST_CELLS, Axis, Point, read_axis, too_large
from playground.families.requests import COUNTS, Request
from playground.language import Text

MOST_AXES = 3
NO_AXES = Text("Choose at least one control as an axis.", "请至少选择一个控件作为坐标轴。")
TWICE = Text(
    "{} ({}) stands on two axes: only replacements such as apple => pear can be crossed with it.",
    "{}（{}）出现在两个坐标轴上：只有 apple => pear 这样的替换可以与它交叉。",
)
NOT_FOUND = Text(
    "“{}” does not stand in {} “{}”, so nothing can be replaced.",
    "在{1}“{2}”中找不到“{0}”，因此无法替换。",
)


@dataclass(frozen=True)
class Cell:
    """One place of a grid.

    Attributes:
        place: Its index along each axis.
        request: What makes its picture.
        twin: Index of the first cell that asks for the same picture; its own if it is that one.
    """

    place: tuple[int, ...]
    request: Request
    twin: int


@dataclass(frozen=True)
class Grid:
    """What a grid shows.

    Attributes:
        task: The request type of every cell.
        checkpoint: What makes them.
        axes: Columns, then rows, then tables; at most three, none for a plain row of cells.
        cells: All places, columns running fastest.
    """

    task: type[Request]
    checkpoint: Checkpoint
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]

    @property
    def wanted(self) -> list[int]:
        """Indices of the cells whose pictures have to be made, those that may share a pass side by side."""
        family, groups = find_family(self.task.family), dict[Any, list[int]]()
        for index, cell in enumerate(self.cells):
            if cell.twin == index:
                sample = cell.request.samples(self.checkpoint)[0]
                groups.setdefault(family.batch_key(sample), []).append(index)
        return [index for group in groups.values() for index in group]

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Columns, rows and tables."""
        if not self.axes:
            return len(self.cells), 1, 1
        counts = [len(axis.points) for axis in self.axes]
        columns, rows, tables = [*counts, 1, 1][:3]
        return columns, rows, tables


def plan_grid(
    task: type[Request], checkpoint: Checkpoint, values: Mapping[str, Any], axes: Sequence[tuple[str, str]]
) -> Grid:
    """Plan a grid.

    Args:
        task: The request type.
        checkpoint: What makes the pictures.
        values: Fields that stay as they are; a seed of -1 is drawn once for all cells.
        axes: Field and values of every axis, as a person wrote them: columns, rows, tables.

    Raises:
        InvalidInput: An axis cannot be read, a cell is not allowed, or there are too many cells.
    """
    if not axes:
        raise InvalidInput("axes", *NO_AXES)
    options = find_family(task.family).options(checkpoint)
    read = [read_axis(task, field, text, options.get(field)) for field, text in axes[:MOST_AXES]]
    count = math.prod(len(axis.points) for axis in read)
    if count > MOST_CELLS:
        raise too_large("axes", count)
    for one, other in itertools.combinations(read, 2):
        if one.field == other.field and _sets(one) and _sets(other):
            raise InvalidInput(one.field, *TWICE.format(one.title, one.field))
    changed = []
    for place in itertools.product(*(range(len(axis.points)) for axis in reversed(read))):
        place = place[::-1]
        changed.append((place, [(axis, axis.points[at]) for axis, at in zip(read, place, strict=True)]))
    base = _single(task, checkpoint, values, {axis.field for axis in read})
    return _filled(task, checkpoint, tuple(read), [(place, _apply(base, points)) for place, points in changed])


def plan_row(
    task: type[Request], checkpoint: Checkpoint, values: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]
) -> Grid:
    """Plan cells side by side that differ from ``values`` as ``changes`` say."""
    base = _single(task, checkpoint, values, set())
    return _filled(task, checkpoint, (), [((index,), base | dict(change)) for index, change in enumerate(changes)])


def _single(task: type[Request], checkpoint: Checkpoint, values: Mapping[str, Any], free: set[str]) -> dict[str, Any]:
    """Return a request's fields for one picture; what an axis will set anyway need not be right."""
    single = {name: 1 for name in COUNTS if name in task.model_fields}
    kept = {name: value for name, value in values.items() if name not in free or isinstance(value, str)}
    known = {name: value for name, value in checkpoint.defaults.items() if name in task.model_fields}
    return task.parse(known | kept | single).model_dump()


def _filled(
    task: type[Request],
    checkpoint: Checkpoint,
    axes: tuple[Axis, ...],
    places: Sequence[tuple[tuple[int, ...], dict[str, Any]]],
) -> Grid:
    family, cells = find_family(task.family), list[Cell]()
    known: dict[Any, int] = {}
    for index, (place, values) in enumerate(places):
        request = family.read(task, checkpoint, values)
        cells.append(Cell(place, request, known.setdefault(tuple(request.samples(checkpoint)), index)))
    return Grid(task, checkpoint, axes, tuple(cells))


def _sets(axis: Axis) -> bool:
    return any(point.searched is None for point in axis.points)


def _apply(base: Mapping[str, Any], points: Sequence[tuple[Axis, Point]]) -> dict[str, Any]:
    values = dict(base)
    for axis, point in sorted(points, key=lambda pair: pair[1].searched is not None):
        if point.searched is None:
            values[axis.field] = point.value
            continue
        text = str(values[axis.field])
        if point.searched not in text:
            raise InvalidInput(axis.field, *NOT_FOUND.format(point.searched[:80], axis.title, text[:80]))
        values[axis.field] = text.replace(point.searched, point.value)
    return values
