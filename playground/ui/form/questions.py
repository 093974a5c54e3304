"""What a form's script asks while somebody fills it in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playground.api.uploads import inline_drawing
from playground.catalog import Checkpoint
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.families.controls import LARGE_PAINTING, SMALL_PAINTING
from playground.families.known_words import vocabulary_of
from playground.families.prompts import read_prompt
from playground.language import sentences
from playground.ui.form import texts
from playground.ui.shell.asking import Asked, answers


def token_question(engine: Engine, family: str) -> Callable[..., Any]:
    """Return a question that counts a prompt's tokens; the text encoder may be that of the checkpoint's base."""

    @answers
    async def count_tokens(asked: Asked) -> dict[str, Any]:
        try:
            checkpoint = engine.catalog.find(asked.text("checkpoint", 200), family)
            reader, prompt = checkpoint.base or checkpoint, asked.text("prompt")
            reading = await asyncio.to_thread(read_prompt, reader, prompt, reader.family == family)
            near, empty = await asyncio.to_thread(_near, reader, prompt)
        except PlaygroundError:
            return {}  # what is wrong with the checkpoint is said where it is chosen
        if reading is None:
            return {"near": near, "empty": empty}
        said = texts.TOKENS_LEFT_OUT if reading.left_out else texts.TOKENS
        told = said.format(reading.used, reading.room * reading.parts, reading.left_out[:120])
        parts = texts.TOKENS_IN_PARTS.format(reading.parts) if reading.parts > 1 else None
        return {"said": sentences([told, parts]), "near": near, "empty": empty}

    return count_tokens


def _near(checkpoint: Checkpoint, prompt: str) -> tuple[list[dict[str, Any]], str]:
    """Return the words of a prompt that a checkpoint hardly knows, each with known things whose names are like it.

    And what of the prompt says nothing, and is left out.
    """
    known = vocabulary_of(checkpoint)
    if known is None:
        return [], ""
    plain, empty = known.without_empty(prompt)
    return [{"word": word, "things": known.nearest(word)} for word in known.unknown(plain)], ", ".join(empty)


def drawing_question() -> Callable[..., Any]:
    """Return a question that turns an uploaded picture into what a drawing pad holds."""

    @answers
    async def read_drawing(asked: Asked) -> dict[str, Any]:
        colour = asked.data.get("colour") is True
        side = LARGE_PAINTING if asked.data.get("side") == LARGE_PAINTING else SMALL_PAINTING
        return {"picture": await asyncio.to_thread(inline_drawing, {"path": asked.text("path")}, colour, side)}

    return read_drawing
