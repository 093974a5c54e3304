"""Carries a picture along the path that a network of clips believes in.

A network that draws one thing on a white ground knows how things move and, of a thing that it never saw, not how it
looks. So both are taken from where they are known, in two stages as Motion-I2V (Shi et al. 2024) has them: the path
from the network's belief after its first steps, when a thing's place is settled and its looks are not; the looks from
the picture, which is moved along that path as a whole. What is carried is noised and drawn on by the network
(``picture_to_clip``). Paths are places, sizes and how strongly a thing is seen; no turns: a blur does not show them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

VISIBLE = 0.15
"""How far from white a pixel must be to belong to the thing, 0 to 1."""
LEAST_SHIFT, LEAST_GROWTH, FAINT = 0.02, 0.12, 0.8
"""What counts as none: parts of the side; log of the size; the strength from which a thing is seen whole."""
SMALLEST, LARGEST, TRAVEL = 0.3, 1.6, 0.7
"""How much a picture may shrink and grow; of the way that a small thing goes, how much a picture goes, which fills its
frame and would be gone."""
GROWS = 0.35
"""Log of the size: what changes it so much is not taken to fade, for small things are fainter in what is believed."""
EVEN = 0.06
"""Standard deviation of the border's pixels, 0 to 1, up to which a picture stands on one colour."""


@dataclass(frozen=True)
class Path:
    """How a thing moves against the first frame; (frames,) each.

    Attributes:
        right: Parts of the side.
        down: Likewise.
        size: 1 is that of the first frame.
        strength: 0 is not seen, 1 is seen whole.
    """

    right: Tensor
    down: Tensor
    size: Tensor
    strength: Tensor


def measure_path(frames: Tensor) -> Path:
    """Follow the thing on a white ground.

    Args:
        frames: (frames, 3, height, width), 0 to 1.
    """
    distance = (1 - frames).amax(1)
    seen = distance * (distance > VISIBLE)
    height, width = seen.shape[1:]
    mass = seen.sum((1, 2)) / (height * width)
    there = mass > 0.1 * mass.max().clamp(min=1e-4)
    if not there.any():
        still = torch.zeros(len(frames))
        return Path(still, still, still + 1, still + 1)
    whole = mass.clamp(min=1e-6) * height * width
    columns, rows = (torch.arange(width) + 0.5) / width, (torch.arange(height) + 0.5) / height
    across, along = (seen.sum(1) * columns).sum(1) / whole, (seen.sum(2) * rows).sum(1) / whole
    wide = (seen.sum(1) * (columns - across[:, None]) ** 2).sum(1) / whole
    tall = (seen.sum(2) * (rows - along[:, None]) ** 2).sum(1) / whole
    size = (wide + tall).clamp(min=1e-6).sqrt()
    across, along, size = (_held(values, there) for values in (across, along, size))
    density = torch.where(there, mass / size.square(), 0.0)
    right, down = (TRAVEL * _settled(places - places[0], LEAST_SHIFT) for places in (across, along))
    growth = _settled((size / size[0]).log(), LEAST_GROWTH)
    strength = (density / density.max() / FAINT).clamp(max=1)
    if float(growth.abs().max()) > GROWS:
        strength = torch.ones_like(strength)
    # Things that grew from a quarter to all of the picture would leave it, were they a picture.
    growth = growth * min(1.0, float(torch.tensor(LARGEST).log() / growth.max().clamp(min=1e-6)))
    return Path(right, down, growth.exp().clamp(SMALLEST, LARGEST), strength)


def carry(picture: Tensor, path: Path) -> Tensor:
    """Move a picture along a path.

    Args:
        picture: (3, height, width), 0 to 1. Around it lies more of its border's colour, or its mirror image where the
            border has many.
        path: Of so many frames.

    Returns:
        (frames, 3, height, width), 0 to 1.
    """
    border = torch.cat([picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1]], 1)
    even = float(border.std(1).mean()) < EVEN
    ground = border.median(1).values[:, None, None] if even else picture.flatten(1).mean(1)[:, None, None]
    count, (height, width) = len(path.size), picture.shape[1:]
    zero = torch.zeros(count)
    turn = torch.stack(
        [
            torch.stack([1 / path.size, zero, -2 * path.right / path.size], 1),
            torch.stack([zero, 1 / path.size, -2 * path.down / path.size], 1),
        ],
        1,
    )
    places = F.affine_grid(turn, [count, 3, height, width], align_corners=False)
    above_ground = (picture - ground if even else picture).expand(count, -1, -1, -1)
    padding = "zeros" if even else "reflection"
    moved = F.grid_sample(above_ground, places, "bilinear", padding, align_corners=False)
    moved = moved + ground if even else moved
    faint = path.strength.view(-1, 1, 1, 1)
    return (faint * moved + (1 - faint) * ground).clamp(0, 1)


def _held(values: Tensor, there: Tensor) -> Tensor:
    """Where nothing is seen, take what was seen last, or first."""
    frames = torch.arange(len(values))
    known = frames[there]
    nearest = (frames[:, None] - known[None]).abs().argmin(1)
    return values[known[nearest]]


def _settled(values: Tensor, least: float) -> Tensor:
    """Smooth over three frames; what hardly changes does not change."""
    if float(values.abs().max()) < least:
        return torch.zeros_like(values)
    framed = torch.cat([values[:1], values, values[-1:]])
    smooth = 0.25 * framed[:-2] + 0.5 * framed[1:-1] + 0.25 * framed[2:]
    return smooth - smooth[0]
