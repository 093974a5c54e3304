"""Recipe of emoji-gan: the GAN of ``class_gan.py`` on latents of emoji, which an autoencoder's decoder makes pixels of.

There are a few dozen drawings of a class, and too few hours for a GAN to find their shapes by itself. So every drawing
gets a place among the noise, where its principal components put it, and for most of the run the generator is shown,
for any noise, the drawing whose place is nearest (semi-discrete transport, as in An et al. 2020, "AE-OT: a new
generative model based on extended semi-discrete optimal transport", with plain nearest places). Then it plays against
the discriminator, which sees every picture, real or made, shifted and with a square missing (Zhao et al. 2020,
"Differentiable augmentation for data-efficient GAN training"); what it was shown goes on to count.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor

from playground.networks.latent_gan import SPAN, LatentBody, LatentDiscriminator, LatentGenerator
from playground.training.class_gan import (
    DISCRIMINATOR_RATE,
    GENERATOR_RATE,
    ClassGAN,
    measure_statistics,
    truncated_noise,
)
from playground.training.emoji_classes import CLASSES, VIEWS, ClassLatents
from playground.training.exporting import write_checkpoint
from playground.training.options import Options
from playground.training.resumable import descend, set_rate

LATENT_DIM, CLASS_DIM = 12, 64
WIDTHS = (256, 128, 96)
FURTHEST, MISSING = 2, 6
"""Shift and side of the missing square, in latents of 16 × 16."""
ALONE = 0.74
"""Part of the run in which nothing but the nearest drawing counts."""
SHOWN_RATE, SHOWN_WEIGHT = 2e-3, 10.0
"""Learning rate while it counts alone, and its weight beside the discriminator's word."""
SHOWN_VIEWS = 3
"""Views of each drawing that have a place."""


