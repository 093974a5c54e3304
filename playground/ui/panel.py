"""A panel: a form on the left, its result on the right, and the events that join them through the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from playground.engine import Cancelled, Done, Engine, Failed, Step
from playground.engine.grid import Grids
from playground.errors import OutputError, PlaygroundError
from playground.families import find_family
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.hub.downloads import Downloads
from playground.language import Language, Text
from playground.ui import html
from playground.ui.form import Form, request_form
from playground.ui.jobs import LISTEN, LIVE, as_toast, finished, follow, owner_of
from playground.ui.results import Kept, as_json, keep, whole_picture
from playground.ui.texts import page as texts
from playground.ui.visitor import visitor_of
from playground.ui.wording import Wording


@dataclass
class Page:
    """What all panels of one page share.

    Attributes:
        engine: Where requests go.
        outputs: Where files are kept.
        wording: What the components say.
        gallery: Where results are found again; None without a gallery.
        header: The component that shows the engine's state.
        panels: Every panel by its task's name.
        downloads: What visitors are fetching.
        tabs: The component of the families' tabs.
        remembered: What the visitor's browser keeps over a reload: the id of each task's grid.
        grid_panels: Every grid panel by its task's name.
        grids: The grids of all visitors.
    """

    engine: Engine
    outputs: Path
    wording: Wording
    header: Any
    gallery: Gallery | None = None
    tabs: Any = None
    panels: dict[str, Panel] = field(default_factory=dict)
    downloads: Downloads = field(default_factory=Downloads)
    remembered: Any = None
    grid_panels: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start without any grid."""
        self.grids = Grids(self.engine)

    @property
    def language(self) -> Any:
        """The component that holds the visitor's language."""
        return self.wording.chosen


@dataclass
class Panel:
    """One request type on the page.

    Attributes:
        form: The controls.
        checkpoint: The component that holds the checkpoint's id.
        status: Where the job is.
        stage: The pictures.
        downloads: The files.
        code: Python lines; None for panels without.
        report: The report; None for panels without.
        more: The component of the tabs that this panel is one of, if it is not the family's own.
        listener: What runs when Generate is pressed, to go on from.
        link: What writes the form's settings into the address bar: button, inputs, script; None for panels without.
        redraw: What draws the live picture: function, inputs, outputs; None for panels that are not live.
    """

    form: Form
    checkpoint: Any
    status: Any = None
    stage: Any = None
    downloads: Any = None
    code: Any = None
    report: Any = None
    generate: Any = None
    stop: Any = None
    more: Any = None
    listener: Any = None
    link: tuple[Any, list[Any], str] | None = None
    redraw: tuple[Any, list[Any], list[Any]] | None = None
    outcome: list[Any] = field(default_factory=list)


def build_form(
    page: Page,
    task: type[Request],
    checkpoint_id: str,
    checkpoint: Any,
    button: Text = texts.GENERATE,
    below: Mapping[str, Callable[[Any], None]] | None = None,
) -> Panel:
    """Draw the controls of a request type, what goes below some of them, and Generate and Stop."""
    family_checkpoint = page.engine.catalog.find(checkpoint_id, task.family)
    panel = Panel(request_form(task, page.wording, family_checkpoint, below), checkpoint)
    with gr.Row(elem_classes="pg-run"):
        panel.generate = page.wording(
            gr.Button, value=button, variant="primary", scale=3, elem_id=f"{task.task}-generate"
        )
        panel.stop = page.wording(
            gr.Button, value=texts.STOP, variant="stop", scale=1, min_width=80, elem_id=f"{task.task}-stop"
        )
    page.panels[task.task] = panel
    return panel


def build_result(page: Page, panel: Panel) -> None:
    """Draw where a result goes: where the job is, the pictures, the files."""
    name = panel.form.task.task
    panel.status = gr.HTML(elem_id=f"{name}-status", elem_classes="pg-block")
    empty = html.empty_stage(texts.EMPTY_CLIP if panel.form.task.makes == "clip" else texts.EMPTY)
    panel.stage = gr.HTML(empty, elem_id=f"{name}-stage", elem_classes="pg-block")
    panel.downloads = gr.HTML(elem_id=f"{name}-downloads", elem_classes="pg-block")
    panel.outcome = [panel.status, panel.stage, panel.downloads]


def build_details(page: Page, panel: Panel) -> None:
    """Draw the Python lines and the report of a result, folded."""
    name = panel.form.task.task
    with page.wording(gr.Accordion, label=texts.CODE, open=False, elem_id=f"{name}-code-fold"):
        panel.code = gr.Code(language="python", interactive=False, show_label=False, elem_id=f"{name}-code")
    with page.wording(gr.Accordion, label=texts.REPORT, open=False, elem_id=f"{name}-report-fold"):
        panel.report = gr.JSON(show_label=False, elem_id=f"{name}-report")
    panel.outcome += [panel.code, panel.report]


