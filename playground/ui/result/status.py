"""Where a job is, as a line with a bar. Everything from outside is escaped."""

from __future__ import annotations

from html import escape

from playground.engine import Cancelled, Done, Event, Failed, Loading, Queued, Step
from playground.engine.jobs import ENDINGS
from playground.language import Language, Text
from playground.ui.result import texts


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
            about = (report.seconds, report.device, report.dtype)
            said = texts.DONE.format(report.seeds[0], *about) if report.seeds else texts.DONE_NO_SEED.format(*about)
            notices = [*report.notices, more] if more else report.notices
            return line(" · ".join([said.to(language), *(notice.to(language) for notice in notices)]), "done")
        case Failed(error=error):
            return line(error.to(language), "failed")
        case Cancelled():
            return line(texts.STOPPED.to(language), "waiting")
    return line("", "waiting")


def progress_line(words: str, share: float) -> str:
    """Say how far something of many parts is."""
    return line(words, "running" if share < 1 else "done", share if share < 1 else None)


def note(words: str, kind: str = "waiting") -> str:
    """Say one line; an empty one takes no room."""
    return line(words, kind) if words else ""


def line(words: str, kind: str, share: float | None = None) -> str:
    """Write a line.

    Args:
        words: What it says.
        kind: "waiting", "running", "done" or "failed".
        share: What part is done, for a bar.
    """
    bar = f'<span class="pg-bar"><span style="width:{100 * share:.0f}%"></span></span>' if share is not None else ""
    return f'<div class="pg-status pg-{kind}" role="status" aria-live="polite"><span>{escape(words)}</span>{bar}</div>'


def rounded(seconds: float) -> str:
    """Write seconds with as many digits as anybody reads."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"
