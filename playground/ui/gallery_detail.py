"""One result of the gallery, large: its settings as words, and what can be done with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr
from PIL import Image

from playground.api.following import LISTEN, owner_of
from playground.api.refusing import as_toast
from playground.errors import GalleryError, PlaygroundError
from playground.gallery import Entry, Gallery
from playground.gallery.keeping import Kept
from playground.language import Language
from playground.ui import html
from playground.ui.again import make_again
from playground.ui.gallery_html import large, note, settings_table
from playground.ui.gallery_words import line_of_words, python_lines, settings_in_words
from playground.ui.restore import restorable, settings_back, show_origin
from playground.ui.texts import gallery as texts

if TYPE_CHECKING:
    from playground.ui.gallery_tab import GalleryTab

QUICK: dict[str, Any] = LISTEN | {"queue": False}


class Detail:
    """The part of the gallery that shows one result.

    Args:
        tab: The gallery's tab.
    """

    def __init__(self, tab: GalleryTab) -> None:
        self._tab = tab

    def draw(self) -> None:
        """Draw it, empty."""
        say = self._tab.page.wording
        self.stage = gr.HTML(elem_id="gallery-stage", elem_classes="pg-block")
        self.hint = say(gr.Markdown, value=texts.DETAIL_HINT, elem_classes="pg-small")
        self.downloads = gr.HTML(elem_id="gallery-downloads", elem_classes="pg-block")
        with gr.Row(visible=False, elem_id="gallery-actions", elem_classes="pg-chips") as self.actions:
            self.back = say(gr.Button, value=texts.SEND_BACK, size="sm", variant="primary", elem_id="gallery-send-back")
            self.again = say(gr.Button, value=texts.MAKE_AGAIN, size="sm", elem_id="gallery-again")
            self.star = gr.Button(texts.STAR_ON.en, size="sm", elem_id="gallery-star")
            self.delete = say(gr.Button, value=texts.DELETE, size="sm", variant="stop", elem_id="gallery-delete")
        self.undo = say(gr.Button, value=texts.UNDO, size="sm", visible=False, elem_id="gallery-undo")
        self.proof = gr.HTML(elem_id="gallery-proof", elem_classes="pg-block")
        self.settings = gr.HTML(elem_id="gallery-settings", elem_classes="pg-block")
        with say(
            gr.Accordion, label=texts.CODE, open=False, visible=False, elem_id="gallery-code-fold"
        ) as self.code_fold:
            self.code = gr.Code(language="python", interactive=False, show_label=False, elem_id="gallery-code")
        self.deleted = gr.State([])

    def connect(self) -> None:
        """Join the tiles and the buttons."""
        tab, language, opened = self._tab, self._tab.page.language, self._tab.opened
        shown = [
            opened, self.stage, self.hint, self.downloads, self.actions, self.star, self.delete, self.proof,
            self.settings, self.code_fold, self.code,
        ]  # fmt: skip
        tab.tiles.select(self._open, language, shown, **QUICK | {"trigger_mode": "always_last"}).then(
            None, None, None, js=COME_INTO_VIEW, api_visibility="private"
        )
        language.change(self._say_again, [language, opened], shown, **QUICK)
        redraw, inputs, outputs = tab.redraw
        self.star.click(self._star, [language, opened], self.star, **LISTEN).then(redraw, inputs, outputs, **QUICK)
        with_undo = [*shown, self.deleted, self.undo]
        gone = self.delete.click(self._delete, [language, opened], with_undo, **LISTEN)
        told = [self.deleted, self.undo, self.proof]
        back = self.undo.click(self._undelete, [language, self.deleted], told, **LISTEN)
        for changed in (gone, back):
            changed.then(redraw, inputs, outputs, **QUICK)
            for history in tab.page.histories:
                history.follow(changed)
        self.back.click(self._send_back, [language, opened], restorable(tab.page), **LISTEN)
        self.again.click(self._again, [language, opened], self.proof, **LISTEN)

    def _open(self, request: gr.Request, language: Language, event: gr.EventData) -> dict[Any, Any]:
        return self._show(request, language, str(event.id))

    def _say_again(self, request: gr.Request, language: Language, opened: str) -> dict[Any, Any]:
        return self._show(request, language, opened) if opened else self._nothing()

    def _show(self, request: gr.Request, language: Language, id: str) -> dict[Any, Any]:
        tab, engine = self._tab, self._tab.page.engine
        try:
            entry = tab.gallery.get(tab.viewer(request), id)
            kept = serve(tab.gallery, entry)
        except PlaygroundError as error:
            return self._nothing() | {self.proof: note(error.to(language), "failed")}
        code = python_lines(engine, entry.record)
        return {
            tab.opened: id,
            self.stage: large(entry, kept, line_of_words(engine, entry.record, language), width_of(kept)),
            self.hint: gr.update(visible=False),
            self.downloads: html.downloads(kept, language),
            self.actions: gr.update(visible=True),
            self.star: gr.update(value=_star_words(entry.favourite).to(language), interactive=entry.own),
            self.delete: gr.update(interactive=entry.own),
            self.proof: "" if entry.own else note(texts.NOT_YOURS.to(language)),
            self.settings: settings_table(settings_in_words(engine, entry, language)),
            self.code_fold: gr.update(visible=bool(code)),
            self.code: code,
        }

    def _nothing(self) -> dict[Any, Any]:
        return {
            self._tab.opened: "",
            self.stage: "",
            self.hint: gr.update(visible=True),
            self.downloads: "",
            self.actions: gr.update(visible=False),
            self.proof: "",
            self.settings: "",
            self.code_fold: gr.update(visible=False),
        }

    def _star(self, request: gr.Request, language: Language, id: str) -> Any:
        viewer = self._tab.viewer(request)
        try:
            starred = not self._tab.gallery.get(viewer, id).favourite
            self._tab.gallery.set_favourite(viewer, id, starred)
        except PlaygroundError as error:
            raise as_toast(error, language) from error
        return gr.update(value=_star_words(starred).to(language))

    def _delete(self, request: gr.Request, language: Language, id: str) -> dict[Any, Any]:
        try:
            gone = self._tab.gallery.delete(self._tab.viewer(request), [id])
        except PlaygroundError as error:
            raise as_toast(error, language) from error
        words = note(texts.DELETED.to(language)) if gone else ""
        return self._nothing() | {self.proof: words, self.deleted: gone, self.undo: gr.update(visible=bool(gone))}

    def _undelete(self, request: gr.Request, language: Language, ids: list[str]) -> tuple[list[str], Any, str]:
        try:
            self._tab.gallery.undelete(self._tab.viewer(request), ids)
        except PlaygroundError as error:
            raise as_toast(error, language) from error
        return [], gr.update(visible=False), ""

    def _send_back(self, request: gr.Request, language: Language, id: str) -> dict[Any, Any]:
        try:
            entry = self._tab.gallery.get(self._tab.viewer(request), id)
            shown = settings_back(self._tab.page, entry.record, language)
            show_origin(self._tab.page, request, entry.record.family, entry.id)
            return shown
        except PlaygroundError as error:
            raise as_toast(error, language) from error

    async def _again(self, request: gr.Request, language: Language, id: str) -> AsyncIterator[str]:
        tab = self._tab
        try:
            entry = tab.gallery.get(tab.viewer(request), id)
            async for said in make_again(
                tab.page.engine, owner_of(request), entry.record, tab.gallery.paths(entry), language
            ):
                yield said
        except PlaygroundError as error:
            yield note(error.to(language), "failed")


def serve(gallery: Gallery, entry: Entry) -> Kept:
    """Return a result's files, if they are there.

    Raises:
        GalleryError: They are gone.
    """
    paths = gallery.paths(entry)
    if not all(path.exists() for path in paths):
        raise GalleryError(*texts.NO_FILES)
    return Kept(paths, entry.id, len(paths) > 1 and paths[-1].name == f"{entry.id}.png")


def width_of(kept: Kept) -> int:
    """Return the first picture's width in pixels; 0 for a clip, whose frames are large."""
    try:
        with Image.open(kept.files[0]) as picture:
            return picture.width
    except OSError:
        return 0


def _star_words(favourite: bool) -> Any:
    return texts.STAR_OFF if favourite else texts.STAR_ON


# On a phone the large picture stands below the small ones.
COME_INTO_VIEW = """() => {
  const stage = document.getElementById('gallery-stage');
  if (stage && stage.getBoundingClientRect().top > window.innerHeight - 120)
    stage.scrollIntoView({behavior: 'smooth', block: 'start'});
}"""
