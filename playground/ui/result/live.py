"""Pictures that follow their controls, and how the engine is: two addresses beside Gradio's that cost next to nothing.

A slider sends several positions a second, and thirty people's sliders some hundreds. Through Gradio's own events, which
look after sessions, inputs and outputs, one core serves about 250 of them a second; here it serves three times as many
(``python -m tests.benchmarks slider`` measures both). Whoever has to log in for the page has to for these too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.api.following import finished
from playground.engine import Cancelled, Done, Engine, Failed, Job
from playground.errors import InvalidInput, PlaygroundError
from playground.families import find_family, tasks
from playground.families.requests import Request
from playground.language import Language
from playground.outcomes import find_kind
from playground.ui.form.form import read_form
from playground.ui.result import stage, texts
from playground.ui.result.showing import large
from playground.ui.result.status import line_of_notices, status_line
from playground.ui.shell.asking import Asked, answers, read_question
from playground.ui.shell.header import status_html

DRAW, STATUS = "/_page/draw", "/_page/status"
PATIENCE = 3.0
"""Seconds after which a draft that real jobs keep waiting is given up: the hand has moved on."""
FOLLOWING = ("pictures", "strip", "sheet")
"""Kinds of result that are quick enough to follow a control, in a family that is."""


def live_routes(engine: Engine) -> list[Route]:
    """Return the addresses that draw a live picture, and that tell how the engine is."""

    async def draw(http: HttpRequest) -> Response:
        if not logged_in(http):
            return JSONResponse({"detail": "Not authenticated"}, 401)
        try:
            asked = read_question(await http.json(), http)
        except (ValueError, RecursionError, UnicodeDecodeError):
            return JSONResponse({"detail": "The body must be JSON."}, 400)
        return JSONResponse(await _drawn(engine, asked))

    async def status(http: HttpRequest) -> Response:
        if not logged_in(http):
            return JSONResponse({"detail": "Not authenticated"}, 401)
        language: Language = "zh" if http.query_params.get("language") == "zh" else "en"
        return JSONResponse(status_html(engine.status, language), headers={"Cache-Control": "no-store"})

    return [Route(DRAW, draw, methods=["POST"]), Route(STATUS, status)]


def logged_in(http: HttpRequest) -> bool:
    """Tell whether a request may come in: everybody where no password is asked for, else who has logged in."""
    app = http.app
    if app.auth is None and app.auth_dependency is None:
        return True
    named = (http.cookies.get(f"access-token{kind}-{app.cookie_id}") for kind in ("", "-unsecure"))
    return any(app.tokens.get(token) is not None for token in named if token)


async def _drawn(engine: Engine, asked: Asked) -> dict[str, Any]:
    language = asked.language
    try:
        name = asked.text("task", 100)
        if asked.data.get("draft") is True:
            return await _drafted(engine, asked, name)
        task = _live_task(name)
        checkpoint, values = read_form(task, asked.record("form") | {"keep": True}, engine.catalog)
        if "num_images" in task.model_fields:
            values["num_images"] = 1
        done, made = await finished(engine, asked.page, task, values, checkpoint)
    except PlaygroundError as error:
        return {"status": status_line(Failed(error), language)}
    return {"stage": _live_stage(done, task, made, language), "status": ""}


async def _drafted(engine: Engine, asked: Asked, name: str) -> dict[str, Any]:
    """Draw a draft: nothing where none is quick here, or where real jobs keep it waiting for too long."""
    task = tasks().get(name)
    if task is None or name not in find_family(task.family).drafted:
        raise not_live(name)
    checkpoint, values = read_form(task, asked.record("form") | {"keep": True}, engine.catalog)
    job = engine.draft(asked.page, task, values, checkpoint)
    if job is None:
        return {"slow": True}
    try:
        await asyncio.wait_for(_ended(job), PATIENCE)
    except asyncio.TimeoutError:
        return {}
    finally:
        if not job.ended:
            job.cancel()
    if isinstance(job.latest, Cancelled):
        return {}
    done = job.outcome()
    steps, seed = done.report.request["num_inference_steps"], done.report.seeds[0]
    caption = texts.DRAFT.format(steps, seed, 1000 * done.report.seconds).to(asked.language)
    shown = stage.pictures(task.title.to(asked.language), done.made, done.report.seeds, caption=caption)
    return {"stage": shown, "status": line_of_notices(done.report.notices, asked.language), "seed": seed}


async def _ended(job: Job) -> None:
    async for _ in job.watch(quiet=PATIENCE):
        continue


def _live_stage(done: Done, task: type[Request], made: Request, language: Language) -> str:
    words, seeds = task.title.to(language), done.report.seeds
    if task.makes != "pictures":
        return stage.wide_picture(words, find_kind(task.makes).picture(done.made, made.layout()))
    caption = texts.LIVE.format(seeds[0] if seeds else "–", 1000 * done.report.seconds).to(language)
    return stage.pictures(words, done.made, seeds, caption=caption)


def _live_task(name: str) -> type[Request]:
    task = tasks().get(name)
    if task is None or not find_family(task.family).live or task.makes not in FOLLOWING:
        raise not_live(name)
    return task


def not_live(name: str) -> InvalidInput:
    """Refuse to draw live what takes long."""
    return InvalidInput("task", f"{name[:60]!r} is not drawn live.", f"{name[:60]!r} 不支持实时绘制。")


def first_result(engine: Engine, task: type[Request]) -> Callable[..., Any]:
    """Return a question that gives what a form starts with, at seed 0; it is made once, for everybody."""
    jobs: list[Job] = []

    async def first() -> Done | None:
        try:
            if not jobs:
                jobs.append(engine.submit("everybody", task, {"seed": 0} | dict(find_family(task.family).first)))
            async for _ in jobs[0].watch():
                continue
            return jobs[0].outcome()
        except PlaygroundError:
            return None  # why the checkpoint cannot be used is said where it is chosen

    @answers
    async def show_first(asked: Asked) -> dict[str, Any]:
        done = await first()
        return {"stage": await _told(done, task, asked.language)} if done else {}

    return show_first


async def _told(done: Done, task: type[Request], language: Language) -> str:
    words = texts.FIRST_CLIP if task.makes == "clip" else texts.FIRST
    caption = words.format((done.report.seeds or ["–"])[0], done.report.seconds).to(language)
    if task.makes == "clip":
        fps = float(done.report.request["fps"])
        return await asyncio.to_thread(stage.inline_clip, task.title.to(language), done.made, fps, caption)
    return large(done.made, done.report, task, language, None, caption)
