"""The film of a picture that forms: a scrubber over its steps that answers in the browser, without the server."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator
from html import escape
from typing import Any

import gradio as gr
from PIL.Image import Image

from playground.api.following import LISTEN, follow, owner_of
from playground.engine import Done, Failed
from playground.errors import PlaygroundError
from playground.families.requests import Request
from playground.language import Language
from playground.media.pictures import opaque
from playground.ui import html
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts

CAPTIONS = (texts.FILM_NOISY, texts.FILM_WITHOUT, texts.FILM_WORDS, texts.FILM_GUIDED)
# The events are taken by the component's element, because what is in it is made anew with every film.
SCRUB = """
let timer = null;
const show = (film, frame) => {
  film.style.setProperty('--frame', frame);
  film.querySelector('input').value = frame;
  film.querySelectorAll('[data-frame]').forEach((line) => { line.hidden = line.dataset.frame != frame; });
};
const pause = () => { clearInterval(timer); timer = null; };
element.addEventListener('input', (event) => { pause(); show(event.target.closest('.pg-film'), event.target.value); });
element.addEventListener('click', (event) => {
  if (!event.target.closest('.pg-film button')) return;
  if (timer) return pause();
  let frame = 0;
  timer = setInterval(() => {
    const film = element.querySelector('.pg-film');
    if (!film || frame > film.querySelector('input').max) return pause();
    show(film, frame++);
  }, 220);
});
"""


class Film:
    """The part of a tab that shows how the first of its pictures formed, once a visitor opens it.

    Args:
        page: The page.
        task: The request type whose picture is a film; it shares its fields with the panel's.
    """

    def __init__(self, page: Page, task: type[Request]) -> None:
        self._page, self._task = page, task
        self._fold: Any = None
        self._film: Any = None
        self._opened: Any = None
        self._made_of: Any = None

    def draw(self, page: Page, panel: Panel) -> None:
        """Draw it, folded."""
        with page.wording(gr.Accordion, label=texts.FILM, open=False, elem_id=f"{self._task.task}-fold") as self._fold:
            self._film = gr.HTML(
                "",
                js_on_load=SCRUB,
                apply_default_css=False,
                elem_id=f"{self._task.task}-stage",
                elem_classes="pg-block",
            )
            self._opened, self._made_of = gr.State(False), gr.State(None)

    def connect(self, panel: Panel) -> None:
        """Make the film when it is opened, and again after every picture while it is open."""
        opened = self._opened
        inputs = [self._page.language, opened, self._made_of, panel.report]
        outputs = [self._film, self._made_of]
        quick = LISTEN | {"queue": False}
        self._fold.expand(lambda: True, None, opened, **quick).then(self._show, inputs, outputs, **LISTEN)
        self._fold.collapse(lambda: False, None, opened, **quick)
        panel.listener.then(self._show, inputs, outputs, **LISTEN)

    async def _show(
        self, request: gr.Request, language: Language, opened: bool, made_of: Any, report: dict[str, Any] | None
    ) -> AsyncIterator[tuple[Any, Any]]:
        asked = report and {name: report["request"][name] for name in self._task.model_fields}
        if not opened or (asked and asked == made_of):
            return
        if not report or not asked:
            yield f'<p class="pg-small">{escape(texts.FILM_FIRST.to(language))}</p>', None
            return
        try:
            owner = owner_of(request)
            async for event in follow(self._page.engine, owner, self._task, asked, report["checkpoint"]):
                if isinstance(event, Done):
                    yield film_of(event.made[0], asked["guidance_scale"], language), asked
                else:
                    yield html.status_line(event, language), None
        except PlaygroundError as error:
            yield html.status_line(Failed(error), language), None


def film_of(picture: Image, guidance: float, language: Language) -> str:
    """Show one frame of a film, with a scrubber.

    Args:
        picture: A row for each caption, a column for each frame; ``info["frames"]`` has the numbers of each frame.
        guidance: The strength that the picture was made with.
        language: The visitor's.
    """
    frames: list[dict[str, float]] = picture.info["frames"]
    last, strength = len(frames) - 1, max(1.0, guidance)
    first = last // 4  # where noise, doubt and guidance are still far apart
    tiles = "".join(
        f'<figure><div style="--row: {row}" role="img" aria-label="{escape(caption.to(language))}"></div>'
        f"<figcaption>{escape(caption.to(language))}</figcaption></figure>"
        for row, caption in enumerate(CAPTIONS)
    )
    lines = "".join(
        f'<p data-frame="{index}"{"" if index == first else " hidden"}>'
        + escape(
            texts.FILM_STEP.format(
                frame["step"],
                frame["of"],
                round(100 * frame["noise"]),
                f"{100 * frame['pull']:.1f}",
                f"{100 * frame['pull'] * strength:.1f}",
            ).to(language)
        )
        + "</p>"
        for index, frame in enumerate(frames)
    )
    scrub, play = (escape(words.to(language)) for words in (texts.FILM_SCRUB, texts.FILM_PLAY))
    shape = f"{picture.width // len(frames)} / {picture.height // len(CAPTIONS)}"
    variables = f"--film: url({_jpeg(picture)}); --frames: {len(frames)}; --frame: {first}; --shape: {shape}"
    return (
        f'<div class="pg-film" style="{variables}"><div class="pg-film-tiles">{tiles}</div><div class="pg-film-bar">'
        f'<button type="button" aria-label="{play}">▶</button>'
        f'<input type="range" min="0" max="{last}" value="{first}" aria-label="{scrub}">'
        f'</div>{lines}<p class="pg-formula">ε = ε<sub>∅</sub> + {strength:g} · (ε<sub>c</sub> − ε<sub>∅</sub>)</p>'
        "</div>"
    )


def _jpeg(picture: Image) -> str:
    content = io.BytesIO()
    opaque(picture).save(content, format="JPEG", quality=88, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")