class LatentGAN(ClassGAN):
    """A generator of latents and a discriminator in training; a ``loop.Recipe``."""

    def __init__(self, data: ClassLatents, options: Options, autoencoder: Path, haste: float = 1.0) -> None:
        """Build both networks with random weights that follow from the seed.

        Args:
            data: Views of drawings with their classes.
            options: Batch size, device, precision, seed.
            autoencoder: A Stable Diffusion folder whose ``vae`` made the latents.
            haste: Multiplies both learning rates.
        """
        torch.manual_seed(options.seed)
        self.views, self.autoencoder = data, autoencoder
        body = LatentBody(len(CLASSES), LATENT_DIM, CLASS_DIM, WIDTHS)
        self.take(body, LatentDiscriminator(len(CLASSES)), options, haste)
        shown = torch.arange(len(data.labels)) % VIEWS < SHOWN_VIEWS
        self.shown = ClassLatents(*(part[shown] for part in data[:3]), *data[3:])
        self.places = places(self.shown)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Show the nearest drawings; after most of the run, play against the discriminator too."""
        if progress < ALONE:
            rate = SHOWN_RATE * min(1.0, 0.1 + 3 * (1 - progress / ALONE)) * min(1.0, 0.02 + 30 * progress)
        else:
            rate = GENERATOR_RATE * self.haste * (1 - progress) / (1 - ALONE)
        set_rate(self.generator_adam, rate)
        latents, classes, wanted = self._shown(generator)
        apart = (self.generator(latents, classes) - wanted).abs().mean()
        descend(SHOWN_WEIGHT * apart, self.generator_adam)
        losses = {"apart": apart.item()}
        if progress >= ALONE:
            set_rate(self.critic_adam, DISCRIMINATOR_RATE * self.haste)
            real, labels = self._batch(generator)
            losses |= self._train_critic(real, labels, self._noise(generator), generator)
            losses |= self._train_generator(self._batch(generator)[1], self._noise(generator), generator)
        self.average.update_parameters(self.generator)
        return losses

    def _shown(self, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Draw noise and classes; give them with the drawing of that class whose place is nearest."""
        count = self.options.batch_size
        latents = self._noise(generator).cpu()
        labels = self.shown.labels[torch.multinomial(self.shown.chances, count, True, generator=generator)]
        far = torch.cdist(latents, self.places)
        far[labels[:, None] != self.shown.labels[None]] = torch.inf
        wanted = (self.shown.latents[far.argmin(1)].float() / SPAN).clamp(-1, 1)
        device = self.options.device
        return latents.to(device), F.one_hot(labels, len(CLASSES)).float().to(device), wanted.to(device)

    def disguised(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Shift each picture, repeating its edge, and take a square of it away."""
        count, _, height, width = images.shape
        padded = F.pad(images, (FURTHEST,) * 4, mode="replicate")
        shift = torch.randint(0, 2 * FURTHEST + 1, (2, count, 1), generator=generator)
        rows, columns = shift[0] + torch.arange(height), shift[1] + torch.arange(width)
        place = torch.randint(-MISSING // 2, height - MISSING // 2, (2, count, 1), generator=generator)
        inside = [
            (torch.arange(side) >= at) & (torch.arange(side) < at + MISSING)
            for side, at in zip((height, width), place, strict=True)
        ]
        kept = ~(inside[0][:, :, None] & inside[1][:, None, :])
        which = torch.arange(count)[:, None, None]
        shifted = padded[which, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
        return shifted * kept[:, None].to(shifted)

    def _batch(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        chosen = torch.multinomial(self.views.chances, self.options.batch_size, replacement=True, generator=generator)
        latents = (self.views.latents[chosen].float() / SPAN).clamp(-1, 1)
        classes = F.one_hot(self.views.labels[chosen], self.generator.num_classes).float()
        return latents.to(self.options.device), classes.to(self.options.device)

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give 8 samples of every class in 20 rows of two classes, from the averaged generator: (20, 16, 3, 64, 64)."""
        measure_statistics(self.average.module, batches=5)
        vae = AutoencoderKL.from_pretrained(self.autoencoder / "vae", dtype=torch.float32).eval()
        count = self.generator.num_classes
        latents = truncated_noise(8 * count, LATENT_DIM, torch.Generator().manual_seed(1))
        classes = torch.eye(count).repeat_interleave(8, 0)
        made = self.average.module(latents.to(self.options.device), classes.to(self.options.device)).cpu() * SPAN
        pixels = torch.cat([vae.decode(part).sample for part in made.split(16)])
        small = F.interpolate(pixels, scale_factor=0.5, mode="area")
        return (small.unflatten(0, (count // 2, 16)) + 1) / 2

    def export(self, folder: Path) -> None:
        """Write the averaged generator with the decoder as ``model.safetensors`` (float16) and ``config.json``."""
        measure_statistics(self.average.module)
        model = with_decoder(self.average.module, self.autoencoder)
        write_checkpoint(model.half(), folder)


def places(shown: ClassLatents) -> Tensor:
    """Place every drawing among the noise: (N, 12), spread like the noise within each class.

    A class's drawings lie along their principal components, and of each component their ranks are those of a normal
    cut off beyond ±2: drawings that look alike lie side by side, and all get about as much room.
    """
    found = torch.zeros(len(shown.labels), LATENT_DIM)
    chance = torch.Generator().manual_seed(0)
    for label in shown.labels.unique():
        own = shown.labels == label
        flat = shown.latents[own].float().flatten(1)
        flat = flat - flat.mean(0)
        axes = torch.linalg.svd(flat, full_matrices=False)[2][:LATENT_DIM]
        along = flat @ axes.T
        if along.shape[1] < LATENT_DIM:
            along = torch.cat([along, torch.randn(len(flat), LATENT_DIM - along.shape[1], generator=chance)], 1)
        ranks = (along.argsort(0).argsort(0) + 0.5) / len(flat)
        inside = 0.0228 + 0.9544 * ranks  # the part of a normal within ±2
        found[own] = math.sqrt(2) * torch.erfinv(2 * inside - 1)
    return found


def with_decoder(body: LatentBody, autoencoder: Path) -> LatentGenerator:
    """Put a generator of latents before the decoder of a Stable Diffusion folder's ``vae``."""
    vae = AutoencoderKL.from_pretrained(autoencoder / "vae", dtype=torch.float32)
    decoder: dict[str, Any] = {
        "in_channels": vae.config.latent_channels,
        "out_channels": vae.config.out_channels,
        "up_block_types": list(vae.config.up_block_types),
        "block_out_channels": list(vae.config.block_out_channels),
        "layers_per_block": vae.config.layers_per_block,
        "norm_num_groups": vae.config.norm_num_groups,
        "mid_block_add_attention": vae.config.mid_block_add_attention,
    }
    model = LatentGenerator(list(CLASSES), decoder, LATENT_DIM, CLASS_DIM, list(WIDTHS))
    model.body.load_state_dict(body.state_dict())
    model.before.load_state_dict(vae.post_quant_conv.state_dict())
    model.decoder.load_state_dict(vae.decoder.state_dict())
    return model
