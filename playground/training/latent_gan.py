"""Recipe of emoji-gan: the GAN of ``class_gan.py`` on latents of emoji, which an autoencoder's decoder makes pixels of.

There is little data, so the discriminator sees every picture, real or made, shifted and with a square missing
(Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training").
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor

from playground.networks.latent_gan import SPAN, LatentBody, LatentDiscriminator, LatentGenerator
from playground.training.class_gan import ClassGAN, measure_statistics, truncated_noise
from playground.training.emoji_classes import CLASSES, ClassLatents
from playground.training.exporting import write_checkpoint
from playground.training.options import Options

LATENT_DIM, CLASS_DIM = 64, 64
WIDTHS = (256, 128, 96)
FURTHEST, MISSING = 2, 6
"""Shift and side of the missing square, in latents of 16 × 16."""
SHOWN_CLASSES = 40


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

    def _noise(self, generator: torch.Generator) -> Tensor:
        return truncated_noise(self.options.batch_size, LATENT_DIM, generator).to(self.options.device)

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
