"""Small warps of handwriting: shift, turn, scale, slant, and a smooth elastic field.

The elastic field follows Simard, Steinkraus & Platt 2003 ("Best practices for convolutional neural networks
applied to visual document analysis"), with a coarse grid of displacements in place of the Gaussian filter.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

TURN, SCALE, SLANT, SHIFT, ELASTIC = 0.14, 0.08, 0.12, 0.05, 0.045
"""Largest turn in radians, change of size and slant; shift and elastic field in half picture widths."""
ELASTIC_GRID = 5


def warp(images: Tensor, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """Warp each picture in its own way.

    Args:
        images: (B, 1, H, W), 0 paper to 1 ink.
        generator: A CPU generator; the warps follow from it.
        strength: Multiplies every warp; 0 leaves the pictures as they are.

    Returns:
        (B, 1, H, W), 0 to 1.
    """
    count = len(images)

    def draw(*shape: int) -> Tensor:
        return (torch.rand(count, *shape, generator=generator) * 2 - 1) * strength

    turn, slant = TURN * draw(), SLANT * draw()
    width, height = 1 + SCALE * draw(), 1 + SCALE * draw()
    shift_x, shift_y = SHIFT * draw(), SHIFT * draw()
    rows = [
        torch.stack([width * turn.cos(), slant - width * turn.sin(), shift_x], 1),
        torch.stack([height * turn.sin(), height * turn.cos(), shift_y], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    field = ELASTIC * draw(2, ELASTIC_GRID, ELASTIC_GRID)
    field = F.interpolate(field, images.shape[-2:], mode="bicubic", align_corners=True)
    grid = (grid + field.permute(0, 2, 3, 1)).to(images.device)
    return F.grid_sample(images, grid, mode="bicubic", align_corners=False).clamp(0, 1)
