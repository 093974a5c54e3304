"""Where a job is, as a line with a bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from playground.engine import Cancelled, Done, Event, Failed, Loading, Queued, Step
from playground.engine.events import ENDINGS
from playground.families.base import RUNTIMES
from playground.language import Language, Text
from playground.ui.result import texts
from playground.ui.shell.lines import line, rounded


def arithmetic(dtype: str, versions: Mapping[str, str]) -> str:
    """Say what a result was computed in, and by what where that is not torch."""
    runtime = next((f" · {named}" for package, named in RUNTIMES.items() if package in versions), "")
    return dtype + runtime


def line_of_notices(notices: Sequence[Text], language: Language) -> str:
    """Say what should be known about a result; nothing where there is nothing."""
    return line(" · ".join(notice.to(language) for notice in notices), "done") if notices else ""


def status_line(event: Event, language: Language, more: Text | None = None, run: tuple[str, str] | None = None) -> str:
    """Say where a job is, with a bar as far as that is known.

    Args:
        event: What happened to it.
        language: The visitor's.
        more: What is said after a result.
        run: Task and id of a run that goes on, for the browser to know when it loads the page again.
    """
    if run and not isinstance(event, ENDINGS):
        known = f'data-task="{escape(run[0])}" data-run="{escape(run[1])}"'
        return status_line(event, language).replace("<div ", f"<div {known} ", 1)
    match event:
        case Queued(place=place, seconds=None):
            return line(texts.QUEUED.format(place).to(language), "waiting")
        case Queued(place=place, seconds=seconds):
            return line(texts.QUEUED_SECONDS.format(place, rounded(seconds)).to(language), "waiting")
        case Loading(checkpoint=checkpoint):
            return line(texts.LOADING.format(checkpoint).to(language), "waiting")
        case Step(index=index, of=of, finished=finished, samples=samples, seconds=seconds):
            words = [texts.STEP.format(index, of).to(language)]
            if samples > 1:
                words.append(texts.SAMPLES_DONE.format(finished, samples).to(language))
            if seconds is not None:
                words.append(texts.SECONDS_LEFT.format(rounded(seconds)).to(language))
            return line(" · ".join(words), "running", index / of)
        case Done(report=report):
            about = (report.seconds, report.device, arithmetic(report.dtype, report.versions))
            said = texts.DONE.format(report.seeds[0], *about) if report.seeds else texts.DONE_NO_SEED.format(*about)
            notices = [*report.notices, more] if more else report.notices
            return line(" · ".join([said.to(language), *(notice.to(language) for notice in notices)]), "done")
        case Failed(error=error):
            return line(error.to(language), "failed")
        case Cancelled():
            return line(texts.STOPPED.to(language), "waiting")
    return line("", "waiting")
