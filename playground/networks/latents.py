"""Noise from seeds, and ways between two noises. One generator a sample, on the CPU, whatever the device."""

from __future__ import annotations

import torch
from torch import Tensor


def seeded_noise(seed: int, *shape: int) -> Tensor:
    """Draw standard normal noise.

    Args:
        seed: From 0 to 2**32 - 1.
        shape: The noise's shape.

    Returns:
        A float32 CPU tensor of that shape; the same on every machine and in every batch.
    """
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))


def seeded_uniform(seed: int, *shape: int) -> Tensor:
    """Draw uniform numbers from 0 to 1.

    Args:
        seed: From 0 to 2**32 - 1.
        shape: Their shape.

    Returns:
        A float32 CPU tensor of that shape; the same on every machine and in every batch.
    """
    return torch.rand(shape, generator=torch.Generator("cpu").manual_seed(seed))


def truncated_noise(seed: int, *shape: int) -> Tensor:
    """Draw noise from a standard normal distribution cut off at -2 and 2: what falls beyond is drawn again.

    The truncation trick of BigGAN (Brock, Donahue & Simonyan 2019, section 3.1) scales this by the truncation.
    These are the numbers of ``torch.nn.init.trunc_normal_`` at half its price, and they stay so: a seed must
    not give another picture when a library changes how it initialises weights.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    noise = torch.randn(shape, generator=generator)
    while (beyond := noise.abs() > 2).any():
        noise = torch.where(beyond, torch.randn(shape, generator=generator), noise)
    return noise


def slerp(start: Tensor, end: Tensor, fraction: float) -> Tensor:
    """Walk the great circle between two noises (Shoemake 1985), which keeps their typical length.

    Args:
        start: Noise at fraction 0.
        end: Noise at fraction 1, of the same shape.
        fraction: From 0 to 1.

    Returns:
        A tensor of the same shape; a straight line's point where the two are nearly parallel.
    """
    cosine = torch.nn.functional.cosine_similarity(start.flatten(), end.flatten(), dim=0).clamp(-1, 1)
    angle = torch.arccos(cosine)
    if torch.sin(angle) < 1e-4:
        return torch.lerp(start, end, fraction)
    return (torch.sin((1 - fraction) * angle) * start + torch.sin(fraction * angle) * end) / torch.sin(angle)


def mixed_noise(own: Tensor, common: Tensor, share: float) -> Tensor:
    """Mix noises whose frames have a part in common (Ge et al. 2023, Preserve Your Own Correlation, section 3.2).

    Args:
        own: (batch, channels, frames, height, width), standard normal.
        common: (batch, channels, 1, height, width), standard normal.
        share: How much of the variance is common, 0 to 1.

    Returns:
        Standard normal noise, shaped like ``own``; that of two frames correlates by ``share``.
    """
    return (1 - share) ** 0.5 * own + share**0.5 * common


def clip_noise(
    shape: tuple[int, int, int, int, int],
    share: float,
    generator: torch.Generator,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Draw the first noise of a clip: that of its frames, then what they have in common.

    Args:
        shape: (batch, channels, frames, height, width).
        share: How much of the variance is common, 0 to 1; at 0 nothing more is drawn, as pipelines do it.
        generator: On the CPU.
        dtype: What it is drawn in.
    """
    own = torch.randn(shape, generator=generator, dtype=dtype)
    if not share:
        return own
    return mixed_noise(own, torch.randn((*shape[:2], 1, *shape[3:]), generator=generator, dtype=dtype), share)
