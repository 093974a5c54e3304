"""Brings settings that come from elsewhere into what a checkpoint can make, so that Generate can be pressed.

What fits stays; what nearly fits becomes the nearest that does; what cannot be used returns to its default. All of it
is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput, PlaygroundError
from playground.families import find_family
from playground.families.base import Family
from playground.families.controls import LARGEST_SEED, Choice, Control, Seed, Several, Slider, Words
from playground.families.requests import Request
from playground.language import Language, Text
from playground.ui.restoring import texts

SIZE = ("width", "height")
LONGEST_SHOWN = 40


@dataclass
class Fitted:
    """Settings that a checkpoint takes, and what became of those that it does not.

    Attributes:
        values: A value for each field of the request.
        changed: What was brought into range: its name, what it was, what it is.
        dropped: Names of what could not be taken over.
        said: Whole sentences about single fields.
    """

    values: dict[str, Any]
    changed: list[tuple[Text, str, str]] = field(default_factory=list)
    dropped: list[Text] = field(default_factory=list)
    said: list[Text] = field(default_factory=list)

    def sentences(self, language: Language) -> list[str]:
        """Say what was changed and left out, a sentence each."""
        told = [words.to(language) for words in self.said]
        if self.changed:
            pairs = [f"{label.to(language)} {was} → {now}" for label, was, now in self.changed]
            told.append(texts.CHANGED.format("; ".join(pairs)).to(language))
        if self.dropped:
            names = dict.fromkeys(label.to(language) for label in self.dropped)
            told.append(texts.DROPPED_SETTINGS.format(listed(names)).to(language))
        return told


def fit_settings(
    task: type[Request], checkpoint: Checkpoint, given: Mapping[str, Any], quiet: Iterable[str] = ()
) -> Fitted:
    """Fit settings to a checkpoint; fields that are not given get their defaults, and no seed means a random one.

    Args:
        task: The request type.
        checkpoint: What is to make it.
        given: The settings, by the request's fields.
        quiet: Fields of which the caller itself says what became of them.
    """
    family, controls = find_family(task.family), task.controls()
    start = task.defaults() | {name: value for name, value in checkpoint.defaults.items() if name in controls}
    fitted = Fitted({name: value for name, value in start.items() if name in controls})
    options, unused, bounds = _known(family, checkpoint)
    wanted = dict(given)
    wanted |= _sized(family, checkpoint, wanted, fitted, controls)
    for name, value in wanted.items():
        control = controls.get(name)
        if control is None:
            continue
        near = value if name in unused and value == start[name] else _fit(control, value, options.get(name))
        if near is not None and name in bounds:
            near = min(near, bounds[name])
        if name in unused and near != start[name]:
            near = None
        if near is None:
            if name not in quiet and value not in ("", start[name]):
                _tell_dropped(fitted, control, value)
            continue
        fitted.values[name] = near
        if isinstance(control, Words) and len(str(value).strip()) > control.longest:
            left = len(str(value).strip()) - control.longest
            fitted.said.append(texts.CUT.format(control.label, left, len(str(value).strip())))
        elif near != value and name not in SIZE and name not in quiet:
            fitted.changed.append((control.label, str(value)[:LONGEST_SHOWN], str(near)[:LONGEST_SHOWN]))
    _assure(family, task, checkpoint, fitted, start)
    return fitted


def listed(names: Iterable[str], most: int = 12) -> str:
    """Put names beside each other; of a long list the first."""
    known = [name[:LONGEST_SHOWN] for name in names]
    return ", ".join(known[:most]) + (", …" if len(known) > most else "")


def _known(
    family: Family[Any], checkpoint: Checkpoint
) -> tuple[Mapping[str, Mapping[str, Text]], set[str], Mapping[str, int]]:
    """Return what a checkpoint takes, as far as that can be read; what is wrong with it is told at its chooser."""
    try:
        return family.options(checkpoint), set(family.unused(checkpoint)), family.bounds(checkpoint)
    except PlaygroundError:
        return {}, set(), {}


def _sized(
    family: Family[Any],
    checkpoint: Checkpoint,
    given: Mapping[str, Any],
    fitted: Fitted,
    controls: Mapping[str, Control],
) -> dict[str, int]:
    """Return the nearest size that the checkpoint can make, of the same shape as far as that goes."""
    sides = [given.get(name) for name in SIZE]
    if not all(isinstance(side, int) and side > 0 for side in sides) or not set(SIZE) <= controls.keys():
        return {}
    try:
        limits = family.sides(checkpoint)
    except PlaygroundError:
        limits = None
    if limits is None:
        return {}
    least, most, step = limits
    width, height = (int(side or 0) for side in sides)
    scale = min(1.0, most / max(width, height))
    scale = max(scale, min(least / min(width, height), most / max(width, height)))

    def near(side: int) -> int:
        rounded = round(side * scale / step) * step
        return min(max(rounded, -(-least // step) * step), most // step * step)

    found = {"width": near(width), "height": near(height)}
    if (width, height) != (found["width"], found["height"]):
        now = f"{found['width']} × {found['height']}"
        fitted.said.append(texts.NEAREST_SIZE.format(f"{width} × {height}", now))
    return found


def _fit(control: Control, value: Any, options: Mapping[str, Text] | None) -> Any:
    """Bring a value into what a control takes; None if that is not possible."""
    match control:
        case Slider(minimum=least, maximum=most, step=step) if isinstance(value, int | float):
            if value != value:  # NaN
                return None
            near = min(max(value, least), most)
            return int(least + round((near - least) / step) * step) if control.whole else float(near)
        case Seed() if isinstance(value, int):
            return value if -1 <= value <= LARGEST_SEED else None
        case Words(longest=longest):
            return str(value).strip()[:longest]
        case Choice():
            return value if options is None or value in options else None
        case Several():
            there = [name for name in map(str.strip, str(value).split(",")) if options is None or name in options]
            return ", ".join(there) or None
    return None


def _tell_dropped(fitted: Fitted, control: Control, value: Any) -> None:
    if isinstance(control, Seed) and isinstance(value, int) and value > LARGEST_SEED:
        fitted.said.append(texts.SEED_TOO_LARGE.format(control.label, value, LARGEST_SEED))
    else:
        fitted.dropped.append(control.label)


def _assure(
    family: Family[Any], task: type[Request], checkpoint: Checkpoint, fitted: Fitted, start: Mapping[str, Any]
) -> None:
    """Return to its default whatever the checkpoint still refuses."""
    for _ in range(len(fitted.values)):
        try:
            family.read(task, checkpoint, fitted.values)
            return
        except InvalidInput as refused:
            name = refused.field
            if name not in start or fitted.values[name] == start[name]:
                return
            fitted.values[name] = start[name]
            fitted.dropped.append(task.controls()[name].label)
        except PlaygroundError:
            return  # its files are missing or damaged, which its chooser says
