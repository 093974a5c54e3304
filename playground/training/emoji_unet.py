"""Recipe of emoji-diffusion's UNet: v-prediction on latents, its text encoder learning along.

What decided whether outlines follow the prompt is the loss weight. Min-SNR weighting (Hang et al. 2023) gives
a v-prediction (Salimans & Ho 2022) almost no weight where noise is high, and there the outline is decided; so
steps are drawn more often at high noise, and each weighs min(1, 5 / (snr + 1)).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from playground.errors import DataError
from playground.training.averaging import averaged
from playground.training.emoji_data import Prepared, tokenize
from playground.training.options import Options
from playground.training.resumable import Resumable, descend

if TYPE_CHECKING:
    from playground.training.emoji_text import Distillation

RATE, TEXT_RATE = 5e-4, 0.5
"""Of the UNet; of the text encoder beside it."""
HELD, WARM_UP = 0.35, 150
"""The learning rate rises over some steps, is held for a part of the run, then falls as a cosine."""
EMA_DECAY = 0.999
DROPPED_CAPTIONS = 0.12
"""Left empty, so that guidance has something to compare with (Ho & Salimans 2022)."""
NOISE_SHIFT = 1.5
DISTILLATION_WEIGHT = 0.2
ENGLISH_BAR = (
    "red apple", "cat face", "rocket", "pizza", "crying face", "tree", "crown", "ghost", "octopus", "house",
)  # fmt: skip
CHINESE_BAR = ("猫", "火箭", "苹果", "下雨", "心")
SHEET_STEPS, SHEET_GUIDANCE = 20, 4.0
UNET_LAYOUT: dict[str, Any] = {
    "sample_size": 16,
    "block_out_channels": (96, 192, 256),
    "layers_per_block": 1,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "attention_head_dim": 4,
    "norm_num_groups": 16,
    "use_linear_projection": True,
}
"""21 M parameters; attention at 8 × 8 and 4 × 4 only, it is half as fast again so."""
NOISE_SCHEDULE: dict[str, Any] = {
    "beta_schedule": "squaredcos_cap_v2",
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
    "lambda_min_clipped": -5.1,
    "steps_offset": 1,
}


class EmojiUNet(Resumable):
    """A UNet and its text encoder in training; a ``loop.Recipe``."""

    def __init__(
        self,
        prepared: Prepared,
        options: Options,
        init: Path,
        rate: float = RATE,
        distillation: Distillation | None = None,
        new: bool = False,
    ) -> None:
        """Take up the networks of a Stable Diffusion folder.

        Args:
            prepared: Latents and captions.
            options: Batch size, device, precision, seed.
            init: The folder; training goes on from its weights. Its VAE, tokenizer and scheduler stay.
            rate: Highest learning rate.
            distillation: Keeps the text encoder near its teacher while it learns, if given.
            new: Start the UNet from random weights; then the folder needs none, and no scheduler.
        """
        torch.manual_seed(options.seed)
        self.prepared, self.options, self.rate, self.distillation = prepared, options, rate, distillation
        self.pipeline = new_pipeline(init) if new else load_pipeline(init)
        self.pipeline.to(options.device)
        self.unet = self.pipeline.unet.requires_grad_(True).train()
        self.text = self.pipeline.text_encoder.requires_grad_(True).train()
        self.average, self.text_average = averaged(self.unet, EMA_DECAY), averaged(self.text, EMA_DECAY)
        parts = [
            {"params": list(self.unet.parameters()), "share": 1.0},
            {"params": [*self.text.parameters(), *(distillation.parameters() if distillation else ())]},
        ]
        self.adam = torch.optim.AdamW(parts, rate, (0.9, 0.99), weight_decay=0.01, fused=True)
        self.steps = 0
        self.empty = tokenize(self.pipeline.tokenizer, [""])[0]
        alphas = self.pipeline.scheduler.alphas_cumprod.float()
        self.alphas = alphas.to(options.device)
        self.step_weights = (5 / (alphas / (1 - alphas) + 1)).clamp(max=1).to(options.device)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of latents with one caption each."""
        self._set_rates(progress)
        latents, ids = draw_batch(self.prepared, self.options.batch_size, generator)
        ids = torch.where(torch.rand(len(ids), 1, generator=generator) < DROPPED_CAPTIONS, self.empty, ids)
        latents, ids = latents.to(self.options.device), ids.to(self.options.device)
        noise = torch.randn(latents.shape, generator=generator).to(self.options.device)
        uniform = torch.rand(len(latents), generator=generator)
        shifted = NOISE_SHIFT * uniform / (1 + (NOISE_SHIFT - 1) * uniform)
        steps = (len(self.alphas) * shifted).long().clamp(max=len(self.alphas) - 1).to(self.options.device)
        kept = self.alphas[steps].view(-1, 1, 1, 1)
        signal, spread = kept.sqrt(), (1 - kept).sqrt()
        with self.options.autocast():
            states = self.text(input_ids=ids).last_hidden_state
            predicted = self.unet(signal * latents + spread * noise, steps, states).sample.float()
        errors = (predicted - (signal * noise - spread * latents)).square().mean((1, 2, 3))
        loss, losses = (errors * self.step_weights[steps]).mean(), {"mse": errors.mean().item()}
        losses["weighted"] = loss.item()
        if self.distillation and self.steps % 2 == 0:
            distance = self.distillation.loss(self.text, generator, self.options)
            loss, losses["distance"] = loss + DISTILLATION_WEIGHT * distance, distance.item()
        descend(loss, self.adam, longest=1.0)
        self.average.update_parameters(self.unet)
        self.text_average.update_parameters(self.text)
        self.steps += 1
        return losses

    def _set_rates(self, progress: float) -> None:
        fall = max(0.0, (progress - HELD) / (1 - HELD))
        rate = self.rate * min(1.0, (self.steps + 1) / WARM_UP) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * fall))
        for group, share in zip(self.adam.param_groups, (1.0, TEXT_RATE), strict=True):
            group["lr"] = rate * share

    def sheet(self) -> Tensor:
        """Give the ten English prompts of the bar under two seeds, then the five Chinese: (3, 10, 3, H, W)."""
        prompts = [*ENGLISH_BAR * 2, *CHINESE_BAR * 2]
        seeds = [0] * 10 + [1] * 10 + [0] * 5 + [1] * 5
        return self.sample(prompts, seeds).unflatten(0, (3, 10))

    @torch.no_grad()
    def sample(self, prompts: list[str], seeds: list[int], guidance: float = SHEET_GUIDANCE) -> Tensor:
        """Draw pictures (N, 3, H, W), 0 to 1, with the averaged weights; each from its own seed."""
        pipeline = StableDiffusionPipeline(
            **{**self.pipeline.components, "unet": self.average.module, "text_encoder": self.text_average.module},
            requires_safety_checker=False,
        )
        pipeline.set_progress_bar_config(disable=True)
        parts = []
        for start in range(0, len(prompts), 10):
            noises = [torch.Generator().manual_seed(seed) for seed in seeds[start : start + 10]]
            with self.options.autocast():
                drawn = pipeline(
                    prompts[start : start + 10],
                    num_inference_steps=SHEET_STEPS,
                    guidance_scale=guidance,
                    generator=noises,
                    output_type="pt",
                )
            parts.append(drawn.images.float().cpu())
        return torch.cat(parts)

    def parts(self) -> dict[str, Any]:
        """Give weights, running means and optimiser."""
        parts: dict[str, Any] = {
            "unet": self.unet,
            "text": self.text,
            "average": self.average,
            "text_average": self.text_average,
            "adam": self.adam,
        }
        return parts | ({"distillation": self.distillation} if self.distillation else {})

    def export(self, folder: Path) -> None:
        """Write the averaged weights as a Stable Diffusion folder in float16; its model card stays."""
        averages = {"unet": self.average.module, "text_encoder": self.text_average.module}
        write_pipeline({**self.pipeline.components, **averages}, folder)


