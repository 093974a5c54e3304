"""Tiny video pipelines whose words a language model reads, with random weights, as repositories for the test hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLHunyuanVideo15,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideo15ImageToVideoPipeline,
    HunyuanVideo15Pipeline,
    HunyuanVideo15Transformer3DModel,
)
from diffusers.guiders import ClassifierFreeGuidance
from transformers import (
    ByT5Tokenizer,
    Qwen2_5_VLTextConfig,
    Qwen2_5_VLTextModel,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
    SiglipVisionModel,
    T5Config,
    T5EncoderModel,
)

from tests.hub.pipelines import tiny_qwen_tokenizer

ROPE = {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"}
LANGUAGE_MODEL: dict[str, Any] = {
    "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
    "num_key_value_heads": 2, "rope_scaling": ROPE, "rope_theta": 1e6,
}  # fmt: skip


def tiny_hunyuan_video(folder: Path, of_pictures: bool = False) -> Path:
    """Write a HunyuanVideo 1.5; its autoencoder packs two frames into one, and its guider is a part of it."""
    torch.manual_seed(0)
    tokenizer, glyphs = tiny_qwen_tokenizer(), ByT5Tokenizer()
    transformer = HunyuanVideo15Transformer3DModel(
        in_channels=9, out_channels=4, num_attention_heads=2, attention_head_dim=8, num_layers=1,
        num_refiner_layers=1, mlp_ratio=2.0, patch_size=1, patch_size_t=1, text_embed_dim=16, text_embed_2_dim=32,
        image_embed_dim=12, rope_axes_dim=(2, 2, 4), target_size=64, task_type="i2v" if of_pictures else "t2v",
    )  # fmt: skip
    vae = AutoencoderKLHunyuanVideo15(
        latent_channels=4, block_out_channels=(16, 16), layers_per_block=1, spatial_compression_ratio=4,
        temporal_compression_ratio=2, downsample_match_channel=False, upsample_match_channel=False,
    )  # fmt: skip
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}
    parts = {
        "transformer": transformer,
        "vae": vae,
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=5.0),
        "text_encoder": Qwen2_5_VLTextModel(Qwen2_5_VLTextConfig(**LANGUAGE_MODEL, vocab_size=len(tokenizer))),
        "tokenizer": tokenizer,
        "text_encoder_2": T5EncoderModel(T5Config(vocab_size=len(glyphs), **sizes)),
        "tokenizer_2": glyphs,
        "guider": ClassifierFreeGuidance(guidance_scale=6.0),
    }
    if not of_pictures:
        HunyuanVideo15Pipeline(**parts).save_pretrained(folder)
        return folder
    look = {"hidden_size": 12, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    eye = SiglipVisionModel(SiglipVisionConfig(**look, image_size=32, patch_size=8))
    reader = SiglipImageProcessorPil(size={"height": 32, "width": 32})
    made = HunyuanVideo15ImageToVideoPipeline(**parts, image_encoder=eye, feature_extractor=reader)
    made.save_pretrained(folder)
    return folder


def tiny_hunyuan_video_of_pictures(folder: Path) -> Path:
    """Write a HunyuanVideo 1.5 that begins with a picture."""
    return tiny_hunyuan_video(folder, of_pictures=True)
