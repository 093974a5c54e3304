"""How a clip forms, as one sheet, and which frames its motion modules look at from a place that is pointed at."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.api.following import finished
from playground.engine import Done, Engine
from playground.families.requests import Request
from playground.families.text_to_video_film import LEVELS, PLACE
from playground.ui.film.film import asked_again, jpeg_url
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part


def clip_film_part(engine: Engine, shows: type[Request], film: type[Request], looks: type[Request]) -> gr.HTML:
    """Draw what unfolds below a clip.

    Args:
        engine: What makes a clip again, watched.
        shows: The request type of the clips.
        film: That of their steps.
        looks: That of how much every frame looks at every frame.
    """
    spec = {"task": shows.task, "film": film.task, "levels": list(LEVELS)}
    asks = [_film_question(engine, film), _looks_question(engine, looks)]
    return part("clip_film", None, spec=spec, functions=asks, id=f"{film.task}-part")


def _film_question(engine: Engine, film: type[Request]) -> Any:
    """Return a question that shows a clip's steps, from its report."""

    @answers
    async def show_clip_film(asked: Asked) -> dict[str, Any]:
        done = await asked_again(engine, film, asked)
        page, count = done.made[0], int(asked.record("report")["request"]["num_frames"])
        known = {name: page.info[name] for name in ("steps", "frames", "levels")}
        return {"picture": jpeg_url(page), "count": count, "told": _sentences(done, asked), **known}

    return show_clip_film


def _looks_question(engine: Engine, looks: type[Request]) -> Any:
    """Return a question that tells which frames look at which at a place of a clip, from its report."""

    @answers
    async def show_looks(asked: Asked) -> dict[str, Any]:
        report = asked.record("report")
        request = report.get("request") if isinstance(report.get("request"), dict) else {}
        values = {name: request[name] for name in looks.model_fields if name in request and name not in PLACE}
        values |= {
            "across": asked.whole("across") / 100,
            "down": asked.whole("down") / 100,
            "at_step": asked.whole("step"),
            "level": asked.text("level", 20),
        }
        done, _ = await finished(engine, asked.page, looks, values, str(report.get("checkpoint", "")))
        return {"looks": done.made[0].values, "told": _sentences(done, asked)}

    return show_looks


def _sentences(done: Done, asked: Asked) -> str:
    return " ".join(each.to(asked.language) for each in done.report.notices)
