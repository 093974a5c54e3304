"""Recipe that sharpens emoji-diffusion's decoder. Encoder and latents stay, so every UNet that learned them does.

What the decoder gets in use is not what the encoder wrote but what a UNet believes, which is smoother in places and
blotchy in others. So it learns from the UNet's belief of a noised latent (its predicted x0) towards the drawing
itself, and a judge of patches (Isola et al. 2017; with the balance of Esser, Rombach & Ommer 2021) asks for edges
that a distance of pixels alone leaves soft.
"""

from __future__ import annotations

import copy
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from playground.errors import DataError
from playground.training.averaging import averaged
from playground.training.emoji_data import Drawings, Prepared, encode, items
from playground.training.emoji_unet import (
    ENGLISH_BAR,
    SHEET_GUIDANCE,
    SHEET_STEPS,
    draw_captions,
    load_pipeline,
)
from playground.training.emoji_vae import rebuild_loss
from playground.training.options import Options
from playground.training.resumable import Resumable, descend

RATE, JUDGE_RATE, WARM_UP, EMA_DECAY = 3e-4, 4e-4, 100, 0.998
BELIEVED_UP_TO = 450
"""Of the 1,000 noise steps: beyond, the UNet's belief is a blur that says little about edges."""
JUDGED_AFTER, JUDGED_SHARE = 150, 0.25
"""Steps in which the judge only learns; how hard it pulls at the last layer, against the rebuilding."""
JUDGE_WIDTHS = (3, 32, 64, 128)


class PatchJudge(nn.Sequential):
    """Tells drawn from decoded in patches of 22 × 22: (B, 3, H, W) → (B, 1, H / 8 - 2, W / 8 - 2)."""

    def __init__(self) -> None:
        layers: list[nn.Module] = []
        for narrow, wide in pairwise(JUDGE_WIDTHS):
            layers += [spectral_norm(nn.Conv2d(narrow, wide, 4, 2, 1)), nn.LeakyReLU(0.2)]
        super().__init__(*layers, spectral_norm(nn.Conv2d(JUDGE_WIDTHS[-1], 1, 3)))


