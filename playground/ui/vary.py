"""Variations of a result in one click: four neighbours of its noise, and the same with more or less of one control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, owner_of
from playground.api.refusing import as_toast
from playground.api.visitor import visitor_of
from playground.engine import Failed
from playground.errors import PlaygroundError
from playground.families.controls import Slider
from playground.families.grid import plan_row
from playground.families.vary import FARTHEST, NEAREST, changes, has_neighbours, neighbours
from playground.language import Language, Text
from playground.ui import html
from playground.ui.cells import open_cells
from playground.ui.grid import REFRESH
from playground.ui.grid_files import cell_keeper
from playground.ui.grid_table import CELL_EVENTS, grid_table
from playground.ui.panel import Page, Panel
from playground.ui.texts import grid as texts

START = 0.2
# Stays on the slider's range and on its steps, and keeps the seed: the same but for one control.
CHANGE = """(value) => {
  const next = Math.min(MAXIMUM, Math.max(MINIMUM, Math.round((value OPERATION) / STEP) * STEP));
  return [Number(next.toFixed(6)), true];
}"""
PRESS = "() => document.getElementById('TASK-generate').click()"


def build_vary(page: Page, panel: Panel) -> Callable[[], None]:
    """Draw the buttons below a result, where its request type can be varied.

    Returns:
        A function that joins them to the panel, to be called once all of it is drawn.
    """
    task, name = panel.form.task, panel.form.task.task
    if not panel.form.lock or not (has_neighbours(task) or changes(task)):
        return lambda: None
    with gr.Row(elem_classes="pg-vary"):
        if has_neighbours(task):
            near = page.wording(
                gr.Button, value=texts.NEIGHBOURS, size="sm", min_width=110, elem_id=f"{name}-vary", scale=0
            )
            distance = page.wording(
                gr.Slider, NEAREST, FARTHEST, START, step=0.05, label=texts.DISTANCE, min_width=180, scale=1,
                elem_id=f"{name}-vary-distance", elem_classes="pg-distance",
            )  # fmt: skip
            panel.form.parts["walk"] += [near, distance]
        for field, (kind, amount) in changes(task).items():
            for less in (True, False):
                _same_but(page, panel, field, kind, amount, less)
    if not has_neighbours(task):
        return lambda: None
    table = gr.HTML(elem_id=f"{name}-neighbours", elem_classes="pg-block", js_on_load=CELL_EVENTS)

    def connect() -> None:
        _connect_neighbours(page, panel, near, distance, table)
        open_cells(page, panel, table)

    return connect


def _same_but(page: Page, panel: Panel, field: str, kind: str, amount: float, less: bool) -> None:
    control = panel.form.task.controls()[field]
    if not isinstance(control, Slider):
        return
    sign = ("−" if less else "+") if kind == "add" else ("÷ 2" if less else "× 2")
    operation = f"{'-' if less else '+'} {amount}" if kind == "add" else f"{'/' if less else '*'} {amount}"
    words = Text(f"{control.label.en} {sign}", f"{control.label.zh} {sign}")
    button = page.wording(
        gr.Button, value=words, size="sm", min_width=60, scale=0,
        elem_id=f"{panel.form.task.task}-{'less' if less else 'more'}-{field}",
    )  # fmt: skip
    panel.form.parts[field].append(button)
    script = CHANGE.replace("MAXIMUM", str(control.maximum)).replace("MINIMUM", str(control.minimum))
    script = script.replace("STEP", str(control.step)).replace("OPERATION", operation)
    number = panel.form.fields[field]
    changed = button.click(None, number, [number, panel.form.lock], js=script, api_visibility="private")
    changed.then(None, None, None, js=PRESS.replace("TASK", panel.form.task.task), api_visibility="private")


def _connect_neighbours(page: Page, panel: Panel, near: Any, distance: Any, table: Any) -> None:
    task = panel.form.task

    async def vary(
        request: gr.Request, language: Language, checkpoint: str, far: float, *given: Any
    ) -> AsyncIterator[dict[Any, Any]]:
        try:
            chosen = page.engine.catalog.find(checkpoint, task.family)
            values = panel.form.values(given)
            walk = values.get("walk")
            row = plan_row(task, chosen, values, neighbours(far, walk if isinstance(walk, int | float) else 0.0))
        except PlaygroundError as error:
            yield {panel.status: html.status_line(Failed(error), language)}
            raise as_toast(error, language) from error
        parent = page.origins.get(owner_of(request), task.family)
        keeper = cell_keeper(row, page.outputs, page.gallery, visitor_of(request), parent)
        run = page.grids.start(owner_of(request), row, keeper)
        told = -1
        while True:
            finished = run.finished
            if (version := run.look()) != told:
                told = version
                yield {table: grid_table(run, language, "row")}
            if finished:
                return
            await asyncio.sleep(REFRESH / 2)

    inputs = [page.language, panel.checkpoint, distance, *panel.form.components]
    near.click(vary, inputs, [table, panel.status], **LISTEN)
