"""A file that was made here, dropped on the page, brings back its tab and its settings."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, owner_of
from playground.api.refusing import as_toast
from playground.api.visitor import visitor_of
from playground.errors import CheckpointError, InvalidInput, PlaygroundError
from playground.families import REGISTRY
from playground.families.controls import Drawing
from playground.families.requests import Request
from playground.gallery import Viewer
from playground.language import Language
from playground.media.a1111 import read_parameters
from playground.media.metadata import Metadata
from playground.media.reading import read_metadata
from playground.ui.again import make_again
from playground.ui.foreign import foreign_settings
from playground.ui.gallery_html import note
from playground.ui.panel import Page, Panel
from playground.ui.texts import gallery as texts_of_gallery
from playground.ui.texts import page as texts

log = logging.getLogger(__name__)
DROP_ANYWHERE = """
<script>
// A file dropped outside any drop zone goes to the restore field.
const isZone = (event) => event.target.closest && event.target.closest('button, .image-container, input');
document.addEventListener('dragover', (event) => { if (!isZone(event)) event.preventDefault(); });
document.addEventListener('drop', (event) => {
  const field = document.querySelector('.pg-top input[type=file]');
  if (isZone(event) || !field || !event.dataTransfer.files.length) return;
  event.preventDefault();
  const files = new DataTransfer();
  files.items.add(event.dataTransfer.files[0]);
  field.files = files.files;
  field.dispatchEvent(new Event('change', { bubbles: true }));
});
</script>
"""


class Proof:
    """The line that a restored file leaves above the tabs: what it was, and a button that makes it again."""

    def __init__(self, page: Page) -> None:
        self._page = page
        say = page.wording
        with gr.Row(visible=False, elem_id="pg-proof", elem_classes="pg-proof") as self.row:
            self.said = gr.HTML(elem_id="pg-proof-said", elem_classes="pg-block")
            self.again = say(gr.Button, value=texts_of_gallery.MAKE_AGAIN, size="sm", scale=0, min_width=170)
        self.file = gr.State(None)

    def connect(self, field: Any) -> None:
        """Join the button that takes files to every panel, and the line's own button."""
        language = self._page.language
        outputs = [*restorable(self._page), self.row, self.said, self.file]
        field.upload(self._restore, [language, field], outputs, **LISTEN)
        self.again.click(self._make_again, [language, self.file], self.said, **LISTEN)

    def _restore(self, language: Language, path: str | None) -> dict[Any, Any]:
        if not path:
            return {self._page.tabs: gr.skip()}
        try:
            if found := read_parameters(path):
                return foreign_settings(self._page, found, language) | {self.row: gr.update(visible=False)}
            record = read_metadata(path)
            shown = settings_back(self._page, record, language)
        except PlaygroundError as error:
            raise as_toast(error, language) from error
        words = texts_of_gallery.DROPPED.format(Path(path).name[:80]).to(language)
        return shown | {
            self.row: gr.update(visible=True),
            self.said: note(words),
            self.file: (record.to_json(), path),
        }

    async def _make_again(
        self, request: gr.Request, language: Language, file: tuple[str, str] | None
    ) -> AsyncIterator[str]:
        if not file:
            return
        try:
            record, engine = Metadata.from_json(file[0]), self._page.engine
            async for said in make_again(engine, owner_of(request), record, [Path(file[1])], language):
                yield said
        except PlaygroundError as error:
            yield note(error.to(language), "failed")


def restorable(page: Page) -> list[Any]:
    """Return every component that settings may come back to."""
    mores = list(dict.fromkeys(panel.more for panel in page.panels.values() if panel.more is not None))
    outputs = [page.tabs, *mores]
    for panel in page.panels.values():
        outputs += [
            panel.checkpoint,
            panel.status,
            *panel.form.components,
            *([panel.form.lock] if panel.form.lock else []),
        ]
    return list(dict.fromkeys(outputs))


def form_filled(panel: Panel, request: Request) -> dict[Any, Any]:
    """Return what fills a panel's controls with a request; drawings stay as they are."""
    controls = panel.form.task.controls()
    return {
        component: getattr(request, name)
        for name, component in panel.form.fields.items()
        if not isinstance(controls[name], Drawing)
    }


def show_origin(page: Page, request: gr.Request, family: str, id: str) -> None:
    """Note that a page shows a result of its visitor's, so that the next one is varied from it."""
    page.origins.put(owner_of(request), family, id)
    if page.gallery and id:
        try:
            page.gallery.bring_in(Viewer(visitor_of(request)), id)
        except PlaygroundError as error:
            log.warning("%s", error)  # it is shown all the same


def settings_back(page: Page, metadata: Metadata, language: Language) -> dict[Any, Any]:
    """Return what opens a result's tab and fills its controls, and tell the visitor.

    Raises:
        InvalidInput: The playground has no such task, or a value is not allowed.
    """
    panel = page.panels.get(metadata.task)
    if panel is None or metadata.family not in REGISTRY:
        raise InvalidInput("task", *texts.UNKNOWN_TASK.format(metadata.task[:80]))
    request = panel.form.task.parse(metadata.request)
    words = [texts.RESTORED.to(language)]
    shown: dict[Any, Any] = {page.tabs: gr.update(selected=metadata.family)}
    if panel.more is not None:
        shown[panel.more] = gr.update(selected=metadata.task)
    try:
        shown[panel.checkpoint] = page.engine.catalog.find(metadata.checkpoint, metadata.family).id
    except CheckpointError:
        words.append(texts.NO_SUCH_CHECKPOINT.format(metadata.checkpoint[:80]).to(language))
    shown |= form_filled(panel, request)
    if panel.form.lock:
        shown[panel.form.lock] = True
    gr.Info(" ".join(words), duration=6)
    return shown