class EmojiDecoder(Resumable):
    """A decoder in training; a ``loop.Recipe``."""

    def __init__(
        self, drawings: Drawings, prepared: Prepared, options: Options, init: Path, scenes: int, rate: float = RATE
    ) -> None:
        """Take up the networks of a Stable Diffusion folder.

        Args:
            drawings: What there is.
            prepared: Their latents and captions.
            options: Batch size, device, precision, and the seed that the data were prepared with.
            init: The folder; its UNet's beliefs are what the decoder learns to read.
            scenes: As many as the data were prepared with.
            rate: Highest learning rate.

        Raises:
            DataError: If the prepared data are of other pictures.
        """
        torch.manual_seed(options.seed)
        self.prepared, self.options, self.rate, self.steps = prepared, options, rate, 0
        self.pipeline = load_pipeline(init)
        self.pipeline.to(options.device)
        self.pipeline.unet.requires_grad_(False).eval()
        self.pipeline.text_encoder.requires_grad_(False).eval()
        self.vae = self.pipeline.vae.to(memory_format=torch.channels_last)
        self.pictures = self._pictures(drawings, scenes)
        self.before = copy.deepcopy(self.vae)
        self.vae.decoder.requires_grad_(True).train()
        self.average = averaged(self.vae.decoder, EMA_DECAY)
        self.judge = PatchJudge().to(options.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.adam = torch.optim.AdamW(self.vae.decoder.parameters(), rate, (0.8, 0.99), weight_decay=1e-4)
        self.judge_adam = torch.optim.AdamW(self.judge.parameters(), JUDGE_RATE, (0.5, 0.99), weight_decay=1e-4)
        self.alphas = self.pipeline.scheduler.alphas_cumprod.float().to(options.device)
        self._shown: Tensor | None = None

    def _pictures(self, drawings: Drawings, scenes: int) -> np.ndarray:
        """Draw the pictures of the prepared latents again: (N, 128, 128, 3)."""
        pictures = np.stack([item.picture for item in items(drawings, scenes, self.options.seed)])
        some = np.linspace(0, len(pictures) - 1, 8).astype(int)
        same = len(pictures) == len(self.prepared.latents)
        if same:
            again = encode(self.vae, pictures[some], self.options).float()
            same = bool((again - self.prepared.latents[some].float()).abs().mean() < 0.05)
        if not same:
            raise DataError(
                "The prepared data are of other pictures: give the --scenes and --seed that they were prepared with, "
                "or prepare them anew with `python -m playground.training emoji-data`.",
                "预处理数据与图片不符：请给出当时所用的 --scenes 与 --seed，"
                "或重新运行 `python -m playground.training emoji-data`。",
            )
        return pictures

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train decoder and judge on one batch of beliefs and the drawings behind them."""
        cosine = 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * progress))
        self.adam.param_groups[0]["lr"] = self.rate * min(1.0, (self.steps + 1) / WARM_UP) * cosine
        self.judge_adam.param_groups[0]["lr"] = JUDGE_RATE * cosine
        chosen = torch.multinomial(self.prepared.weights, self.options.batch_size, generator=generator)
        latents = self.believed(chosen, generator)
        real = self._pixels(self.pictures[chosen.numpy()])
        with self.options.autocast():
            made = self.vae.decode(latents).sample.float()
            told = self.judge(made)
        rebuilt, liked = rebuild_loss(made, real), -told.float().mean()
        weight = self._balance(rebuilt, liked) if self.steps >= JUDGED_AFTER else 0.0
        descend(rebuilt + weight * liked, self.adam, longest=1.0)
        self.average.update_parameters(self.vae.decoder)
        with self.options.autocast():
            of_real, of_made = self.judge(real).float(), self.judge(made.detach()).float()
        judged = F.relu(1 - of_real).mean() + F.relu(1 + of_made).mean()
        descend(judged, self.judge_adam)
        self.steps += 1
        return {"rebuild": rebuilt.item(), "judge": judged.item(), "weight": float(weight)}

    @torch.no_grad()
    def believed(self, chosen: Tensor, generator: torch.Generator) -> Tensor:
        """Noise some pictures' latents and give what the UNet then believes them to be: (B, 4, 16, 16)."""
        latents = self.prepared.latents[chosen].float().to(self.options.device)
        ids = draw_captions(self.prepared, chosen, generator).to(self.options.device)
        noise = torch.randn(latents.shape, generator=generator).to(self.options.device)
        steps = torch.randint(BELIEVED_UP_TO, (len(chosen),), generator=generator).to(self.options.device)
        kept = self.alphas[steps].view(-1, 1, 1, 1)
        noisy = kept.sqrt() * latents + (1 - kept).sqrt() * noise
        with self.options.autocast():
            states = self.pipeline.text_encoder(input_ids=ids).last_hidden_state
            velocity = self.pipeline.unet(noisy, steps, states).sample.float()
        return kept.sqrt() * noisy - (1 - kept).sqrt() * velocity

    def _balance(self, rebuilt: Tensor, liked: Tensor) -> float:
        last = self.vae.decoder.conv_out.weight
        pull = [torch.autograd.grad(loss, last, retain_graph=True)[0].norm() for loss in (rebuilt, liked)]
        return float(JUDGED_SHARE * pull[0] / (pull[1] + 1e-6))

    def _pixels(self, pictures: np.ndarray) -> Tensor:
        """Give (B, 3, H, W), −1 to 1."""
        pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).to(self.options.device).float() / 127.5 - 1
        return pixels.contiguous(memory_format=torch.channels_last)

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give what the old and the averaged decoder make of drawn prompts and of three drawings: (4, 13, 3, H, W)."""
        if self._shown is None:
            seeds = [torch.Generator().manual_seed(index // len(ENGLISH_BAR)) for index in range(2 * len(ENGLISH_BAR))]
            drawn = self.pipeline(
                list(ENGLISH_BAR) * 2,
                num_inference_steps=SHEET_STEPS,
                guidance_scale=SHEET_GUIDANCE,
                generator=seeds,
                output_type="latent",
            ).images.unflatten(0, (2, -1))
            known = self.prepared.latents[self.prepared.weights.topk(6).indices].to(drawn).unflatten(0, (2, 3))
            self._shown = torch.cat([drawn, known], 1)
        new = copy.deepcopy(self.vae)
        new.decoder.load_state_dict(self.average.module.state_dict())
        rows = [model.eval().decode(row).sample for row in self._shown for model in (self.before, new)]
        return (torch.stack(rows).float().cpu().clamp(-1, 1) + 1) / 2

    def parts(self) -> dict[str, Any]:
        """Give weights, running mean and optimisers."""
        return {
            "decoder": self.vae.decoder,
            "average": self.average,
            "judge": self.judge,
            "adam": self.adam,
            "judge_adam": self.judge_adam,
        }

    def export(self, folder: Path) -> None:
        """Write ``vae`` with the averaged decoder, in float16."""
        model = copy.deepcopy(self.vae)
        model.decoder.load_state_dict(self.average.module.state_dict())
        model.half().save_pretrained(folder / "vae", safe_serialization=True)
