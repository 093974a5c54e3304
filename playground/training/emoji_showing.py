"""How small drawings are shown to a network that learns to see: moved, small, on colours, as lines, tinted, blurred."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from playground.training.emoji_pictures import BACKGROUNDS, Pixels

SIDE = 64
GROUND_SHARE, SKETCH_SHARE, SMALL_SHARE = 0.15, 0.1, 0.2
SHADES = torch.tensor([shade for colour in BACKGROUNDS.values() for shade in colour.backgrounds]) / 255


def reduced(pictures: Pixels) -> Pixels:
    """Reduce drawings (N, H, W, 4) with straight alpha to (N, 64, 64, 4)."""
    parts = []
    for start in range(0, len(pictures), 256):
        layers = torch.from_numpy(np.ascontiguousarray(pictures[start : start + 256])).permute(0, 3, 1, 2).float()
        alpha = layers[:, 3:] / 255
        small = F.adaptive_avg_pool2d(torch.cat([layers[:, :3] * alpha, alpha], 1), SIDE)
        colours = small[:, :3] / small[:, 3:].clamp(min=1e-4)
        straight = torch.cat([colours, small[:, 3:] * 255], 1)
        parts.append(straight.clamp(0, 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy())
    return np.concatenate(parts)


def show(drawings: Pixels, generator: torch.Generator | None = None) -> Tensor:
    """Lay drawings (B, 64, 64, 4) on white: (B, 3, 64, 64), 0 to 1; with a generator, each varied in its own way."""
    layers = torch.from_numpy(drawings).permute(0, 3, 1, 2).float() / 255
    layers = torch.cat([layers[:, :3] * layers[:, 3:], layers[:, 3:]], 1)
    count = len(layers)
    grounds = torch.ones(count, 3)
    if generator is None:
        return _laid(layers, grounds)
    chances = torch.rand(3, count, generator=generator)
    shades = SHADES[torch.randint(len(SHADES), (count,), generator=generator)]
    grounds = torch.where((chances[0] < GROUND_SHARE)[:, None], shades, grounds)
    flat = _laid(_moved(layers, generator, chances[1] < SMALL_SHARE), grounds)
    flat = _tinted(flat, generator)
    return torch.where((chances[2] < SKETCH_SHARE)[:, None, None, None], _lines(flat), flat)


def _laid(layers: Tensor, grounds: Tensor) -> Tensor:
    return layers[:, :3] + (1 - layers[:, 3:]) * grounds[:, :, None, None]


def _moved(layers: Tensor, generator: torch.Generator, small: Tensor) -> Tensor:
    count = len(layers)

    def draw() -> Tensor:
        return torch.rand(count, generator=generator) * 2 - 1

    scale = torch.where(small, 1.7 + 0.5 * draw(), 1.05 + 0.22 * draw())
    turn, mirror = 0.2 * draw(), torch.where(draw() < 0, -1.0, 1.0)
    room = 0.1 + (scale - 1).clamp(min=0)
    stretch = 1 + 0.1 * draw()
    rows = [
        torch.stack([scale * turn.cos() * mirror, -scale * turn.sin(), room * draw()], 1),
        torch.stack([scale * stretch * turn.sin() * mirror, scale * stretch * turn.cos(), room * draw()], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(layers.shape), align_corners=False)
    return F.grid_sample(layers, grid, mode="bilinear", align_corners=False)


def _tinted(flat: Tensor, generator: torch.Generator) -> Tensor:
    count = len(flat)
    tints = 1 + 0.12 * (torch.rand(count, 3, 1, 1, generator=generator) * 2 - 1)
    tinted = flat * tints
    blurred = F.interpolate(F.avg_pool2d(tinted, 2), scale_factor=2.0, mode="bilinear")
    return torch.lerp(tinted, blurred, torch.rand(count, 1, 1, 1, generator=generator)).clamp(0, 1)


def _lines(flat: Tensor) -> Tensor:
    """Draw the edges of pictures (B, 3, H, W) as dark lines on white, as a finger would."""
    light = flat.mean(1, keepdim=True)
    across, down = F.pad(light.diff(dim=3), (0, 1)), F.pad(light.diff(dim=2), (0, 0, 0, 1))
    edges = F.max_pool2d((across.abs() + down.abs()) * 4 - 0.2, 3, 1, 1).clamp(0, 1)
    return (1 - edges).expand(-1, 3, -1, -1)
