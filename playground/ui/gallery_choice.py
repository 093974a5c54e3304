"""Several results of the gallery: handed out as a zip or one page, or two of them compared."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import gradio as gr
from gradio.utils import get_upload_folder

from playground.api.following import LISTEN
from playground.api.refusing import as_toast
from playground.errors import InvalidInput, PlaygroundError
from playground.gallery import Entry
from playground.gallery.differences import differences
from playground.gallery.handout import MOST_BYTES, MOST_RESULTS, Item, page_of, write_zip
from playground.gallery.keeping import Kept
from playground.language import Language
from playground.media.writing import make_folder, write_whole
from playground.outcomes import kind_of
from playground.ui import html
from playground.ui.gallery_detail import serve
from playground.ui.gallery_html import difference_table, note
from playground.ui.gallery_words import line_of_words, python_lines, settings_in_words
from playground.ui.texts import gallery as texts

if TYPE_CHECKING:
    from playground.ui.gallery_tab import GalleryTab

DOWNLOAD = "() => { const link = document.querySelector('#gallery-handout a'); if (link) link.click(); }"
QUICK: dict[str, Any] = LISTEN | {"queue": False}


class Choice:
    """The part of the gallery that works on chosen results.

    Args:
        tab: The gallery's tab.
    """

    def __init__(self, tab: GalleryTab) -> None:
        self._tab = tab

    def draw(self) -> None:
        """Draw the buttons below the tiles."""
        say = self._tab.page.wording
        self.count = gr.HTML(elem_id="gallery-chosen", elem_classes="pg-block")
        with gr.Row(elem_classes="pg-chips"):
            self.zip = say(gr.Button, value=texts.HAND_OUT_ZIP, size="sm", elem_id="gallery-zip")
            self.one_page = say(gr.Button, value=texts.HAND_OUT_PAGE, size="sm", elem_id="gallery-page")
            self.compare = say(gr.Button, value=texts.COMPARE, size="sm", elem_id="gallery-compare")
            self.none = say(gr.Button, value=texts.CLEAR_CHOICE, size="sm", elem_id="gallery-none")
        self.handed = gr.HTML(elem_id="gallery-handout", elem_classes="pg-block")

    def draw_comparison(self) -> None:
        """Draw where two results stand side by side, hidden."""
        with gr.Column(visible=False, elem_id="gallery-comparison") as self.comparison:
            self.slider = gr.ImageSlider(
                type="filepath", interactive=False, show_label=False, buttons=[], elem_id="gallery-slider", height=420
            )
            self.difference = gr.HTML(elem_id="gallery-difference", elem_classes="pg-block")

    def connect(self) -> None:
        """Join the tiles' boxes and the buttons."""
        tab, language = self._tab, self._tab.page.language
        tab.tiles.input(
            self._choose, language, [tab.chosen, self.count], **QUICK | {"trigger_mode": "always_last"}
        )  # fmt: skip
        redraw, inputs, outputs = tab.redraw
        self.none.click(
            lambda: ([], "", "", gr.update(visible=False)),
            None,
            [tab.chosen, self.count, self.handed, self.comparison],
            **QUICK,
        ).then(redraw, inputs, outputs, **QUICK)
        for button, kind in ((self.zip, "zip"), (self.one_page, "html")):
            button.click(self._hand_out(kind), [language, tab.chosen], self.handed, **LISTEN).success(
                None, None, None, js=DOWNLOAD, api_visibility="private"
            )
        self.compare.click(
            self._compare, [language, tab.chosen], [self.comparison, self.slider, self.difference], **LISTEN
        )

    def _choose(self, language: Language, event: gr.EventData) -> tuple[list[str], str]:
        ids = [str(id) for id in event.ids][: 10 * MOST_RESULTS]
        return ids, note(texts.CHOSEN.format(len(ids)).to(language)) if ids else ""

    def _entries(self, request: gr.Request, chosen: list[str]) -> list[Entry]:
        if len(chosen) > MOST_RESULTS:
            raise InvalidInput("chosen", *texts.TOO_MANY.format(MOST_RESULTS, len(chosen)))
        entries = self._tab.gallery.find(self._tab.viewer(request), chosen)
        if not entries:
            raise InvalidInput("chosen", *texts.NOTHING_CHOSEN)
        return entries

    def _hand_out(self, kind: str) -> Any:
        def make(request: gr.Request, language: Language, chosen: list[str]) -> str:
            try:
                entries = self._entries(request, chosen)
                size = sum(file.size for entry in entries for file in entry.files)
                if size > MOST_BYTES:
                    raise InvalidInput("chosen", *texts.TOO_LARGE.format(size / 1e6, MOST_BYTES / 1e6))
                items = [self._item(entry, language) for entry in entries]
                title = texts.HAND_OUT_TITLE.to(language)
                page = page_of(items, title, language, texts.CODE.to(language))
                content = page.encode() if kind == "html" else partial(write_zip, items, page)
                name = f"playground-{len(items)}.{kind}"
                path = _serve(content, name)
            except PlaygroundError as error:
                raise as_toast(error, language) from error
            return html.downloads(Kept([path]), language)

        return make

    def _item(self, entry: Entry, language: Language) -> Item:
        engine = self._tab.page.engine
        return Item(
            line_of_words(engine, entry.record, language),
            settings_in_words(engine, entry, language),
            python_lines(engine, entry.record),
            (files := self._tab.gallery.paths(entry)),
            kind_of(entry.record, files),
        )

    def _compare(self, request: gr.Request, language: Language, chosen: list[str]) -> tuple[Any, Any, str]:
        tab = self._tab
        try:
            entries = self._entries(request, chosen[-2:])
            if len(entries) < 2:
                raise InvalidInput("chosen", *texts.CHOOSE_TWO)
            served = [serve(tab.gallery, entry) for entry in entries]
        except PlaygroundError as error:
            raise as_toast(error, language) from error
        pictures = tuple(
            kind_of(entry.record, kept.files).card(entry.id, kept.files)
            for entry, kept in zip(entries, served, strict=True)
        )
        # When it was made and how long it took are no settings.
        first, second = (settings_in_words(tab.page.engine, entry, language)[:-2] for entry in entries)
        return gr.update(visible=True), pictures, difference_table(differences(first, second), language)


def _serve(content: bytes | Callable[[BinaryIO], object], name: str) -> Path:
    """Write a hand-out where this visitor may fetch it, under an address that nobody can guess."""
    folder = make_folder(Path(get_upload_folder()) / secrets.token_hex(16))
    return write_whole(folder / name, content)
