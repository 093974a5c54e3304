"""Text → Image asked without an engine: a loaded checkpoint, samples of a prompt, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from playground.catalog import Checkpoint
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_image import Loaded, PromptRequest

FAMILY = find_family("text_to_image")


def ignore(index: int, of: int, preview: Sequence[Image.Image] | None = None) -> None:
    """Take a step's report."""


def load(checkpoint: Checkpoint, dtype: str) -> Loaded:
    """Load a checkpoint on the CPU."""
    loaded: Loaded = FAMILY.load(checkpoint, Device("cpu", "CPU", 1, dtype))
    return loaded


def samples(checkpoint: Checkpoint, **values: Any) -> list[Any]:
    """Return what a prompt asks for; a red apple from seed 7 where nothing else is said."""
    asked = {"prompt": "red apple", "seed": 7} | values
    return FAMILY.read(PromptRequest, checkpoint, asked).samples(checkpoint)


def make(model: Loaded, step: Any = ignore, **values: Any) -> list[Image.Image]:
    """Make its pictures."""
    return FAMILY.generate(model, samples(model.checkpoint, **values), step)


def far(one: Image.Image, other: Image.Image) -> np.ndarray[Any, Any]:
    """Return how far apart two pictures are, in grey levels, pixel by pixel."""
    return np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int))
