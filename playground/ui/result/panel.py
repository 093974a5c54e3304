"""A panel: a form on the left, its result on the right, and the events that join them through the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
from playground.ui.jobs import LISTEN, as_toast, owner_of
from playground.ui.origins import Origins
from playground.ui.results import Kept, as_json, keep, whole_picture
from playground.ui.runs import Run, Runs
from playground.ui.texts import page as texts
from playground.ui.visitor import visitor_of
from playground.ui.wording import Wording

from playground.engine import Cancelled, Done, Engine, Failed, Job, Step
from playground.engine.grid import Grids
from playground.errors import OutputError, PlaygroundError
from playground.families import find_family
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.hub.downloads import Downloads
from playground.language import Language, Text
from playground.ui import html
from playground.ui.form import Form, request_form

# On a phone the picture is far above the button.
SHOW_STAGE = "() => document.getElementById('TASK-stage').scrollIntoView({block: 'nearest', behavior: 'smooth'})"


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
        runs: What open pages wait for.
        origins: Which result each open page shows.
        histories: The strip of each tab's last results.
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
    runs: Runs = field(default_factory=Runs)
    origins: Origins = field(default_factory=Origins)
    histories: list[Any] = field(default_factory=list)

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
        cells: Listeners that open a grid's cell here.
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
    cells: list[Any] = field(default_factory=list)


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
            run = start_run(page, request, page.engine.submit(owner_of(request), task, values, checkpoint))
            async for shown in show_run(page, panel, run, language):
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
    panel.generate.click(None, None, None, js=SHOW_STAGE.replace("TASK", task.task), api_visibility="private")

    def stop(request: gr.Request, language: Language) -> str:
        page.runs.stop(owner_of(request), task.task)
        return html.status_line(Cancelled(), language)

    panel.stop.click(
        stop,
        page.language,
        panel.status,
        cancels=[panel.listener],
        **LISTEN | {"queue": False},
    )
    return panel.listener


def start_run(page: Page, request: gr.Request, job: Job) -> Run:
    """Let a page wait for a job; what it makes was varied from what the page shows."""
    session, visitor = owner_of(request), visitor_of(request)
    parent = page.origins.get(session, job.request.family)

    def write(done: Done) -> Kept:
        return keep(done, job.request, page.outputs, True, page.gallery, visitor, parent)

    return page.runs.start(job, visitor, session, write)


async def show_run(page: Page, panel: Panel, run: Run, language: Language) -> AsyncIterator[dict[Any, Any]]:
    """Yield what a panel shows of a run until it ends."""
    task = panel.form.task
    async for event in page.runs.watch(run):
        shown: dict[Any, Any] = {panel.status: html.status_line(event, language, run=(task.task, run.job.id))}
        if isinstance(event, Step) and event.preview:
            shown[panel.stage] = html.stage(task.title.to(language), event.preview, [])
        if isinstance(event, Done):
            shown |= await asyncio.to_thread(show_result, page, panel, event, language, run.keep)
            page.origins.put(run.session, task.family, run.id)
        yield shown


def show_result(page: Page, panel: Panel, done: Done, language: Language, files: Callable[[], Kept]) -> dict[Any, Any]:
    """Fill a panel with a result and its files, which ``files`` writes; shown also when they cannot be written."""
    task, kept = panel.form.task, None
    request = task.model_validate(done.report.request)
    shown: dict[Any, Any] = {}
    try:
        kept = files()
        shown[panel.downloads] = html.downloads(kept, language, link=panel.link is not None)
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
