"""What can be asked: for every request type a checkpoint that serves it and values that it takes."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageDraw

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import InvalidInput
from playground.families import find_family, in_order
from playground.families.base import Family
from playground.families.controls import Choice, Control, Drawing, Seed, Several, Slider, Switch, Words
from playground.families.requests import COUNTS, Request
from playground.media.pictures import data_url
from playground.settings import Settings

CATALOG = read_catalog(Settings.checkpoints)
FAMILIES = [family for family in in_order() if any(each.bundled for each in CATALOG.of_family(family.name))]
"""Those whose weights come along; what runs downloaded ones alone has tests of its own, with tiny networks."""
TASKS = [task for family in FAMILIES for task in family.requests]
SEEDED = [task for task in TASKS if "seed" in task.model_fields]
QUICK = {"num_inference_steps": 2, "prompt": "red apple"}
NOT_A_NUMBER = (float("nan"), float("inf"), float("-inf"), "nan", "many", "", [1], {"a": 1}, None, "9" * 5000)


def name_of(item: Any) -> str:
    """Name a test's parameter."""
    return str(getattr(item, "task", None) or getattr(item, "name", None) or item)


def drawn_seven() -> str:
    """Draw a 7 as a visitor would, as an inline PNG."""
    paper = Image.new("RGB", (280, 280), "white")
    ImageDraw.Draw(paper).line([(70, 60), (210, 60), (120, 230)], fill="black", width=22, joint="curve")
    return data_url(paper)


def values_for(task: type[Request], **values: Any) -> dict[str, Any]:
    """Fill what has no usable default: drawings, words, seeds that do not change from run to run, and few steps."""
    filled: dict[str, Any] = {name: value for name, value in QUICK.items() if name in task.model_fields}
    if task.family in ("text_to_video", "image_to_video"):
        filled |= {"num_inference_steps": 1, "num_frames": 8, "width": 96, "height": 96}
    if task.family == "compare":
        filled |= {"num_images": 12, "diffusion_steps": 2, "flow_steps": 2}
    if task.task == "caption":
        filled |= {"temperature": 1.5}  # at 0 all seeds say the same
    for name, control in task.controls().items():
        if isinstance(control, Drawing):
            filled[name] = drawn_seven()
        elif isinstance(control, Seed):
            filled[name] = 123
    return filled | values


def checkpoint_for(catalog: Catalog, task: type[Request]) -> Checkpoint:
    """Return the first checkpoint that serves a request type."""
    for checkpoint in catalog.of_family(task.family):
        try:
            find_family(task.family).read(task, checkpoint, values_for(task))
        except InvalidInput:
            continue
        return checkpoint
    raise AssertionError(f"No checkpoint of the catalogue serves {task.task}.")


def refused_by(control: Control) -> list[Any]:
    """Return values that a control must not take."""
    match control:
        case Slider(minimum=minimum, maximum=maximum, step=step):
            beyond = [minimum - step, maximum + step, -(10**30), 10**30]
            return [*NOT_A_NUMBER, *beyond, *([(minimum + maximum) / 2 + 0.25] if control.whole else [])]
        case Seed():
            return [*NOT_A_NUMBER, -2, 2**32, 2**70, 1.5]
        case Switch():
            return ["perhaps", 2, None, [True], {"a": 1}]
        case Choice():
            return ["no such name", "x" * 300, 3, None, [""], {"a": 1}]
        case Several():
            return ["no such name", "vae, no such name", "x" * 300, 3, None, ["vae"]]
        case Words(longest=longest):
            return ["7" * (longest + 1), 3, None, ["2"], {"a": 1}]
        case Drawing():
            return [3, ["a"], {"path": "/etc/passwd"}, None, "", "x" * 10_000_000]
    raise AssertionError(f"Nobody has said what {control} must refuse.")


def some_requests(
    family: Family[Any], checkpoint: Checkpoint, count: int
) -> list[tuple[type[Request], dict[str, Any]]]:
    """Return requests for one picture each, all different: in seed, in choices, and all over the sliders.

    A field that decides which requests may share a pass, or that the checkpoint bounds, keeps its default.
    """
    task = family.requests[0]
    options = family.options(checkpoint)
    single = {name: 1 for name in COUNTS if name in task.model_fields}
    found = [values_for(task, seed=1000 + turn, **single) for turn in range(count)]
    for name, control in task.controls().items():
        tried: list[Any] = []
        if isinstance(control, Slider) and name not in COUNTS:
            far = [control.minimum + (control.maximum - control.minimum) * turn / (count - 1) for turn in range(count)]
            tried = [round(value) if control.whole else value for value in far]
        elif isinstance(control, Choice):
            tried = [list(options[name])[turn % len(options[name])] for turn in range(count)]
        changed = [values | {name: value} for values, value in zip(found, tried, strict=False)]
        if changed and share_a_pass(family, checkpoint, changed):
            found = changed
    return [(task, values) for values in found]


def share_a_pass(family: Family[Any], checkpoint: Checkpoint, asked: list[dict[str, Any]]) -> bool:
    """Tell whether a checkpoint takes all of these, and may make them in one forward pass."""
    try:
        requests = [family.read(family.requests[0], checkpoint, values) for values in asked]
    except InvalidInput:
        return False
    return len({family.batch_key(request.samples(checkpoint)[0]) for request in requests}) == 1
