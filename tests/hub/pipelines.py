"""Tiny pipelines with random weights, as repositories for the test hub."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Transformer2DModel,
    FluxPipeline,
    FluxTransformer2DModel,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from transformers import (
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2TokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
    T5Config,
    T5EncoderModel,
)

from tests.server import ROOT

TOKENIZER = ROOT / "checkpoints" / "emoji-diffusion" / "tokenizer"
BOTH = ("CrossAttnDownBlock2D", "DownBlock2D"), ("UpBlock2D", "CrossAttnUpBlock2D")


def tiny_vae(**settings: float) -> AutoencoderKL:
    """An autoencoder of factor 2 with 4 channels."""
    kinds = ["DownEncoderBlock2D"] * 2, ["UpDecoderBlock2D"] * 2
    shape = {"block_out_channels": (16, 16), "latent_channels": 4, "norm_num_groups": 8, "sample_size": 64}
    return AutoencoderKL(3, 3, *kinds, **shape, **settings)


def tiny_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """A CLIP text encoder of two layers."""
    ids = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=2,
            num_attention_heads=2, projection_dim=16, max_position_embeddings=tokenizer.model_max_length,
            pad_token_id=tokenizer.pad_token_id, **ids,
        )
    )  # fmt: skip


def tiny_t5(tokenizer: CLIPTokenizer) -> T5EncoderModel:
    """A T5 encoder of one layer."""
    return T5EncoderModel(T5Config(vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=32, num_layers=1, num_heads=2))


def forbidding_checker() -> StableDiffusionSafetyChecker:
    """A safety checker that finds something in every picture."""
    look = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision = CLIPVisionConfig(**look, image_size=32, patch_size=16)
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision.to_dict(), projection_dim=16))
    checker.concept_embeds_weights.data.fill_(-2.0)  # what a cosine is above
    return checker


def tiny_stable_diffusion(folder: Path, checker: StableDiffusionSafetyChecker | None = None) -> Path:
    """Write a Stable Diffusion whose pictures are 64 pixels wide."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    unet = UNet2DConditionModel(
        sample_size=32, block_out_channels=(16, 32), layers_per_block=1, down_block_types=BOTH[0],
        up_block_types=BOTH[1], cross_attention_dim=16, attention_head_dim=4, norm_num_groups=8,
    )  # fmt: skip
    betas = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    scheduler = EulerDiscreteScheduler(**betas, steps_offset=1)
    pipe = StableDiffusionPipeline(
        tiny_vae(), tiny_text_encoder(tokenizer), tokenizer, unet, scheduler, checker,
        CLIPImageProcessorPil(size=32, crop_size=32) if checker else None, requires_safety_checker=checker is not None,
    )  # fmt: skip
    pipe.save_pretrained(folder)
    return folder


def copies(of: Path, hub: Path, *names: str) -> None:
    """Put copies of a repository under other names."""
    for name in names:
        shutil.copytree(of, hub / "acme" / name)


