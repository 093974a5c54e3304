"""The grid panel of a tab: axes to choose, a table that fills, cells that can be opened and left out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, owner_of
from playground.api.refusing import as_toast
from playground.api.visitor import visitor_of
from playground.engine import Failed
from playground.engine.grid import GridRun
from playground.errors import InvalidInput, PlaygroundError
from playground.families import find_family
from playground.families.grid import plan_grid
from playground.families.grid_axes import LONGEST_TEXT, axis_fields, example
from playground.families.requests import Request
from playground.language import Language, Text
from playground.ui import html
from playground.ui.cells import open_cells
from playground.ui.grid_files import cell_keeper, grid_downloads, grid_finisher
from playground.ui.grid_table import CELL_EVENTS, grid_table, progress
from playground.ui.panel import Page, Panel
from playground.ui.texts import grid as texts

AXES = (texts.COLUMNS, texts.ROWS, texts.TABLES)
REFRESH = 0.2
"""Seconds between two looks at a grid that fills."""


@dataclass
class GridPanel:
    """The components of one grid panel.

    Attributes:
        fold: The accordion around it.
        table: The cells.
        status: How far it is.
        downloads: Its files.
        go_on: The button that makes what was left out.
        axes: Of each axis the field and the values, as components.
    """

    fold: Any
    table: Any
    status: Any
    downloads: Any
    go_on: Any
    axes: list[Any]

    @property
    def outcome(self) -> list[Any]:
        """What changes while a grid fills."""
        return [self.table, self.status, self.downloads, self.go_on]


def build_grid(page: Page, panel: Panel) -> None:
    """Draw a folded panel that makes grids of the panel's request type."""
    task, name = panel.form.task, panel.form.task.task
    starts = [(task.strength, "") if task.strength else ("seed", ""), ("seed", "") if task.strength else ("", "")]
    axes: list[Any] = []
    with page.wording(gr.Accordion, label=texts.GRID, open=False, elem_id=f"{name}-grid-fold") as fold:
        page.wording(gr.Markdown, value=texts.GRID_HELP, elem_classes="pg-small")
        with gr.Row(elem_classes="pg-axes"):
            for number, title in enumerate(AXES):
                field = starts[number][0] if number < len(starts) else ""
                with gr.Column(min_width=240):
                    axes += _axis(page, panel, title, field, f"{name}-axis-{number}")
        with gr.Row(elem_classes="pg-run"):
            make = page.wording(gr.Button, value=texts.MAKE, variant="primary", scale=3, elem_id=f"{name}-grid-make")
            stop = page.wording(
                gr.Button, value=texts.STOP_GRID, variant="stop", scale=1, min_width=120, elem_id=f"{name}-grid-stop"
            )
            go_on = page.wording(
                gr.Button, value=texts.GO_ON, visible=False, scale=1, min_width=120, elem_id=f"{name}-grid-go-on"
            )
        status = gr.HTML(elem_id=f"{name}-grid-status", elem_classes="pg-block")
        table = gr.HTML(elem_id=f"{name}-grid", elem_classes="pg-block", js_on_load=CELL_EVENTS)
        downloads = gr.HTML(elem_id=f"{name}-grid-downloads", elem_classes="pg-block")
    grid = page.grid_panels[name] = GridPanel(fold, table, status, downloads, go_on, axes)
    lock = [panel.form.lock] if panel.form.lock else []

    async def run_grid(
        request: gr.Request, language: Language, remembered: Any, checkpoint: str, *given: Any
    ) -> AsyncIterator[dict[Any, Any]]:
        written = [(given[at] or "", given[at + 1] or "") for at in range(0, len(axes), 2) if given[at]]
        fields = given[len(axes) + len(lock) :]
        try:
            values = panel.form.values(fields)
            if lock and not given[len(axes)]:
                values["seed"] = -1
            chosen = page.engine.catalog.find(checkpoint, task.family)
            planned = await asyncio.to_thread(plan_grid, task, chosen, values, written)
        except PlaygroundError as error:
            yield {status: html.status_line(Failed(error), language)}
            raise as_toast(error, language) from error
        if earlier := _remembered_run(page, remembered, name):
            earlier.stop()
        finish = grid_finisher(page.outputs, {field: text for field, text in written}, language)
        session = owner_of(request)
        parent = page.origins.get(session, task.family)
        keeper = cell_keeper(planned, page.outputs, page.gallery, visitor_of(request), parent)
        run = page.grids.start(session, planned, keeper, finish)
        kept = remembered if isinstance(remembered, dict) else {}
        yield {page.remembered: kept | {name: {"id": run.id, "axes": written}}, downloads: ""}
        async for shown in _watch([(grid, run)], language):
            yield shown

    make.click(
        run_grid,
        [page.language, page.remembered, panel.checkpoint, *axes, *lock, *panel.form.components],
        [*grid.outcome, page.remembered],
        **LISTEN,
    )

    def stop_grid(remembered: Any) -> None:
        if run := _remembered_run(page, remembered, name):
            run.stop()

    async def continue_grid(language: Language, remembered: Any) -> AsyncIterator[dict[Any, Any]]:
        yield {go_on: gr.update(visible=False)}
        if run := _remembered_run(page, remembered, name):
            run.go_on()
            async for shown in _watch([(grid, run)], language):
                yield shown

    stop.click(stop_grid, page.remembered, None, **LISTEN | {"queue": False})
    go_on.click(continue_grid, [page.language, page.remembered], grid.outcome, **LISTEN)
    open_cells(page, panel, table)


