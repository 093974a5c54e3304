"""A class-conditional GAN in the latent space of an autoencoder: large colour pictures from a small generator.

The generator makes latents, as that of ``class_gan.py`` makes pixels, and the decoder of an autoencoder that was
trained before makes pixels of them (the division of labour of Rombach et al. 2022, with a GAN in the place of the
diffusion). Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.autoencoders.vae import Decoder
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from playground.networks.class_gan import ConditionalBatchNorm, ProjectionDiscriminator

LATENT_CHANNELS = 4
SPAN = 4.0
"""Latents of unit variance reach so far."""


class LatentBody(nn.Module):
    """Makes latents of a class from noise: 4 × 4, doubled twice."""

    def __init__(self, num_classes: int, latent_dim: int, class_dim: int, widths: Sequence[int]) -> None:
        """Build it with random weights; ``widths`` are the channels at 4 × 4, 8 × 8 and 16 × 16."""
        super().__init__()
        self.num_classes, self.latent_dim = num_classes, latent_dim
        low, middle, high = widths
        condition_dim = class_dim + latent_dim
        self.embedding = nn.Parameter(torch.randn(num_classes, class_dim))
        self.project = nn.Linear(condition_dim, low * 16)
        self.norm_low = ConditionalBatchNorm(low, condition_dim)
        self.to_middle = nn.Conv2d(low, middle, 3, padding=1)
        self.norm_middle = ConditionalBatchNorm(middle, condition_dim)
        self.to_high = nn.Conv2d(middle, high, 3, padding=1)
        self.norm_detail = ConditionalBatchNorm(high, condition_dim)
        self.detail = nn.Conv2d(high, high, 3, padding=1)
        self.norm_high = ConditionalBatchNorm(high, condition_dim)
        self.to_latents = nn.Conv2d(high, LATENT_CHANNELS, 3, padding=1)

    def forward(self, latents: Tensor, class_weights: Tensor) -> Tensor:
        """Map (B, latent_dim) and (B, num_classes) to (B, 4, 16, 16), −1 to 1 for the decoder's −4 to 4."""
        condition = torch.cat([class_weights @ self.embedding, latents], dim=1)
        hidden = self.project(condition).unflatten(1, (-1, 4, 4))
        hidden = self.to_middle(_doubled(F.relu(self.norm_low(hidden, condition))))
        hidden = self.to_high(_doubled(F.relu(self.norm_middle(hidden, condition))))
        hidden = hidden + self.detail(F.relu(self.norm_detail(hidden, condition)))
        return torch.tanh(self.to_latents(F.relu(self.norm_high(hidden, condition))).float())


class LatentGenerator(nn.Module, PyTorchModelHubMixin):
    """Makes colour pictures of a class, or of a mix of classes, from noise.

    Attributes:
        latent_dim: Length of z.
        num_classes: Number of classes.
        class_names: Their names, in the order of the class weights.
    """

    def __init__(
        self,
        class_names: Sequence[str],
        decoder: Mapping[str, Any],
        latent_dim: int = 64,
        class_dim: int = 64,
        widths: Sequence[int] = (256, 128, 96),
    ) -> None:
        """Build the network with random weights.

        Args:
            class_names: One name for each class.
            decoder: What diffusers' ``Decoder`` is built from; its pictures are 128 pixels high and wide.
            latent_dim: Length of z.
            class_dim: Length of a class embedding.
            widths: Channels of the generator at 4 × 4, 8 × 8 and 16 × 16.
        """
        super().__init__()
        self.class_names, self.latent_dim = list(class_names), latent_dim
        self.num_classes = len(self.class_names)
        self.body = LatentBody(self.num_classes, latent_dim, class_dim, widths)
        self.before = nn.Conv2d(LATENT_CHANNELS, LATENT_CHANNELS, 1)
        self.decoder = Decoder(**decoder)

    def forward(self, latents: Tensor, class_weights: Tensor) -> Tensor:
        """Make pictures.

        Args:
            latents: (B, latent_dim), t · z with z from a normal cut off beyond ±2 and a truncation t of 0.1 to 1.
            class_weights: (B, num_classes): one-hot, or a mix of classes.

        Returns:
            (B, 3, 128, 128), −1 (black) to 1 (white).
        """
        made = self.body(latents, class_weights).to(latents.dtype) * SPAN
        pixels: Tensor = self.decoder(self.before(made))
        return pixels.float().clamp(-1, 1)


class LatentDiscriminator(ProjectionDiscriminator):
    """The discriminator of latents (B, 4, 16, 16)."""

    def __init__(self, num_classes: int, width: int = 96, group: int = 4, slope: float = 0.2) -> None:
        """Build the network with random weights; ``width`` are the channels after the first layer."""
        last = 3 * width
        body = nn.Sequential(
            spectral_norm(nn.Conv2d(LATENT_CHANNELS, width, 3, padding=1)),
            nn.LeakyReLU(slope),
            spectral_norm(nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)),
            nn.LeakyReLU(slope),
            spectral_norm(nn.Conv2d(2 * width, last, 4, stride=2, padding=1)),
            nn.LeakyReLU(slope),
            spectral_norm(nn.Conv2d(last, last, 3, padding=1)),
            nn.LeakyReLU(slope),
        )
        super().__init__(body, last, num_classes, group, slope)


def _doubled(hidden: Tensor) -> Tensor:
    return F.interpolate(hidden, scale_factor=2.0, mode="nearest")
