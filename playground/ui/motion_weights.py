"""One clip three times, side by side, with the motion modules' weight turned up: what they add to the image model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from html import escape
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, follow, owner_of
from playground.engine import Cancelled, Done, Failed
from playground.errors import PlaygroundError
from playground.families.requests import Request
from playground.language import Language
from playground.media.clips import clip_url
from playground.ui import html
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts


class MotionWeights:
    """The part of a story that makes its point with the visitor's own prompt and seed.

    Args:
        page: The page.
        task: The request type whose clip shows several; it shares its fields with the panel's.
    """

    def __init__(self, page: Page, task: type[Request]) -> None:
        self._page, self._task = page, task
        self._make: Any = None
        self._stop: Any = None
        self._stage: Any = None

    def draw(self, page: Page, panel: Panel) -> None:
        """Draw a button, and where its clip goes."""
        name = self._task.task
        page.wording(gr.Markdown, value=texts.WEIGHTS_HELP, elem_classes="pg-small")
        with gr.Row(elem_classes="pg-run"):
            self._make = page.wording(gr.Button, value=texts.WEIGHTS_MAKE, scale=3, elem_id=f"{name}-generate")
            self._stop = page.wording(
                gr.Button, value=texts.STOP, variant="stop", scale=1, min_width=80, elem_id=f"{name}-stop"
            )
        self._stage = gr.HTML("", elem_id=f"{name}-stage", elem_classes="pg-block")

    def connect(self, panel: Panel) -> None:
        """Make the clip when it is asked for."""
        page, task = self._page, self._task
        shared = [name for name in task.model_fields if name in panel.form.fields]

        async def show(request: gr.Request, language: Language, checkpoint: str, *given: Any) -> AsyncIterator[str]:
            values = {name: value for name, value in zip(shared, given, strict=True) if value is not None}
            try:
                async for event in follow(page.engine, owner_of(request), task, values, checkpoint):
                    if isinstance(event, Done):
                        fps = int(event.report.request["fps"])
                        url = await asyncio.to_thread(clip_url, event.made, fps)
                        words = escape(task.title.to(language))
                        done = html.status_line(event, language)
                        yield f'{done}<div class="pg-weights"><img src="{url}" alt="{words}"></div>'
                    else:
                        yield html.status_line(event, language)
            except PlaygroundError as error:
                yield html.status_line(Failed(error), language)

        inputs = [page.language, panel.checkpoint, *(panel.form.fields[name] for name in shared)]
        made = self._make.click(show, inputs, self._stage, **LISTEN)
        self._stop.click(
            lambda language: html.status_line(Cancelled(), language),
            page.language,
            self._stage,
            cancels=[made],
            **LISTEN | {"queue": False},
        )
