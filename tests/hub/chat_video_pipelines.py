"""Tiny video pipelines whose words a language model reads, with random weights, as repositories for the test hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLHunyuanVideo,
    AutoencoderKLHunyuanVideo15,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideo15ImageToVideoPipeline,
    HunyuanVideo15Pipeline,
    HunyuanVideo15Transformer3DModel,
    Kandinsky5I2VPipeline,
    Kandinsky5T2VPipeline,
    Kandinsky5Transformer3DModel,
)
from diffusers.guiders import ClassifierFreeGuidance
from transformers import (
    ByT5Tokenizer,
    CLIPTextModel,
    CLIPTokenizer,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLTextConfig,
    Qwen2_5_VLTextModel,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
    SiglipVisionModel,
    T5Config,
    T5EncoderModel,
)

from tests.hub.pipelines import TOKENIZER, tiny_qwen_tokenizer, tiny_text_encoder

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


def tiny_kandinsky(folder: Path, of_pictures: bool = False) -> Path:
    """Write a Kandinsky 5; its repository has a processor of pictures and clips where only words are read."""
    torch.manual_seed(0)
    words, tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER), tiny_qwen_tokenizer()
    transformer = Kandinsky5Transformer3DModel(
        in_visual_dim=4, in_text_dim=16, in_text_dim2=16, time_dim=32, out_visual_dim=4, patch_size=(1, 2, 2),
        model_dim=48, ff_dim=128, num_text_blocks=1, num_visual_blocks=1, axes_dims=(8, 8, 8),
        visual_cond=of_pictures,
    )  # fmt: skip
    vae = AutoencoderKLHunyuanVideo(
        latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4,
        spatial_compression_ratio=8, temporal_compression_ratio=4,
    )  # fmt: skip
    eye = {"depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16}
    reader = Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(text_config={**LANGUAGE_MODEL, "vocab_size": len(tokenizer)}, vision_config=eye)
    )
    kind = Kandinsky5I2VPipeline if of_pictures else Kandinsky5T2VPipeline
    second = tiny_text_encoder(words).config
    second.max_position_embeddings = 77  # however long its tokenizer says
    parts = transformer, vae, reader, tokenizer, CLIPTextModel(second), words
    made = kind(*parts, FlowMatchEulerDiscreteScheduler(shift=5.0))
    made.save_pretrained(folder)
    index = json.loads((folder / "model_index.json").read_text())
    index["tokenizer"] = ["transformers", "Qwen2VLProcessor"]
    (folder / "model_index.json").write_text(json.dumps(index))
    sizes = {"min_pixels": 3136, "max_pixels": 12845056, "patch_size": 14, "temporal_patch_size": 2, "merge_size": 2}
    for name, type_of in (("preprocessor", "image"), ("video_preprocessor", "video")):
        kind_of = f"Qwen2VL{type_of.capitalize()}Processor"
        settings = {f"{type_of}_processor_type": kind_of, "processor_class": "Qwen2VLProcessor", **sizes}
        (folder / "tokenizer" / f"{name}_config.json").write_text(json.dumps(settings))
    return folder


def tiny_kandinsky_of_pictures(folder: Path) -> Path:
    """Write a Kandinsky 5 that begins with a picture."""
    return tiny_kandinsky(folder, of_pictures=True)
