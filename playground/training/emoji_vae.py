"""Recipe of emoji-diffusion's autoencoder (AutoencoderKL, 8 × smaller, 4 channels).

An edge-heavy loss alone gave crisp pictures in grey, green came out brown. So colour is asked for from the
first step: differences of opponent colours (R − G, (R + G) / 2 − B, luma), also after pooling over 4 and 8
pixels, beside the pixels' and edges' own. The KL term is tiny (Rombach et al. 2022); instead of a scaling
factor, mean and deviation of the latents are folded into the last layer of the encoder and the first of the
decoder.
"""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor

from playground.training.averaging import averaged
from playground.training.emoji_data import Drawings
from playground.training.emoji_pictures import flatten
from playground.training.options import Options
from playground.training.resumable import Resumable, descend

RATE, WARM_UP = 1e-3, 100
EMA_DECAY = 0.998
KL_WEIGHT = 1e-4
HELD_OUT_CONCEPTS = 60
HALVED = 0.1
"""Of the steps decode latents pooled to 8 × 8, so that coarse ones mean something too."""
LAYOUT: dict[str, Any] = {
    "in_channels": 3,
    "out_channels": 3,
    "latent_channels": 4,
    "block_out_channels": (24, 48, 96, 128),
    "layers_per_block": 1,
    "norm_num_groups": 8,
    "sample_size": 128,
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "scaling_factor": 1.0,
    "force_upcast": False,
}


