"""The gallery as the page opens it: what results are called in both languages, and who may see which."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import datetime

from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.families import REGISTRY
from playground.families.controls import Drawing
from playground.gallery import Entry, Gallery
from playground.gallery.again import task_of
from playground.gallery.reconciling import reconcile
from playground.language import Language, Text
from playground.media.metadata import Metadata
from playground.settings import Settings
from playground.ui.gallery import texts
from playground.ui.result.status import arithmetic

log = logging.getLogger(__name__)
GIGABYTE = 10**9
LONGEST_LINE = 120


def open_gallery(engine: Engine, settings: Settings) -> Gallery | None:
    """Open the gallery of the outputs folder; None where there is to be none."""
    if settings.gallery == "off":
        return None

    def describe(record: Metadata) -> str:
        return _names(engine, record)

    return Gallery(settings.outputs, int(settings.gallery_limit * GIGABYTE), describe)


def tidy_up(gallery: Gallery) -> None:
    """Let index and files agree, behind the page; what cannot be done is logged."""

    def work() -> None:
        try:
            done = reconcile(gallery)
        except PlaygroundError as error:
            log.warning("%s", error)
            return
        if done.added or done.forgotten or done.half:
            log.info("Gallery: %d found again, %d gone, %d half written.", done.added, done.forgotten, done.half)

    threading.Thread(target=work, name="gallery", daemon=True).start()


def settings_in_words(engine: Engine, entry: Entry, language: Language) -> list[tuple[str, str]]:
    """Return a result's settings as a person reads them, in the order of its form."""
    record = entry.record
    family, task = REGISTRY.get(record.family), task_of(record)
    said: list[tuple[str, str]] = []
    if family and task:
        said.append((texts.TASK.to(language), f"{family.title.to(language)} · {task.title.to(language)}"))
    controls = task.controls() if task else {}
    options = options_of(engine, record)
    for name, value in record.request.items():
        control = controls.get(name)
        shown = texts.NONE.to(language) if value in ("", None) else str(value)
        if isinstance(control, Drawing) and value:
            shown = texts.DRAWING.to(language)
        if title := options.get(name, {}).get(str(value)):
            shown = title.to(language)
        said.append((control.label.to(language) if control else name, shown))
    seeds = [str(file.seed) for file in entry.files if file.seed is not None]
    if len(seeds) > 1:
        said.append((texts.SEEDS.to(language), ", ".join(seeds)))
    said += [
        (texts.CHECKPOINT.to(language), record.checkpoint),
        (texts.DEVICE.to(language), f"{record.device} · {arithmetic(record.dtype, record.versions)}"),
        (texts.SECONDS.to(language), f"{record.seconds:.2f}"),
        (texts.MADE_AT.to(language), datetime.fromtimestamp(entry.made_at).strftime("%Y-%m-%d %H:%M:%S")),
    ]
    return said


def line_of_words(engine: Engine, record: Metadata, language: Language) -> str:
    """Say in a few words what a result shows: its condition, else its task."""
    options = options_of(engine, record)
    for name in ("prompt", "class_name", "digit", "number"):
        if (value := record.request.get(name)) not in (None, ""):
            title = options.get(name, {}).get(str(value))
            return title.to(language) if title else str(value)[:LONGEST_LINE]
    task = task_of(record)
    return task.title.to(language) if task else record.task


def python_lines(engine: Engine, record: Metadata) -> str:
    """Return the Python lines that make a result, or "" where its family has none."""
    family, task = REGISTRY.get(record.family), task_of(record)
    if not family or not task:
        return ""
    try:
        checkpoint = engine.catalog.find(record.checkpoint, record.family)
        return family.code(checkpoint, task.parse(record.request), engine.status.device)
    except PlaygroundError:
        return ""  # a checkpoint or a value that this playground does not have any more


def options_of(engine: Engine, record: Metadata) -> Mapping[str, Mapping[str, Text]]:
    """Return how a person reads the names of every choice of a result, as far as its checkpoint is here."""
    family = REGISTRY.get(record.family)
    try:
        return family.options(engine.catalog.find(record.checkpoint, record.family)) if family else {}
    except PlaygroundError:
        return {}


def _names(engine: Engine, record: Metadata) -> str:
    """Say the family, the task and every choice in both languages."""
    family = REGISTRY.get(record.family)
    if family is None:
        return ""
    titles = [family.title, *(task.title for task in family.requests if task.task == record.task)]
    options = options_of(engine, record)
    for name, value in record.request.items():
        titles += [title for key, title in options.get(name, {}).items() if key == value]
    return " ".join(word for title in titles for word in title)
