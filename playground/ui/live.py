"""Pictures that follow their controls, without a button and without the queue of Gradio."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

from playground.api.following import LIVE, finished, owner_of
from playground.engine import Failed
from playground.errors import PlaygroundError
from playground.families.requests import Request
from playground.language import Language
from playground.outcomes import find_kind
from playground.ui import html
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts


def connect_live(page: Page, panel: Panel, triggers: list[Any]) -> Any:
    """Redraw the picture while a control moves; returns a function and its inputs for what happens by itself.

    That one leaves alone what a page shows that was loaded again in the middle of a run.

    Its outputs are the stage and the status line, which tells why a value was refused; the picture stays then, and
    also where Generate was pressed meanwhile: a result is never drawn over by what was asked for before it.
    """
    form = panel.form

    async def redraw(request: gr.Request, language: Language, checkpoint: str, *given: Any) -> Any:
        started = time.monotonic()
        try:
            values = form.values(given) | ({"num_images": 1} if "num_images" in form.fields else {})
            done, made = await finished(page.engine, owner_of(request), form.task, values, checkpoint)
        except PlaygroundError as error:
            return gr.skip(), html.status_line(Failed(error), language)
        if page.runs.came_since(owner_of(request), form.task.task, started):
            return gr.skip(), gr.skip()
        words, seeds = form.task.title.to(language), done.report.seeds
        if form.task.makes != "pictures":
            return html.wide_picture(words, find_kind(form.task.makes).picture(done.made, made.layout())), ""
        caption = texts.LIVE.format(seeds[0] if seeds else "–", 1000 * done.report.seconds).to(language)
        return html.stage(words, done.made, seeds, caption=caption), ""

    async def redraw_by_itself(request: gr.Request, language: Language, checkpoint: str, *given: Any) -> Any:
        drawn = await redraw(request, language, checkpoint, *given)
        return (gr.skip(), gr.skip()) if page.runs.is_taken_up(owner_of(request), form.task.task) else drawn

    inputs, outputs = [page.language, panel.checkpoint, *form.components], [panel.stage, panel.status]
    gr.on([component.input for component in triggers], redraw, inputs, outputs, **LIVE)
    for roll in form.rolls:
        roll.then(redraw, inputs, outputs, **LIVE)
    return redraw_by_itself, inputs


def connect_strip(page: Page, panel: Panel, task: type[Request], output: Any) -> Any:
    """Show a strip that follows the panel's condition and seed; returns the function and its inputs."""
    form = panel.form
    shared = [name for name in task.model_fields if name in form.fields]

    async def draw(request: gr.Request, language: Language, checkpoint: str, *given: Any) -> str:
        try:
            values = dict(zip(shared, given, strict=True))
            done, made = await finished(page.engine, owner_of(request), task, values, checkpoint)
        except PlaygroundError as error:
            return html.status_line(Failed(error), language)
        return html.wide_picture(task.title.to(language), find_kind(task.makes).picture(done.made, made.layout(), 2))

    inputs = [page.language, panel.checkpoint, *(form.fields[name] for name in shared)]
    gr.on([form.fields[name].change for name in shared], draw, inputs, output, **LIVE)
    return draw, inputs
