"""Tiny text-to-video pipelines with random weights, as repositories for the test hub."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLCogVideoX,
    AutoencoderKLLTXVideo,
    AutoencoderKLWan,
    CogVideoXDDIMScheduler,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
    FlowMatchEulerDiscreteScheduler,
    LTXPipeline,
    LTXVideoTransformer3DModel,
    MotionAdapter,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import CLIPTokenizer, UMT5Config, UMT5EncoderModel

from tests.hub.pipelines import TOKENIZER, tiny_t5


def tiny_wan(folder: Path) -> Path:
    """Write a Wan; its autoencoder packs four frames into one."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    words = {"vocab_size": len(tokenizer), "d_model": 32, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=16, out_channels=16,
        text_dim=32, freq_dim=32, ffn_dim=32, num_layers=1, cross_attn_norm=True,
        qk_norm="rms_norm_across_heads", rope_max_seq_len=32,
    )  # fmt: skip
    vae = AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    encoder, scheduler = UMT5EncoderModel(UMT5Config(**words)), FlowMatchEulerDiscreteScheduler(shift=5.0)
    WanPipeline(tokenizer, encoder, vae, scheduler, transformer).save_pretrained(folder)
    return folder


def tiny_ltx(folder: Path) -> Path:
    """Write an LTX-Video."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=4, attention_head_dim=8, cross_attention_dim=32,
        num_layers=1, caption_channels=32,
    )  # fmt: skip
    four, five = (8, 8, 8, 8), (1, 1, 1, 1, 1)
    scaled = (True, True, False, False)
    vae = AutoencoderKLLTXVideo(
        latent_channels=8, block_out_channels=four, decoder_block_out_channels=four, layers_per_block=five,
        decoder_layers_per_block=five, spatio_temporal_scaling=scaled, decoder_spatio_temporal_scaling=scaled,
        decoder_inject_noise=(False,) * 5, upsample_residual=(False,) * 4, upsample_factor=(1,) * 4,
        timestep_conditioning=False, patch_size=1, patch_size_t=1, encoder_causal=True, decoder_causal=False,
    )  # fmt: skip
    scheduler = FlowMatchEulerDiscreteScheduler()
    LTXPipeline(scheduler, vae, tiny_t5(tokenizer), tokenizer, transformer).save_pretrained(folder)
    return folder


def tiny_cogvideox(folder: Path) -> Path:
    """Write a CogVideoX."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=8, in_channels=4, out_channels=4, time_embed_dim=8,
        text_embed_dim=32, num_layers=1, sample_width=8, sample_height=8, sample_frames=9, patch_size=2,
        temporal_compression_ratio=4, max_text_seq_length=226,
    )  # fmt: skip
    vae = AutoencoderKLCogVideoX(
        down_block_types=("CogVideoXDownBlock3D",) * 4, up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2,
        temporal_compression_ratio=4,
    )  # fmt: skip
    CogVideoXPipeline(tokenizer, tiny_t5(tokenizer), vae, transformer, CogVideoXDDIMScheduler()).save_pretrained(folder)
    return folder


def tiny_motion(folder: Path) -> Path:
    """Write motion modules for ``pipelines.tiny_stable_diffusion``."""
    torch.manual_seed(0)
    modules = MotionAdapter(
        block_out_channels=(16, 32), motion_layers_per_block=1, motion_num_attention_heads=2,
        motion_norm_num_groups=8, motion_max_seq_length=32,
    )  # fmt: skip
    for name, weight in modules.named_parameters():
        if "proj_out" in name:
            torch.nn.init.normal_(weight, std=0.1)
    modules.save_pretrained(folder)
    return folder
