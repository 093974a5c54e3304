"""A file that was made here, dropped on the page, brings back its tab and its settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playground.api.uploads import uploaded_file
from playground.engine import Engine
from playground.errors import CheckpointError, InvalidInput
from playground.families import REGISTRY
from playground.language import Language
from playground.media.foreign import read_foreign
from playground.media.metadata import Metadata
from playground.media.reading import read_metadata
from playground.ui.restoring import texts
from playground.ui.restoring.fitting import fit_settings
from playground.ui.restoring.foreign import foreign_settings
from playground.ui.result.showing import values_of
from playground.ui.shell.asking import Asked, answers


def restore_question(engine: Engine) -> Callable[..., Any]:
    """Return a question that reads an uploaded file's settings."""

    @answers
    async def restore_file(asked: Asked) -> dict[str, Any]:
        return await asyncio.to_thread(_restored, engine, asked)

    return restore_file


def _restored(engine: Engine, asked: Asked) -> dict[str, Any]:
    path = uploaded_file(asked.text("path"))
    if found := read_foreign(path):
        return foreign_settings(engine, found, asked.language, asked.text("chosen", 200))
    back = settings_back(engine, read_metadata(path), asked.language)
    name = asked.text("name", 80) or path.name[:80]
    return back | {"said": texts.DROPPED.format(name).to(asked.language), "path": str(path)}


def settings_back(engine: Engine, record: Metadata, language: Language) -> dict[str, Any]:
    """Return what opens a result's tab and fills its controls, and what to tell the visitor.

    Raises:
        InvalidInput: The playground has no such task, or a value is not allowed.
    """
    family = REGISTRY.get(record.family)
    task = next((task for task in family.requests if task.task == record.task), None) if family else None
    if task is None:
        raise InvalidInput("task", *texts.UNKNOWN_TASK.format(record.task[:80]))
    values = values_of(task.parse(record.request))
    words = [texts.RESTORED.to(language)]
    try:
        checkpoint = engine.catalog.find(record.checkpoint, record.family)
    except CheckpointError:
        words.append(texts.NO_SUCH_CHECKPOINT.format(record.checkpoint[:80]).to(language))
        checkpoint = engine.catalog.find("", record.family)
    # Another checkpoint, or a LoRA that is gone, cannot make all that the file asks for.
    fitted = fit_settings(task, checkpoint, values)
    return {
        "family": record.family,
        "task": task.task,
        "checkpoint": checkpoint.id,
        "values": {name: value for name, value in fitted.values.items() if name in values},
        "parent": "",
        "toast": " ".join([*words, *fitted.sentences(language)]),
    }
