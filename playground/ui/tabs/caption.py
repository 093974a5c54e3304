"""The caption panel of the Words tab: its form and result, a prompt's way there and back, and how it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.api.round_trip import go_round
from playground.engine import Engine
from playground.families.requests import Request
from playground.families.text_to_image_requests import PromptRequest
from playground.families.zero_shot_requests import EmbedRequest
from playground.media.pictures import data_url
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part
from playground.ui.stories.caption import STORY
from playground.ui.stories.story import story_question
from playground.ui.tabs import texts
from playground.ui.tabs.family import TabHouse, build_panel


def caption_panel(house: TabHouse, task: type[Request]) -> None:
    """Draw the panel; the way there and back only where everything that it needs is here."""
    engine = house.desk.engine
    build_panel(house, task, button=texts.CAPTION)
    needed = (task.family, EmbedRequest.family, PromptRequest.family)
    known = [engine.catalog.of_family(family)[:1] for family in needed]
    if all(found and found[0].on_disk for found in known):
        part("round_trip", None, functions=[_round_question(engine)], id="round-trip")
    part("story", None, spec={"family": task.family}, functions=[story_question(STORY)], id=f"{task.family}-story")


def _round_question(engine: Engine) -> Callable[..., Any]:
    """Return a question that sends a prompt there and back."""

    @answers
    async def go(asked: Asked) -> dict[str, Any]:
        prompt = asked.text("prompt", 400).strip()
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in prompt)
        gone = await go_round(engine, asked.page, prompt, "zh" if chinese else "en", -1)
        return {
            "prompt": gone.prompt,
            "caption": gone.caption,
            "pictures": [data_url(done.made[0]) for done in (gone.drawn, gone.redrawn)],
            "lost": gone.lost,
            "found": gone.found,
            "scores": [[texts.ROUND_SCORES[name].to(asked.language), value] for name, value in gone.scores.items()],
        }

    return go
