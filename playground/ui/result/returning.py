"""A page that is loaded again takes up the runs that it was waiting for: their steps, previews and results.

So does the app that is started again: what it had accepted before goes on, whether or not a page comes for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.errors import InvalidInput
from playground.families import tasks
from playground.gallery.again import UNKNOWN_TASK
from playground.gallery.apps import resume
from playground.gallery.promises import Promise
from playground.ui.result.running import Desk, job_of, numbered, show_run
from playground.ui.result.runs import Run, Runs
from playground.ui.result.showing import values_of
from playground.ui.shell.asking import Asked, read_event

MOST = 100
Reopen = Callable[[Asked, str, str], dict[str, Any] | None]
"""Gives what a result's place and form show of what is in the gallery, by its task and the job that made it."""


def go_on(desk: Desk) -> None:
    """Ask again, in the same order, for what was promised before the app was started again."""
    if desk.gallery is None:
        return
    promises = desk.gallery.promises

    def begin(each: Promise) -> None:
        visitor, _, _ = each.owner.partition("/")
        if (task := tasks().get(each.task)) is None:
            raise InvalidInput("task", *UNKNOWN_TASK.format(each.task))
        job = desk.engine.submit(each.owner, task, each.request, each.checkpoint, id=each.job, accepted=True)
        promises.give(job, each.parent)
        desk.runs.go_on(job, visitor, each.owner, desk.writer(job, visitor, each.parent))

    with desk.engine.together():  # so that the first passes are full ones
        resume(promises.all, begin, promises.cross_out)


def connect_returning(desk: Desk, reopen: Reopen, part: Any) -> None:
    """Let a part's ``take_up`` show a visitor's runs again.

    Args:
        desk: Where jobs are asked for.
        reopen: Finds a result that came while the page was away.
        part: Raises ``take_up`` with, by their tasks, the ids of ``runs`` and what was ``pressed`` without a word
            from here until the page went; gets ``runs``, what each one's place shows.
    """
    runs = desk.runs

    async def take_up(request: gr.Request, event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        pressed = {task: job_of(desk, asked, task, str(press)) for task, press in _few(asked.record("pressed"))}
        recalled = pressed | {task: str(id) for task, id in _few(asked.record("runs"))}
        found = _runs_of(runs, recalled, asked.visitor)
        ended: dict[str, dict[str, Any]] = {}
        for task, id in recalled.items():
            if task not in found:
                # What was never heard here, or not before a restart, is asked for again by the page.
                unknown = {"unknown": True, "ended": True}
                ended[task] = await asyncio.to_thread(reopen, asked, task, id) or unknown
        filled = {
            task: {"form": {"values": values_of(run.job.request), "checkpoint": run.job.checkpoint.id, "keep": True}}
            for task, run in found.items()
        }
        for run in found.values():
            runs.take_up(run, asked.page)
        yield numbered({"runs": ended | filled})
        async for task, shown in _together({task: show_run(runs, run, asked.language) for task, run in found.items()}):
            yield numbered({"runs": {task: shown}})

    part.take_up(take_up, None, part, **LISTEN)


def _few(record: dict[str, Any]) -> list[tuple[str, Any]]:
    """Read what a browser recalls; it may say anything."""
    return [(str(task), value) for task, value in list(record.items())[:MOST]]


def _runs_of(runs: Runs, recalled: dict[str, str], visitor: str) -> dict[str, Run]:
    found = {task: runs.find(id, visitor) for task, id in recalled.items()}
    return {task: run for task, run in found.items() if run and run.job.request.task == task}


async def _together(streams: dict[str, AsyncIterator[dict[str, Any]]]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield what several streams yield, as it comes, each with its name."""
    arrived: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()

    async def forward(name: str, stream: AsyncIterator[dict[str, Any]]) -> None:
        try:
            async for shown in stream:
                arrived.put_nowait((name, shown))
        finally:
            arrived.put_nowait(None)

    tasks: Sequence[asyncio.Task[None]] = [
        asyncio.create_task(forward(name, stream)) for name, stream in streams.items()
    ]
    try:
        left = len(tasks)
        while left:
            came = await arrived.get()
            if came is None:
                left -= 1
            else:
                yield came
    finally:
        for task in tasks:
            task.cancel()
