"""Tasks as tools of language models: named, described and bounded by their request types. Knows no protocol."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.api.endpoints import defaults_of
from playground.api.following import outcome_of
from playground.engine import Engine
from playground.engine.reports import as_json
from playground.errors import InvalidInput
from playground.families import find_family, tasks
from playground.families.controls import LARGEST_SEED, Choice, Control, Drawing, Seed, Several, Slider, Switch, Words
from playground.families.requests import Request
from playground.gallery import Gallery
from playground.gallery.keeping import Outputs, keep
from playground.language import Language
from playground.media.inline import PREFIX
from playground.outcomes import find_kind

MOST_FILES, LONGEST_FILE = 8, 4_000_000
"""Pictures that are shown to a model, and bytes of each: all of them are kept and named in any case."""
TYPES = {".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}


@dataclass(frozen=True)
class Shown:
    """What a tool gives.

    Attributes:
        report: The report, with the names of the files in the outputs folder.
        pictures: MIME type and content in base64, of what there is to see.
    """

    report: dict[str, Any]
    pictures: list[tuple[str, str]]


def describe(task: type[Request]) -> str:
    """Say what a tool does, in words for a model."""
    first = (task.__doc__ or "").splitlines()[0]
    return f"{find_family(task.family).title.en} · {task.title.en}. {first} Gives {task.makes} and a report."


def schema_of(engine: Engine, task: type[Request]) -> dict[str, Any]:
    """Return a tool's parameters as a JSON schema: type, meaning, range and default of each; none is required."""
    known = engine.catalog.of_family(task.family)
    ready = [checkpoint.id for checkpoint in known if checkpoint.on_disk]
    checkpoint = {"type": "string", "enum": ready, "description": "Which model makes it. Default: the first."}
    properties: dict[str, Any] = {"checkpoint": checkpoint} if ready else {}
    options = find_family(task.family).options(known[0]) if known else {}
    defaults = defaults_of(task, known)
    for name, control in task.controls().items():
        properties[name] = _property(control, list(options.get(name, {})))
        if defaults[name] is not None and not isinstance(control, Drawing):
            properties[name]["default"] = defaults[name]
    return {"type": "object", "properties": properties, "additionalProperties": False}


async def call(
    engine: Engine,
    outputs: Outputs,
    gallery: Gallery | None,
    owner: str,
    visitor: str,
    name: str,
    values: Mapping[str, Any],
    language: Language = "en",
) -> Shown:
    """Make what a tool is asked for; whoever is cancelled while it waits stops the job.

    Args:
        engine: What runs it.
        outputs: Where its files are kept.
        gallery: Where they are found again.
        owner: Whose job it is.
        visitor: Whose gallery entry it is.
        name: The tool.
        values: Its parameters; what is left out takes its default.
        language: The language of sentences.

    Raises:
        PlaygroundError: There is no such tool, a value is not allowed, or it failed.
    """
    task = tasks().get(name)
    if task is None:
        names = ", ".join(tasks())
        raise InvalidInput(
            "name", f"There is no tool {name[:80]!r}; there are: {names}.", f"没有工具 {name[:80]!r}；可用：{names}。"
        )
    given = {field: value for field, value in values.items() if value is not None}
    for field, control in task.controls().items():
        if isinstance(control, Drawing) and not str(given.get(field, PREFIX)).startswith(PREFIX):
            raise InvalidInput(
                field,
                f"{control.label.en} ({field}) must be a PNG as text: {PREFIX}…",
                f"{control.label.zh}（{field}）必须是文本形式的 PNG：{PREFIX}…",
            )
    job = engine.submit(owner, task, given, str(given.pop("checkpoint", "")))
    if gallery:
        gallery.promises.give(job)
    done = await outcome_of(job)
    kept = await asyncio.to_thread(keep, done, job.request, outputs, gallery=gallery, owner=visitor, job=job.id)
    shown = find_kind(job.request.makes).shown(kept.files)[:MOST_FILES]
    pictures = [
        (TYPES[file.suffix], base64.b64encode(file.read_bytes()).decode("ascii"))
        for file in shown
        if file.stat().st_size <= LONGEST_FILE
    ]
    return Shown(as_json(done.report, language) | {"files": kept.names}, pictures)


def _property(control: Control, options: list[str]) -> dict[str, Any]:
    described = f"{control.label.en}: {control.allowed.en}. {control.help.en}".strip()
    match control:
        case Slider(minimum=minimum, maximum=maximum, whole=whole):
            return {
                "type": "integer" if whole else "number",
                "minimum": minimum,
                "maximum": maximum,
                "description": described,
            }
        case Seed():
            return {"type": "integer", "minimum": -1, "maximum": LARGEST_SEED, "description": described}
        case Switch():
            return {"type": "boolean", "description": described}
        case Choice():
            return {"type": "string", "description": described} | ({"enum": options} if options else {})
        case Several():
            return {"type": "string", "description": f"{described} The list: {', '.join(options)}."}
        case Words(longest=longest):
            return {"type": "string", "maxLength": longest, "description": described}
        case Drawing():
            return {"type": "string", "description": f"{control.label.en}: a PNG as text, {PREFIX}…"}
    return {"description": described}
