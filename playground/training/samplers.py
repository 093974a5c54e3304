"""Samples of every generator at its default strength, and what it says of real pictures where it can."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.training.data import Labelled

Sampler = Callable[[Path, Tensor, torch.Generator], Tensor]
"""Makes pictures (N, 1, 28, 28), 0 to 1, with a checkpoint's folder, of the classes (N,) asked for."""
STRENGTHS = {"temperature": 0.9, "guidance_scale": 1.75}
"""Of the PixelCNN: the page's."""
TOGETHER = 200
"""Pictures made, or looked at, in one pass."""


@torch.inference_mode()
def sample_vae(folder: Path, labels: Tensor, generator: torch.Generator) -> Tensor:
    """Decode latents of spread 1."""
    from playground.networks.class_vae import ConditionalVAE

    model = ConditionalVAE.from_pretrained(folder, strict=True)
    return _in_parts(model.decode, torch.randn(len(labels), model.latent_dim, generator=generator), labels)


@torch.inference_mode()
def sample_gan(folder: Path, labels: Tensor, generator: torch.Generator) -> Tensor:
    """Generate at truncation 1."""
    from playground.networks.class_gan import ConditionalGenerator
    from playground.training.class_gan import truncated_noise

    model = ConditionalGenerator.from_pretrained(folder, strict=True)
    latents = truncated_noise(len(labels), model.latent_dim, generator)
    return (_in_parts(model, latents, torch.eye(model.num_classes)[labels]) + 1) / 2


def sample_pixelcnn(folder: Path, labels: Tensor, generator: torch.Generator, **strength: float) -> Tensor:
    """Draw pixel by pixel, at the page's default strengths where none are given."""
    from playground.networks.pixelcnn import PixelCNN

    model = PixelCNN.from_pretrained(folder, strict=True).eval()
    noise = torch.rand(len(labels), model.image_size, model.image_size, generator=generator)
    return _in_parts(partial(model.sample, **(STRENGTHS | strength)), noise, labels)


def complete_by_pixelcnn(folder: Path, real: Labelled, generator: torch.Generator) -> Tensor:
    """Draw the lower halves of real pictures anew, of their classes, at the page's default strengths."""
    from playground.networks.pixelcnn import PixelCNN

    model = PixelCNN.from_pretrained(folder, strict=True).eval()
    side = model.image_size
    noise = torch.rand(len(real.labels), side, side, generator=generator)
    known = (torch.arange(side) < side // 2)[None, :, None].expand_as(noise)
    return model.sample(noise, real.labels, known=known, images=real.images.float() / 255, **STRENGTHS)


def sample_diffusion(folder: Path, labels: Tensor, generator: torch.Generator, **strength: float) -> Tensor:
    """Denoise with guidance."""
    from playground.networks.class_diffusion import ClassDiffusion

    return _sample_unet(ClassDiffusion, folder, labels, generator, strength)


def sample_flow(folder: Path, labels: Tensor, generator: torch.Generator, **strength: float) -> Tensor:
    """Follow the flow with guidance."""
    from playground.networks.class_flow import ClassFlow

    return _sample_unet(ClassFlow, folder, labels, generator, strength)


def _sample_unet(
    kind: Any, folder: Path, labels: Tensor, generator: torch.Generator, strength: dict[str, float]
) -> Tensor:
    pipeline = kind.from_pretrained(folder, local_files_only=True)
    size = pipeline.image_size
    noise = torch.randn(len(labels), 1, size, size, generator=generator)
    return _in_parts(partial(pipeline.sample, **strength), noise, labels)


def _in_parts(make: Callable[[Tensor, Tensor], Tensor], noise: Tensor, conditions: Tensor) -> Tensor:
    parts = zip(noise.split(TOGETHER), conditions.split(TOGETHER), strict=True)
    return torch.cat([make(some, their_conditions) for some, their_conditions in parts])


@torch.inference_mode()
def bits_of_pixelcnn(folder: Path, real: Labelled) -> float:
    """Give the mean of −log2 p(x | y) for each pixel of real pictures of 256 grey levels."""
    from playground.networks.pixelcnn import PixelCNN

    model = PixelCNN.from_pretrained(folder, strict=True).eval()
    return float(_in_parts(model.bits_per_dimension, real.images.float() / 255, real.labels).mean())
