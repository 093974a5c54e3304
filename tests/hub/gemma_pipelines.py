"""Tiny pipelines whose words a Gemma reads, with random weights, as repositories for the test hub."""

from __future__ import annotations

import string
from pathlib import Path

import torch
from diffusers import (
    AutoencoderDC,
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2Pipeline,
    LTX2VideoTransformer3DModel,
    SanaSprintPipeline,
    SanaTransformer2DModel,
    SCMScheduler,
)
from diffusers.pipelines.ltx2 import LTX2TextConnectors
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from transformers import (
    Gemma2Config,
    Gemma2Model,
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    GemmaTokenizer,
)


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


def tiny_ltx2(folder: Path) -> Path:
    """Write an LTX-2, which makes sound beside its frames."""
    torch.manual_seed(0)
    tokenizer = tiny_gemma_tokenizer()
    small = {"hidden_size": 32, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    reader = Gemma3ForConditionalGeneration(
        Gemma3Config(
            text_config={**small, "num_key_value_heads": 2, "head_dim": 8, "vocab_size": len(tokenizer)},
            vision_config={**small, "image_size": 28, "patch_size": 14},
            mm_tokens_per_image=4, boi_token_index=3, eoi_token_index=3, image_token_index=3,
        )
    )  # fmt: skip
    transformer = LTX2VideoTransformer3DModel(
        in_channels=4, out_channels=4, patch_size=1, patch_size_t=1, num_attention_heads=2, attention_head_dim=8,
        cross_attention_dim=16, audio_in_channels=4, audio_out_channels=4, audio_num_attention_heads=2,
        audio_attention_head_dim=4, audio_cross_attention_dim=8, num_layers=2, qk_norm="rms_norm_across_heads",
        caption_channels=32, rope_double_precision=False, rope_type="split",
    )  # fmt: skip
    heads = {"num_attention_heads": 4, "attention_head_dim": 8, "num_layers": 1, "num_learnable_registers": None}
    connectors = LTX2TextConnectors(
        caption_channels=32, text_proj_in_factor=3, connector_rope_base_seq_len=32, rope_theta=10000.0,
        rope_double_precision=False, causal_temporal_positioning=False, rope_type="split",
        **{f"{stream}_connector_{name}": value for stream in ("video", "audio") for name, value in heads.items()},
    )  # fmt: skip
    scaled = {"spatio_temporal_scaling": (True,), "decoder_spatio_temporal_scaling": (True,)}
    vae = AutoencoderKLLTX2Video(
        latent_channels=4, block_out_channels=(8,), decoder_block_out_channels=(8,), layers_per_block=(1,),
        decoder_layers_per_block=(1, 1), decoder_inject_noise=(False, False), downsample_type=("spatial",),
        upsample_residual=(False,), upsample_factor=(1,), timestep_conditioning=False, patch_size=1, patch_size_t=1,
        encoder_causal=True, decoder_causal=False, **scaled,
    )  # fmt: skip
    ear = AutoencoderKLLTX2Audio(
        base_channels=4, output_channels=2, ch_mult=(1,), num_res_blocks=1, attn_resolutions=None, in_channels=2,
        resolution=32, latent_channels=2, norm_type="pixel", causality_axis="height", dropout=0.0,
        mid_block_add_attention=False, sample_rate=16000, mel_hop_length=160, is_causal=True, mel_bins=8,
    )  # fmt: skip
    voice = LTX2Vocoder(
        in_channels=16, hidden_channels=32, out_channels=2, upsample_kernel_sizes=[4, 4], upsample_factors=[2, 2],
        resnet_kernel_sizes=[3], resnet_dilations=[[1, 3, 5]], leaky_relu_negative_slope=0.1,
        output_sampling_rate=16000,
    )  # fmt: skip
    scheduler = FlowMatchEulerDiscreteScheduler()
    LTX2Pipeline(scheduler, vae, ear, reader, tokenizer, connectors, transformer, voice).save_pretrained(folder)
    return folder
