"""The panel of words beside a picture: its form and result, the matrix of one's own pictures, and how it works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playground.families.requests import Request
from playground.families.text_to_image_requests import PromptRequest
from playground.gallery import Filter, Viewer
from playground.gallery.indexing import Meaning
from playground.ui.gallery.html import webp_url
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part
from playground.ui.stories.story import story_question
from playground.ui.stories.zero_shot import STORY
from playground.ui.tabs import texts
from playground.ui.tabs.family import TabHouse, build_panel

MOST, LOOKED_THROUGH = 6, 60
"""Pictures of the matrix, and results among which they are looked for."""


def zero_shot_panel(house: TabHouse, task: type[Request]) -> None:
    """Draw the panel; the matrix only where results are kept and there are weights that embed."""
    build_panel(house, task, button=texts.COMPARE_WORDS)
    if house.meaning and house.meaning.ready:
        part("matrix", None, functions=[_matrix_question(house.meaning)], id="matrix")
    part("story", None, spec={"family": task.family}, functions=[story_question(STORY)], id=f"{task.family}-story")


def _matrix_question(meaning: Meaning) -> Callable[..., Any]:
    """Return a question that compares a visitor's latest pictures with each other's prompts."""
    gallery = meaning.gallery

    def compare(asked: Asked) -> dict[str, Any]:
        viewer = Viewer(asked.visitor, adopts=asked.local)
        found = gallery.shelf(viewer, Filter(family=PromptRequest.family), 0, LOOKED_THROUGH).entries
        asked_for = {str(entry.record.request.get("prompt", "")).strip(): entry for entry in reversed(found)}
        chosen = [(words, entry) for words, entry in reversed(asked_for.items()) if words][:MOST]
        if len(chosen) < 2:
            return {"said": texts.MATRIX_TOO_FEW.to(asked.language)}
        seen = [meaning.reckon(asked.page, like=entry.id) for _, entry in chosen]
        read = [meaning.read(asked.page, words) for words, _ in chosen]
        return {
            "words": [words for words, _ in chosen],
            "pictures": [webp_url(gallery.thumbnail(entry)) for _, entry in chosen],
            "likenesses": [[round(float(one @ other), 3) for other in read] for one in seen],
        }

    @answers
    async def show_matrix(asked: Asked) -> dict[str, Any]:
        return await asyncio.to_thread(compare, asked)

    return show_matrix
