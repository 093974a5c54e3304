"""The chooser of a tab: which checkpoint, what it is, and fetching it when it is not on this machine yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, LIVE
from playground.catalog import Checkpoint, gigabytes
from playground.errors import CheckpointError
from playground.families import Family
from playground.families.controls import Choice
from playground.hub.downloads import Download
from playground.language import Language
from playground.ui import html
from playground.ui.form import choices_of
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts

QUICK = LISTEN | {"queue": False}
LOOK_EVERY = 0.25
"""Seconds between two looks at a download."""


class Chooser:
    """The dropdown of checkpoints with what belongs to it; built inside a column.

    Args:
        page: The page.
        family: Whose checkpoints.

    Attributes:
        checkpoint: The component that holds the chosen id.
    """

    def __init__(self, page: Page, family: Family[Any]) -> None:
        self._page, self._family = page, family
        self._known = page.engine.catalog.of_family(family.name)
        first, language = (self._known[0] if self._known else None), page.wording.language
        self.checkpoint = page.wording(
            gr.Dropdown,
            choices=self._choices,
            value=first.id if first else None,
            label=texts.CHECKPOINT,
            info=texts.CHECKPOINT_HELP,
            elem_id=f"{family.name}-checkpoint",
        )
        about = html.about_checkpoint(first, page.engine.status, language) if first else ""
        self._about = gr.HTML(about, elem_classes="pg-block", elem_id=f"{family.name}-about")
        self._bar = gr.HTML(elem_classes="pg-block", elem_id=f"{family.name}-download-bar")
        self._fetch = gr.Button(
            **self._offer(first, language), variant="primary", size="sm", elem_id=f"{family.name}-download"
        )  # its words depend on what is chosen
        self._cancel = page.wording(
            gr.Button, value=texts.DOWNLOAD_CANCEL, visible=False, size="sm", elem_id=f"{family.name}-download-cancel"
        )

    def connect(self, panel: Panel, fill: list[tuple[Any, list[Any], Any]]) -> None:
        """Follow the chosen checkpoint.

        Args:
            panel: Whose form takes the checkpoint's choices and defaults.
            fill: (function, inputs, output) of what is drawn with another checkpoint.
        """
        page, form = self._page, panel.form
        controls, plain = form.task.controls(), form.task.defaults()
        chosen = {name: form.fields[name] for name, control in controls.items() if isinstance(control, Choice)}
        set_by = {name for checkpoint in self._known for name in checkpoint.defaults}
        shy = {name for checkpoint in self._known for name in self._family.unused(checkpoint)} & set(form.parts)
        parts = [(name, part) for name in sorted(shy) for part in form.parts[name] if name not in chosen]
        other = {name: form.fields[name] for name in form.fields if name in set_by and name not in chosen}

        def tell(language: Language, id: str, *values: str) -> list[Any]:
            checkpoint = self._find(id)
            if checkpoint is None:
                return [gr.skip()] * (4 + len(chosen) + len(parts))
            updates = []
            for name, value in zip(chosen, values, strict=True):
                pairs = choices_of(name, checkpoint)(language)
                known = [key for _, key in pairs]
                default = checkpoint.defaults.get(name, known[0] if known else None)
                kept = value if value in known else default if default in known else None
                shown = name not in self._family.unused(checkpoint) and len(pairs) != 1  # a choice of one is none
                updates.append(gr.update(choices=pairs, value=kept, visible=shown or "hidden"))
            for name, part in parts:
                hidden = name in self._family.unused(checkpoint)
                reset = {"value": checkpoint.defaults.get(name, plain[name])} if part is form.fields[name] else {}
                updates.append(gr.update(visible="hidden", **reset) if hidden else gr.update(visible=True))
            return [*self._state(checkpoint, language), *updates]

        def take_defaults(id: str) -> list[Any]:
            checkpoint = self._find(id)
            if checkpoint is None:
                return [gr.skip()] * len(other)
            updates = []
            for name in other:
                value = checkpoint.defaults.get(name, plain[name])
                updates.append(gr.skip() if name == "prompt" else value)
            return updates

        async def fetch(language: Language, id: str) -> AsyncIterator[list[Any]]:
            checkpoint = self._find(id)
            if checkpoint is not None and not checkpoint.on_disk:
                async for shown in self._watch(checkpoint, page.downloads.start(checkpoint), language):
                    yield shown

        async def watch(language: Language, id: str) -> AsyncIterator[list[Any]]:
            checkpoint = self._find(id)
            running = page.downloads.running(checkpoint) if checkpoint else None
            if checkpoint is None or running is None:
                yield ["", gr.skip(), gr.skip()]
                return
            async for shown in self._watch(checkpoint, running, language):
                yield shown

        inputs = [page.language, self.checkpoint]
        state = [self._about, self._fetch, self._cancel, self.checkpoint]
        bar = [self._bar, self._fetch, self._cancel]
        shown = [*state, *chosen.values(), *(part for _, part in parts)]
        tell_all = (tell, [*inputs, *chosen.values()], shown)
        self.checkpoint.input(take_defaults, self.checkpoint, list(other.values()), **QUICK)
        told = self.checkpoint.change(*tell_all, **QUICK)
        told.then(watch, inputs, bar, **LISTEN)
        fetched = self._fetch.click(fetch, inputs, bar, **LISTEN).then(*tell_all, **QUICK)
        self._cancel.click(self._stop, self.checkpoint, None, **QUICK)
        page.language.change(self._say, inputs, state, **QUICK)
        for function, needed, output in fill:
            told.then(function, needed, output, **LIVE)
            fetched.then(function, needed, output, **LIVE)

    def _find(self, id: str) -> Checkpoint | None:
        try:
            return self._page.engine.catalog.find(id, self._family.name)
        except CheckpointError:
            return None

    def _choices(self, language: Language) -> list[tuple[str, str]]:
        pairs = []
        for checkpoint in self._known:
            words = checkpoint.title
            if checkpoint.origin is not None and not checkpoint.on_disk:
                words = texts.CHECKPOINT_AWAY.format(words, gigabytes(checkpoint.origin.download))
            pairs.append((words.to(language), checkpoint.id))
        return pairs

    def _state(self, checkpoint: Checkpoint, language: Language) -> list[Any]:
        """Updates of what is said about a checkpoint, the two buttons, and the chooser's marks."""
        running = self._page.downloads.running(checkpoint) is not None
        return [
            html.about_checkpoint(checkpoint, self._page.engine.status, language),
            gr.update(**self._offer(checkpoint, language)),
            gr.update(visible=running),
            gr.update(choices=self._choices(language)),
        ]

    def _offer(self, checkpoint: Checkpoint | None, language: Language) -> dict[str, Any]:
        """Words of the button that fetches a checkpoint, and whether there is anything to fetch."""
        size = gigabytes(checkpoint.origin.download) if checkpoint and checkpoint.origin else ""
        away = checkpoint is not None and not checkpoint.on_disk and self._page.downloads.running(checkpoint) is None
        return {"value": texts.DOWNLOAD_IT.format(size).to(language), "visible": away}

    def _say(self, language: Language, id: str) -> list[Any]:
        checkpoint = self._find(id)
        return self._state(checkpoint, language) if checkpoint else [gr.skip()] * 4

    def _stop(self, id: str) -> None:
        checkpoint = self._find(id)
        if checkpoint and (running := self._page.downloads.running(checkpoint)):
            running.cancel()

    async def _watch(self, checkpoint: Checkpoint, running: Download, language: Language) -> AsyncIterator[list[Any]]:
        while (progress := running.progress).state == "running":
            yield [html.download_line(progress, language), gr.update(visible=False), gr.update(visible=True)]
            await asyncio.sleep(LOOK_EVERY)
        line = html.download_line(progress, language)
        yield [line, gr.update(visible=not checkpoint.on_disk), gr.update(visible=False)]
