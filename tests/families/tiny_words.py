"""Untrained towers and captioners of every kind, small enough for a test; they see and say nonsense."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import (
    BlipConfig,
    BlipForConditionalGeneration,
    BlipImageProcessor,
    CLIPImageProcessor,
    CLIPModel,
    CLIPVisionConfig,
    GitConfig,
    GitForCausalLM,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
)

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Title
from playground.settings import Settings
from playground.training import emoji_caption, emoji_clip
from playground.training.emoji_small_text import small_tokenizer

PHRASES = ["red apple", "green apple", "cat", "dog", "红色苹果", "猫", "blue heart", "蓝色心", "rocket", "small tree"]
SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}


def clip_folder(folder: Path) -> Path:
    """Write untrained towers of the bundled shape."""
    tokenizer, _ = small_tokenizer(Settings.checkpoints / "emoji-diffusion" / "tokenizer", merges=400)
    torch.manual_seed(0)
    CLIPModel(emoji_clip.layout(tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    emoji_clip.processor().save_pretrained(folder)
    return folder


def caption_folder(folder: Path, kind: str) -> Path:
    """Write an untrained captioner of a kind."""
    tokenizer = emoji_caption.train_tokenizer(PHRASES, 120)
    torch.manual_seed(0)
    model = {"vision-encoder-decoder": _encoder_decoder, "blip": _blip, "git": _git}[kind](tokenizer)
    model.generation_config = emoji_caption.generation(tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    processor = BlipImageProcessor if kind == "blip" else CLIPImageProcessor
    processor(size={"height": 64, "width": 64}, crop_size={"height": 64, "width": 64}).save_pretrained(folder)
    return folder


def words_catalog(folder: Path, kind: str = "vision-encoder-decoder") -> Catalog:
    """Offer untrained towers and an untrained captioner."""
    made = {"zero_shot": clip_folder(folder / "zero_shot"), "caption": caption_folder(folder / "caption", kind)}
    return Catalog(
        [
            Checkpoint(
                f"tiny-{family}",
                Entry(family=family, title=Title(en=family, zh=family), folder=place.name, licence="MIT"),
                folder,
            )
            for family, place in made.items()
        ]
    )


def _special(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    names = ("bos_token_id", "eos_token_id", "pad_token_id")
    return {name: getattr(tokenizer, name) for name in names} | {"vocab_size": len(tokenizer)}


def _encoder_decoder(tokenizer: PreTrainedTokenizerFast) -> VisionEncoderDecoderModel:
    tower = CLIPVisionConfig(**SMALL, image_size=64, patch_size=8)
    decoder = emoji_caption.layout(tokenizer)
    decoder.n_embd, decoder.n_layer, decoder.n_head = 32, 2, 2
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(tower, decoder)
    return VisionEncoderDecoderModel(config=config, decoder=GPT2LMHeadModel(config.decoder))


def _blip(tokenizer: PreTrainedTokenizerFast) -> BlipForConditionalGeneration:
    special = _special(tokenizer) | {"sep_token_id": tokenizer.eos_token_id}
    text = SMALL | {"encoder_hidden_size": 32, "projection_dim": 16, **special}
    vision = SMALL | {"image_size": 64, "patch_size": 8}
    return BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=vision, projection_dim=16))


def _git(tokenizer: PreTrainedTokenizerFast) -> GitForCausalLM:
    vision = SMALL | {"image_size": 64, "patch_size": 8}
    return GitForCausalLM(GitConfig(vision_config=vision, **SMALL, **_special(tokenizer)))
