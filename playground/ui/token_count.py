"""Says how many of the text encoder's tokens a prompt takes, while it is typed."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.api.following import LIVE
from playground.errors import PlaygroundError
from playground.families.prompts import read_prompt
from playground.language import Language
from playground.ui.panel import Page, Panel
from playground.ui.texts import page as texts


def count_tokens(page: Page, panel: Panel) -> None:
    """Count below a panel's prompt, whose text encoder may be that of the checkpoint's base."""
    help, prompt = panel.form.task.controls()["prompt"].help, panel.form.fields["prompt"]

    def say(language: Language, id: str, words: str | None) -> Any:
        try:
            checkpoint = page.engine.catalog.find(id, panel.form.task.family)
            reading = read_prompt(checkpoint.base or checkpoint, words or "")
        except PlaygroundError:
            return gr.skip()  # what is wrong with the checkpoint is said where it is chosen
        if reading is None:
            return gr.update(info=help.to(language))
        said = texts.TOKENS_LEFT_OUT if reading.left_out else texts.TOKENS
        count = said.format(reading.used, reading.room, reading.left_out[:120])
        return gr.update(info=f"{help.to(language)} {count.to(language)}")

    gr.on([prompt.change, panel.checkpoint.change], say, [page.language, panel.checkpoint, prompt], prompt, **LIVE)
