"""A visitor's last results in a tab: a strip that survives a reload and knows what was varied from what."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, owner_of
from playground.api.visitor import visitor_of
from playground.engine import Done, Failed
from playground.engine.reports import as_json
from playground.errors import PlaygroundError
from playground.families import Family
from playground.gallery import Entry, Gallery, Viewer
from playground.gallery.keeping import report_of
from playground.gallery.thumbnails import tiny
from playground.language import Language
from playground.ui import html
from playground.ui.gallery_detail import serve, width_of
from playground.ui.gallery_html import large
from playground.ui.gallery_words import line_of_words, python_lines
from playground.ui.history_html import EVENTS, Tile, strip, waiting_strip
from playground.ui.history_words import changes_in_words
from playground.ui.panel import Page
from playground.ui.restore import form_filled
from playground.ui.texts import grid as texts_of_grid

log = logging.getLogger(__name__)
QUICK: dict[str, Any] = LISTEN | {"queue": False}


class History:
    """The strip of one tab.

    Args:
        page: The page.
        family: Whose results.
    """

    def __init__(self, page: Page, family: Family[Any]) -> None:
        self._page, self._family = page, family
        self._strip: Any = None

    def draw(self) -> None:
        """Draw it, empty."""
        self._strip = gr.HTML(
            waiting_strip(),
            js_on_load=EVENTS,
            apply_default_css=False,
            elem_id=f"{self._family.name}-history",
            elem_classes="pg-block",
        )

    def connect(self) -> None:
        """Fill it when it is seen, and after every result; open what is clicked."""
        language, panels = self._page.language, self._panels
        latest = QUICK | {"trigger_mode": "always_last"}
        self._strip.load(self._show, language, self._strip, **latest)
        language.change(self._say_again, [language, self._strip], self._strip, **latest)
        for listener in [*(panel.listener for panel in panels), *(cell for panel in panels for cell in panel.cells)]:
            self.follow(listener)
        outputs: list[Any] = []
        for panel in panels:
            lock = [panel.form.lock] if panel.form.lock else []
            more = [panel.more] if panel.more is not None else []
            outputs += [*panel.outcome, *panel.form.components, *lock, panel.checkpoint, *more]
        self._strip.select(self._open, language, list(dict.fromkeys(outputs)), **LISTEN)

    def follow(self, listener: Any) -> None:
        """Fill it again after a listener that shows results, or takes some away."""
        listener.success(self._show, self._page.language, self._strip, **QUICK)

    @property
    def _panels(self) -> list[Any]:
        named = [self._page.panels.get(task.task) for task in self._family.requests]
        return [panel for panel in named if panel is not None and panel.listener is not None]

    def _viewer(self, request: gr.Request) -> Viewer:
        return Viewer(visitor_of(request))

    def _show(self, request: gr.Request, language: Language) -> Any:
        gallery, viewer = self._page.gallery, self._viewer(request)
        if gallery is None:
            return waiting_strip()
        try:
            entries = gallery.history(viewer, self._family.name)
            known = {entry.id: entry for entry in entries}
            older = [entry.parent for entry in entries if entry.parent and entry.parent not in known]
            known |= {entry.id: entry for entry in gallery.find(viewer, older)}
        except PlaygroundError as error:
            log.warning("%s", error)  # the gallery's tab says it to the visitor
            return gr.skip()
        tiles = [self._tile(gallery, entry, known.get(entry.parent), language) for entry in entries]
        return strip(tiles, self._page.origins.get(owner_of(request), self._family.name), language)

    def _say_again(self, request: gr.Request, language: Language, shown: str) -> Any:
        return gr.skip() if shown == waiting_strip() else self._show(request, language)

    def _tile(self, gallery: Gallery, entry: Entry, parent: Entry | None, language: Language) -> Tile:
        engine, picture = self._page.engine, gallery.thumbnail(entry)
        changes = changes_in_words(engine, parent.record, entry.record, language) if parent else None
        words = line_of_words(engine, entry.record, language)
        return Tile(entry, tiny(picture) if picture else b"", words, changes)

    async def _open(self, request: gr.Request, language: Language, event: gr.EventData) -> dict[Any, Any]:
        return await asyncio.to_thread(self._shown, request, language, str(event.id))

    def _shown(self, request: gr.Request, language: Language, id: str) -> dict[Any, Any]:
        page, status = self._page, self._panels[0].status
        try:
            if page.gallery is None:
                return {status: gr.skip()}
            entry = page.gallery.get(self._viewer(request), id)
            panel = page.panels.get(entry.record.task)
            if panel is None or panel not in self._panels:
                return {status: gr.skip()}
            asked = panel.form.task.parse(entry.record.request)
            kept = serve(page.gallery, entry)
            checkpoint = page.engine.catalog.find(entry.record.checkpoint, entry.record.family).id
        except PlaygroundError as error:
            return {status: html.status_line(Failed(error), language)}
        page.origins.put(owner_of(request), self._family.name, entry.id)
        seeds = [file.seed for file in entry.files if file.seed is not None]
        report = report_of(entry.record, seeds or [seed for seed in [entry.record.seed] if seed is not None])
        words = line_of_words(page.engine, entry.record, language)
        shown = form_filled(panel, asked) | {
            panel.checkpoint: checkpoint,
            panel.status: html.status_line(Done([], report), language, texts_of_grid.TAKEN),
            panel.stage: large(entry, kept, words, width_of(kept)),
            panel.downloads: html.downloads(kept, language, link=panel.link is not None),
        }
        if panel.form.lock:
            shown[panel.form.lock] = True
        if panel.more is not None:
            shown[panel.more] = gr.update(selected=panel.form.task.task)
        if panel.code is not None:
            shown |= {panel.code: python_lines(page.engine, entry.record), panel.report: as_json(report, language)}
        return shown
