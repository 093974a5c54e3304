"""The pieces of the page that are HTML: status line, pictures, downloads. Everything from outside is escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from PIL.Image import Image
from playground.ui.results import Kept
from playground.ui.texts import page as texts

from playground.catalog import Checkpoint, gigabytes
from playground.engine import Cancelled, Done, Event, Failed, Loading, Queued, Step
from playground.engine.engine import Status
from playground.engine.jobs import ENDINGS
from playground.hub.downloads import Progress
from playground.language import LANGUAGES, Language, Text
from playground.media.clips import clip_url
from playground.media.pictures import data_url

FEW_DOWNLOADS = 8
STRIP = 8
SMALLEST_SMOOTH = 64
"""Pictures of this width and above are shown smooth and large; below it every pixel stays a square."""


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
            return _line(texts.QUEUED.format(place).to(language), "waiting")
        case Queued(place=place, seconds=seconds):
            return _line(texts.QUEUED_SECONDS.format(place, _rounded(seconds)).to(language), "waiting")
        case Loading(checkpoint=checkpoint):
            return _line(texts.LOADING.format(checkpoint).to(language), "waiting")
        case Step(index=index, of=of, finished=finished, samples=samples, seconds=seconds):
            words = [texts.STEP.format(index, of).to(language)]
            if samples > 1:
                words.append(texts.SAMPLES_DONE.format(finished, samples).to(language))
            if seconds is not None:
                words.append(texts.SECONDS_LEFT.format(_rounded(seconds)).to(language))
            return _line(" · ".join(words), "running", index / of)
        case Done(report=report):
            about = (report.seconds, report.device, report.dtype)
            line = texts.DONE.format(report.seeds[0], *about) if report.seeds else texts.DONE_NO_SEED.format(*about)
            notices = [*report.notices, more] if more else report.notices
            return _line(" · ".join([line.to(language), *(notice.to(language) for notice in notices)]), "done")
        case Failed(error=error):
            return _line(error.to(language), "failed")
        case Cancelled():
            return _line(texts.STOPPED.to(language), "waiting")
    return _line("", "waiting")


def progress_line(words: str, share: float) -> str:
    """Say how far something of many parts is."""
    return _line(words, "running" if share < 1 else "done", share if share < 1 else None)


def stage(words: str, pictures: list[Image], seeds: list[int], kept: Kept | None = None, caption: str = "") -> str:
    """Show pictures large, each with its seed; a picture with a file is a link that downloads it.

    Args:
        words: What they are, for those who do not see them.
        pictures: The pictures.
        seeds: Their seeds; empty where there are none.
        kept: Their files, if they have any.
        caption: A line below them.
    """
    figures = []
    for index, picture in enumerate(pictures):
        size = f'width="{picture.width}" height="{picture.height}"'
        image = f'<img src="{data_url(picture)}" {size} alt="{escape(words)}">'
        if kept and index < len(kept.served):
            image = f'<a href="{file_url(kept.served[index])}" download="{escape(kept.names[index])}">{image}</a>'
        label = f"<figcaption>{seeds[index]}</figcaption>" if len(pictures) > 1 and seeds else ""
        figures.append(f"<figure>{image}{label}</figure>")
    below = f'<p class="pg-caption">{escape(caption)}</p>' if caption else ""
    kind = "many" if len(pictures) > 1 else "one"
    if pictures and pictures[0].width >= SMALLEST_SMOOTH:
        kind += f' pg-smooth" style="--columns: {math.ceil(math.sqrt(len(pictures)))}'
    return f'<div class="pg-stage pg-{kind}">{"".join(figures)}</div>{below}'


def empty_stage(says: Text = texts.EMPTY) -> str:
    """Hold the place of a picture that is still to come, in the words of the page's language (page.css chooses)."""
    words = "".join(f'<span lang="{code}">{escape(says.to(code))}</span>' for code in LANGUAGES)
    return f'<div class="pg-stage pg-empty">{words}</div>'


def wide_picture(words: str, picture: Image) -> str:
    """Show a strip or a sheet as wide as it fits."""
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<div class="pg-wide"><img src="{data_url(picture)}" {size} alt="{escape(words)}"></div>'