def draw_batch(prepared: Prepared, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw latents (B, 4, 16, 16), float32, and the token ids (B, 16) of one caption of each."""
    chosen = torch.multinomial(prepared.weights, size, replacement=True, generator=generator)
    return prepared.latents[chosen].float(), draw_captions(prepared, chosen, generator)


def draw_captions(prepared: Prepared, chosen: Tensor, generator: torch.Generator) -> Tensor:
    """Draw one caption of each chosen picture: token ids (B, 16)."""
    captions = []
    for index in chosen.tolist():
        start, end = prepared.starts[index], prepared.starts[index + 1]
        one = torch.multinomial(prepared.caption_weights[start:end], 1, generator=generator)
        captions.append(prepared.captions[start + one])
    return prepared.token_ids[torch.cat(captions)]


def write_pipeline(components: dict[str, Any], folder: Path) -> None:
    """Write a Stable Diffusion folder in float16."""
    backend = components["tokenizer"].backend_tokenizer
    backend.no_padding(), backend.no_truncation()  # whoever encoded a batch left its length in there
    halves = {name: copy.deepcopy(components[name]).half() for name in ("unet", "text_encoder", "vae")}
    pipeline = StableDiffusionPipeline(**{**components, **halves}, requires_safety_checker=False)
    pipeline.save_pretrained(folder, safe_serialization=True)
    # Transformers opens a model in the type that its config names, diffusers in float32; both shall agree.
    config = folder / "text_encoder" / "config.json"
    config.write_text(config.read_text().replace('"dtype": "float16"', '"dtype": "float32"'))


def load_pipeline(folder: Path) -> StableDiffusionPipeline:
    """Open a Stable Diffusion folder for training on, in float32.

    Raises:
        DataError: If it is none.
    """
    return _opened(
        folder, lambda: StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    )


def new_pipeline(folder: Path) -> StableDiffusionPipeline:
    """Put an untrained UNet beside a folder's ``vae``, ``text_encoder`` and ``tokenizer``.

    Raises:
        DataError: If one of them is missing.
    """

    def build() -> StableDiffusionPipeline:
        text = CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32)
        return StableDiffusionPipeline(
            vae=AutoencoderKL.from_pretrained(folder / "vae", dtype=torch.float32),
            text_encoder=text,
            tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            unet=UNet2DConditionModel(**UNET_LAYOUT, cross_attention_dim=text.config.hidden_size),
            scheduler=DPMSolverMultistepScheduler(**NOISE_SCHEDULE),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )

    return _opened(folder, build)


def _opened(folder: Path, build: Callable[[], StableDiffusionPipeline]) -> StableDiffusionPipeline:
    try:
        pipeline = build()
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder} is no Stable Diffusion folder ({error}); give one with --init.",
            f"{folder} 不是 Stable Diffusion 文件夹（{error}）；请用 --init 指定。",
        ) from error
    pipeline.vae.requires_grad_(False).eval()
    # Batched matrix products are faster than the fused attention on CPUs (106 against 86 samples/s).
    pipeline.unet.set_attn_processor(AttnProcessor())
    return pipeline
