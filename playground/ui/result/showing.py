"""A finished result as the page shows it: line, picture, files, and what is known about it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from playground.api.serving import serve_kept
from playground.engine import Done, Engine, Failed, Report
from playground.engine.reports import as_json
from playground.errors import OutputError, PlaygroundError
from playground.families import find_family
from playground.families.controls import Drawing
from playground.families.requests import Request
from playground.gallery.keeping import Kept
from playground.language import Language, Text
from playground.outcomes import find_kind
from playground.ui.result import stage, texts
from playground.ui.result.comparison import comparison
from playground.ui.result.downloads import downloads
from playground.ui.result.stage import Served
from playground.ui.result.status import status_line
from playground.ui.result.written import score_table, written_texts

log = logging.getLogger(__name__)


def served(kept: Kept) -> Served:
    """Hand a result's files to the visitor."""
    return Served(serve_kept(kept), kept.names, kept.id, kept.large)


def shown_result(
    done: Done, task: type[Request], language: Language, files: Callable[[], Kept], more: Text | None = None
) -> dict[str, Any]:
    """Return what a result's place shows; it is shown also when its files cannot be written.

    Args:
        done: The result.
        task: Its request type.
        language: The visitor's.
        files: Writes the files, or finds them.
        more: What is said after the line.
    """
    given: Served | None = None
    said = status_line(done, language, more)
    try:
        given = served(files())
    except OutputError as error:
        not_saved = PlaygroundError(*texts.NOT_SAVED.format(Text(error.en, error.zh)))
        said = status_line(Failed(not_saved), language)
    return {
        "status": said,
        "stage": large(done.made, done.report, task, language, given),
        "downloads": downloads(given, language, link=links_to(task)) if given else "",
        "made": known(done.report, task, language, given.id if given else ""),
    }


def known(report: Report, task: type[Request], language: Language, id: str) -> dict[str, Any]:
    """Return what the page remembers of the result that it shows."""
    seeds = {name: report.request[name] for name in ("seed", "second_seed") if name in task.model_fields}
    return {"id": id, "seeds": seeds, "report": as_json(report, language), "checkpoint": report.checkpoint}


def large(
    made: Sequence[Any],
    report: Report,
    task: type[Request],
    language: Language,
    given: Served | None,
    caption: str = "",
) -> str:
    """Show what was made, as its kind is shown."""
    words = task.title.to(language)
    match task.makes:
        case "pictures":
            return stage.pictures(words, made, report.seeds, given, caption, language)
        case "clip" if given:
            return stage.clip(words, given, made)
        case "text":
            seen = str(report.request.get("image", ""))
            return written_texts(report.contents.get("texts", []), language, seen)
        case "scores":
            return score_table(report.contents.get("scores", []))
        case "comparison":
            return comparison(made[0], language)
    request = task.model_validate(report.request)
    return stage.wide_picture(words, find_kind(task.makes).picture(made, request.layout()), caption)


def preview(task: type[Request], made: Sequence[Any], language: Language) -> str:
    """Show what a result is by now."""
    if task.makes == "comparison":
        return comparison(made[0], language)
    if task.makes == "text":
        return written_texts(find_kind("text").report(made)["texts"], language)
    if task.makes == "scores":
        return score_table(find_kind("scores").report(made)["scores"])
    return stage.pictures(task.title.to(language), made, [])


def links_to(task: type[Request]) -> bool:
    """Tell whether the page's address follows a request type's form: that of the family's own."""
    return find_family(task.family).requests[0] is task


def values_of(request: Request) -> dict[str, Any]:
    """Return what fills a form with a request; drawings stay as they are."""
    controls = type(request).controls()
    return {name: getattr(request, name) for name, control in controls.items() if not isinstance(control, Drawing)}


def python_lines(engine: Engine, task: type[Request], checkpoint: str, values: dict[str, Any]) -> str:
    """Return the Python lines that make a result, or "" where its family has none."""
    try:
        found = engine.catalog.find(checkpoint, task.family)
        return find_family(task.family).code(found, task.parse(values), engine.status.device)
    except PlaygroundError:
        return ""  # a checkpoint or a value that this playground does not have any more
