"""Untrained towers and captioners of every kind, small enough for a test; they see and say nonsense."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import (
    BlipConfig,
    BlipForConditionalGeneration,
    BlipImageProcessor,
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPVisionConfig,
    GitConfig,
    GitForCausalLM,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    ResNetConfig,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    VisionTextDualEncoderModel,
)

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Title
from playground.settings import Settings
from playground.training import emoji_caption, emoji_clip
from playground.training.emoji_small_text import small_tokenizer

PHRASES = ["red apple", "green apple", "cat", "dog", "红色苹果", "猫", "blue heart", "蓝色心", "rocket", "small tree"]
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


def caption_folder(folder: Path, kind: str) -> Path:
    """Write an untrained captioner of a kind."""
    tokenizer = emoji_caption.train_tokenizer(PHRASES, 120)
    torch.manual_seed(0)
    made = {"vit": _vision_transformer, "convolutions": _convolutions, "blip": _blip, "git": _git}
    model = made[kind](tokenizer)
    model.generation_config = emoji_caption.generation(tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    processor = BlipImageProcessor if kind == "blip" else CLIPImageProcessor
    processor(size={"height": 64, "width": 64}, crop_size={"height": 64, "width": 64}).save_pretrained(folder)
    return folder


def caption_checkpoint(folder: Path, kind: str) -> Checkpoint:
    """Offer an untrained captioner."""
    made = caption_folder(folder / kind, kind)
    entry = Entry(family="caption", title=Title(en=kind, zh=kind), folder=made.name, licence="MIT")
    return Checkpoint(f"tiny-{kind}", entry, folder)


def _special(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    names = ("bos_token_id", "eos_token_id", "pad_token_id")
    return {name: getattr(tokenizer, name) for name in names} | {"vocab_size": len(tokenizer)}


def _encoder_decoder(tower: object, tokenizer: PreTrainedTokenizerFast) -> VisionEncoderDecoderModel:
    decoder = emoji_caption.layout(tokenizer)
    decoder.n_embd, decoder.n_layer, decoder.n_head = 32, 2, 2
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(tower, decoder)
    return VisionEncoderDecoderModel(config=config, decoder=GPT2LMHeadModel(config.decoder))


def _vision_transformer(tokenizer: PreTrainedTokenizerFast) -> VisionEncoderDecoderModel:
    return _encoder_decoder(CLIPVisionConfig(**SMALL, image_size=64, patch_size=8), tokenizer)


def _convolutions(tokenizer: PreTrainedTokenizerFast) -> VisionEncoderDecoderModel:
    sizes = {"embedding_size": 8, "hidden_sizes": [8, 16, 24], "depths": [1, 1, 1]}
    return _encoder_decoder(ResNetConfig(**sizes, layer_type="basic", hidden_size=16 + 24 + 3), tokenizer)


def _blip(tokenizer: PreTrainedTokenizerFast) -> BlipForConditionalGeneration:
    special = _special(tokenizer) | {"sep_token_id": tokenizer.eos_token_id}
    text = SMALL | {"encoder_hidden_size": 32, "projection_dim": 16, **special}
    vision = SMALL | {"image_size": 64, "patch_size": 8}
    return BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=vision, projection_dim=16))


def _git(tokenizer: PreTrainedTokenizerFast) -> GitForCausalLM:
    vision = SMALL | {"image_size": 64, "patch_size": 8}
    return GitForCausalLM(GitConfig(vision_config=vision, **SMALL, **_special(tokenizer)))
