"""Guided denoising of all frames of a clip together, open to look at every step.

The arithmetic is that of ``AnimateDiffPipeline.__call__``, operation by operation; what differs is that prompts are
encoded once, that each step is handed out, and that the frames' first noise may have a part in common.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from playground.networks.compiled import Compiled
from playground.networks.latents import clip_noise
from playground.networks.longer_clips import WINDOWS, LongerMotion, shuffle_windows
from playground.networks.motion import MotionWeight
from playground.networks.opening import has_its_tokenizer
from playground.networks.pixels import refuse_not_finite
from playground.networks.schedulers import clean_and_noise, make_scheduler
from playground.networks.sharing import share_weights
from playground.networks.text_to_image import Denoiser, Look, Run

DECODED_AT_ONCE = 8
"""Frames: between two such parts, others may have the device for a moment."""


@dataclass(frozen=True)
class ClipRun(Run):
    """One clip to make.

    Attributes:
        frames: How many.
        fps: How fast they are to play; some networks want to know.
        motion: Weight of the motion modules; 1 is what was learned.
        shared_noise: How much of the first noise's variance the frames have in common, 0 to 1.
        longer: How motion modules make more frames than they learned, one of ``longer_clips.WAYS``; empty where there
            are no more.
    """

    frames: int = 16
    fps: int = 8
    motion: float = 1.0
    shared_noise: float = 0.0
    longer: str = ""


def one_frame(seen: Look, frame: int) -> Look:
    """Return a step of a clip as that of one of its frames, from 0."""
    parts = (seen.latents, seen.guided, seen.without, seen.words)
    latents, guided, without, words = (None if part is None else part[:, :, frame] for part in parts)
    return replace(seen, latents=latents, guided=guided, without=without, words=words)  # type: ignore[arg-type]


class Animator(Denoiser):
    """A text-to-image pipeline whose U-Net has motion modules (Guo et al. 2023, AnimateDiff).

    Args:
        pipe: The loaded ``AnimateDiffPipeline``.
        compiled: What runs in place of its networks, where motion modules act as they learned.

    Attributes:
        watched: Whether somebody looks into the network, which then is torch's.
    """

    def __init__(self, pipe: Any, compiled: Compiled | None = None) -> None:
        super().__init__(pipe, compiled)
        self.watched = False
        self._weight, self._longer = MotionWeight(pipe.unet), LongerMotion(pipe.unet)
        self._pause: Callable[[], None] = lambda: None
        for block in (*pipe.unet.down_blocks, pipe.unet.mid_block, *pipe.unet.up_blocks):
            block.register_forward_pre_hook(lambda block, inputs: self._pause())

    @classmethod
    def of(cls, pipe: Any, folder: Path, place: Callable[[], Any], compiled: Compiled | None = None) -> Animator:
        """Take a pipeline that is opened already.

        Args:
            pipe: The pipeline.
            folder: Where its tokenizer was opened.
            place: Puts it on its device.
            compiled: What runs in place of its networks.

        Raises:
            FileNotFoundError: Its tokenizer is missing.
        """
        has_its_tokenizer(pipe, folder)
        # Measured: as for pictures; the U-Net with motion modules gains nothing by it.
        pipe.vae.to(memory_format=torch.channels_last)
        place()
        share_weights(pipe.components.values())
        return cls(pipe, compiled)

    @torch.inference_mode()
    def animate(self, run: ClipRun, look: Callable[[Look], None], pause: Callable[[], None]) -> Tensor:
        """Turn noise into the latents of a clip.

        Args:
            run: What to make: one sample.
            look: Is shown every step, with all frames of the clip; what it raises ends the run.
            pause: Is called several times within a step, between the blocks of the network; likewise.

        Returns:
            (1, channels, frames, height, width) in latent pixels.
        """
        pipe, device, self.ran_compiled = self.pipe, self.device, False
        scheduler = make_scheduler(run.scheduler, pipe.scheduler)
        scheduler.set_timesteps(run.steps, device=device)
        generator = torch.Generator("cpu").manual_seed(run.seeds[0])
        extra = {"generator": generator} if "generator" in inspect.signature(scheduler.step).parameters else {}
        text = self._embed_both(run)
        latents = self._first_noise(run, generator) * scheduler.init_noise_sigma
        kind, steps = scheduler.config.prediction_type, len(scheduler.timesteps)
        for index, timestep in enumerate(scheduler.timesteps):
            seen, guided, without, words = self._predict(run, scheduler, latents, timestep, text, pause)
            share = clean_and_noise(scheduler, index, timestep)
            look(Look(index, steps, *share, seen[:1], guided, without, words, kind))
            latents = scheduler.step(guided, timestep, latents, **extra, return_dict=False)[0]
        return latents

    def _first_noise(self, run: ClipRun, generator: torch.Generator) -> Tensor:
        """Draw the noise of all frames, (1, channels, frames, height, width) in latent pixels."""
        height, width = (side // self.pipe.vae_scale_factor for side in (run.height, run.width))
        shape = (1, self.pipe.unet.config.in_channels, run.frames, height, width)
        noise = clip_noise(shape, run.shared_noise, generator, self.pipe.unet.dtype)
        return (shuffle_windows(noise, generator) if run.longer == WINDOWS else noise).to(self.device)

    def _predict(
        self,
        run: ClipRun,
        scheduler: Any,
        latents: Tensor,
        timestep: Tensor,
        text: Tensor,
        pause: Callable[[], None],
    ) -> tuple[Tensor, Tensor, Tensor | None, Tensor]:
        """Ask the network once: what it saw, and what it predicts guided, without the words, and with them."""
        halves = torch.cat([latents] * 2) if run.both_halves else latents
        seen = scheduler.scale_model_input(halves, timestep)
        guided = words = self._ask(run, seen, timestep, text, pause)
        without = None
        if run.both_halves:
            without, words = words.chunk(2)
            guided = without + run.guidance[0] * (words - without)
        return seen, guided, without, words

    def _ask(self, run: ClipRun, seen: Tensor, timestep: Tensor, text: Tensor, pause: Callable[[], None]) -> Tensor:
        # What was compiled are the modules as they learned.
        as_learned = run.motion == 1 and not run.longer and not self.watched
        if as_learned and (compiled := self._taken_by("unet", len(seen))):
            return compiled.predict(seen, timestep, text, pause).to(seen.dtype)
        self._weight.value, self._pause = run.motion, pause
        self._longer.act(run.longer, run.frames)
        made: Tensor = self.pipe.unet(seen, timestep, encoder_hidden_states=text, return_dict=False)[0]
        return made

    def _embed_both(self, run: ClipRun) -> Tensor:
        """Return what the network reads of the prompts, once for every frame."""
        text = self._embed(run.prompts[0])
        if run.both_halves:
            text = torch.cat([self._embed(run.negative_prompts[0]), text])
        return text.repeat_interleave(run.frames, dim=0)

    @torch.inference_mode()
    def decode_clip(self, latents: Tensor, decoded: Callable[[int], None]) -> list[Image.Image]:
        """Turn the latents of a clip into its frames.

        Args:
            latents: (1, channels, frames, height, width).
            decoded: Is told how many parts are decoded.

        Raises:
            GenerationError: Some pixels are not finite numbers.
        """
        vae, frames = self.pipe.vae, list[Image.Image]()
        scaled = (1 / vae.config.scaling_factor * latents)[0].transpose(0, 1)
        for index, part in enumerate(scaled.split(DECODED_AT_ONCE), 1):
            compiled = self._taken_by("vae_decoder", len(part))
            pixels = compiled.decode(part) if compiled else vae.decode(part, return_dict=False)[0].float()
            refuse_not_finite(pixels)
            frames += self.pipe.video_processor.postprocess(pixels, output_type="pil")
            decoded(index)
        self.pipe.maybe_free_model_hooks()  # where only one network at a time is on the device, the last one leaves
        return frames
