"""Text → Image tab: type words, watch the picture form, scrub through its steps."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.families import find_family
from playground.families.prompts import read_prompt
from playground.families.text_to_image import FilmRequest, PromptRequest
from playground.language import Language
from playground.ui.denoising_film import Film
from playground.ui.family_tab import PRESS_GENERATE, build_family_tab
from playground.ui.jobs import LIVE
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts
from playground.ui.texts.text_to_image_story import STORY


def build(page: Page) -> list[tuple[Any, list[Any], Any]]:
    """Draw the tab; nothing fills it until a visitor asks."""
    film = Film(page, FilmRequest)
    fill = build_family_tab(
        page,
        find_family("text_to_image"),
        STORY,
        below_result=film.draw,
    )
    panel = page.panels["text_to_image"]
    film.connect(panel)
    _count_tokens(page, panel)
    press = PRESS_GENERATE.replace("TASK", panel.form.task.task)
    panel.form.fields["prompt"].submit(None, None, None, js=press, api_visibility="private")
    return fill


def _count_tokens(page: Page, panel: Panel) -> None:
    """Say how many of the text encoder's tokens the prompt takes, while it is typed."""
    help, prompt = PromptRequest.controls()["prompt"].help, panel.form.fields["prompt"]

    def say(language: Language, id: str, words: str | None) -> Any:
        try:
            reading = read_prompt(page.engine.catalog.find(id, panel.form.task.family), words or "")
        except PlaygroundError:
            return gr.skip()  # what is wrong with the checkpoint is said where it is chosen
        if reading is None:
            return gr.update(info=help.to(language))
        said = texts.TOKENS_LEFT_OUT if reading.left_out else texts.TOKENS
        count = said.format(reading.used, reading.room, reading.left_out[:120])
        return gr.update(info=f"{help.to(language)} {count.to(language)}")

    gr.on([prompt.change, panel.checkpoint.change], say, [page.language, panel.checkpoint, prompt], prompt, **LIVE)
