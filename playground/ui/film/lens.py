"""Words under the lens: where each word of the prompt acts, as heat over the film, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image

from playground.engine import Engine
from playground.families.requests import Request
from playground.media.pictures import data_url
from playground.ui.film.film import asked_again
from playground.ui.shell.asking import Asked, answers

HEAT = (255, 80, 0)
STRONGEST = 0.85


def lens_question(engine: Engine, task: type[Request]) -> Callable[..., Any]:
    """Return a question that tells where the words of a result's prompt acted, from its report.

    Args:
        engine: What runs it again, watched.
        task: The request type whose picture holds the maps.
    """

    @answers
    async def show_words(asked: Asked) -> dict[str, Any]:
        page = (await asked_again(engine, task, asked)).made[0]
        return {"words": page.info["words"], "columns": len(page.info["frames"]) + 1, "heat": data_url(heat_of(page))}

    return show_words


def heat_of(page: Image.Image) -> Image.Image:
    """Turn grey tiles into a warm colour that lets the picture through where nothing is."""
    warm = Image.new("RGBA", page.size, (*HEAT, 0))
    warm.putalpha(page.convert("L").point([round(value * STRONGEST) for value in range(256)]))
    return warm
