"""A tiny Stable Diffusion folder with random weights."""

from pathlib import Path

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from playground.training.emoji_vae import LAYOUT
from playground.training.emoji_words import train_tokenizer

WORDS = ["red apple", "cat face", "rocket", "tree", "house", "ghost", "猫", "火箭", "苹果", "in noto style"] * 4


def write_tiny_diffusion(folder: Path) -> Path:
    """Write it; give the folder."""
    torch.manual_seed(0)
    tokenizer = train_tokenizer(WORDS, vocabulary=600)
    end = tokenizer.eos_token_id
    text = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=16,
        projection_dim=16,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=end,
        pad_token_id=end,
    )
    unet = UNet2DConditionModel(
        sample_size=16,
        layers_per_block=1,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=2,
    )
    scheduler = DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        lambda_min_clipped=-5.1,
        steps_offset=1,
    )
    vae = AutoencoderKL(**LAYOUT | {"block_out_channels": (4, 4, 8, 8), "norm_num_groups": 4})
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder
