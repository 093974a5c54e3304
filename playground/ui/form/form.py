"""A form drawn from a request type: one control for each field; ``form.js`` draws what is described here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground.api.uploads import inline_drawing
from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.controls import Choice, Control, Drawing, Mask, Painting, Seed, Several, Slider, Switch, Words
from playground.families.requests import Request
from playground.language import Text
from playground.ui.form import texts


def form_spec(
    task: type[Request],
    catalog: Catalog,
    state: Mapping[str, Any] | None,
    *,
    button: Text = texts.GENERATE,
    live: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Describe a form.

    Args:
        task: The request type.
        catalog: What can be chosen.
        state: What the checkpoint is like that the form starts with, as ``checkpoint_state`` says it.
        button: What the button says that asks.
        live: Whether the picture follows the controls.
        more: What only some forms have; ``form.js`` names them.
    """
    first = catalog.of_family(task.family)[:1]
    known = {name: value for checkpoint in first for name, value in checkpoint.defaults.items()}
    controls = task.controls()
    return {
        "task": task.task,
        "family": task.family,
        "makes": task.makes,
        "title": task.title,
        "live": live,
        "button": button,
        "fields": [_field(name, control, live) for name, control in controls.items()],
        "values": {name: _start(name, known.get(name, value)) for name, value in task.defaults().items()},
        "state": state,
        **more,
    }


def read_form(task: type[Request], held: Any, catalog: Catalog) -> tuple[str, dict[str, Any]]:
    """Read what a form holds: the checkpoint's id and the request's values; an unkept seed is left to chance.

    Raises:
        InvalidInput: It is no form.
        UnreadableFile: A drawing is not a picture.
    """
    if not isinstance(held, Mapping):
        raise InvalidInput("form", "The form is empty: load the page again.", "表单为空：请重新加载页面。")
    controls = task.controls()
    values = {name: held[name] for name in controls if held.get(name) is not None}
    for name, control in controls.items():
        if isinstance(control, Drawing) and name in values:
            values[name] = inline_drawing(values[name], isinstance(control, Painting))
        if isinstance(control, Slider) and control.whole and isinstance(values.get(name), float):
            values[name] = int(values[name]) if values[name].is_integer() else values[name]
    if "seed" in controls and not held.get("keep"):
        values["seed"] = -1
    checkpoint = held.get("checkpoint")
    return catalog.find(checkpoint if isinstance(checkpoint, str) else "", task.family).id, values


def examples_of(family: Any) -> Sequence[dict[str, Any]]:
    """Return a family's examples as a form shows them."""
    return [{"label": label, "values": dict(values)} for label, values in family.examples]


def strength_of(task: type[Request]) -> Slider | None:
    """Return the control that says how strongly the condition acts, if there is one."""
    control = task.controls().get(task.strength_field)
    return control if isinstance(control, Slider) else None


def _start(name: str, value: Any) -> Any:
    return 0 if name == "seed" and value == -1 else value


def _field(name: str, control: Control, live: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": name,
        "label": control.label,
        "help": control.help,
        "advanced": control.advanced,
        "live": live and control.live,
    }
    match control:
        case Seed():
            return said | {"kind": "seed"}
        case Slider(minimum=minimum, maximum=maximum, step=step):
            return said | {"kind": "slider", "min": minimum, "max": maximum, "step": step}
        case Switch():
            return said | {"kind": "switch"}
        case Choice():
            return said | {"kind": "choice"}
        case Several():
            return said | {"kind": "several"}
        case Words(longest=longest, lines=lines):
            return said | {"kind": "words", "longest": longest, "submits": name == "prompt", "lines": lines}
        case Painting(mask=mask):
            return said | {"kind": "painting", "mask": mask}
        case Mask():
            return said | {"kind": "mask"}
        case Drawing():
            return said | {"kind": "drawing"}
    raise TypeError(f"No control of the page is known for {type(control).__name__} of {name}.")


def plain(family: str) -> Mapping[str, Any]:
    """Return the defaults of a family's own form, without any checkpoint."""
    return find_family(family).requests[0].defaults()
