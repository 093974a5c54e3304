"""Grids of a tab: axes to choose, a table that fills, cells that can be opened and left out; and near variations."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.engine import Failed
from playground.engine.grid import GridRun, Grids
from playground.errors import InvalidInput, PlaygroundError
from playground.families import find_family
from playground.families.controls import Slider
from playground.families.grid import plan_grid, plan_row
from playground.families.grid_axes import LONGEST_TEXT, axis_fields, example
from playground.families.grid_records import as_record
from playground.families.requests import Request
from playground.families.vary import FARTHEST, NEAREST, changes, has_neighbours, neighbours
from playground.gallery import Viewer
from playground.gallery.grids import NotedGrid
from playground.language import Language
from playground.ui.form.form import read_form
from playground.ui.grid import texts
from playground.ui.grid.files import cell_keeper, grid_downloads
from playground.ui.grid.outliving import start_grid
from playground.ui.grid.table import grid_table, progress
from playground.ui.result.running import Desk, numbered, parent_of, refusal
from playground.ui.result.showing import shown_result, values_of
from playground.ui.result.status import status_line
from playground.ui.shell.asking import Asked, answers, read_event
from playground.ui.shell.lines import progress_line
from playground.ui.shell.parts import part

MOST_AXES = 3
REFRESH = 0.2
"""Seconds between two looks at a grid that fills."""
START_DISTANCE = 0.2


def grid_part(desk: Desk, grids: Grids, task: type[Request], form: Any) -> Any:
    """Put a folded panel on the page that makes grids of a form's request type.

    Args:
        desk: Where cells are kept.
        grids: All grids of the server.
        task: The request type.
        form: The form's part.
    """
    controls = axis_fields(task)
    first = [task.strength_field or "seed", "seed" if task.strength_field else ""]
    spec = {
        "task": task.task,
        "family": task.family,
        "fields": [[name, *control.label] for name, control in controls.items()],
        "axes": [[name, example(controls[name]) if name else ""] for name in [*first, ""][:MOST_AXES]],
        "longest": LONGEST_TEXT,
    }
    questions = [*cell_questions(desk, grids, task), _offer(desk, task)]
    panel = part(
        "grid", None, spec=spec, events=["make", "go_on", "resume"], functions=questions, id=f"{task.task}-grid-part"
    )

    async def make(request: gr.Request, event: gr.EventData, held: Any) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        written, spoken, id = _axes(asked), asked.language, pressed(asked)
        run = grids.find(id)
        try:
            if run is None:
                checkpoint, values = read_form(task, held, desk.engine.catalog)
                chosen = desk.engine.catalog.find(checkpoint, task.family)
                planned = await asyncio.to_thread(plan_grid, task, chosen, values, written)
                noted = NotedGrid(id, asked.page, as_record(planned), dict(written), parent_of(held), spoken)
                run = await asyncio.to_thread(start_grid, desk, grids, planned, noted)
        except PlaygroundError as error:
            yield refusal(error, spoken)
            return
        yield numbered({"id": run.id, "downloads": ""})
        async for shown in _watch(run, spoken):
            yield shown

    def pressed(asked: Asked) -> str:
        # A page that is loaded before it was told the grid's name finds it by its press of the button.
        return desk.names.of("grid", asked.visitor, task.task, asked.press or secrets.token_hex(12), length=24)

    async def look(request: gr.Request, event: gr.EventData, *, again: bool) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        run = grids.find(asked.text("id", 100) or pressed(asked))
        if run is None:
            yield numbered({"gone": True})
            return
        if again:
            run.go_on()
        async for shown in _watch(run, asked.language):
            yield shown

    async def go_on(request: gr.Request, event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        async for shown in look(request, event, again=True):
            yield shown

    async def resume(request: gr.Request, event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        async for shown in look(request, event, again=False):
            yield shown

    panel.make(make, form, panel, **LISTEN)
    panel.go_on(go_on, None, panel, **LISTEN)
    panel.resume(resume, None, panel, **LISTEN)
    return panel


def connect_vary(desk: Desk, grids: Grids, task: type[Request], form: Any, result: Any) -> None:
    """Let a result's place show four neighbours of the form's noise, where its request type can walk."""
    if not has_neighbours(task):
        return

    async def vary(request: gr.Request, event: gr.EventData, held: Any) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        far, spoken = asked.data.get("distance"), asked.language
        try:
            checkpoint, values = read_form(task, {**held, "keep": True}, desk.engine.catalog)
            chosen = desk.engine.catalog.find(checkpoint, task.family)
            walk = values.get("walk")
            near = neighbours(
                far if isinstance(far, int | float) else START_DISTANCE, walk if isinstance(walk, int | float) else 0.0
            )
            row = plan_row(task, chosen, values, near)
        except PlaygroundError as error:
            yield refusal(error, spoken)
            return
        keeper = cell_keeper(row, desk.outputs, desk.gallery, asked.visitor, parent_of(held))
        run = grids.start(asked.page, row, keeper)
        told = -1
        while True:
            finished = run.finished
            if (version := run.look()) != told:
                told = version
                yield numbered({"neighbours": grid_table(run, spoken, "row")})
            if finished:
                return
            await asyncio.sleep(REFRESH / 2)

    result.vary(vary, form, result, **LISTEN)


def vary_spec(task: type[Request]) -> dict[str, Any] | None:
    """Describe the buttons below a result that make it a little otherwise; None where there are none."""
    if "seed" not in task.model_fields or not (has_neighbours(task) or changes(task)):
        return None
    controls = task.controls()
    kept = [
        [field, kind, amount, control.minimum, control.maximum, control.step]
        for field, (kind, amount) in changes(task).items()
        if isinstance(control := controls[field], Slider)
    ]
    return {"neighbours": has_neighbours(task), "distance": [NEAREST, FARTHEST, START_DISTANCE], "changes": kept}


def cell_questions(desk: Desk, grids: Grids, task: type[Request]) -> list[Callable[..., Any]]:
    """Return what a table of cells may ask: one cell large with its settings, to leave one out, to stop."""

    @answers
    async def open_cell(asked: Asked) -> dict[str, Any]:
        run, index = _found(asked), asked.whole("cell")
        made = run[index] if 0 <= index < len(run.grid.cells) else None
        if made is None or made.state != "done":
            return {}
        return await asyncio.to_thread(_opened, desk, run, index, asked)

    @answers
    async def leave_out(asked: Asked) -> dict[str, Any]:
        run, index = _found(asked), asked.whole("cell")
        if 0 <= index < len(run.grid.cells):
            run.cancel(index)
        return {}

    @answers
    async def stop_grid(asked: Asked) -> dict[str, Any]:
        if run := grids.find(asked.text("id", 100)):
            run.stop()
        return {}

    def _found(asked: Asked) -> GridRun:
        run = grids.find(asked.text("id", 100))
        if run is None:
            raise PlaygroundError(*texts.GONE)
        return run

    return [open_cell, leave_out, stop_grid]


def _opened(desk: Desk, run: GridRun, index: int, asked: Asked) -> dict[str, Any]:
    kept, task = run[index].kept, run.grid.task
    shown = shown_result(kept.reopen(), task, asked.language, lambda: kept.files, texts.TAKEN)
    if desk.gallery and kept.files.id:
        desk.gallery.bring_in(Viewer(asked.visitor), kept.files.id)
    return {
        "family": task.family,
        "task": task.task,
        "checkpoint": run.grid.checkpoint.id,
        "values": values_of(run.grid.cells[index].request),
        "parent": kept.files.id,
        "result": shown,
    }


def _offer(desk: Desk, task: type[Request]) -> Callable[..., Any]:
    @answers
    async def offer_values(asked: Asked) -> dict[str, Any]:
        field = asked.text("field", 100)
        if not field:
            return {"values": ""}
        try:
            checkpoint = desk.engine.catalog.find(asked.text("checkpoint", 200), task.family)
            options = find_family(task.family).options(checkpoint).get(field)
            return {"values": example(axis_fields(task)[field], options)}
        except (KeyError, InvalidInput, PlaygroundError):
            return {"values": ""}  # what cannot be offered is left to the visitor

    return offer_values


def _axes(asked: Asked) -> list[tuple[str, str]]:
    axes = asked.data.get("axes")
    pairs = [pair for pair in axes if isinstance(pair, list) and len(pair) == 2] if isinstance(axes, list) else []
    return [(str(field), str(values)[: LONGEST_TEXT + 1]) for field, values in pairs[:MOST_AXES] if field]


async def _watch(run: GridRun, language: Language) -> AsyncIterator[dict[str, Any]]:
    """Yield what changed in a grid until it is finished."""
    told = -1
    while True:
        finished, version = run.finished, run.look()
        if version != told:
            told = version
            yield numbered(_shown(run, language))
        if finished:
            return
        await asyncio.sleep(REFRESH)


def _shown(run: GridRun, language: Language) -> dict[str, Any]:
    words, share = progress(run, language)
    status = status_line(Failed(run.error), language) if run.error else progress_line(words.to(language), share)
    return {
        "id": run.id,
        "table": grid_table(run, language),
        "status": status,
        "downloads": grid_downloads(run.files, language) if run.files else "",
        "go_on": run.finished and run.left_out > 0,
        "fills": not run.finished,
    }