def connect(page: Page, panel: Panel) -> Any:
    """Join Generate and Stop to the engine; returns Generate's listener."""
    form, task = panel.form, panel.form.task
    seeds = {name: component for name, component in form.fields.items() if name in ("seed", "second_seed")}
    lock = [form.lock] if form.lock else []

    async def generate(
        request: gr.Request, language: Language, checkpoint: str, *given: Any
    ) -> AsyncIterator[dict[Any, Any]]:
        try:
            values = form.values(given[len(lock) :])
            if lock and not given[0]:
                values["seed"] = -1
            async for event in follow(page.engine, owner_of(request), task, values, checkpoint):
                shown = {panel.status: html.status_line(event, language)}
                if isinstance(event, Step) and event.preview:
                    shown[panel.stage] = html.stage(task.title.to(language), event.preview, [])
                if isinstance(event, Done):
                    owner = visitor_of(request)
                    yield shown | await asyncio.to_thread(show_result, page, panel, event, language, owner)
                else:
                    yield shown
        except PlaygroundError as error:
            yield {panel.status: html.status_line(Failed(error), language)}
            raise as_toast(error, language) from error

    panel.listener = panel.generate.click(
        generate,
        [page.language, panel.checkpoint, *lock, *form.components],
        [*panel.outcome, *seeds.values(), page.header],
        **LISTEN,
    )
    panel.stop.click(
        lambda language: html.status_line(Cancelled(), language),
        page.language,
        panel.status,
        cancels=[panel.listener],
        **LISTEN | {"queue": False},
    )
    return panel.listener


def connect_live(page: Page, panel: Panel, triggers: list[Any]) -> Any:
    """Redraw the picture while a control moves; returns the function and its inputs for other events.

    Its outputs are the stage and the status line, which tells why a value was refused; the picture stays then.
    """
    form = panel.form

    async def redraw(request: gr.Request, language: Language, checkpoint: str, *given: Any) -> Any:
        try:
            values = form.values(given) | ({"num_images": 1} if "num_images" in form.fields else {})
            done, _ = await finished(page.engine, owner_of(request), form.task, values, checkpoint)
        except PlaygroundError as error:
            return gr.skip(), html.status_line(Failed(error), language)
        caption = texts.LIVE.format(done.report.seeds[0] if done.report.seeds else "–", 1000 * done.report.seconds).to(
            language
        )
        return html.stage(form.task.title.to(language), done.pictures, done.report.seeds, caption=caption), ""

    inputs, outputs = [page.language, panel.checkpoint, *form.components], [panel.stage, panel.status]
    gr.on([component.input for component in triggers], redraw, inputs, outputs, **LIVE)
    for roll in form.rolls:
        roll.then(redraw, inputs, outputs, **LIVE)
    return redraw, inputs


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
        return html.wide_picture(task.title.to(language), whole_picture(done, task, made, scale=2))

    inputs = [page.language, panel.checkpoint, *(form.fields[name] for name in shared)]
    gr.on([form.fields[name].change for name in shared], draw, inputs, output, **LIVE)
    return draw, inputs


def show_result(
    page: Page, panel: Panel, done: Done, language: Language, owner: str, kept: Kept | None = None
) -> dict[Any, Any]:
    """Fill a panel with a result and write its files, unless it has some; shown also when it cannot be saved."""
    task = panel.form.task
    request = task.model_validate(done.report.request)
    shown: dict[Any, Any] = {}
    try:
        large = kept is None and task.makes == "pictures"
        kept = kept or keep(done, request, page.outputs, large=True, gallery=page.gallery, owner=owner)
        shown[panel.downloads] = html.downloads(kept, language, large=large, link=panel.link is not None)
    except OutputError as error:
        shown[panel.status] = html.status_line(
            Failed(PlaygroundError(*texts.NOT_SAVED.format(Text(error.en, error.zh)))), language
        )
        shown[panel.downloads] = ""
    words = task.title.to(language)
    if task.makes == "pictures":
        shown[panel.stage] = html.stage(words, done.pictures, done.report.seeds, kept)
    elif task.makes == "clip" and kept:
        shown[panel.stage] = html.clip(words, kept, done.pictures)
    else:
        shown[panel.stage] = html.wide_picture(words, whole_picture(done, task, request))
    for name in ("seed", "second_seed"):
        if name in panel.form.fields:
            shown[panel.form.fields[name]] = done.report.request[name]
    if panel.code:
        checkpoint = page.engine.catalog.find(done.report.checkpoint, task.family)
        shown[panel.code] = find_family(task.family).code(checkpoint, request, page.engine.status.device)
        shown[panel.report] = as_json(done.report, language)
    shown[page.header] = html.header(page.engine.status, language)
    return shown
