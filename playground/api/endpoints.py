"""The API: one named endpoint a request type. The last thing it gives is ``(files, report)``."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Sequence
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from playground.api.following import PATIENT, follow, owner_of
from playground.api.offering import offer
from playground.api.refusing import as_toast
from playground.api.serving import serve_kept
from playground.api.uploads import inline_drawing
from playground.api.visitor import browser_language, visitor_of
from playground.catalog import Checkpoint
from playground.engine import Done, Engine, Event, Failed, Job, Queued, Step
from playground.engine.reports import as_json
from playground.families import find_family
from playground.families.controls import Drawing, Painting
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.gallery.keeping import Kept, Outputs, keep
from playground.language import Language
from playground.outcomes import find_kind
from playground.settings import Settings

JSON_TYPES: dict[Any, Any] = {int: int, float: float, str: str, bool: bool}
Answer = tuple[list[dict[str, Any]], dict[str, Any]]


def add_endpoint(engine: Engine, settings: Settings, task: type[Request], gallery: Gallery | None = None) -> None:
    """Offer a request type under its task's name; every field is a parameter with a default."""
    offer(_endpoint(engine, settings, task, gallery), task.task)


def _endpoint(engine: Engine, settings: Settings, task: type[Request], gallery: Gallery | None) -> Any:
    known, family = engine.catalog.of_family(task.family), find_family(task.family)
    defaults, controls = defaults_of(task, known), task.controls()
    drawings = [name for name, control in controls.items() if isinstance(control, Drawing)]
    own = [name for name, default in defaults.items() if default is None and name not in drawings]

    async def call(*args: Any, **kwargs: Any) -> AsyncIterator[Answer]:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        values = dict(given.arguments)
        request, checkpoint = values.pop("request"), values.pop("checkpoint")
        language: Language = settings.language or browser_language(request)
        values = {name: value for name, value in values.items() if value is not None or name not in own}
        try:
            for name in drawings:
                if name in values:
                    colour = isinstance(controls[name], Painting)
                    side = family.painting_side(engine.catalog.find(checkpoint, task.family))
                    values[name] = await asyncio.to_thread(inline_drawing, values[name], colour, side)
            job = engine.submit(owner_of(request), task, values, checkpoint)
            if gallery:
                gallery.promises.give(job)
            async for event in follow(job, quiet=PATIENT):
                if isinstance(event, Failed):
                    raise event.error
                if isinstance(event, Done):
                    owner = visitor_of(request)
                    yield await asyncio.to_thread(_kept, event, job, settings, gallery, owner, language)
                else:
                    yield [], _progress(event, task)
        except Exception as error:
            raise as_toast(error, language) from error

    parameters = [_parameter("checkpoint", str, known[0].id if known else "")]
    for name, field in task.model_fields.items():
        if name in drawings:
            parameters.append(_parameter(name, dict[str, Any], None))
        else:
            kind = JSON_TYPES[field.annotation]
            parameters.append(_parameter(name, kind | None if name in own else kind, defaults[name]))
    parameters.append(_parameter("request", gr.Request, None))
    signature = inspect.Signature(parameters, return_annotation=Answer)
    call.__signature__ = signature  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters} | {"return": Answer}
    call.__name__, call.__doc__ = task.task, description_of(task, own)
    return call


def defaults_of(task: type[Request], known: Sequence[Checkpoint]) -> dict[str, Any]:
    """Return each parameter's default; None, where the checkpoints differ, stands for the chosen one's own.

    A client fills in the defaults of what its caller leaves out: those values would look as if they were given.

    Args:
        task: The request type.
        known: The checkpoints that can be chosen.
    """
    found = {}
    for name, plain in task.defaults().items():
        differing = {checkpoint.defaults.get(name, plain) for checkpoint in known} or {plain}
        found[name] = differing.pop() if len(differing) == 1 else None
    return found


def description_of(task: type[Request], own: Sequence[str]) -> str:
    """Say in one paragraph what an endpoint does, what its fields take and what it gives.

    Args:
        task: The request type.
        own: The fields that, left out, take the checkpoint's own value.
    """
    fields = "; ".join(f"{name}: {control.allowed.en}" for name, control in task.controls().items())
    first = (task.__doc__ or "").splitlines()[0]
    left_out = f" Left out, or null, the checkpoint's own: {', '.join(own)}." if own else ""
    return f"{find_family(task.family).title.en}. {first} {fields}.{left_out} Gives (files, report)."


def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)


def _kept(done: Done, job: Job, settings: Settings, gallery: Gallery | None, owner: str, language: Language) -> Answer:
    outputs = Outputs(settings.outputs, settings.label, settings.c2pa)
    kept: Kept = keep(done, job.request, outputs, gallery=gallery, owner=owner, job=job.id)
    files = [FileData(path=str(path), orig_name=path.name).model_dump() for path in serve_kept(kept)]
    return files, as_json(done.report, language)


def _progress(event: Event, task: type[Request]) -> dict[str, Any]:
    state: dict[str, Any] = {"state": type(event).__name__.lower()}
    match event:
        case Queued(place=place, seconds=seconds):
            state |= {"place": place, "seconds_left": seconds}
        case Step(index=index, of=of, seconds=seconds, preview=preview):
            state |= {"step": index, "of": of, "seconds_left": seconds}
            if preview:
                state |= find_kind(task.makes).report(preview)
    return state
