"""Clips with more frames than motion modules learned: how those are let act on them.

Motion modules know a frame by its number. Where they learned 16 frames, a longer clip is made in one of three ways:

- slower: the numbers 0 to 15 are spread over all frames (position interpolation, Chen et al. 2023), so that the motion
  that takes 16 frames takes all of them; every frame attends to every other.
- again: the numbers come round, so that the motion comes again and again, and the last frame leads into the first.
- windows: 16 frames at a time, each window's numbers from 0 on, whose answers are averaged where windows overlap, from
  noise that is shuffled from window to window (Qiu et al. 2023, FreeNoise), by the block that diffusers has for it.

Importing this does not load torch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from playground.networks.motion import motion_modules

if TYPE_CHECKING:
    import torch
    from torch import Tensor

WINDOW, STRIDE = 16, 4
"""Frames that modules learned together; how far the next window is."""
SLOWER, AGAIN, WINDOWS = WAYS = ("slower", "again", "windows")


class LongerMotion:
    """Switches the motion modules of a network between what they learned and longer clips.

    Args:
        network: A ``UNetMotionModel``.
    """

    def __init__(self, network: Any) -> None:
        self._blocks = [block for module in motion_modules(network) for block in module.transformer_blocks]
        self._learned = [None if block.pos_embed is None else block.pos_embed.pe for block in self._blocks]
        self._acts = ("", 0)

    def act(self, way: str, frames: int) -> None:
        """Let them act on so many frames.

        Args:
            way: One of ``WAYS``; empty as they learned.
            frames: How many the clip has.
        """
        from diffusers.models.attention import BasicTransformerBlock, FreeNoiseTransformerBlock

        acts = (way, frames) if way else ("", 0)
        if self._acts == acts:
            return
        for block, learned in zip(self._blocks, self._learned, strict=True):
            # Another class for the same weights, wherever they wait: diffusers' own switch makes new ones.
            block.__class__ = FreeNoiseTransformerBlock if way == WINDOWS else BasicTransformerBlock
            if way == WINDOWS:
                block.set_free_noise_properties(WINDOW, STRIDE)
            if learned is not None:
                numbers = frame_numbers(way, frames)
                table = learned if numbers is None else positions(numbers, learned.shape[2])
                block.pos_embed.pe = table.to(block.pos_embed.pe)
        self._acts = acts


def frame_numbers(way: str, frames: int) -> Tensor | None:
    """Return the number by which each of a clip's frames is known, (frames,); None where they simply count."""
    import torch

    if way == SLOWER:
        return torch.linspace(0, WINDOW - 1, frames)
    if way == AGAIN:
        return torch.arange(frames) * step_around(frames) % WINDOW
    return None


def step_around(frames: int) -> float:
    """Return how far one frame's number is from the next where the numbers come round whole times."""
    return max(1, round(frames / WINDOW)) * WINDOW / frames


def positions(numbers: Tensor, size: int) -> Tensor:
    """Return sinusoids of numbers, also between whole ones, (1, frames, size); diffusers' own for whole ones."""
    import torch

    angles = numbers[:, None] * torch.exp(torch.arange(0, size, 2) * (-math.log(10000.0) / size))
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)[None]


def shuffle_windows(noise: Tensor, generator: torch.Generator) -> Tensor:
    """Give each stride of frames behind the first window the noise of one that stood a window before, shuffled.

    As ``AnimateDiffFreeNoiseMixin`` does it.

    Args:
        noise: (batch, channels, frames, height, width).
        generator: That drew it; draws on.
    """
    import torch

    frames = noise.shape[2]
    for start in range(WINDOW, frames, STRIDE):
        order = start - WINDOW + torch.randperm(STRIDE, generator=generator)
        noise[:, :, start : start + STRIDE] = noise[:, :, order[: frames - start]]
    return noise
