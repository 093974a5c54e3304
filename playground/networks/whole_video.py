"""Any text-to-video pipeline of diffusers through its own ``__call__``: Wan, LTX-Video, CogVideoX, HunyuanVideo 1.5.

What happens inside a step is the pipeline's; every step is reported, and a report that raises stops it at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import torch
from PIL import Image

from playground.networks.motion import MotionWeight
from playground.networks.picture_to_clip import PictureRun
from playground.networks.pixels import to_pictures
from playground.networks.schedulers import SCHEDULERS, make_scheduler
from playground.networks.stepping import told_of_steps
from playground.networks.text_to_video import ClipRun


class WholeVideo:
    """A pipeline that is called as a whole.

    Args:
        pipe: The loaded pipeline, on its device.
        call: What it is called with beside what a run says.

    Attributes:
        pipe: The pipeline.
        ran_compiled: As ``Denoiser`` has it; a pipeline that is called as a whole is torch's.
    """

    def __init__(self, pipe: Any, call: Mapping[str, Any] | None = None) -> None:
        self.ran_compiled = self.use_compiled = False
        self.pipe, self._call = pipe, dict(call or {})
        self._takes = set(inspect.signature(type(pipe).__call__).parameters)
        self._scheduler = pipe.scheduler
        self._weight = MotionWeight(getattr(pipe, "unet", None))
        pipe.set_progress_bar_config(disable=True)

    @property
    def components(self) -> dict[str, Any]:
        """The pipeline's networks by name."""
        return dict(self.pipe.components)

    @torch.inference_mode()
    def draw(self, run: ClipRun, step: Callable[..., None]) -> list[Image.Image]:
        """Make one clip.

        Args:
            run: What to make: one sample. Pipelines whose autoencoder packs several frames into one round the number
                of frames to what they can make.
            step: Reports a step: its number, of how many.

        Raises:
            GenerationError: Some pixels are not finite numbers.
        """

        def report(index: int) -> None:
            step(min(index, run.steps), run.steps + 1)  # the decoder is still to come

        def after_step(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            report(index + 1)
            return {}

        asked: dict[str, Any] = self._call | {
            "prompt": run.prompts[0],
            "guidance_scale": run.guidance[0],
            "max_guidance_scale": run.guidance[0],
            "num_inference_steps": run.steps,
            "num_frames": run.frames,
            "frame_rate": run.fps,
            "fps": run.fps,
            "height": run.height,
            "width": run.width,
            "generator": torch.Generator("cpu").manual_seed(run.seeds[0]),
            "output_type": "pt",
            "callback_on_step_end": after_step,
        }
        if isinstance(run, PictureRun):
            asked["image"] = run.picture
        if run.both_halves:
            asked["negative_prompt"] = run.negative_prompts[0]
        self.pipe.scheduler = self._scheduler
        if run.scheduler in SCHEDULERS:
            self.pipe.scheduler = make_scheduler(run.scheduler, self._scheduler)
        self._weight.value = run.motion
        if guider := getattr(self.pipe, "guider", None):  # where guidance is no argument but a part of the pipeline
            self.pipe.guider = guider.new(guidance_scale=run.guidance[0])
        told = "callback_on_step_end" in self._takes
        with nullcontext() if told else told_of_steps(self.pipe.scheduler, report):
            made = self.pipe(**{name: value for name, value in asked.items() if name in self._takes})
        frames = to_pictures(made.frames[0])
        step(run.steps + 1, run.steps + 1)
        return frames
