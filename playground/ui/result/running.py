"""Generate and Stop: a form's request becomes a job, and the job's events become what its result's place shows."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.engine import Cancelled, Done, Engine, Failed, Job, Step
from playground.engine.events import ENDINGS
from playground.errors import PlaygroundError
from playground.families.requests import Request
from playground.gallery import Gallery, Viewer
from playground.gallery.entries import result_id
from playground.gallery.keeping import Kept, Outputs, keep
from playground.gallery.naming import Names
from playground.language import Language
from playground.ui.form.form import read_form
from playground.ui.result.runs import Run, Runs
from playground.ui.result.showing import preview, shown_result
from playground.ui.result.status import status_line
from playground.ui.shell.asking import PAGE, Asked, read_event

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Desk:
    """Where jobs are asked for and their results are kept.

    Attributes:
        engine: What makes them.
        outputs: Where the files go.
        gallery: Where results are found again; None where there is none.
        runs: What open pages wait for.
        names: Makes names of jobs and grids.
    """

    engine: Engine
    outputs: Outputs
    gallery: Gallery | None
    runs: Runs
    names: Names

    def writer(self, job: Job, visitor: str, parent: str) -> Callable[[Done], Kept]:
        """Return a function that keeps a job's result for its visitor."""

        def write(done: Done) -> Kept:
            return keep(done, job.request, self.outputs, True, self.gallery, visitor, parent, job=job.id)

        return write

    def close(self) -> None:
        """The app ends, and ends the jobs: pages do not hear of it, and find them again after the next start."""
        self.runs.closing = True
        if self.gallery:
            self.gallery.promises.hold()
            self.gallery.grids.hold()


def connect_generate(desk: Desk, task: type[Request], form: Any, result: Any) -> None:
    """Join a form's Generate and Stop to the engine, and what comes back to the result's place.

    Args:
        desk: Where jobs are asked for.
        task: The request type.
        form: The form's part.
        result: The result's part.
    """

    async def generate(request: gr.Request, event: gr.EventData, held: Any) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        press, id = {"press": asked.press}, job_of(desk, asked, task.task, asked.press)
        try:
            run, again = desk.runs.find(id, asked.visitor), bool(asked.data.get("again"))
            if run is None:
                if again and await asyncio.to_thread(_is_there, desk, asked, task.task, id):
                    id = ""  # that one is made: this is another
                checkpoint, values = read_form(task, held, desk.engine.catalog)
                job = desk.engine.submit(asked.page, task, values, checkpoint, id=id)
                run = start_run(desk, asked, job, held)
                if replaced := desk.runs.find(asked.text("instead", 100), asked.visitor):
                    replaced.job.cancel()
            elif again:  # it was heard after all, from the page that was there before
                desk.runs.take_up(run, asked.page)
            async for shown in show_run(desk.runs, run, asked.language):
                yield shown | press
        except PlaygroundError as error:
            yield refusal(error, asked.language) | press

    def stop(request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        asked = read_event(event, request)
        desk.runs.stop(asked.page, task.task)
        return numbered({"status": status_line(Cancelled(), asked.language), "ended": True, "press": asked.press})

    listener = form.generate(generate, form, result, **LISTEN)
    form.stop(stop, None, result, cancels=[listener], **LISTEN | {"queue": False})


def job_of(desk: Desk, asked: Asked, task: str, press: str) -> str:
    """Return the id of the job that a visitor's press of Generate begins, "" where it has no name.

    A page that is loaded again before it was told of its run finds it by that.
    """
    return desk.names.of("job", asked.visitor, task, press) if PAGE.fullmatch(press) else ""


def start_run(desk: Desk, asked: Asked, job: Job, held: Any) -> Run:
    """Let a page wait for a job; what it makes was varied from what the page shows."""
    parent = parent_of(held)
    if desk.gallery:
        desk.gallery.promises.give(job, parent)
    return desk.runs.start(job, asked.visitor, asked.page, desk.writer(job, asked.visitor, parent))


def _is_there(desk: Desk, asked: Asked, task: str, id: str) -> bool:
    return bool(desk.gallery and desk.gallery.find(Viewer(asked.visitor), [result_id(task, id)]))


def parent_of(held: Any) -> str:
    """Return the id of the result that a form's page shows, as the form holds it."""
    parent = held.get("parent") if isinstance(held, dict) else None
    return parent[:80] if isinstance(parent, str) else ""


async def show_run(runs: Runs, run: Run, language: Language) -> AsyncIterator[dict[str, Any]]:
    """Yield what a result's place shows of a run until it ends."""
    task = type(run.job.request)
    async for event in runs.watch(run):
        shown: dict[str, Any] = {"status": status_line(event, language, run=(task.task, run.job.id))}
        if isinstance(event, Step) and event.preview:
            shown["stage"] = preview(task, event.preview, language)
        if isinstance(event, Done):
            shown = await asyncio.to_thread(shown_result, event, task, language, run.keep)
        if isinstance(event, ENDINGS):
            shown["ended"] = True
        yield numbered(shown)


def refusal(error: PlaygroundError, language: Language) -> dict[str, Any]:
    """Return what a result's place says of a request that was refused."""
    said = status_line(Failed(error), language)
    return numbered({"status": said, "toast": error.to(language), "refused": True, "ended": True})


def numbered(shown: dict[str, Any]) -> dict[str, Any]:
    """Number what is shown, so that the browser takes up the same words said twice."""
    return shown | {"number": next(_NUMBERS)}
