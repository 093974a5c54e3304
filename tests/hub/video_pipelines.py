"""Tiny text-to-video pipelines with random weights, as repositories for the test hub."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLCogVideoX,
    AutoencoderKLLTXVideo,
    AutoencoderKLMochi,
    AutoencoderKLTemporalDecoder,
    AutoencoderKLWan,
    CogVideoXDDIMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    LTXPipeline,
    LTXVideoTransformer3DModel,
    MochiPipeline,
    MochiTransformer3DModel,
    MotionAdapter,
    StableVideoDiffusionPipeline,
    UNetSpatioTemporalConditionModel,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import (
    CLIPImageProcessorPil,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    UMT5Config,
    UMT5EncoderModel,
)

from tests.hub.pipelines import TOKENIZER, tiny_t5


def tiny_wan(folder: Path, expand_timesteps: bool = False) -> Path:
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
    made = WanPipeline(tokenizer, encoder, vae, scheduler, transformer, expand_timesteps=expand_timesteps)
    made.save_pretrained(folder)
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


def tiny_cogvideox(folder: Path, of_pictures: bool = False) -> Path:
    """Write a CogVideoX."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=8, in_channels=8 if of_pictures else 4,
        out_channels=4, time_embed_dim=8,
        text_embed_dim=32, num_layers=1, sample_width=8, sample_height=8, sample_frames=9, patch_size=2,
        temporal_compression_ratio=4, max_text_seq_length=226,
    )  # fmt: skip
    vae = AutoencoderKLCogVideoX(
        down_block_types=("CogVideoXDownBlock3D",) * 4, up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2,
        temporal_compression_ratio=4,
    )  # fmt: skip
    kind = CogVideoXImageToVideoPipeline if of_pictures else CogVideoXPipeline
    kind(tokenizer, tiny_t5(tokenizer), vae, transformer, CogVideoXDDIMScheduler()).save_pretrained(folder)
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


def tiny_cogvideox_of_pictures(folder: Path) -> Path:
    """Write a CogVideoX that begins with a picture: its transformer reads the picture's latents beside the clip's."""
    return tiny_cogvideox(folder, of_pictures=True)


def tiny_wan_of_both(folder: Path) -> Path:
    """Write a Wan as Wan 2.2 TI2V is: one transformer for words alone and for a picture, a time for every place."""
    return tiny_wan(folder, expand_timesteps=True)


def tiny_mochi(folder: Path) -> Path:
    """Write a Mochi."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    transformer = MochiTransformer3DModel(
        patch_size=2, num_attention_heads=2, attention_head_dim=8, num_layers=2, pooled_projection_dim=16,
        in_channels=12, text_embed_dim=32, time_embed_dim=4, activation_fn="swiglu", max_sequence_length=16,
    )  # fmt: skip
    vae = AutoencoderKLMochi(
        latent_channels=12, out_channels=3, encoder_block_out_channels=(32, 32, 32, 32),
        decoder_block_out_channels=(32, 32, 32, 32), layers_per_block=(1, 1, 1, 1, 1),
    )  # fmt: skip
    MochiPipeline(FlowMatchEulerDiscreteScheduler(), vae, tiny_t5(tokenizer), tokenizer, transformer).save_pretrained(
        folder
    )
    return folder


def tiny_stable_video(folder: Path) -> Path:
    """Write a Stable Video Diffusion; it reads no words."""
    torch.manual_seed(0)
    unet = UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64), layers_per_block=2, sample_size=32, in_channels=8, out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=32, num_attention_heads=8, projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
    )  # fmt: skip
    vae = AutoencoderKLTemporalDecoder(
        block_out_channels=(32, 64), down_block_types=("DownEncoderBlock2D",) * 2, latent_channels=4
    )
    encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32,
            projection_dim=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=224,
            intermediate_size=37,
            patch_size=32,
        )
    )
    scheduler = EulerDiscreteScheduler(
        beta_schedule="scaled_linear", prediction_type="v_prediction", timestep_spacing="leading",
        use_karras_sigmas=True,
        interpolation_type="linear", timestep_type="continuous", sigma_min=0.002, sigma_max=700.0, steps_offset=1,
    )  # fmt: skip
    reader = CLIPImageProcessorPil(crop_size=224, size=224)
    StableVideoDiffusionPipeline(vae, encoder, unet, scheduler, reader).save_pretrained(folder)
    return folder
