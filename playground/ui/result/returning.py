"""A page that is loaded again takes up the runs that it was waiting for: their steps, previews and results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.ui.result.running import numbered, show_run
from playground.ui.result.runs import Run, Runs
from playground.ui.result.showing import values_of
from playground.ui.shell.asking import read_event

MOST = 100


def connect_returning(runs: Runs, part: Any) -> None:
    """Let a part's ``take_up`` show a visitor's runs again.

    Args:
        runs: What pages wait for.
        part: Raises ``take_up`` with the ids of runs by their tasks; gets ``runs``, what each one's place shows.
    """

    async def take_up(request: gr.Request, event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        recalled = asked.record("runs")
        found = _runs_of(runs, recalled, asked.visitor)
        lost = {task: {"ended": True} for task in recalled if task not in found}
        filled = {
            task: {"form": {"values": values_of(run.job.request), "checkpoint": run.job.checkpoint.id, "keep": True}}
            for task, run in found.items()
        }
        for run in found.values():
            runs.take_up(run, asked.page)
        yield numbered({"runs": lost | filled})
        async for task, shown in _together({task: show_run(runs, run, asked.language) for task, run in found.items()}):
            yield numbered({"runs": {task: shown}})

    part.take_up(take_up, None, part, **LISTEN)


def _runs_of(runs: Runs, recalled: dict[str, Any], visitor: str) -> dict[str, Run]:
    """Read what a browser recalls; it may say anything."""
    found = {str(task): runs.find(str(id), visitor) for task, id in list(recalled.items())[:MOST]}
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
