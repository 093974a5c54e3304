"""Untrained towers of both kinds, small enough for a test; they see nonsense."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel, VisionTextDualEncoderModel

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Title
from playground.settings import Settings
from playground.training import emoji_clip
from playground.training.emoji_small_text import small_tokenizer

SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}


def towers_folder(folder: Path, kind: str, seed: int = 0) -> Path:
    """Write untrained towers: of the bundled shape ("dual"), or a ``CLIPModel`` as the hub's ("clip")."""
    tokenizer, _ = small_tokenizer(Settings.checkpoints / "emoji-diffusion" / "tokenizer", merges=400)
    torch.manual_seed(seed)
    layout = emoji_clip.layout(tokenizer)
    if kind == "dual":
        towers = VisionTextDualEncoderModel(layout).train()
        with torch.no_grad():  # the batch norms learn their statistics, or nothing would be left of a picture
            for _ in range(4):
                towers.vision_model(pixel_values=torch.randn(16, 3, 64, 64))
        towers.eval().save_pretrained(folder)
    else:
        vision = SMALL | {"image_size": 64, "patch_size": 8}
        text = layout.text_config.to_dict()
        CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=32)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    emoji_clip.processor().save_pretrained(folder)
    return folder


def words_catalog(folder: Path) -> Catalog:
    """Offer untrained towers of both kinds."""
    return Catalog(
        [
            Checkpoint(
                f"tiny-{kind}",
                Entry(family="zero_shot", title=Title(en=kind, zh=kind), folder=kind, licence="MIT"),
                towers_folder(folder / kind, kind).parent,
            )
            for kind in ("dual", "clip")
        ]
    )
