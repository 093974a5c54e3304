"""Text → Image tab: type words, watch the picture form, scrub through its steps."""

from __future__ import annotations

from typing import Any

from playground.families import find_family
from playground.families.text_to_image import FilmRequest
from playground.ui.denoising_film import Film
from playground.ui.family_tab import PRESS_GENERATE, build_family_tab
from playground.ui.panel import Page
from playground.ui.texts.text_to_image_story import STORY
from playground.ui.token_count import count_tokens


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
    count_tokens(page, panel)
    press = PRESS_GENERATE.replace("TASK", panel.form.task.task)
    panel.form.fields["prompt"].submit(None, None, None, js=press, api_visibility="private")
    return fill
