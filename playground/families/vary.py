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


def neighbours(distance: float) -> list[dict[str, Any]]:
    """Return what changes for four pictures around one: a part of the way to the noises of four other seeds.

    Args:
        distance: Share of the way, from 0.05 to 0.5.
    """
    far = min(max(distance, NEAREST), FARTHEST)
    seeds: set[int] = set()
    while len(seeds) < NEIGHBOURS:
        seeds.add(secrets.randbelow(LARGEST_SEED + 1))
    return [{"second_seed": seed, "walk": far} for seed in sorted(seeds)]


def changes(task: type[Request]) -> Mapping[str, tuple[str, float]]:
    """Return the fields that can be taken a little further: "add" or "multiply", and by what.

    The strength moves by a tenth of its range; steps are doubled and halved.
    """
    controls, found = task.controls(), dict[str, tuple[str, float]]()
    strength = controls.get(task.strength)
    if isinstance(strength, Slider):
        found[task.strength] = ("add", (strength.maximum - strength.minimum) / 10)
    if "num_inference_steps" in controls:
        found["num_inference_steps"] = ("multiply", 2)
    return found
