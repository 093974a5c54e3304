"""A tiny class → image pipeline with random weights, as a repository for the test hub."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import DDIMScheduler, DiTPipeline, DiTTransformer2DModel

from tests.hub.pipelines import tiny_vae


def tiny_dit(folder: Path) -> Path:
    """Write a DiT whose pictures are 32 pixels wide, as its publisher did: pickles, under the network's former name."""
    torch.manual_seed(0)
    transformer = DiTTransformer2DModel(
        sample_size=16, num_layers=2, patch_size=2, attention_head_dim=8, num_attention_heads=2, in_channels=4,
        out_channels=8, attention_bias=True, num_embeds_ada_norm=1000,
    )  # fmt: skip
    # Training leaves the last layers, and the class's, anything but zero.
    for name, weight in transformer.named_parameters():
        if "proj_out" in name or "embedding_table" in name:
            torch.nn.init.normal_(weight, std=0.3)
    labels = {number: f"label {number}" for number in range(1000)}
    pipe = DiTPipeline(transformer, tiny_vae(), DDIMScheduler(clip_sample=False), id2label=labels)
    pipe.save_pretrained(folder, safe_serialization=False)
    for file, name in (("model_index.json", "transformer"), ("transformer/config.json", "_class_name")):
        settings = json.loads((folder / file).read_text())
        settings[name] = ["diffusers", "Transformer2DModel"] if name == "transformer" else "Transformer2DModel"
        (folder / file).write_text(json.dumps(settings))
    return folder
