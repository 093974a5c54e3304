"""What lies near a result: four neighbours of its noise, and the same with a little more or less of one control."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from playground.families.controls import LARGEST_SEED, Slider
from playground.families.requests import Request

NEIGHBOURS = 4
NEAREST, FARTHEST = 0.05, 0.5


def has_neighbours(task: type[Request]) -> bool:
    """Tell whether a request type can walk from its noise to another seed's."""
    return {"seed", "second_seed", "walk"} <= set(task.model_fields)


def neighbours(distance: float, walk: float = 0.0) -> list[dict[str, Any]]:
    """Return what changes for four pictures around one: a part of the way to the noises of four other seeds.

    A picture that lies on a walk already has its neighbours before and behind it on that walk.

    Args:
        distance: Share of the way, from 0.05 to 0.5.
        walk: How far the picture itself has walked from its seed to its second one, from 0 to 1.
    """
    far = min(max(distance, NEAREST), FARTHEST)
    if walk:
        return [{"walk": place} for place in _places(walk, far)]
    seeds: set[int] = set()
    while len(seeds) < NEIGHBOURS:
        seeds.add(secrets.randbelow(LARGEST_SEED + 1))
    return [{"second_seed": seed, "walk": far} for seed in sorted(seeds)]


def _places(walk: float, far: float) -> list[float]:
    """Return four places around one on a walk; near an end of it more of them lie on the other side."""
    middle = min(max(walk, far), 1 - far)
    places = [round(middle + far * step / 2, 4) for step in range(-2, 3)]
    places.remove(min(places, key=lambda place: abs(place - walk)))
    return places


def changes(task: type[Request]) -> Mapping[str, tuple[str, float]]:
    """Return the fields that can be taken a little further: "add" or "multiply", and by what.

    The strength moves by a tenth of its range; steps are doubled and halved.
    """
    controls, found = task.controls(), dict[str, tuple[str, float]]()
    strength = controls.get(task.strength_field)
    if isinstance(strength, Slider):
        found[task.strength_field] = ("add", (strength.maximum - strength.minimum) / 10)
    if "num_inference_steps" in controls:
        found["num_inference_steps"] = ("multiply", 2)
    return found
