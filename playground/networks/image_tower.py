"""The image tower of emoji-clip, lent to a captioner: what it sees at each place of a picture, and where it lies.

A captioner that was trained on another checkpoint's tower does not bring it along: its folder names that checkpoint
and the fingerprint of the weights that it learned from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

GRID = 8
"""Rows and columns of places at most, where an encoder can be asked for fewer than it has."""
INSIDE, LENT = "vision_model.", "encoder."
"""What the tower's weights are called within both towers, and within a captioner."""
WEIGHTS = "model.safetensors"


class OtherTower(ValueError):
    """A captioner was trained on another image tower; says whose was found."""


def see_places(encoder: Any, pixels: Tensor) -> Tensor:
    """Look at pixel values (B, 3, H, W) with an encoder of transformers: what it saw at each place, (B, N, C).

    A vision transformer gives that itself. Convolutions make maps that grow smaller and know ever more: the finest of
    at most 8 × 8 places and the last one, enlarged to it, are laid upon each other, as in a feature pyramid (Lin et
    al. 2017), so that where and what stand together; and with them the mean pixel values of each place, for a tower
    that was taught to know a thing in any colour hardly tells which one it has.
    """
    read = encoder(pixel_values=pixels, output_hidden_states=True)
    last: Tensor = read.last_hidden_state
    if last.dim() == 3:
        return last
    side = max(seen.shape[-1] for seen in read.hidden_states if seen.shape[-1] <= GRID)
    maps = [last, F.adaptive_avg_pool2d(pixels.to(last), side)]
    if side > last.shape[-1]:
        fine = [seen for seen in read.hidden_states if seen.shape[-1] == side][-1]
        maps = [fine, F.interpolate(last, fine.shape[-2:], mode="bilinear"), maps[1]]
    return torch.cat(maps, 1).flatten(2).transpose(1, 2)


def with_tower(folder: Path, towers: Path, wanted: str) -> dict[str, Tensor]:
    """Read a captioner's weights, and those of the image tower which it was trained on from the folder of both towers.

    Raises:
        OtherTower: That folder's tower is another one.
    """
    tower = {name.removeprefix(INSIDE): weight for name, weight in load_file(towers / WEIGHTS).items()
             if name.startswith(INSIDE)}  # fmt: skip
    if fingerprint(tower) != wanted:
        raise OtherTower(towers.name)
    return load_file(folder / WEIGHTS) | {LENT + name: weight for name, weight in tower.items()}


def fingerprint(weights: Mapping[str, Tensor]) -> str:
    """Give 16 hexadecimal digits that tell weights from others; they are read in float16, as they are stored."""
    digest = hashlib.sha256()
    for name, weight in sorted(weights.items()):
        if weight.is_floating_point():
            digest.update(name.encode() + weight.half().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
