"""Words tab: a beginning and what language models make of it, three side by side; captions, words by a picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from playground.api.following import finished
from playground.catalog import Checkpoint
from playground.engine import Done, Engine
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.caption_requests import CaptionRequest
from playground.families.requests import Request
from playground.families.write_text import GIVEN, PER_CHARACTER
from playground.families.write_text_requests import InsideTextRequest, ReadTextRequest, WriteTextRequest
from playground.families.zero_shot_requests import EmbedRequest, ZeroShotRequest
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part
from playground.ui.stories.write_text import STORY
from playground.ui.tabs.caption import caption_panel
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab
from playground.ui.tabs.zero_shot import zero_shot_panel

MOST_MODELS = 3


def build(house: TabHouse) -> None:
    """Draw the tab."""
    tab = Tab(
        STORY,
        hidden=(ReadTextRequest, InsideTextRequest, EmbedRequest),
        panels={CaptionRequest: caption_panel, ZeroShotRequest: zero_shot_panel},
        below_result=_side_by_side,
    )
    build_family_tab(house, find_family(WriteTextRequest.family), tab)


def _side_by_side(house: TabHouse) -> None:
    """Draw what three models think of the beginning that is being typed."""
    engine = house.desk.engine
    known = [each for each in engine.catalog.of_family(WriteTextRequest.family) if each.bundled][:MOST_MODELS]
    spec = {"task": WriteTextRequest.task, "models": [_model(checkpoint) for checkpoint in known]}
    asks = [_read_along(engine), _write_all(engine), _look_inside(engine)]
    part("writers", None, spec=spec, functions=asks, id="writers")


def _model(checkpoint: Checkpoint) -> dict[str, Any]:
    return {"id": checkpoint.id, "title": checkpoint.title, "kind": checkpoint.entry.pipeline or "transformer"}


def _read_along(engine: Engine) -> Callable[..., Any]:
    """Return a question that tells what each model thinks of a text, token by token, and what may come next."""

    async def read(asked: Asked, id: str) -> dict[str, Any]:
        done = await _ask(engine, asked, ReadTextRequest, id, {})
        *tokens, next_one = done.report.contents["texts"][0]["tokens"]
        scores = done.report.contents["texts"][0].get("scores", {})
        return {
            "id": id,
            "tokens": tokens,
            "next": next_one["alternatives"],
            "perplexity": scores.get(GIVEN),
            "perCharacter": scores.get(f"{GIVEN}, {PER_CHARACTER}"),
            "notices": [notice.to(asked.language) for notice in done.report.notices],
        }

    @answers
    async def read_along(asked: Asked) -> dict[str, Any]:
        return {"models": await asyncio.gather(*(read(asked, id) for id in _ids(asked)))}

    return read_along


def _write_all(engine: Engine) -> Callable[..., Any]:
    """Return a question that lets each model write on from a text, as a form says."""

    async def write(asked: Asked, id: str) -> dict[str, Any]:
        values = {
            name: value for name, value in asked.record("values").items() if name in WriteTextRequest.model_fields
        }
        done = await _ask(engine, asked, WriteTextRequest, id, values | {"num_texts": 1})
        text = done.report.contents["texts"][0]
        return {"id": id, "tokens": text["tokens"], "seed": done.report.seeds[0], "seconds": done.report.seconds}

    @answers
    async def write_all(asked: Asked) -> dict[str, Any]:
        return {"models": await asyncio.gather(*(write(asked, id) for id in _ids(asked)))}

    return write_all


def _look_inside(engine: Engine) -> Callable[..., Any]:
    """Return a question that tells what goes on in a model after a text."""

    @answers
    async def look_inside(asked: Asked) -> dict[str, Any]:
        done = await _ask(engine, asked, InsideTextRequest, asked.text("id", 100), {})
        table: dict[str, Any] = done.report.contents["scores"][0]
        return table

    return look_inside


async def _ask(engine: Engine, asked: Asked, task: type[Request], id: str, values: dict[str, Any]) -> Done:
    """Ask one model; an order that is none is refused like any other value."""
    given: dict[str, Any] = {"text": asked.text("text", 2 * 100_000)}
    if "order" in asked.data:
        given["order"] = asked.data["order"]
    done, _ = await finished(engine, asked.page, task, values | given, id)
    return done


def _ids(asked: Asked) -> Sequence[str]:
    found = asked.data.get("models")
    if not isinstance(found, list) or not 0 < len(found) <= MOST_MODELS:
        raise InvalidInput("models", "Name one to three checkpoints.", "请给出一至三个检查点。")
    return [str(id)[:100] for id in found]
