"""A visitor's last results in a tab: a strip that survives a reload and knows what was varied from what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playground.engine import Done, Engine
from playground.errors import InvalidInput, PlaygroundError
from playground.families import Family, find_family, tasks
from playground.gallery import Entry, Gallery, Viewer
from playground.gallery.entries import result_id
from playground.gallery.keeping import report_of
from playground.gallery.thumbnails import tiny
from playground.language import Language, Text
from playground.ui.gallery.html import large
from playground.ui.gallery.serving import served_entry, width_of
from playground.ui.gallery.words import line_of_words
from playground.ui.history.strip import Tile, strip
from playground.ui.history.words import changes_in_words
from playground.ui.result import texts
from playground.ui.result.downloads import downloads
from playground.ui.result.showing import known, links_to, values_of
from playground.ui.result.status import status_line
from playground.ui.shell.asking import Asked, answers


def history_questions(engine: Engine, gallery: Gallery, family: Family[Any]) -> list[Callable[..., Any]]:
    """Return what a tab's strip may ask: which results it shows, and one of them large with its settings."""

    @answers
    async def show_history(asked: Asked) -> dict[str, Any]:
        return {"html": await asyncio.to_thread(_strip, engine, gallery, family.name, asked)}

    @answers
    async def reopen(asked: Asked) -> dict[str, Any]:
        id = asked.text("id", 100)
        return await asyncio.to_thread(_reopened, engine, gallery, family, asked, id, texts.ALL_SETTINGS_TAKEN)

    return [show_history, reopen]


def reopener(engine: Engine, gallery: Gallery | None) -> Callable[[Asked, str, str], dict[str, Any] | None]:
    """Return what finds a result of a visitor's job that ended while their page was away, for its place and form."""

    def reopen(asked: Asked, task: str, job: str) -> dict[str, Any] | None:
        known = tasks().get(task)
        if gallery is None or known is None:
            return None
        try:
            found = _reopened(engine, gallery, find_family(known.family), asked, result_id(task, job[:100]))
        except PlaygroundError:
            return None  # it was stopped or failed, or is another's
        form = {name: found[name] for name in ("values", "checkpoint", "parent")} | {"keep": True}
        return {**found["result"], "form": form, "ended": True}

    return reopen


def _strip(engine: Engine, gallery: Gallery, family: str, asked: Asked) -> str:
    viewer = Viewer(asked.visitor)
    entries = gallery.history(viewer, family)
    there = {entry.id: entry for entry in entries}
    older = [entry.parent for entry in entries if entry.parent and entry.parent not in there]
    there |= {entry.id: entry for entry in gallery.find(viewer, older)}
    tiles = [_tile(engine, gallery, entry, there.get(entry.parent), asked.language) for entry in entries]
    return strip(tiles, asked.text("current", 100), asked.language)


def _tile(engine: Engine, gallery: Gallery, entry: Entry, parent: Entry | None, language: Language) -> Tile:
    picture = gallery.thumbnail(entry)
    changes = changes_in_words(engine, parent.record, entry.record, language) if parent else None
    words = line_of_words(engine, entry.record, language)
    return Tile(entry, tiny(picture) if picture else b"", words, changes)


def _reopened(
    engine: Engine, gallery: Gallery, family: Family[Any], asked: Asked, id: str, more: Text | None = None
) -> dict[str, Any]:
    language = asked.language
    entry = gallery.get(Viewer(asked.visitor), id)
    task = next((task for task in family.requests if task.task == entry.record.task), None)
    if task is None:
        raise InvalidInput("id", "That result belongs to another tab.", "该结果属于其他标签页。")
    request = task.parse(entry.record.request)
    given = served_entry(gallery, entry)
    checkpoint = engine.catalog.find(entry.record.checkpoint, entry.record.family).id
    seeds = [file.seed for file in entry.files if file.seed is not None]
    report = report_of(entry.record, seeds or [seed for seed in [entry.record.seed] if seed is not None])
    words = line_of_words(engine, entry.record, language)
    return {
        "family": family.name,
        "task": task.task,
        "checkpoint": checkpoint,
        "values": values_of(request),
        "parent": entry.id,
        "result": {
            "status": status_line(Done([], report), language, more),
            "stage": large(entry, given, words, width_of(given)),
            "downloads": downloads(given, language, link=links_to(task)),
            "made": known(report, task, language, entry.id),
        },
    }
