"""What a form must know of a checkpoint: its facts, choices, defaults, and whether it can be fetched."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from playground.catalog import Catalog, Checkpoint, gigabytes
from playground.engine import Engine
from playground.engine.engine import Status
from playground.errors import PlaygroundError
from playground.families import Family, find_family
from playground.families.controls import Choice, Several
from playground.hub.downloads import Downloads, Progress
from playground.language import Language
from playground.room import Powers
from playground.ui.form import texts
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.lines import line, rounded


def checkpoint_state(
    engine: Engine, downloads: Downloads, checkpoint: Checkpoint, language: Language
) -> dict[str, Any]:
    """Return what a form follows when a checkpoint is chosen.

    Args:
        engine: What runs it.
        downloads: Those that go on.
        checkpoint: The checkpoint.
        language: The visitor's.
    """
    family = find_family(checkpoint.family)
    own = family.requests[0]
    downloading = downloads.running(checkpoint) is not None
    return {
        "id": checkpoint.id,
        "about": about_checkpoint(checkpoint, engine.status, language),
        "options": _options(family, checkpoint),
        "unused": sorted(family.unused(checkpoint)),
        "defaults": own.defaults() | dict(checkpoint.defaults),
        "most": _bounds(family, checkpoint),
        "painting": family.painting_side(checkpoint),
        "on_disk": checkpoint.on_disk,
        "downloading": downloading,
        "offer": texts.DOWNLOAD_IT.format(gigabytes(checkpoint.origin.download) if checkpoint.origin else ""),
        "checkpoints": checkpoint_choices(engine.catalog, checkpoint.family),
    }


def checkpoint_choices(catalog: Catalog, family: str) -> list[tuple[str, str, str]]:
    """Return a family's checkpoints: id, and what it is called in both languages."""
    choices = []
    for checkpoint in catalog.of_family(family):
        words = checkpoint.title
        if checkpoint.origin is not None and not checkpoint.on_disk:
            words = texts.CHECKPOINT_AWAY.format(words, gigabytes(checkpoint.origin.download))
        choices.append((checkpoint.id, words.en, words.zh))
    return choices


def checkpoint_questions(engine: Engine, downloads: Downloads, powers: Powers, family: str) -> list[Callable[..., Any]]:
    """Return what a chooser's script may ask: what a checkpoint is like, and to fetch it."""

    @answers
    async def look_at_checkpoint(asked: Asked) -> dict[str, Any]:
        state = checkpoint_state(engine, downloads, _found(asked), asked.language)
        return state | {"may_download": powers.may_download(asked.visitor, asked.local)}

    @answers
    async def start_download(asked: Asked) -> dict[str, Any]:
        checkpoint = _found(asked)
        if checkpoint.on_disk:
            return {"html": "", "running": False, "on_disk": True}
        powers.check_download(asked.visitor, asked.local)
        return _told(downloads.start(checkpoint).progress, checkpoint, asked.language)

    @answers
    async def watch_download(asked: Asked) -> dict[str, Any]:
        checkpoint = _found(asked)
        latest = downloads.latest(checkpoint)
        if latest is None:
            return {"html": "", "running": False, "on_disk": checkpoint.on_disk}
        return _told(latest.progress, checkpoint, asked.language)

    @answers
    async def stop_download(asked: Asked) -> dict[str, Any]:
        if running := downloads.running(_found(asked)):
            powers.check_download(asked.visitor, asked.local)
            running.cancel()
        return {}

    def _found(asked: Asked) -> Checkpoint:
        return engine.catalog.find(asked.text("checkpoint", 200), family)

    return [look_at_checkpoint, start_download, watch_download, stop_download]


def about_checkpoint(checkpoint: Checkpoint, status: Status, language: Language) -> str:
    """Say a checkpoint's licence and size, or why it cannot be used."""
    if problem := status.problems.get(checkpoint.id):
        return f'<p class="pg-problem" role="alert">{escape(problem.to(language))}</p>'
    facts = [checkpoint.licence]
    if checkpoint.on_disk:
        facts.append(f"{checkpoint.size / 1e6:.1f} MB" if checkpoint.bundled else gigabytes(checkpoint.size))
    elif checkpoint.origin is not None:
        facts.append(texts.TO_DOWNLOAD.format(gigabytes(checkpoint.origin.download)).to(language))
        if checkpoint.origin.gated:
            facts.append(texts.GATED.to(language))
    if checkpoint.entry.memory:
        facts.append(texts.NEEDS_MEMORY.format(checkpoint.entry.memory.whole).to(language))
    if checkpoint.entry.unsure:
        facts.append(texts.UNSURE.to(language))
    return f'<p class="pg-about">{escape(" · ".join([*facts, checkpoint.id]))}</p>'


def download_line(progress: Progress, language: Language) -> str:
    """Say how far a download is, with a bar."""
    if progress.error is not None:
        return line(progress.error.to(language), "failed")
    if progress.state == "done":
        return line(texts.DOWNLOADED.to(language), "done")
    if progress.state == "stopped":
        return line(texts.DOWNLOAD_STOPPED.to(language), "waiting")
    words = [f"{gigabytes(progress.done)} / {gigabytes(progress.total)}"]
    if progress.speed:
        words.append(f"{progress.speed / 1e6:.1f} MB/s")
    if progress.seconds_left is not None:
        words.append(texts.SECONDS_LEFT.format(rounded(progress.seconds_left)).to(language))
    return line(" · ".join(words), "running", progress.done / max(1, progress.total))


def _told(progress: Progress, checkpoint: Checkpoint, language: Language) -> dict[str, Any]:
    return {
        "html": download_line(progress, language),
        "running": progress.state == "running",
        "on_disk": checkpoint.on_disk,
    }


def _options(family: Family[Any], checkpoint: Checkpoint) -> dict[str, list[tuple[str, str, str]]]:
    """Return every choice field's names; a checkpoint that cannot be read has none, which is told beside it."""
    try:
        known = family.options(checkpoint)
    except PlaygroundError:
        known = {}
    choices = {
        name
        for task in family.requests
        for name, control in task.controls().items()
        if isinstance(control, Choice | Several)
    }
    return {name: [(value, *words) for value, words in known.get(name, {}).items()] for name in sorted(choices)}


def _bounds(family: Family[Any], checkpoint: Checkpoint) -> dict[str, int]:
    """Return the fields that end earlier with this checkpoint than their control does."""
    try:
        return dict(family.bounds(checkpoint))
    except PlaygroundError:
        return {}
