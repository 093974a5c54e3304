"""Clips that begin with a picture, by the motion modules of a text-to-video checkpoint that was not taught to.

Every frame begins as the picture, noised so far that some of it survives (SDEdit, Meng et al. 2022; as
``AnimateDiffVideoToVideoPipeline`` does with a clip), and the first one is put back after each step, as noisy as the
others are (RePaint, Lugmayr et al. 2022). By that alone little moves where much of the picture stays. Where the
checkpoint draws one thing on white, the first steps are made from noise alone, the path that they decide is measured,
and the picture begins in each frame where that path leads (``carrying``).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from playground.networks.carrying import carry, measure_path
from playground.networks.schedulers import clean_and_noise, make_scheduler
from playground.networks.text_to_image import Look
from playground.networks.text_to_video import DECODED_AT_ONCE, Animator, ClipRun

PATH_STEPS = 1 / 3
"""Share of the steps that decide the path."""
KEPT, KEPT_IN_PLACE = 0.8, 0.4
"""Share of the noise that is not put on, at full closeness: on a picture that is carried, and on one that is not and
would otherwise stand still."""


@dataclass(frozen=True)
class PictureRun(ClipRun):
    """One clip to make that begins with a picture.

    Attributes:
        picture: Of the size that is made, RGB.
        closeness: How closely to follow it, 0 to 1; at 1 the first frame is the picture's round trip through the
            autoencoder.
        carried: Whether the checkpoint draws one thing on white, so that its path can be measured.
    """

    picture: Image.Image = field(kw_only=True)
    closeness: float = 1.0
    carried: bool = False

    @property
    def path_steps(self) -> int:
        """How many steps decide the path."""
        return math.ceil(PATH_STEPS * self.steps) if self.carried and self.steps > 1 else 0

    @property
    def first(self) -> int:
        """Which of the scheduler's steps is the first that draws."""
        renewed = 1 - (KEPT if self.carried else KEPT_IN_PLACE) * self.closeness
        return min(max(self.path_steps, self.steps - int(self.steps * renewed)), self.steps - 1)

    @property
    def steps_run(self) -> int:
        """How many steps are made in all."""
        return self.path_steps + self.steps - self.first


class PictureAnimator(Animator):
    """As ``Animator``, and the clips begin with a picture."""

    @torch.inference_mode()
    def animate(self, run: ClipRun, look: Callable[[Look], None], pause: Callable[[], None]) -> Tensor:
        """Turn a picture into the latents of a clip; see ``Animator.animate``."""
        if not isinstance(run, PictureRun):
            return super().animate(run, look, pause)
        generator, dtype = torch.Generator("cpu").manual_seed(run.seeds[0]), self.pipe.unet.dtype
        self.ran_compiled = False
        noise = self._first_noise(run, generator)
        text = self._embed_both(run)
        pixels = torch.from_numpy(np.array(run.picture)).permute(2, 0, 1).float() / 255
        pictures = pixels[None].expand(run.frames, -1, -1, -1)
        if run.path_steps:
            believed = self._believe(run, noise, text, look, pause)
            pictures = carry(pixels, measure_path(believed))
            pictures[0] = pixels
        return self._draw(run, self._encode(pictures, pause, dtype), noise, text, generator, look, pause)

    def _scheduler(self, run: PictureRun) -> Any:
        scheduler = make_scheduler(run.scheduler, self.pipe.scheduler)
        scheduler.set_timesteps(run.steps, device=self.device)
        return scheduler

    def _believe(
        self,
        run: PictureRun,
        noise: Tensor,
        text: Tensor,
        look: Callable[[Look], None],
        pause: Callable[[], None],
    ) -> Tensor:
        """Make the first steps from noise; return a rough look at what is believed, (frames, 3, height, width)."""
        scheduler = self._scheduler(run)
        latents = noise * scheduler.init_noise_sigma
        kind = scheduler.config.prediction_type
        for index, timestep in enumerate(scheduler.timesteps[: run.path_steps]):
            parts = self._predict(run, scheduler, latents, timestep, text, pause)
            share = clean_and_noise(scheduler, index, timestep)
            seen, guided = parts[0][:1], parts[1]
            look(Look(index, run.steps_run, *share, seen, guided, parts[2], parts[3], kind))
            if index + 1 < run.path_steps:
                extra = _extra(scheduler, torch.Generator("cpu").manual_seed(run.seeds[0]))
                latents = scheduler.step(guided, timestep, latents, **extra, return_dict=False)[0]
        frames = Look(0, 1, *share, seen, guided, None, guided, kind)
        return self.preview(frames.belief(guided)[0].transpose(0, 1)).nan_to_num()

    def _encode(self, pictures: Tensor, pause: Callable[[], None], dtype: torch.dtype) -> Tensor:
        """Return the latents (1, channels, frames, height, width) of pictures (frames, 3, height, width), 0 to 1."""
        parts = []
        for part in pictures.split(DECODED_AT_ONCE):
            pause()
            parts.append(self._encode_pixels(2 * part - 1))
        return torch.cat(parts).to(dtype).transpose(0, 1)[None]

    def _draw(
        self,
        run: PictureRun,
        clean: Tensor,
        noise: Tensor,
        text: Tensor,
        generator: torch.Generator,
        look: Callable[[Look], None],
        pause: Callable[[], None],
    ) -> Tensor:
        """Make the last steps from what is carried; the first frame stays as long as the closeness says."""
        scheduler, first = self._scheduler(run), run.first
        if hasattr(scheduler, "set_begin_index"):  # DDIM finds its place by the timestep
            scheduler.set_begin_index(first * scheduler.order)
        timesteps, kind = scheduler.timesteps[first * scheduler.order :], scheduler.config.prediction_type
        free_from = (1 - run.closeness) * scheduler.config.num_train_timesteps
        latents = scheduler.add_noise(clean, noise, timesteps[:1])
        extra = _extra(scheduler, generator)
        for index, timestep in enumerate(timesteps):
            parts = self._predict(run, scheduler, latents, timestep, text, pause)
            share = clean_and_noise(scheduler, first + index, timestep)
            made = run.path_steps + index
            look(Look(made, run.steps_run, *share, parts[0][:1], parts[1], parts[2], parts[3], kind))
            guided, following = parts[1], timesteps[index + 1 : index + 2]
            holds = run.closeness == 1 or (len(following) and float(following[0]) > free_from)
            if holds:  # what a scheduler remembers of the first frame is true, too
                guided[:, :, 0] = _prediction(kind, clean[:, :, 0], noise[:, :, 0], *share)
            latents = scheduler.step(guided, timestep, latents, **extra, return_dict=False)[0]
            if holds:
                kept = scheduler.add_noise(clean[:, :, :1], noise[:, :, :1], following) if len(following) else clean
                latents[:, :, 0] = kept[:, :, 0]
        return latents


def _extra(scheduler: Any, generator: torch.Generator) -> dict[str, Any]:
    return {"generator": generator} if "generator" in inspect.signature(scheduler.step).parameters else {}


def _prediction(kind: str, clean: Tensor, noise: Tensor, signal: float, spread: float) -> Tensor:
    """Return what a network that knew the clean latents would predict."""
    if kind == "v_prediction":
        return signal * noise - spread * clean
    return clean if kind == "sample" else noise
