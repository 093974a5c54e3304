"""A planned grid as plain data and back: what was drawn for it, as seeds, stays what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families.base import find_family, tasks
from playground.families.grid import Cell, Grid
from playground.families.grid_axes import Axis, Point, axis_fields
from playground.language import Text

UNKNOWN_TASK = Text("There is no task {!r} here any more.", "这里已没有任务 {!r}。")


def as_record(grid: Grid) -> dict[str, Any]:
    """Write a grid down as JSON takes it; of its cells only what differs from the first one, which may hold a drawing.

    Args:
        grid: The grid.
    """
    asked = [cell.request.model_dump(mode="json") for cell in grid.cells]
    base = asked[0]
    axes = [[axis.field, [[*point.label, point.value, point.searched] for point in axis.points]] for axis in grid.axes]
    cells = [
        [list(cell.place), {name: value for name, value in values.items() if value != base[name]}, cell.twin]
        for cell, values in zip(grid.cells, asked, strict=True)
    ]
    return {"task": grid.task.task, "checkpoint": grid.checkpoint.id, "base": base, "axes": axes, "cells": cells}


def from_record(record: Mapping[str, Any], catalog: Catalog) -> Grid:
    """Read what ``as_record`` wrote.

    Args:
        record: What it wrote.
        catalog: Where its checkpoint is found.

    Raises:
        InvalidInput: The task is gone, or what was asked is not allowed any more.
        CheckpointError: The checkpoint is gone.
    """
    task = tasks().get(record["task"])
    if task is None:
        raise InvalidInput("task", *UNKNOWN_TASK.format(record["task"]))
    controls, family = axis_fields(task), find_family(task.family)
    checkpoint = catalog.find(record["checkpoint"], task.family)
    axes = [
        Axis(name, controls[name].label, tuple(Point(Text(en, zh), *rest) for en, zh, *rest in points))
        for name, points in record["axes"]
        if name in controls
    ]
    cells = [
        Cell(tuple(place), family.read(task, checkpoint, record["base"] | changes), twin)
        for place, changes, twin in record["cells"]
    ]
    return Grid(task, checkpoint, tuple(axes), tuple(cells))
