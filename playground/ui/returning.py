"""A page that is loaded again takes up the runs that it was waiting for: their steps, previews and results."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, owner_of
from playground.api.visitor import visitor_of
from playground.language import Language
from playground.ui.panel import Page, Panel, show_run
from playground.ui.restore import form_filled
from playground.ui.runs import Run

# The status line of a run holds its id. Each browser tab keeps its own, and only while it is loaded again.
REMEMBER_RUNS = """
<script>
window.addEventListener('pagehide', () => {
  const runs = {};
  document.querySelectorAll('[data-run]').forEach((line) => { runs[line.dataset.task] = line.dataset.run; });
  sessionStorage.setItem('playground-runs', JSON.stringify(runs));
});
</script>
"""
RECALL = """() => {
  const runs = sessionStorage.getItem('playground-runs') || '{}';
  sessionStorage.removeItem('playground-runs');
  return runs === '{}' ? '' : runs;
}"""
LONGEST = 10_000


def take_up_runs(page: Page, opened: Any) -> None:
    """Show a visitor's runs again when the page is loaded again; a page without any asks nothing of the server."""
    recalled = gr.Textbox(visible="hidden", elem_id="pg-runs")
    opened.then(None, None, recalled, js=RECALL, api_visibility="private")
    outputs: list[Any] = [page.header]
    for panel in page.panels.values():
        outputs += [*panel.outcome, *panel.form.components, *([panel.more] if panel.more is not None else [])]

    async def take_up(request: gr.Request, language: Language, said: str) -> AsyncIterator[dict[Any, Any]]:
        found = _runs_of(page, said, visitor_of(request))
        shown: dict[Any, Any] = {}
        for panel, run in found:
            page.runs.take_up(run, owner_of(request))
            shown |= form_filled(panel, run.job.request)
            if panel.more is not None:
                shown[panel.more] = gr.update(selected=panel.form.task.task)
        yield shown or {page.header: gr.skip()}  # one that yields nothing would empty all its outputs
        async for shown in _together([show_run(page, panel, run, language) for panel, run in found]):
            yield shown

    taken_up = recalled.change(take_up, [page.language, recalled], list(dict.fromkeys(outputs)), **LISTEN)
    for history in page.histories:
        history.follow(taken_up)


def _runs_of(page: Page, said: str, visitor: str) -> list[tuple[Panel, Run]]:
    """Read what a browser recalls; it may say anything."""
    try:
        recalled = json.loads(said[:LONGEST])
    except (ValueError, RecursionError):
        return []
    pairs = recalled.items() if isinstance(recalled, dict) else []
    found = [(page.panels.get(task), page.runs.find(str(id), visitor)) for task, id in pairs]
    return [(panel, run) for panel, run in found if panel and run and panel.form.task is type(run.job.request)]


async def _together(streams: Sequence[AsyncIterator[dict[Any, Any]]]) -> AsyncIterator[dict[Any, Any]]:
    """Yield what several streams yield, as it comes."""
    arrived: asyncio.Queue[dict[Any, Any] | None] = asyncio.Queue()

    async def forward(stream: AsyncIterator[dict[Any, Any]]) -> None:
        try:
            async for shown in stream:
                arrived.put_nowait(shown)
        finally:
            arrived.put_nowait(None)

    tasks = [asyncio.create_task(forward(stream)) for stream in streams]
    try:
        left = len(tasks)
        while left:
            shown = await arrived.get()
            if shown is None:
                left -= 1
            else:
                yield shown
    finally:
        for task in tasks:
            task.cancel()
