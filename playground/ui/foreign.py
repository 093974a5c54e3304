"""Settings of other Stable Diffusion programs, brought into what our Text → Image tab takes."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.families.controls import LARGEST_SEED, Choice, Control, Seed, Slider, Words
from playground.language import Language
from playground.media.a1111 import Parameters
from playground.ui.form import choices_of
from playground.ui.panel import Page, Panel
from playground.ui.texts import gallery as texts

TASK = "text_to_image"


def foreign_settings(page: Page, found: Parameters, language: Language) -> dict[Any, Any]:
    """Return what opens the tab and fills its controls, and tell the visitor what could not be taken over."""
    panel = page.panels[TASK]
    controls = panel.form.task.controls()
    taken, changed = {}, []
    for name, value in found.values.items():
        if name not in controls:
            continue
        fitting = _fit(controls[name], value, _options(page, panel, name))
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
    gr.Info(" ".join(line.to(language) for line in words), duration=10)
    shown: dict[Any, Any] = {page.tabs: gr.update(selected=panel.form.task.family)}
    shown |= {panel.form.fields[name]: value for name, value in taken.items()}
    if panel.form.lock and "seed" in taken:
        shown[panel.form.lock] = True
    return shown


def _options(page: Page, panel: Panel, name: str) -> list[str]:
    known = page.engine.catalog.of_family(panel.form.task.family)
    return [value for _, value in choices_of(name, known[0])("en")] if known else []


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
