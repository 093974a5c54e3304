"""What happens when somebody clicks a cell: it is left out, or its picture and settings come to the tab."""

from __future__ import annotations

import asyncio
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.engine import Failed
from playground.errors import PlaygroundError
from playground.language import Language
from playground.ui import html
from playground.ui.panel import Page, Panel, show_result
from playground.ui.restore import form_filled, show_origin
from playground.ui.texts import grid as texts


def open_cells(page: Page, panel: Panel, table: Any) -> None:
    """Let the cells of a table act on its panel."""
    form, lock = panel.form, [panel.form.lock] if panel.form.lock else []

    async def act(request: gr.Request, event: gr.EventData, language: Language) -> dict[Any, Any]:
        sent = event._data if isinstance(event._data, dict) else {}
        run, index = page.grids.find(str(sent.get("id"))), sent.get("cell")
        if run is None:
            return {panel.status: html.status_line(Failed(PlaygroundError(*texts.GONE)), language)}
        if not isinstance(index, int) or not 0 <= index < len(run.grid.cells):
            return {panel.status: gr.skip()}
        if sent.get("act") == "cancel":
            run.cancel(index)
            return {panel.status: gr.skip()}
        made = run[index]
        if made.state != "done":
            return {panel.status: gr.skip()}
        done = await asyncio.to_thread(made.kept.reopen)
        shown = {panel.status: html.status_line(done, language, texts.TAKEN)}
        shown |= await asyncio.to_thread(show_result, page, panel, done, language, lambda: made.kept.files)
        shown |= form_filled(panel, run.grid.cells[index].request)
        await asyncio.to_thread(show_origin, page, request, form.task.family, made.kept.files.id)
        return shown | {component: True for component in lock} | {panel.checkpoint: run.grid.checkpoint.id}

    outputs = [*panel.outcome, *form.components, *lock, panel.checkpoint, page.header]
    opened = table.select(act, page.language, list(dict.fromkeys(outputs)), **LISTEN)
    panel.cells.append(opened)
