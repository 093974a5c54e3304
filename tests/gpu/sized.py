"""Pipelines as large as the real ones, with random weights: what they cost is what the real ones cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLWan,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, UMT5Config, UMT5EncoderModel

from playground.catalog import Catalog, read_catalog
from playground.settings import Settings
from tests.hub.pipelines import TOKENIZER

CATALOG = """
[sd-sized]
family = "text_to_image"
title = { en = "As large as Stable Diffusion 1.5", zh = "与 Stable Diffusion 1.5 同样大" }
licence = "MIT"
folder = "sd"
side = 512
defaults = { prompt = "red apple", guidance_scale = 7.5, num_inference_steps = 25, scheduler = "Euler", width = 512, height = 512 }

[wan-sized]
family = "text_to_video"
title = { en = "As large as Wan 2.1 1.3B", zh = "与 Wan 2.1 1.3B 同样大" }
licence = "MIT"
folder = "wan"
pipeline = "WanPipeline"
side = 480
frames = 33
defaults = { prompt = "red apple", guidance_scale = 5.0, num_inference_steps = 10, num_frames = 33, fps = 16, scheduler = "Own", width = 832, height = 480 }
"""  # noqa: E501


def stable_diffusion_networks() -> dict[str, torch.nn.Module]:
    """Build networks as large as those of Stable Diffusion 1.5."""
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    words = CLIPTextConfig(
        vocab_size=49_408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        projection_dim=768, max_position_embeddings=77, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    kinds = ["DownEncoderBlock2D"] * 4, ["UpDecoderBlock2D"] * 4
    return {
        "unet": UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8),
        "text_encoder": CLIPTextModel(words),
        "vae": AutoencoderKL(3, 3, *kinds, (128, 256, 512, 512), layers_per_block=2, sample_size=512),
    }


def wan_networks() -> dict[str, torch.nn.Module]:
    """Build networks as large as those of Wan 2.1 1.3B, but for a text encoder of two layers."""
    words = UMT5Config(vocab_size=49_408, d_model=4096, d_kv=64, d_ff=10_240, num_layers=2, num_heads=64)
    size = {"num_attention_heads": 12, "attention_head_dim": 128, "num_layers": 30, "ffn_dim": 8960}
    return {
        "transformer": WanTransformer3DModel(**size, text_dim=4096, freq_dim=256),
        "text_encoder": UMT5EncoderModel(words),
        "vae": AutoencoderKLWan(),
    }


def write_sized(folder: Path) -> Catalog:
    """Write both pipelines in 16 bits, built on the GPU, and a catalogue of them (``sized.toml``)."""
    betas = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    unchecked = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    others = {"scheduler": EulerDiscreteScheduler(**betas, steps_offset=1)} | unchecked
    _write(StableDiffusionPipeline, stable_diffusion_networks, 77, others, folder / "sd")
    _write(WanPipeline, wan_networks, 226, {"scheduler": FlowMatchEulerDiscreteScheduler(shift=3.0)}, folder / "wan")
    (folder / "sized.toml").write_text(CATALOG, encoding="utf-8")
    return read_catalog(Settings.checkpoints, more=folder / "sized.toml")


def _write(
    kind: Any, networks: Callable[[], dict[str, torch.nn.Module]], tokens: int, others: dict[str, Any], folder: Path
) -> None:
    torch.manual_seed(0)
    with torch.device("cuda"):
        built = {name: network.half() for name, network in networks().items()}
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER, model_max_length=tokens)
    kind(**built, tokenizer=tokenizer, **others).save_pretrained(folder)
    del built
    torch.cuda.empty_cache()
