"""The header: what this is, the device and what is loaded there, the languages."""

from __future__ import annotations

import secrets
from html import escape

import gradio as gr

from playground.engine.engine import Status, WorkerStatus
from playground.language import LANGUAGES, Language
from playground.ui.shell import texts
from playground.ui.shell.parts import part

NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}
LOGO = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><defs><linearGradient id="pg-g" x1="0" y1="0" x2="1" y2="1">'
    '<stop offset="0" stop-color="#6366f1"/><stop offset="1" stop-color="#ec4899"/></linearGradient></defs>'
    '<rect width="32" height="32" rx="8" fill="url(#pg-g)"/><g fill="#fff"><circle cx="10" cy="10" r="3.2"/>'
    '<rect x="18.8" y="6.8" width="6.4" height="6.4" rx="1.2"/><path d="M10 18.4l3.6 6.6H6.4z"/>'
    '<path d="M22 18l1.2 2.7 2.9.3-2.2 2 .7 2.9-2.6-1.5-2.6 1.5.7-2.9-2.2-2 2.9-.3z"/></g></svg>'
)


MOST_NAMED = 3
"""So many loaded checkpoints are named in one line."""
BOOT = secrets.token_hex(8)
"""Another one after each start of the app: a page that waits for something then loads itself again."""


def header_part() -> gr.HTML:
    """Put the header on the page; it raises ``speak`` once the visitor's language is known, and when it changes."""
    spec = {"logo": LOGO, "languages": [[code, NAMES[code]] for code in LANGUAGES]}
    return part("header", None, spec=spec, events=["speak"], id="pg-shell")


def status_html(status: Status, language: Language) -> dict[str, str]:
    """Say the device and what it holds as ``kind`` ("ready", "away", "starting") and ``html``, and which start."""
    if not (status.ready and status.device):
        return {"kind": "starting", "html": escape(texts.STARTING.to(language)), "boot": BOOT}
    memory = texts.MEMORY.format(status.device.memory / 2**30).to(language)
    said = f"<b>{escape(status.device.name)}</b> · {memory} · {_loaded(status, language)}"
    if len(status.workers) > 1:
        said += "".join(
            f"<br>{escape(_worker(number, worker, language))}" for number, worker in enumerate(status.workers)
        )
    kind = "away" if any(worker.lost for worker in status.workers) else "ready"
    if kind == "away" and len(status.workers) == 1:
        said += f" · {escape(_state(status.workers[0], language))}"
    return {"kind": kind, "html": said, "boot": BOOT}


def _loaded(status: Status, language: Language) -> str:
    """Name what is loaded; many are counted, and named to who points there, but for those that are kept in parts."""
    kept = [(id, texts.MODES.get(status.modes.get(id, ""))) for id in status.loaded]
    named = [words.format(id).to(language) if words else id for id, words in kept]
    in_full = texts.LOADED.format(", ".join(named) or "–").to(language)
    if len(kept) <= MOST_NAMED:
        return escape(in_full)
    in_parts = [name for name, (_, words) in zip(named, kept, strict=True) if words]
    counted = ", ".join([texts.LOADED_MANY.format(len(kept)).to(language), *in_parts])
    return f'<span title="{escape(in_full)}">{escape(counted)}</span>'


def _worker(number: int, worker: WorkerStatus, language: Language) -> str:
    loaded = texts.LOADED.format(", ".join(worker.loaded) or "–").to(language)
    return f"{number}. {worker.device} · {_state(worker, language)} · {loaded}"


def _state(worker: WorkerStatus, language: Language) -> str:
    if worker.lost:
        seconds = "".join(letter for letter in worker.state if letter.isdigit())
        return texts.BACK_IN.format(worker.lost, seconds or "?").to(language)
    return texts.STATES[worker.state].to(language) if worker.state in texts.STATES else worker.state
