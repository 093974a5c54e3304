"""Gallery tab: everything that was made, to search, choose and page through. What is opened has its own module."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.api.refusing import as_toast
from playground.api.visitor import visitor_of
from playground.errors import PlaygroundError
from playground.families import REGISTRY
from playground.gallery import Filter, Gallery, Viewer
from playground.language import Language
from playground.settings import Settings
from playground.ui.gallery_choice import Choice
from playground.ui.gallery_detail import Detail
from playground.ui.gallery_html import TILES, note, tiles
from playground.ui.gallery_words import line_of_words, viewer_of
from playground.ui.panel import Page
from playground.ui.texts import gallery as texts

A_PAGE = 24
DAY = 24 * 3600
SINCE = ((texts.ANY, 0), (texts.TODAY, DAY), (texts.WEEK, 7 * DAY), (texts.MONTH, 30 * DAY))
QUICK: dict[str, Any] = LISTEN | {"queue": False}
# Each of these says all that it wants, so that only the last one counts.
LATEST: dict[str, Any] = QUICK | {"trigger_mode": "always_last"}


@dataclass
class GalleryTab:
    """The tab's components, and what they do.

    Attributes:
        page: The page.
        gallery: What it shows.
        settings: Who may see what.
    """

    page: Page
    gallery: Gallery
    settings: Settings
    filters: list[Any] = field(default_factory=list)

    def viewer(self, request: gr.Request | None) -> Viewer:
        """Return who looks."""
        return viewer_of(self.settings, visitor_of(request))

    def draw(self) -> None:
        """Draw the tab."""
        say = self.page.wording
        with say(gr.Tab, label=texts.GALLERY, id="gallery", elem_id="gallery-tab") as self.tab:
            self.opened, self.chosen, self.offset = gr.State(""), gr.State([]), gr.State(0)
            with gr.Row(elem_classes="pg-filters"):
                words = say(
                    gr.Textbox, label=texts.SEARCH, placeholder=texts.SEARCH_HINT, scale=3, min_width=180,
                    max_length=200, elem_id="gallery-search",
                )  # fmt: skip
                self.family = say(gr.Dropdown, choices=self._families([]), value="", label=texts.FAMILY, min_width=140)
                self.checkpoint = say(
                    gr.Dropdown, choices=self._checkpoints([]), value="", label=texts.CHECKPOINT, min_width=140
                )
                since = say(
                    gr.Dropdown, choices=lambda language: [(name.to(language), value) for name, value in SINCE],
                    value=0, label=texts.SINCE, min_width=140,
                )  # fmt: skip
                favourites = say(
                    gr.Checkbox, label=texts.FAVOURITES, min_width=140, elem_id="gallery-favourites", scale=1
                )
            self.filters = [words, self.family, self.checkpoint, since, favourites]
            with gr.Row(elem_classes="pg-columns"):
                with gr.Column(scale=7, min_width=300):
                    self.said = gr.HTML(elem_id="gallery-said", elem_classes="pg-block")
                    self.tiles = gr.HTML(
                        "", js_on_load=TILES, apply_default_css=False, elem_id="gallery-tiles", elem_classes="pg-block"
                    )
                    with gr.Row(elem_classes="pg-chips"):
                        self.newer = say(gr.Button, value=texts.NEWER, size="sm", elem_id="gallery-newer")
                        self.older = say(gr.Button, value=texts.OLDER, size="sm", elem_id="gallery-older")
                    self.choice = Choice(self)
                    self.choice.draw()
                with gr.Column(scale=5, min_width=300):
                    self.detail = Detail(self)
                    self.detail.draw()
            self.choice.draw_comparison()

    def connect(self) -> None:
        """Join the components; every tab that settings may go back to exists by now."""
        inputs = [self.page.language, self.offset, self.chosen, self.opened, *self.filters]
        outputs = [self.tiles, self.said, self.offset, self.family, self.checkpoint, self.newer, self.older]
        self.redraw = (self._shelf, inputs, outputs)
        from_start = [self.page.language, self.chosen, self.opened, *self.filters]
        self.tab.select(*self.redraw, **LATEST)
        self.page.language.change(*self.redraw, **LATEST)
        words, *others = self.filters
        gr.on(
            [words.change, *(control.input for control in others)], self._first, from_start, outputs, **LATEST
        )  # fmt: skip
        for button, pages in ((self.newer, -1), (self.older, 1)):
            button.click(self._turned(pages), inputs, outputs, **QUICK)
        self.tiles.like(self._star, self.page.language, None, **LISTEN | {"trigger_mode": "multiple"})
        self.detail.connect()
        self.choice.connect()

    def _first(
        self, request: gr.Request, language: Language, chosen: list[str], opened: str, *wanted: Any
    ) -> list[Any]:
        return self._shelf(request, language, 0, chosen, opened, *wanted)

    def _turned(self, pages: int) -> Any:
        def turn(request: gr.Request, language: Language, offset: int, *given: Any) -> list[Any]:
            return self._shelf(request, language, max(0, offset + pages * A_PAGE), *given)

        return turn

    def _shelf(
        self,
        request: gr.Request,
        language: Language,
        offset: int,
        chosen: list[str],
        opened: str,
        words: str,
        family: str,
        checkpoint: str,
        since: float,
        favourites: bool,
    ) -> list[Any]:
        viewer = self.viewer(request)
        wanted = Filter(
            words or "", family or "", checkpoint or "", time.time() - since if since else 0.0, bool(favourites)
        )
        try:
            shelf = self.gallery.shelf(viewer, wanted, offset, A_PAGE)
            if offset >= shelf.total:
                offset = max(0, (shelf.total - 1) // A_PAGE * A_PAGE)
                shelf = self.gallery.shelf(viewer, wanted, offset, A_PAGE)
        except PlaygroundError as error:
            return [tiles([], [], "", "", language), note(error.to(language), "failed"), *[gr.skip()] * 5]
        engine = self.page.engine
        shown = [
            (entry, self.gallery.thumbnail(entry), line_of_words(engine, entry.record, language))
            for entry in shelf.entries
        ]
        empty = (texts.NOTHING_FOUND if wanted != Filter() else texts.EMPTY).to(language)
        pages = -(-shelf.total // A_PAGE)
        count = texts.COUNT.format(shelf.total)
        if pages > 1:
            count = texts.COUNT_PAGE.format(shelf.total, offset // A_PAGE + 1, pages)
        said = [count.to(language)] if shelf.total else []
        if self.settings.gallery == "shared":
            said.append(texts.SHARED.to(language))
        if shelf.removed:
            said.append(texts.REMOVED.format(self.settings.gallery_limit, shelf.removed).to(language))
        return [
            tiles(shown, chosen, opened, empty, language),
            note(" · ".join(said)),
            offset,
            gr.update(choices=self._families(shelf.families)(language)),
            gr.update(choices=self._checkpoints(shelf.checkpoints)(language)),
            gr.update(visible=offset > 0),
            gr.update(visible=offset + A_PAGE < shelf.total),
        ]

    def _star(self, request: gr.Request, language: Language, event: gr.EventData) -> None:
        try:
            self.gallery.set_favourite(self.viewer(request), str(event.id), bool(event.on))
        except PlaygroundError as error:
            raise as_toast(error, language) from error

    def _families(self, names: list[str]) -> Any:
        def choices(language: Language) -> list[tuple[str, str]]:
            titles = [(REGISTRY[name].title.to(language) if name in REGISTRY else name, name) for name in names]
            return [(texts.ANY.to(language), ""), *titles]

        return choices

    def _checkpoints(self, names: list[str]) -> Any:
        return lambda language: [(texts.ANY.to(language), ""), *((name, name) for name in names)]


def build_gallery_tab(page: Page, settings: Settings) -> None:
    """Draw the gallery as a tab of its own, after the families' tabs."""
    if page.gallery:
        tab = GalleryTab(page, page.gallery, settings)
        tab.draw()
        tab.connect()