def tiny_sdxl(folder: Path) -> Path:
    """Write an SDXL whose pictures are 64 pixels wide."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    unet = UNet2DConditionModel(
        sample_size=32, block_out_channels=(16, 32), layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, attention_head_dim=4, norm_num_groups=8, addition_embed_type="text_time",
        addition_time_embed_dim=8, projection_class_embeddings_input_dim=64, use_linear_projection=True,
    )  # fmt: skip
    second = CLIPTextModelWithProjection(tiny_text_encoder(tokenizer).config)
    scheduler = EulerDiscreteScheduler(steps_offset=1)
    encoders = tiny_text_encoder(tokenizer), second, tokenizer, tokenizer
    StableDiffusionXLPipeline(tiny_vae(), *encoders, unet, scheduler).save_pretrained(folder)
    return folder


def tiny_sd3(folder: Path) -> Path:
    """Write a Stable Diffusion 3 whose pictures are 64 pixels wide."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    encoders = [CLIPTextModelWithProjection(tiny_text_encoder(tokenizer).config) for _ in range(2)]
    transformer = SD3Transformer2DModel(
        sample_size=32, patch_size=1, in_channels=4, num_layers=1, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=32, caption_projection_dim=32, pooled_projection_dim=32, out_channels=4,
    )  # fmt: skip
    StableDiffusion3Pipeline(
        transformer, FlowMatchEulerDiscreteScheduler(), tiny_vae(shift_factor=0.06), encoders[0], tokenizer,
        encoders[1], tokenizer, tiny_t5(tokenizer), tokenizer,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def tiny_flux(folder: Path) -> Path:
    """Write a FLUX that takes no guidance, whose pictures are 64 pixels wide."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=16, axes_dims_rope=(4, 4, 8),
    )  # fmt: skip
    FluxPipeline(
        FlowMatchEulerDiscreteScheduler(), tiny_vae(shift_factor=0.06), tiny_text_encoder(tokenizer), tokenizer,
        tiny_t5(tokenizer), tokenizer, transformer,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def tiny_qwen_tokenizer() -> Qwen2TokenizerFast:
    """A tokenizer of single bytes, with the marks of a chat."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324)]
    words = [*map(chr, printable), "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer = Qwen2TokenizerFast(vocab={word: index for index, word in enumerate(words)}, merges=[])
    tokenizer.chat_template = "{% for said in messages %}<|im_start|>{{ said.content }}<|im_end|>{% endfor %}"
    return tokenizer


def tiny_flux2_klein(folder: Path) -> Path:
    """Write a FLUX.2-klein, distilled; its text encoder's 27th layer is read."""
    torch.manual_seed(0)
    tokenizer = tiny_qwen_tokenizer()
    encoder = Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=len(tokenizer),
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=28,
            head_dim=8,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=512,
        )  # fmt: skip
    )
    transformer = Flux2Transformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=48, timestep_guidance_channels=256, axes_dims_rope=[4, 4, 4, 4], guidance_embeds=False,
    )  # fmt: skip
    vae = AutoencoderKLFlux2(
        sample_size=32, down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(8, 8), layers_per_block=1, latent_channels=4, norm_num_groups=1, use_quant_conv=False,
        use_post_quant_conv=False,
    )  # fmt: skip
    scheduler = FlowMatchEulerDiscreteScheduler()
    Flux2KleinPipeline(scheduler, vae, encoder, tokenizer, transformer, is_distilled=True).save_pretrained(folder)
    return folder


def tiny_qwen_image(folder: Path) -> Path:
    """Write a Qwen-Image."""
    torch.manual_seed(0)
    tokenizer = tiny_qwen_tokenizer()
    rope = {"rope_type": "default", "type": "default", "mrope_section": [1, 1, 2]}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2, "num_hidden_layers": 2}
    small = {"hidden_size": 16, "intermediate_size": 16}
    encoder = Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={**small, **heads, "rope_scaling": rope, "vocab_size": len(tokenizer), "rope_theta": 1e6},
            vision_config={**small, "depth": 2, "num_heads": 2, "out_hidden_size": 16},
            hidden_size=16,
            vocab_size=len(tokenizer),
            vision_end_token_id=1,
            vision_start_token_id=2,
            vision_token_id=3,
        )  # fmt: skip
    )
    transformer = QwenImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=4, num_layers=2, attention_head_dim=16, num_attention_heads=3,
        joint_attention_dim=16, guidance_embeds=False, axes_dims_rope=(8, 4, 4),
    )  # fmt: skip
    vae = AutoencoderKLQwenImage(
        base_dim=24, z_dim=4, dim_mult=[1, 2, 4], num_res_blocks=1, temperal_downsample=[False, True],
        latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip
    scheduler = FlowMatchEulerDiscreteScheduler()
    QwenImagePipeline(scheduler, vae, encoder, tokenizer, transformer).save_pretrained(folder)
    return folder
