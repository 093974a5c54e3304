"""A quick look at latents: colours and edges without running the decoder, for watching a picture form.

Fitted to any convolutional autoencoder in about a second: it encodes pictures made of coloured shapes and solves for
the patch of pixels that belongs to a 3 × 3 window of latents, after a layer of random features (Rahimi & Recht 2007).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

PICTURES, SIDE, SHAPES, FEATURES, RIDGE = 24, 128, 6, 384, 100.0


class LatentPreview:
    """Turns latents into rough pixels at the cost of two small matrix products.

    Args:
        encode: Turns (batch, 3, height, width) pixels in [-1, 1] into the latents that are to be looked at.
    """

    def __init__(self, encode: Callable[[Tensor], Tensor]) -> None:
        generator = torch.Generator("cpu").manual_seed(0)
        pixels = colored_shapes(PICTURES, SIDE, generator)
        latents = encode(pixels).float().cpu()
        self._patch = SIDE // latents.shape[-1]
        self._scale = float(latents.std())
        window = 9 * latents.shape[1]
        self._weight = torch.randn(window, FEATURES, generator=generator) / window**0.5
        self._bias = torch.rand(FEATURES, generator=generator) * 2 - 1
        inputs = self._features(latents).flatten(0, 1)
        targets = F.unfold(pixels, self._patch, stride=self._patch).transpose(1, 2).flatten(0, 1)
        ridge = RIDGE * torch.eye(inputs.shape[1])
        self._solution = torch.linalg.solve(inputs.T @ inputs + ridge, inputs.T @ targets)

    def __call__(self, latents: Tensor) -> Tensor:
        """Look at latents.

        Args:
            latents: (batch, channels, height, width), of any dtype on any device.

        Returns:
            (batch, 3, patch · height, patch · width) on the CPU, in [0, 1].
        """
        height, width = latents.shape[-2:]
        patches = (self._features(latents.float().cpu()) @ self._solution).transpose(1, 2)
        pixels = F.fold(patches, (height * self._patch, width * self._patch), self._patch, stride=self._patch)
        return (pixels / 2 + 0.5).clamp(0, 1)

    def _features(self, latents: Tensor) -> Tensor:
        """Return (batch, positions, features): a constant, each window of latents, random bends of it."""
        framed = F.pad(latents / self._scale, (1, 1, 1, 1), mode="replicate")
        windows = F.unfold(framed, 3).transpose(1, 2)
        return torch.cat([torch.ones_like(windows[..., :1]), windows, F.relu(windows @ self._weight + self._bias)], -1)


def colored_shapes(count: int, side: int, generator: torch.Generator) -> Tensor:
    """Draw ellipses and boxes of random colours, half of them on white; (count, 3, side, side) in [-1, 1]."""

    def draw(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    axis = torch.linspace(-1, 1, side)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    pictures = []
    for index in range(count):
        ground = torch.ones(3, 1, 1) if index % 2 else draw(3, 1, 1) * 2 - 1
        picture = ground.expand(3, side, side)
        for _ in range(SHAPES):
            middle_x, middle_y = (draw(2) * 1.6 - 0.8).tolist()
            radius_x, radius_y = (draw(2) * 0.6 + 0.06).tolist()
            turn = draw(1) * 2 * torch.pi
            along = ((x - middle_x) * turn.cos() + (y - middle_y) * turn.sin()) / radius_x
            across = ((y - middle_y) * turn.cos() - (x - middle_x) * turn.sin()) / radius_y
            inside = along**2 + across**2 < 1 if draw(1) < 0.6 else torch.maximum(along.abs(), across.abs()) < 1
            color = draw(3, 1, 1) * 2 - 1 + 0.3 * draw(1) * across
            picture = torch.where(inside, color.clamp(-1, 1), picture)
        pictures.append(picture)
    return torch.stack(pictures)
