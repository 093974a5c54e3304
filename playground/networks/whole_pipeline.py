"""Any text-to-image pipeline of diffusers through its own ``__call__``: SDXL, Stable Diffusion 3, FLUX, Z-Image, Sana.

What happens inside a step is the pipeline's; every step is reported, and a report that raises stops it at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from PIL import Image

from playground.networks.pixels import on_white, to_pictures
from playground.networks.schedulers import SCHEDULERS, make_scheduler, sigmas_instead
from playground.networks.text_to_image import Run

TRUE_GUIDANCE = "true_cfg_scale"
"""What pipelines call guidance whose ``guidance_scale`` is something that a distilled network reads."""

MIDWAY, MIDWAY_STEPS = "intermediate_timesteps", 2
"""Where Sana Sprint stops between noise and picture, and the only number of steps that it may say so for."""


class WholePipeline:
    """A pipeline that is called as a whole.

    Args:
        pipe: The loaded pipeline, on its device.
        negative_prompts: Whether it takes negative prompts; a distilled one does not.

    Attributes:
        pipe: The pipeline.
        ran_compiled: As ``Denoiser`` has it; a pipeline that is called as a whole is torch's.
    """

    def __init__(self, pipe: Any, negative_prompts: bool = True) -> None:
        self.pipe = pipe
        self.ran_compiled = self.use_compiled = self.wears_lora = False
        self._negative_prompts = negative_prompts
        self._takes = set(inspect.signature(type(pipe).__call__).parameters)
        self._scheduler = pipe.scheduler
        pipe.set_progress_bar_config(disable=True)

    @property
    def components(self) -> dict[str, Any]:
        """The pipeline's networks by name."""
        return dict(self.pipe.components)

    def forget_prompts(self) -> None:
        """Nothing is remembered between two calls."""

    @torch.inference_mode()
    def draw(self, run: Run, step: Callable[..., None]) -> list[Image.Image]:
        """Make one picture a sample; samples of unlike guidance run one after another.

        Args:
            run: What the batch is to become.
            step: Reports a step: its number, of how many.

        Raises:
            GenerationError: Some pixels are not finite numbers.
        """
        if len(set(run.guidance)) > 1:
            return [picture for alone in _one_by_one(run) for picture in self.draw(alone, step)]

        def report(index: int, *_: Any) -> None:
            step(min(index + 1, run.steps), run.steps)

        def after_step(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            report(index)
            return {}

        asked: dict[str, Any] = {
            "prompt": list(run.prompts),
            "guidance_scale": run.guidance[0],
            "num_inference_steps": run.steps,
            "height": run.height,
            "width": run.width,
            "generator": [torch.Generator("cpu").manual_seed(seed) for seed in run.seeds],
            "output_type": "pt",
            # The size that was asked for, not the nearest of a list.
            "use_resolution_binning": False,
        }
        if run.steps != MIDWAY_STEPS:
            asked[MIDWAY] = None
        if self._negative_prompts and run.both_halves:
            asked["negative_prompt"] = list(run.negative_prompts)
        if TRUE_GUIDANCE in self._takes:
            asked[TRUE_GUIDANCE] = asked.pop("guidance_scale")
            # Without a word to lead away from it is not guided at all.
            if "negative_prompt" in asked:
                asked["negative_prompt"] = [words or " " for words in run.negative_prompts]
        asked |= {"callback_on_step_end": after_step} if "callback_on_step_end" in self._takes else {"callback": report}
        asked |= sigmas_instead(getattr(self.pipe.config, "sample_sigmas", None), run.steps)
        self.pipe.scheduler = self._scheduler
        if run.scheduler in SCHEDULERS:
            self.pipe.scheduler = make_scheduler(run.scheduler, self._scheduler)
        made = self.pipe(**{name: value for name, value in asked.items() if name in self._takes})
        return to_pictures(on_white(made.images))


def _one_by_one(run: Run) -> list[Run]:
    samples = zip(run.prompts, run.negative_prompts, run.guidance, run.seeds, strict=True)
    return [
        replace(run, prompts=[words], negative_prompts=[negative], guidance=[strength], seeds=[seed])
        for words, negative, strength, seed in samples
    ]
