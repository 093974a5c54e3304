"""A form drawn from a request type: one component for each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from playground.api.uploads import inline_drawing
from playground.catalog import Checkpoint
from playground.errors import PlaygroundError
from playground.families import find_family
from playground.families.controls import LARGEST_SEED, Choice, Control, Drawing, Seed, Slider, Words
from playground.families.requests import Request
from playground.language import Language
from playground.ui.drawing_pad import drawing_pad
from playground.ui.texts.page import ADVANCED, DIE, LOCK
from playground.ui.wording import Wording

RANDOM_SEED = f"Math.floor(Math.random() * {LARGEST_SEED + 1})"


@dataclass(frozen=True)
class Form:
    """The components of a form.

    Attributes:
        task: The request type it was drawn from.
        fields: One component a field, in the order of the request type.
        lock: The box that keeps the seed, if the request has one.
        parts: What comes and goes with each field: its component, the row around it, buttons that change it.
        rolls: What runs when a die is thrown, to go on from.
    """

    task: type[Request]
    fields: dict[str, Any]
    lock: Any | None
    parts: dict[str, list[Any]]
    rolls: list[Any] = field(default_factory=list)

    @property
    def components(self) -> list[Any]:
        """The fields' components."""
        return list(self.fields.values())

    def values(self, given: tuple[Any, ...]) -> dict[str, Any]:
        """Pair what the components hold with the fields' names; empty components take the default.

        Raises:
            UnreadableFile: A drawing is not a picture.
        """
        controls = self.task.controls()
        return {
            name: inline_drawing(value) if isinstance(controls[name], Drawing) else value
            for name, value in zip(self.fields, given, strict=True)
            if value is not None
        }

    @property
    def live(self) -> list[Any]:
        """Components that redraw the picture when they move."""
        controls = self.task.controls()
        return [component for name, component in self.fields.items() if controls[name].live]


def request_form(
    task: type[Request],
    wording: Wording,
    checkpoint: Checkpoint,
    below: Mapping[str, Callable[[Any], None]] | None = None,
) -> Form:
    """Draw a form.

    Args:
        task: The request type.
        wording: Where the labels are remembered.
        checkpoint: The checkpoint whose defaults and options the form starts with.
        below: Draws, by a field's name, what goes below it.
    """
    defaults = task.defaults() | checkpoint.defaults
    fields: dict[str, Any] = {}
    dice: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    unused = find_family(checkpoint.family).unused(checkpoint)
    lock = None
    controls = task.controls()
    advanced = [name for name, control in controls.items() if control.advanced]
    for name in [name for name in controls if name not in advanced]:
        fields[name] = _component(name, controls[name], wording, checkpoint, defaults[name], dice, rows)
        if below and name in below:
            below[name](fields[name])
    if advanced:
        with wording(gr.Accordion, label=ADVANCED, open=False):
            for name in advanced:
                fields[name] = _component(name, controls[name], wording, checkpoint, defaults[name], dice, rows)
    if "seed" in fields and any(isinstance(control, Seed) for control in controls.values()):
        lock = wording(gr.Checkbox, value=False, label=LOCK, container=False, elem_classes="pg-lock")
        # Who types or rolls a seed wants that one.
        fields["seed"].input(None, None, lock, js="() => true", api_visibility="private")
    parts = {name: [rows.get(name, field)] for name, field in fields.items()}
    form = Form(task, {name: fields[name] for name in controls}, lock, parts)
    for name, control in controls.items():
        for part in parts[name]:
            part.visible = "hidden" if name in unused else True
        if isinstance(control, Seed):
            number, kept = fields[name], name == "seed" and lock is not None
            roll = f"() => [{RANDOM_SEED}, true]" if kept else f"() => {RANDOM_SEED}"
            outputs = [number, lock] if kept else number
            form.rolls.append(dice[name].click(None, None, outputs, js=roll, api_visibility="private"))
    return form


def choices_of(field: str, checkpoint: Checkpoint) -> Callable[[Language], list[tuple[str, str]]]:
    """Return a function from the language to a choice field's (label, value) pairs.

    A checkpoint that cannot be read has none; its sentence is told where the checkpoint is chosen.
    """
    try:
        options = find_family(checkpoint.family).options(checkpoint).get(field, {})
    except PlaygroundError:
        options = {}
    return lambda language: [(text.to(language), value) for value, text in options.items()]


def _component(
    name: str,
    control: Control,
    wording: Wording,
    checkpoint: Checkpoint,
    value: Any,
    dice: dict[str, Any],
    rows: dict[str, Any],
) -> Any:
    said: dict[str, Any] = {"label": control.label}
    if control.help.en:
        said["info"] = control.help
    match control:
        case Seed():
            return _seed_row(control, wording, dice, rows, name)
        case Slider(minimum=minimum, maximum=maximum, step=step):
            slider = wording(gr.Slider, minimum, maximum, value, step=step, **said)
            # Gradio's own check makes an error of the server out of the empty box of somebody who is about to type a
            # number; the request type says what is allowed.
            slider.preprocess = lambda payload: payload
            return slider
        case Choice():
            return wording(gr.Dropdown, choices=choices_of(name, checkpoint), value=value, **said)
        case Words(longest=longest):
            return wording(gr.Textbox, value=value, max_length=longest, lines=1, **said)
        case Drawing() as drawing:
            return drawing_pad(drawing, wording)
    raise TypeError(f"No component is known for the control {type(control).__name__} of {name}.")


def _seed_row(control: Control, wording: Wording, dice: dict[str, Any], rows: dict[str, Any], name: str) -> Any:
    with gr.Row(elem_classes="pg-seed") as rows[name]:
        number = wording(
            gr.Number,
            value=0 if name == "seed" else -1,
            precision=0,
            label=control.label,
            info=control.help,
            scale=3,
            min_width=140,
        )
        dice[name] = wording(gr.Button, value=DIE, size="sm", scale=0, min_width=84, elem_classes="pg-die")
    return number
