"""Tiny pipelines whose words a Gemma reads, with random weights, as repositories for the test hub."""

from __future__ import annotations

import string
from pathlib import Path

import torch
from diffusers import AutoencoderDC, SanaSprintPipeline, SanaTransformer2DModel, SCMScheduler
from transformers import Gemma2Config, Gemma2Model, GemmaTokenizer


def tiny_gemma_tokenizer() -> GemmaTokenizer:
    """A tokenizer of single characters."""
    words = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *string.printable[:-5]]
    return GemmaTokenizer(vocab={word: index for index, word in enumerate(dict.fromkeys(words))}, merges=[])


def tiny_sana_sprint(folder: Path) -> Path:
    """Write a Sana Sprint, which reads guidance as a number beside the time."""
    torch.manual_seed(0)
    tokenizer = tiny_gemma_tokenizer()
    transformer = SanaTransformer2DModel(
        patch_size=1, in_channels=4, out_channels=4, num_layers=1, num_attention_heads=2, attention_head_dim=4,
        num_cross_attention_heads=2, cross_attention_head_dim=4, cross_attention_dim=8, caption_channels=8,
        sample_size=32, qk_norm="rms_norm_across_heads", guidance_embeds=True,
    )  # fmt: skip
    kinds, sizes, attention = ("ResBlock", "EfficientViTBlock"), (8, 8), ((), (5,))
    vae = AutoencoderDC(
        latent_channels=4, attention_head_dim=2, encoder_block_types=kinds, decoder_block_types=kinds,
        encoder_block_out_channels=sizes, decoder_block_out_channels=sizes, encoder_qkv_multiscales=attention,
        decoder_qkv_multiscales=attention, encoder_layers_per_block=(1, 1), decoder_layers_per_block=(1, 1),
        downsample_block_type="conv", upsample_block_type="interpolate", decoder_act_fns="silu",
        scaling_factor=0.41407,
    )  # fmt: skip
    reader = Gemma2Model(
        Gemma2Config(
            vocab_size=len(tokenizer), head_dim=16, hidden_size=8, intermediate_size=64, num_attention_heads=2,
            num_hidden_layers=1, num_key_value_heads=2, attn_implementation="eager", query_pre_attn_scalar=16,
        )
    )  # fmt: skip
    SanaSprintPipeline(tokenizer, reader, vae, transformer, SCMScheduler()).save_pretrained(folder)
    return folder
