"""A tiny Qwen-Image 2.1, whose words a Qwen3-VL reads, with random weights, as a repository for the test hub."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLQwenImage21,
    FlowMatchEulerDiscreteScheduler,
    QwenImage21Pipeline,
    QwenImage21Transformer2DModel,
)
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

from playground.networks.words_alone import WordsAlone
from tests.hub.pipelines import tiny_qwen_tokenizer

OWN_STEPS = [1.0, 0.9, 0.6]
CHAT = (
    "{% for said in messages %}<|im_start|>{{ said.role }} {% if said.content is string %}{{ said.content }}"
    "{% else %}{% for part in said.content %}{{ part.text }}{% endfor %}{% endif %}<|im_end|>{% endfor %}"
)


def tiny_qwen_image21(folder: Path, own_steps: list[float] | None = None) -> Path:
    """Write a Qwen-Image 2.1; its repository has a processor of words and pictures where only words are read."""
    torch.manual_seed(0)
    tokenizer = tiny_qwen_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|image_pad|>"]})
    tokenizer.chat_template = CHAT
    transformer = QwenImage21Transformer2DModel(
        patch_size=1, in_channels=8, out_channels=8, num_layers=2, attention_head_dim=16, num_attention_heads=2,
        context_in_dim=16, mlp_ratio=2, axes_dims_rope=(4, 6, 6),
    )  # fmt: skip
    vae = AutoencoderKLQwenImage21(
        base_dim=4, decoder_base_dim=4, z_dim=8, dim_mult=[1, 1, 1, 1, 1], num_res_blocks=1, attn_scales=[],
        temperal_downsample=[False, True, True, True], latents_mean=[0.0] * 8, latents_std=[1.0] * 8,
    )  # fmt: skip
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 2]}
    words = {
        "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
        "num_key_value_heads": 2, "head_dim": 8, "rope_parameters": rope, "vocab_size": len(tokenizer),
    }  # fmt: skip
    eye = {
        "depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16,
        "num_position_embeddings": 64, "deepstack_visual_indexes": [0],
    }  # fmt: skip
    reader = Qwen3VLForConditionalGeneration(Qwen3VLConfig(text_config=words, vision_config=eye))
    scheduler = FlowMatchEulerDiscreteScheduler()
    parts = scheduler, vae, reader, WordsAlone(tokenizer), transformer
    made = QwenImage21Pipeline(*parts, own_steps)
    made.register_modules(processor=tokenizer)  # which can be saved
    made.save_pretrained(folder)
    index = json.loads((folder / "model_index.json").read_text())
    index["processor"] = ["transformers", "Qwen3VLProcessor"]
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def tiny_qwen_image21_turbo(folder: Path) -> Path:
    """Write one whose author says where its steps lie."""
    return tiny_qwen_image21(folder, OWN_STEPS)
