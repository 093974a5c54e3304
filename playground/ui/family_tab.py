"""A family's tab, drawn from its request types: the first is the tab's own form, the others are further panels.

A family without a file of its own in ``ui/tabs`` gets this tab as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, LIVE, owner_of
from playground.engine import Done, Job
from playground.errors import PlaygroundError
from playground.families import Family, find_family
from playground.families.requests import Request
from playground.language import Language, Text
from playground.ui import html
from playground.ui.chooser import Chooser
from playground.ui.form import choices_of
from playground.ui.grid import build_grid
from playground.ui.history import History
from playground.ui.links import follow_form, follow_results
from playground.ui.live import connect_live, connect_strip
from playground.ui.panel import (
    Page,
    Panel,
    build_details,
    build_form,
    build_result,
    connect,
)
from playground.ui.texts import page as texts
from playground.ui.vary import build_vary

PRESS_GENERATE = "() => document.getElementById('TASK-generate').click()"
Fill = tuple[Any, list[Any], Any]
PanelBuilder = Callable[[Page, type[Request], Any], None]


def build_family_tab(
    page: Page,
    family: Family[Any],
    story: Text | None = None,
    special: Mapping[type[Request], PanelBuilder] | None = None,
    hidden: tuple[type[Request], ...] = (),
    below_result: Callable[[Page, Panel], None] | None = None,
    below_field: Mapping[str, Callable[[Any], None]] | None = None,
    below_story: Callable[[Page, Panel], None] | None = None,
) -> list[Fill]:
    """Draw a family's tab.

    Args:
        page: The page.
        family: The family.
        story: How the family works, as HTML in each language.
        special: Request types that draw their panel themselves.
        hidden: Request types without a panel.
        below_result: Draws what goes between the result and its details.
        below_field: Draws, by the name of a field of the tab's own form, what goes below it.
        below_story: Draws what goes below the story.

    Returns:
        (function, inputs, output) of what fills the tab when the page opens.
    """
    own, *others = family.requests
    fill: list[Fill] = []
    further: list[Fill] = []
    with page.wording(gr.Tab, label=family.title, id=family.name, elem_id=f"{family.name}-tab") as tab:
        with gr.Row(elem_classes="pg-columns"):
            with gr.Column(scale=5, min_width=300):
                chooser = Chooser(page, family)
                checkpoint = chooser.checkpoint
                panel = build_form(page, own, "", checkpoint, below=below_field)
                chips = _example_chips(page, family)
            with gr.Column(scale=7, min_width=300):
                build_result(page, panel)
                connect_vary = build_vary(page, panel)
                history = History(page, family) if page.gallery else None
                if history:
                    history.draw()
                strip = None
                if family.process and family.live:
                    page.wording(gr.Markdown, value=_heading(family.process.title), elem_classes="pg-heading")
                    strip = gr.HTML(elem_id=f"{family.name}-process", elem_classes="pg-block")
                if below_result:
                    below_result(page, panel)
                build_details(page, panel)
                follow_form(panel)
        build_grid(page, panel)
        panels = [task for task in others if task not in (family.process, *hidden)]
        if panels:
            page.wording(gr.Markdown, value=_heading(texts.MORE), elem_classes="pg-heading")
            with gr.Tabs(elem_id=f"{family.name}-more", overflow_behavior="wrap") as more:
                for task in panels:
                    with page.wording(gr.Tab, label=task.title, id=task.task):
                        if special and task in special:
                            special[task](page, task, checkpoint)
                        else:
                            further += build_further_panel(page, task, checkpoint)
                        page.panels[task.task].more = more
        if story:
            with page.wording(gr.Accordion, label=texts.HOW, open=False, elem_id=f"{family.name}-how"):
                page.wording(gr.HTML, value=story, elem_classes="pg-story")
                if below_story:
                    below_story(page, panel)
    connect(page, panel)
    connect_vary()
    if history:
        page.histories.append(history)
    follow_results(panel)
    if family.live:
        redraw, inputs = connect_live(page, panel, panel.form.live)
        panel.redraw = redraw, inputs, [panel.stage, panel.status]
        fill.append(panel.redraw)
    if strip and family.process:  # one that is quick enough to follow the controls
        draw, strip_inputs = connect_strip(page, panel, family.process, strip)
        fill.append((draw, strip_inputs, strip))
    chooser.connect(panel, fill)
    if not family.live and own.makes == "pictures":
        fill.append((_first_picture(page, own), [page.language], panel.stage))
    if not family.live and own.makes == "clip":  # it takes seconds: made when somebody looks
        tab.select(_first_clip(page, own), [page.language, panel.report], panel.stage, **LISTEN)
    for chip, values in chips:
        filled = chip.click(
            _values_of_chip(page, panel, values),
            panel.checkpoint,
            panel.form.components,
            **LIVE,
        )
        if family.live:
            filled.then(redraw, inputs, [panel.stage, panel.status], **LIVE)
        else:
            filled.then(None, None, None, js=PRESS_GENERATE.replace("TASK", own.task), **LIVE)
    return fill + further


def _first_picture(page: Page, task: type[Request]) -> Callable[..., Any]:
    """Return a function that shows what the form starts with, at seed 0; it is made once, for everybody."""
    first = _first_result(page, task)

    async def show(request: gr.Request, language: Language) -> Any:
        done = await first()
        if done is None or page.runs.is_taken_up(owner_of(request), task.task):
            return gr.skip()
        caption = texts.FIRST.format(done.report.seeds[0], done.report.seconds).to(language)
        return html.stage(task.title.to(language), done.made, done.report.seeds, caption=caption)

    return show


def _first_clip(page: Page, task: type[Request]) -> Callable[..., Any]:
    """Return a function that shows the clip that the form starts with, unless the visitor has made or asked for one."""
    first = _first_result(page, task)

    async def show(request: gr.Request, language: Language, report: dict[str, Any] | None) -> Any:
        owner = owner_of(request)
        done = None if report or page.runs.came_since(owner, task.task, 0) else await first()
        if done is None or page.runs.came_since(owner, task.task, 0):
            return gr.skip()
        caption = texts.FIRST_CLIP.format(done.report.seeds[0], done.report.seconds).to(language)
        fps, words = float(done.report.request["fps"]), task.title.to(language)
        return await asyncio.to_thread(html.inline_clip, words, done.made, fps, caption)

    return show


def _first_result(page: Page, task: type[Request]) -> Callable[[], Awaitable[Done | None]]:
    """Return a function that gives what the form starts with, at seed 0, made once; None if it cannot be."""
    jobs: list[Job] = []

    async def first() -> Done | None:
        try:
            if not jobs:
                jobs.append(page.engine.submit("everybody", task, {"seed": 0}))
            async for _ in jobs[0].watch():
                continue
            return jobs[0].outcome()
        except PlaygroundError:
            return None  # why the checkpoint cannot be used is said where it is chosen

    return first


def build_further_panel(page: Page, task: type[Request], checkpoint: Any) -> list[Fill]:
    """Draw a request type beside the family's own: form left, result right; returns what fills it.

    What is quick enough follows its controls.
    """
    with gr.Row(elem_classes="pg-columns"):
        with gr.Column(scale=5, min_width=300):
            panel = build_form(page, task, "", checkpoint)
        with gr.Column(scale=7, min_width=300):
            build_result(page, panel)
    connect(page, panel)
    if not find_family(task.family).live or task.makes == "clip":
        return []
    redraw, inputs = connect_live(page, panel, panel.form.live)
    panel.redraw = redraw, inputs, [panel.stage, panel.status]
    return [panel.redraw]


def _example_chips(page: Page, family: Family[Any]) -> list[tuple[Any, Mapping[str, Any]]]:
    if not family.examples:
        return []
    page.wording(gr.Markdown, value=texts.EXAMPLES, elem_classes="pg-small")
    with gr.Row(elem_classes="pg-chips"):
        return [
            (page.wording(gr.Button, value=label, size="sm", min_width=60), values) for label, values in family.examples
        ]


def _values_of_chip(page: Page, panel: Panel, values: Mapping[str, Any]) -> Callable[[str], list[Any]]:
    """Return a function that fills the form with an example, but for choices that the chosen checkpoint lacks."""

    def fill(id: str) -> list[Any]:
        checkpoint = page.engine.catalog.find(id, panel.form.task.family)
        filled = []
        for name, component in panel.form.fields.items():
            choices = [key for _, key in choices_of(name, checkpoint)("en")]
            lacks = isinstance(component, gr.Dropdown) and values.get(name) not in choices
            filled.append(gr.skip() if name not in values or lacks else values[name])
        return filled

    return fill


def _heading(words: Text) -> Text:
    return Text(f"### {words.en}", f"### {words.zh}")