class EmojiVAE(Resumable):
    """An autoencoder in training; a ``loop.Recipe``."""

    def __init__(self, drawings: Drawings, options: Options, init: Path | None, rate: float = RATE) -> None:
        """Build it, or take up that of a Stable Diffusion folder.

        Args:
            drawings: Pictures; all those of 60 concepts are held out.
            options: Batch size, device, precision, seed.
            init: The folder; random weights that follow from the seed if None.
            rate: Highest learning rate.
        """
        torch.manual_seed(options.seed)
        self.options, self.rate, self.steps = options, rate, 0
        model = (
            AutoencoderKL(**LAYOUT)
            if init is None
            else AutoencoderKL.from_pretrained(init / "vae", dtype=torch.float32)
        )
        self.model = model.to(options.device, memory_format=torch.channels_last).train()
        self.average = averaged(self.model, EMA_DECAY)
        self.adam = torch.optim.AdamW(self.model.parameters(), rate, (0.9, 0.99), weight_decay=1e-4, fused=True)
        codes = sorted(set(drawings.codes))
        held = np.random.default_rng(1).choice(codes, min(HELD_OUT_CONCEPTS, len(codes) // 5 + 1), replace=False)
        self.pictures = drawings.pictures
        is_held = np.isin(drawings.codes, held)
        self.train_index, self.held_index = np.flatnonzero(~is_held), np.flatnonzero(is_held)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of drawings, on backgrounds and in colours of chance."""
        cosine = 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * progress))
        self.adam.param_groups[0]["lr"] = self.rate * min(1.0, (self.steps + 1) / WARM_UP) * cosine
        seed = int(torch.randint(2**31, (), generator=generator))
        random = np.random.default_rng(seed)
        real = self._batch(random)
        with self.options.autocast():
            posterior = self.model.encode(real).latent_dist
            mean, log_variance = posterior.mean.float(), posterior.logvar.float().clamp(-20, 10)
            noise = torch.randn(mean.shape, generator=generator).to(mean.device)
            latents = mean + noise * (log_variance / 2).exp()
            if random.random() < HALVED:
                latents, real = F.avg_pool2d(latents, 2), F.avg_pool2d(real, 2)
            made = self.model.decode(latents).sample.float()
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        rebuilt = rebuild_loss(made, real)
        descend(rebuilt + KL_WEIGHT * kl, self.adam, longest=1.0)
        self.average.update_parameters(self.model)
        self.steps += 1
        return {"rebuild": rebuilt.item(), "kl": kl.item()}

    def _batch(self, random: np.random.Generator) -> Tensor:
        pictures = []
        for index in random.choice(self.train_index, self.options.batch_size):
            colour = tuple(random.integers(0, 256, 3)) if random.random() < 0.3 else (255, 255, 255)
            picture = flatten(self.pictures[index], colour)
            picture = picture[:, ::-1] if random.random() < 0.5 else picture
            pictures.append(picture[..., random.permutation(3)] if random.random() < 0.5 else picture)
        return self._pixels(np.stack(pictures))

    def _pixels(self, pictures: np.ndarray) -> Tensor:
        """Give (B, 3, H, W), −1 to 1."""
        pixels = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
        pixels = pixels.to(self.options.device).float() / 127.5 - 1
        return pixels.contiguous(memory_format=torch.channels_last)

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give held-out drawings and, below, what the averaged autoencoder makes of them: (2, 12, 3, H, W)."""
        real, made = self.rebuild(self.held_index[:: max(1, len(self.held_index) // 12)][:12])
        return (torch.stack([real, made]).cpu() + 1) / 2

    @torch.no_grad()
    def rebuild(self, indices: np.ndarray) -> tuple[Tensor, Tensor]:
        """Give drawings and their rebuilt versions, both (B, 3, H, W), −1 to 1."""
        real = self._pixels(np.stack([flatten(self.pictures[index]) for index in indices]))
        model = self.average.module
        with self.options.autocast():
            made = model.decode(model.encode(real).latent_dist.mode()).sample.float()
        return real, made.clamp(-1, 1)

    def psnr(self, count: int = 240) -> float:
        """Give the mean peak signal-to-noise ratio on drawings of held-out concepts, in dB."""
        values = []
        for indices in np.array_split(self.held_index[:count], max(1, min(count, len(self.held_index)) // 16)):
            real, made = self.rebuild(indices)
            values.append(10 * torch.log10(4 / (made - real).square().mean((1, 2, 3)).clamp_min(1e-8)))
        return float(torch.cat(values).mean())

    def parts(self) -> dict[str, Any]:
        """Give weights, running mean and optimiser."""
        return {"model": self.model, "average": self.average, "adam": self.adam}

    def export(self, folder: Path) -> None:
        """Write ``vae`` in float16, its latents of zero mean and unit variance on the training drawings."""
        model = copy.deepcopy(self.average.module).eval()
        chosen = np.random.default_rng(0).choice(self.train_index, min(1024, len(self.train_index)), replace=False)
        means = []
        with torch.no_grad(), self.options.autocast():
            for indices in np.array_split(chosen, max(1, len(chosen) // 16)):
                pixels = self._pixels(np.stack([flatten(self.pictures[index]) for index in indices]))
                means.append(model.encode(pixels).latent_dist.mode().float())
        latents = torch.cat(means)
        fold_statistics(model, latents.mean((0, 2, 3)), latents.std((0, 2, 3)))
        model.half().save_pretrained(folder / "vae", safe_serialization=True)
        print(f"held-out drawings are rebuilt at {self.psnr():.2f} dB")


def rebuild_loss(made: Tensor, real: Tensor) -> Tensor:
    """Give the distance of pictures (B, 3, H, W), −1 to 1: pixels, edges, and opponent colours at three scales."""
    halves = F.avg_pool2d(made, 2), F.avg_pool2d(real, 2)
    pixels = (made - real).abs().mean() + 1.5 * (made - real).square().mean() + 0.5 * _distance(*halves)
    edges = 0.5 * _edge_distance(made, real) + 0.3 * _edge_distance(*halves)
    opponent_made, opponent_real = opponent_colours(made), opponent_colours(real)
    colours = _distance(opponent_made, opponent_real)
    colours = colours + 3 * _distance(F.avg_pool2d(opponent_made, 4), F.avg_pool2d(opponent_real, 4))
    coarse = F.avg_pool2d(opponent_made, 8) - F.avg_pool2d(opponent_real, 8)
    return pixels + edges + colours + 4 * coarse.square().mean()


def opponent_colours(pixels: Tensor) -> Tensor:
    """Turn RGB (B, 3, H, W) into red − green, yellow − blue, and luma."""
    red, green, blue = pixels.unbind(1)
    return torch.stack([red - green, (red + green) / 2 - blue, pixels.mean(1)], 1)


def fold_statistics(model: AutoencoderKL, mean: Tensor, deviation: Tensor) -> None:
    """Make an autoencoder's latents of zero mean and unit variance, changing what it rebuilds by nothing.

    Args:
        model: Its last layer of the encoder and first of the decoder, both 1 × 1, are changed.
        mean: (4,) of the latents.
        deviation: (4,) standard deviation.
    """
    channels = len(mean)
    with torch.no_grad():
        encode, decode = model.quant_conv, model.post_quant_conv
        encode.weight[:channels] /= deviation.view(-1, 1, 1, 1)
        encode.bias[:channels] = (encode.bias[:channels] - mean) / deviation
        encode.bias[channels:] -= 2 * deviation.log()  # the second half are logarithms of variances
        decode.bias += (decode.weight[:, :, 0, 0] * mean).sum(1)
        decode.weight *= deviation.view(1, -1, 1, 1)


def _distance(made: Tensor, real: Tensor) -> Tensor:
    return (made - real).abs().mean()


def _edge_distance(made: Tensor, real: Tensor) -> Tensor:
    down = _distance(made.diff(dim=2), real.diff(dim=2))
    return down + _distance(made.diff(dim=3), real.diff(dim=3))
