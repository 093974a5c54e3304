"""Settings of other Stable Diffusion programs, brought into what our Text → Image tab takes."""

from __future__ import annotations

from typing import Any

from playground.engine import Engine
from playground.families import find_family
from playground.families.controls import LARGEST_SEED, Choice, Control, Seed, Slider, Words
from playground.language import Language
from playground.media.a1111 import Parameters
from playground.ui.restoring import texts

FAMILY = "text_to_image"


def foreign_settings(engine: Engine, found: Parameters, language: Language) -> dict[str, Any]:
    """Return what opens the tab and fills its controls, and what to tell of what could not be taken over."""
    family = find_family(FAMILY)
    task, checkpoint = family.requests[0], engine.catalog.find("", FAMILY)
    controls, options = task.controls(), family.options(checkpoint)
    taken, changed = dict[str, Any](), []
    for name, value in found.values.items():
        if name not in controls:
            continue
        fitting = _fit(controls[name], value, list(options.get(name, {})))
        if fitting is not None:
            taken[name] = fitting
        if fitting != value and name != "scheduler":
            changed.append((controls[name].label, value, fitting))
    words = [texts.FOREIGN]
    if changed:
        said = [f"{label.to(language)} {str(was)[:40]} → {now}" for label, was, now in changed]
        words.append(texts.FOREIGN_CHANGED.format("; ".join(said)))
    if found.sampler and "scheduler" not in taken:
        words.append(texts.FOREIGN_SAMPLER.format(found.sampler[:60]))
    if found.model:
        words.append(texts.FOREIGN_MODEL.format(found.model[:80]))
    return {
        "family": FAMILY,
        "task": task.task,
        "checkpoint": "",
        "values": taken,
        "toast": " ".join(line.to(language) for line in words),
    }


def _fit(control: Control, value: Any, options: list[str]) -> Any:
    """Bring a value into what a control takes; None if that is not possible."""
    match control:
        case Slider(minimum=least, maximum=most, step=step) if isinstance(value, int | float):
            near = min(max(value, least), most)
            return int(least + round((near - least) / step) * step) if control.whole else round(float(near), 2)
        case Seed() if isinstance(value, int):
            return value if 0 <= value <= LARGEST_SEED else None
        case Words(longest=longest):
            return str(value)[:longest]
        case Choice():
            return value if value in options else None
    return None
