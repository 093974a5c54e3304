"""A class-conditional pipeline of diffusers through its own ``__call__``: DiT (Peebles & Xie 2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from PIL import Image

from playground.networks.pixels import to_pictures
from playground.networks.stepping import told_of_steps


class WholeClass:
    """A ``DiTPipeline`` that is called as a whole.

    Args:
        pipe: The loaded pipeline, on its device.

    Attributes:
        pipe: The pipeline.
    """

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        pipe.set_progress_bar_config(disable=True)

    @property
    def components(self) -> dict[str, Any]:
        """The pipeline's networks by name."""
        return dict(self.pipe.components)

    @torch.inference_mode()
    def draw(
        self, classes: Sequence[int], seeds: Sequence[int], guidance: float, steps: int, step: Callable[..., None]
    ) -> list[Image.Image]:
        """Make one picture a class and seed, all in the same passes.

        Args:
            classes: Their numbers, in the order of the network's weights.
            seeds: One each; each draws its noise on the CPU.
            guidance: Classifier-free guidance (Ho & Salimans 2022); at 1 the network is asked once a step, not twice.
            steps: How many the scheduler takes.
            step: Reports a step: its number, of how many; what it raises stops the run.

        Raises:
            GenerationError: Some pixels are not finite numbers.
        """
        with told_of_steps(self.pipe.scheduler, lambda index: step(index, steps)):
            made = self.pipe(
                class_labels=list(classes),
                guidance_scale=guidance,
                generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
                num_inference_steps=steps,
                output_type="pt",
            )
        return to_pictures(made.images)
