"""Words under the lens: where each word of the prompt acts, as light on the film, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image

from playground.engine import Engine
from playground.families.requests import Request
from playground.media.pictures import data_url
from playground.ui.film.film import asked_again
from playground.ui.shell.asking import Asked, answers

SHADE, DARKEST = (15, 23, 42), 0.8


def lens_question(engine: Engine, task: type[Request]) -> Callable[..., Any]:
    """Return a question that tells where the words of a result's prompt acted, from its report.

    Args:
        engine: What runs it again, watched.
        task: The request type whose picture holds the maps.
    """

    @answers
    async def show_words(asked: Asked) -> dict[str, Any]:
        page = (await asked_again(engine, task, asked)).made[0]
        return {"words": page.info["words"], "columns": len(page.info["frames"]) + 1, "shade": data_url(shade_of(page))}

    return show_words


def shade_of(page: Image.Image) -> Image.Image:
    """Turn grey tiles into a shade that leaves open only where a word acts: it shows on a picture of any colour."""
    shade = Image.new("RGBA", page.size, (*SHADE, 0))
    shade.putalpha(page.convert("L").point([round((255 - value) * DARKEST) for value in range(256)]))
    return shade
