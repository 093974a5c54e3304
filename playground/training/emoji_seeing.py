"""The start of emoji-clip's image tower: what a network of random weights would need long to find out.

A small vision transformer learns slowly from few pictures: patches are seen through the principal components of
real patches, and places are written in waves. (Attention that starts at patches which are alike was tried, too
strongly: it never let go of them, and nothing was learned.)
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from playground.training.emoji_pairs import Pair, Pairs

PICTURES, PLACES = 600, 0.3
"""Pictures whose patches are looked at; how strongly places are written."""


@torch.no_grad()
def start_seeing(vision: Any, pairs: Pairs, seed: int = 0) -> None:
    """Set the weights of a ``CLIPVisionModel`` from the pictures that it will learn from."""
    generator = torch.Generator().manual_seed(seed)
    taught = pairs.taught.nonzero()[:, 0]
    chosen = taught[torch.randperm(len(taught), generator=generator)[:PICTURES]].tolist()
    pictures = (pairs.pictures([Pair(index) for index in chosen], generator) - 0.5) / 0.25
    embeddings = vision.embeddings
    kernel = embeddings.patch_embedding.weight
    kernel.copy_(components(pictures, kernel.shape[0], kernel.shape[-1]))
    places = embeddings.position_embedding.weight
    places[1:] = waves(pictures.shape[-1] // kernel.shape[-1], places.shape[1]) * PLACES


def components(pictures: Tensor, count: int, side: int) -> Tensor:
    """Give the principal components of patches, each of equal strength: (count, 3, side, side)."""
    patches = torch.nn.functional.unfold(pictures, side, stride=side // 2).transpose(1, 2).flatten(0, 1)
    patches = patches[torch.randperm(len(patches), generator=torch.Generator().manual_seed(0))[:20_000]]
    patches = patches - patches.mean(0)
    values, directions = torch.linalg.eigh(patches.T @ patches / len(patches))
    strongest = values.argsort(descending=True)[:count]
    scaled = directions[:, strongest] / (values[strongest].sqrt() + 0.3)
    return scaled.T.reshape(count, 3, side, side)


def waves(side: int, width: int) -> Tensor:
    """Give a code of each place on a square: (side², width), sines and cosines of its row and column."""
    frequencies = torch.pi * torch.arange(1, width // 4 + 1) / side / 2
    angles = torch.arange(side)[:, None] * frequencies
    along = torch.cat([angles.sin(), angles.cos()], 1)
    rows, columns = along[:, None].expand(-1, side, -1), along[None].expand(side, -1, -1)
    return torch.cat([rows, columns], 2).flatten(0, 1)