def resume_grids(page: Page, opened: Any) -> None:
    """Show a visitor's grids and their axes again when the page is loaded again; they went on meanwhile."""
    panels: dict[str, GridPanel] = page.grid_panels

    async def resume(language: Language, remembered: Any) -> AsyncIterator[dict[Any, Any]]:
        found = [(panel, run) for name, panel in panels.items() if (run := _remembered_run(page, remembered, name))]
        shown: dict[Any, Any] = {panel.fold: gr.update(open=True) for panel, _ in found}
        for name, panel in panels.items():
            shown |= dict(zip(panel.axes, _remembered_axes(page, remembered, name), strict=False))
        # A generator that yields nothing would empty all its outputs.
        yield shown or {outputs[0]: gr.skip()}
        async for shown in _watch(found, language):
            yield shown

    outputs = [part for panel in panels.values() for part in (panel.fold, *panel.outcome, *panel.axes)]
    opened.then(resume, [page.language, page.remembered], outputs, **LISTEN)


def _remembered(remembered: Any, name: str) -> dict[str, Any]:
    """Read what a browser kept of a task's grid; it may be of another version, or anything."""
    found = remembered.get(name) if isinstance(remembered, dict) else None
    return found if isinstance(found, dict) else {}


def _remembered_run(page: Page, remembered: Any, name: str) -> GridRun | None:
    return page.grids.find(str(_remembered(remembered, name).get("id")))


def _remembered_axes(page: Page, remembered: Any, name: str) -> list[str]:
    """Return field and values of each axis in turn, or nothing if they cannot be this task's."""
    known, axes = axis_fields(page.panels[name].form.task), _remembered(remembered, name).get("axes")
    pairs = (
        [pair for pair in axes if isinstance(pair, list | tuple) and len(pair) == 2] if isinstance(axes, list) else []
    )
    if not pairs or not all(field in known and isinstance(text, str) for field, text in pairs):
        return []
    flat = [part for field, text in pairs[: len(AXES)] for part in (field, text[:LONGEST_TEXT])]
    return flat + [""] * (2 * len(AXES) - len(flat))


async def _watch(grids: Sequence[tuple[GridPanel, GridRun]], language: Language) -> AsyncIterator[dict[Any, Any]]:
    """Yield what changed in grids until all are finished."""
    told: dict[str, int] = {}
    while True:
        finished = all(run.finished for _, run in grids)
        shown: dict[Any, Any] = {}
        for panel, run in grids:
            version = run.look()
            if told.get(run.id) != version:
                told[run.id] = version
                shown |= _shown(panel, run, language)
        if shown:
            yield shown
        if finished:
            return
        await asyncio.sleep(REFRESH)


def _shown(panel: GridPanel, run: GridRun, language: Language) -> dict[Any, Any]:
    words, share = progress(run, language)
    status = html.progress_line(words.to(language), share)
    if run.error:
        status = html.status_line(Failed(run.error), language)
    return {
        panel.table: grid_table(run, language),
        panel.status: status,
        panel.downloads: grid_downloads(run.files, language) if run.files else "",
        panel.go_on: gr.update(visible=run.finished and run.left_out > 0),
    }


def _axis(page: Page, panel: Panel, title: Text, field: str, id: str) -> list[Any]:
    task = panel.form.task
    unused = find_family(task.family).unused(page.engine.catalog.find("", task.family))
    controls = {name: control for name, control in axis_fields(task).items() if name not in unused}

    def choices(language: Language) -> list[tuple[str, str]]:
        named = [(control.label.to(language), name) for name, control in controls.items()]
        return [(texts.NO_AXIS.to(language), ""), *named]

    start = example(controls[field]) if field else ""
    chosen = page.wording(gr.Dropdown, choices=choices, value=field, label=title, elem_id=id)
    values = page.wording(
        gr.Textbox, value=start, label=texts.VALUES, lines=2, max_lines=8, max_length=LONGEST_TEXT,
        elem_id=f"{id}-values",
    )  # fmt: skip

    def offer(field: str, checkpoint: str) -> str:
        return _offered(page, task, field, checkpoint) if field else ""

    chosen.input(offer, [chosen, panel.checkpoint], values, **LISTEN | {"queue": False})
    return [chosen, values]


def _offered(page: Page, task: type[Request], field: str, checkpoint: str) -> str:
    """Return values to start an axis with; what cannot be offered is left to the visitor."""
    try:
        options = find_family(task.family).options(page.engine.catalog.find(checkpoint, task.family)).get(field)
        return example(axis_fields(task)[field], options)
    except (KeyError, InvalidInput, PlaygroundError):
        return ""