def clip(words: str, kept: Kept, frames: Sequence[Image] = ()) -> str:
    """Show a clip that loops by itself; one of large frames as a film, with some of its frames below it."""
    moving = next(path for path in kept.served if path.suffix == ".webp")
    if frames and frames[0].width >= SMALLEST_SMOOTH:
        film = next(path for path in kept.served if path.suffix == ".mp4")
        poster, said = data_url(frames[len(frames) // 2]), escape(words)
        return (
            f'<div class="pg-stage pg-one pg-smooth"><figure><video src="{file_url(film)}" poster="{poster}" '
            f'aria-label="{said}" autoplay muted loop playsinline></video></figure></div>{_frame_strip(frames)}'
        )
    return f'<div class="pg-stage pg-one"><figure><img src="{file_url(moving)}" alt="{escape(words)}"></figure></div>'


def inline_clip(words: str, frames: Sequence[Image], fps: float, caption: str) -> str:
    """Show a clip that has no files, looping, with some of its frames and a line below it."""
    kind = "pg-one pg-smooth" if frames[0].width >= SMALLEST_SMOOTH else "pg-one"
    return (
        f'<div class="pg-stage {kind}"><figure><img src="{clip_url(frames, fps)}" alt="{escape(words)}"></figure></div>'
        f'{_frame_strip(frames)}<p class="pg-caption">{escape(caption)}</p>'
    )


def _frame_strip(frames: Sequence[Image]) -> str:
    few = [frames[round(place * (len(frames) - 1) / (STRIP - 1))] for place in range(STRIP)]
    images = "".join(f'<img src="{data_url(frame)}" alt="">' for frame in few)
    return f'<div class="pg-strip">{images}</div>'


def downloads(kept: Kept, language: Language, link: bool = False) -> str:
    """Offer a result's files; of many only the first ones, since each picture is a link of its own.

    Args:
        kept: The files.
        language: The visitor's.
        link: Whether the page's address leads back to the settings, so that it is worth copying.
    """
    links = [(name, path, Path(name).suffix[1:].upper()) for name, path in zip(kept.names, kept.served, strict=True)]
    separate = links[:-1] if kept.large else links
    shown = [
        (name, path, f"{kind} {number}" if len(separate) > 1 and kept.large else kind)
        for number, (name, path, kind) in enumerate(separate, 1)
    ]
    shown = shown[:FEW_DOWNLOADS]
    if kept.large:
        shown.append((*links[-1][:2], texts.LARGE.to(language)))
    chips = "".join(
        f'<a class="pg-chip" href="{file_url(path)}" download="{escape(name)}">{escape(label)}</a>'
        for name, path, label in shown
    )
    if link:
        said, copied = (escape(words.to(language)) for words in (texts.COPY_LINK, texts.COPIED))
        chips += f'<button type="button" class="pg-chip pg-copy-link" data-copied="{copied}">{said}</button>'
    return f'<div class="pg-downloads"><span>{escape(texts.DOWNLOAD.to(language))}</span>{chips}</div>'


def header(status: Status, language: Language) -> str:
    """Show what this is, the device, and what is loaded."""
    name = texts.TITLE.to(language)
    if status.ready and status.device:
        memory = texts.MEMORY.format(status.device.memory / 2**30).to(language)
        kept = [(id, texts.MODES.get(status.modes.get(id, ""))) for id in status.loaded]
        named = ", ".join(words.format(id).to(language) if words else id for id, words in kept)
        loaded = texts.LOADED.format(named or "–").to(language)
        state = f"<b>{escape(status.device.name)}</b> · {memory} · {escape(loaded)}"
        kind = "ready"
    else:
        state, kind = escape(texts.STARTING.to(language)), "starting"
    return (
        f'<div class="pg-header"><div><h1>{LOGO}{escape(name)}</h1><p>{escape(texts.TAGLINE.to(language))}</p></div>'
        f'<div class="pg-state pg-{kind}" role="status"><i></i><span>{state}</span></div></div>'
    )


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
    return f'<p class="pg-about">{escape(" · ".join([*facts, checkpoint.id]))}</p>'


def download_line(progress: Progress, language: Language) -> str:
    """Say how far a download is, with a bar."""
    if progress.error is not None:
        return _line(progress.error.to(language), "failed")
    if progress.state == "done":
        return _line(texts.DOWNLOADED.to(language), "done")
    if progress.state == "stopped":
        return _line(texts.DOWNLOAD_STOPPED.to(language), "waiting")
    words = [f"{gigabytes(progress.done)} / {gigabytes(progress.total)}"]
    if progress.speed:
        words.append(f"{progress.speed / 1e6:.1f} MB/s")
    if progress.seconds_left is not None:
        words.append(texts.SECONDS_LEFT.format(_rounded(progress.seconds_left)).to(language))
    return _line(" · ".join(words), "running", progress.done / max(1, progress.total))


def file_url(path: Path) -> str:
    """Return the address under which a visitor may fetch a file that was made for them."""
    return "gradio_api/file=" + quote(str(path))


def _line(words: str, kind: str, share: float | None = None) -> str:
    bar = f'<span class="pg-bar"><span style="width:{100 * share:.0f}%"></span></span>' if share is not None else ""
    return f'<div class="pg-status pg-{kind}" role="status" aria-live="polite"><span>{escape(words)}</span>{bar}</div>'


def _rounded(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


LOGO = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><defs><linearGradient id="pg-g" x1="0" y1="0" x2="1" y2="1">'
    '<stop offset="0" stop-color="#6366f1"/><stop offset="1" stop-color="#ec4899"/></linearGradient></defs>'
    '<rect width="32" height="32" rx="8" fill="url(#pg-g)"/><g fill="#fff"><circle cx="10" cy="10" r="3.2"/>'
    '<rect x="18.8" y="6.8" width="6.4" height="6.4" rx="1.2"/><path d="M10 18.4l3.6 6.6H6.4z"/>'
    '<path d="M22 18l1.2 2.7 2.9.3-2.2 2 .7 2.9-2.6-1.5-2.6 1.5.7-2.9-2.2-2 2.9-.3z"/></g></svg>'
)
