"""How a clip forms, as one sheet, and which frames its motion modules look at from a place that is pointed at."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.api.following import finished
from playground.engine import Engine
from playground.families.requests import Request
from playground.families.text_to_video_film import LEVELS, ClipFilmRequest, FramesLensRequest
from playground.ui.film.film import asked_again, jpeg_url
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part


def clip_film_part(engine: Engine, shows: type[Request]) -> gr.HTML:
    """Draw what unfolds below a clip.

    Args:
        engine: What makes a clip again, watched.
        shows: The request type of the clips.
    """
    spec = {"task": shows.task, "film": ClipFilmRequest.task, "levels": list(LEVELS)}
    asks = [_film_question(engine), _looks_question(engine)]
    return part("clip_film", None, spec=spec, functions=asks, id=f"{ClipFilmRequest.task}-part")


def _film_question(engine: Engine) -> Any:
    """Return a question that shows a clip's steps, from its report."""

    @answers
    async def show_clip_film(asked: Asked) -> dict[str, Any]:
        page = (await asked_again(engine, ClipFilmRequest, asked)).made[0]
        told = {name: page.info[name] for name in ("steps", "frames", "levels")}
        return {"picture": jpeg_url(page), "count": int(asked.record("report")["request"]["num_frames"]), **told}

    return show_clip_film


def _looks_question(engine: Engine) -> Any:
    """Return a question that tells which frames look at which at a place of a clip, from its report."""

    @answers
    async def show_looks(asked: Asked) -> dict[str, Any]:
        report = asked.record("report")
        request = report.get("request") if isinstance(report.get("request"), dict) else {}
        values = {name: request[name] for name in ClipFilmRequest.model_fields if name in request}
        values |= {
            "across": asked.whole("across") / 100,
            "down": asked.whole("down") / 100,
            "at_step": asked.whole("step"),
            "level": asked.text("level", 20),
        }
        done, _ = await finished(engine, asked.page, FramesLensRequest, values, str(report.get("checkpoint", "")))
        return {"looks": done.made[0].values, "told": " ".join(each.to(asked.language) for each in done.report.notices)}

    return show_looks
