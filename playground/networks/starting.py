"""Where a run starts: from noise alone, or from pictures that are noised so far that some of them survives.

The second is that of ``StableDiffusionImg2ImgPipeline.__call__`` and ``StableDiffusionInpaintPipeline.__call__`` with a
U-Net of four channels, operation by operation (SDEdit, Meng et al. 2022; the mask's blending, Avrahami et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from playground.networks.latents import slerp

FEATHER = 0.02
"""Of the side: how softly what was made anew goes over into what stayed."""


@dataclass(frozen=True)
class Start:
    """The start of a run.

    Attributes:
        latents: (batch, channels, height, width).
        timesteps: Those that are run.
        first: Which of the scheduler's timesteps the first of them is.
        clean: The pictures' own latents; None where the run starts from noise alone, or nothing stays.
        noise: What they were noised with.
        mask: 1 where something is made anew, (batch, 1, height, width); None where everything is.
    """

    latents: Tensor
    timesteps: Tensor
    first: int = 0
    clean: Tensor | None = None
    noise: Tensor | None = None
    mask: Tensor | None = None

    def keep(self, scheduler: Any, latents: Tensor, done: int) -> Tensor:
        """Put what stays back into latents, as noisy as they are after ``done`` of the timesteps."""
        if self.clean is None or self.mask is None:
            return latents
        stays = self.clean
        if done < len(self.timesteps):
            stays = scheduler.add_noise(stays, self.noise, self.timesteps[done : done + 1])
        return (1 - self.mask) * stays + self.mask * latents


def draw_noise(
    shape: tuple[int, ...],
    generators: Sequence[torch.Generator],
    walks: Sequence[tuple[int, float]],
    dtype: torch.dtype,
) -> Tensor:
    """Draw each sample's noise from its own generator, and walk to that of a second seed.

    Args:
        shape: Of one sample, (1, channels, height, width).
        generators: One a sample.
        walks: Seed of the second noise and how far to walk, a sample; empty for none.
        dtype: What it is drawn in.
    """
    noise = torch.cat([torch.randn(shape, generator=generator, dtype=dtype) for generator in generators])
    for index, (second_seed, walk) in enumerate(walks):
        if walk:
            end = torch.randn(shape, generator=torch.Generator("cpu").manual_seed(second_seed), dtype=dtype)[0]
            noise[index] = slerp(noise[index].float(), end.float(), walk).to(dtype)
    return noise


def start_from_pictures(
    pipe: Any,
    scheduler: Any,
    pictures: Sequence[Image.Image],
    masks: Sequence[Image.Image | None],
    strength: float,
    generators: Sequence[torch.Generator],
    dtype: torch.dtype,
) -> Start:
    """Noise pictures as far as ``strength`` says.

    Args:
        pipe: The pipeline.
        scheduler: With its timesteps set.
        pictures: One a sample, of the size that is made.
        masks: White where something is made anew; None where everything is.
        strength: How much of the steps is run, above 0 to 1; at least one is.
        generators: One a sample; each draws what the encoder leaves open, then the noise.
        dtype: What latents are kept in.
    """
    device = pipe._execution_device
    count = -(-len(scheduler.timesteps) // scheduler.order)  # the last of two-part steps has one part
    first = min(count - int(count * strength), count - 1) * scheduler.order
    timesteps = scheduler.timesteps[first:]
    if hasattr(scheduler, "set_begin_index"):  # DDIM finds its place by the timestep
        scheduler.set_begin_index(first)
    pixels = pipe.image_processor.preprocess(list(pictures)).to(device, pipe.vae.dtype)
    clean = torch.cat(
        [
            pipe.vae.encode(pixels[index : index + 1]).latent_dist.sample(generator)
            for index, generator in enumerate(generators)
        ]
    )
    clean = (clean * pipe.vae.config.scaling_factor).to(dtype)
    shape = (1, *clean.shape[1:])
    noise = torch.cat([torch.randn(shape, generator=generator, dtype=dtype) for generator in generators]).to(device)
    latents = scheduler.add_noise(clean, noise, timesteps[:1].repeat(len(clean)))
    mask = None
    if any(each is not None for each in masks):
        mask = torch.stack([_latent_mask(each, clean.shape[-2:]) for each in masks]).to(device, dtype)
    return Start(latents, timesteps, first, clean, noise, mask)


def put_back(picture: Image.Image, original: Image.Image, mask: Image.Image | None) -> Image.Image:
    """Return a picture whose masked part is new and whose rest is the original's, to the pixel but for a soft edge."""
    if mask is None:
        return picture
    soft = mask.filter(ImageFilter.GaussianBlur(FEATHER * picture.width))
    soft = Image.fromarray(np.minimum(np.asarray(soft), np.asarray(mask)))  # nothing beyond what was painted changes
    made = Image.composite(picture, original, soft)
    made.info.update(picture.info)
    return made


def _latent_mask(mask: Image.Image | None, size: torch.Size) -> Tensor:
    """Return (1, height, width): 1 in every latent pixel that a mask touches."""
    if mask is None:
        return torch.ones(1, *size)
    pixels = torch.from_numpy(np.asarray(mask, dtype="float32") / 255)[None, None]
    return (torch.nn.functional.adaptive_max_pool2d(pixels, list(size)) >= 0.5).float()[0]
