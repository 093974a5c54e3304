"""What changed between a result and the one that it was varied from, in words."""

from __future__ import annotations

from playground.engine import Engine
from playground.families.controls import Control, Drawing, Words
from playground.gallery.again import task_of
from playground.gallery.differences import compare_words
from playground.language import Language
from playground.media.metadata import Metadata, Scalar
from playground.ui.gallery import texts as texts_of_gallery
from playground.ui.gallery.words import options_of
from playground.ui.history import texts

LONGEST = 40


def changes_in_words(engine: Engine, before: Metadata, after: Metadata, language: Language) -> list[str]:
    """Say what changed from one result to another, in the order of the form; nothing for equal settings."""
    said = []
    task = task_of(after)
    controls = task.controls() if task else {}
    if before.task != after.task:
        said.append(task.title.to(language) if task else after.task)
    if before.checkpoint != after.checkpoint:
        words = texts_of_gallery.CHECKPOINT.to(language)
        said.append(texts.CHANGED.format(words, before.checkpoint, after.checkpoint).to(language))
    options = options_of(engine, after)
    for name, now in after.request.items():
        was = before.request.get(name)
        if name not in before.request or was == now or _is_unused(name, before) or _is_unused(name, after):
            continue
        control = controls.get(name)
        label = control.label.to(language) if control else name
        titles = {key: title.to(language) for key, title in options.get(name, {}).items()}
        said.append(_change(control, label, titles.get(str(was), was), titles.get(str(now), now), language))
    return said


def _is_unused(name: str, record: Metadata) -> bool:
    """Tell whether a field makes no difference: the second seed is drawn anew each time, also where nothing walks."""
    return name == "second_seed" and record.request.get("walk") == 0


def _change(control: Control | None, label: str, was: Scalar, now: Scalar, language: Language) -> str:
    if isinstance(control, Drawing):
        return label
    if isinstance(control, Words):
        pieces = compare_words(str(was or ""), str(now or ""))
        gone, come = ("".join(piece.words for piece in pieces if piece.side == side) for side in ("first", "second"))
        gone, come = _short(gone), _short(come)
        if not gone or not come:
            said = texts.ADDED.format(label, come) if come else texts.TAKEN_OUT.format(label, gone)
            return said.to(language)
        return texts.CHANGED.format(label, gone, come).to(language)
    none = texts.NOTHING.to(language)
    return texts.CHANGED.format(label, _shown(was) or none, _shown(now) or none).to(language)


def _shown(value: Scalar) -> str:
    return f"{value:g}" if isinstance(value, float) else _short(str(value if value is not None else ""))


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
