"""The motion modules of emoji-motion, joined to emoji-diffusion's UNet, and clips drawn with both.

Knows nothing of how they are trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import AnimateDiffPipeline, MotionAdapter, UNet2DConditionModel, UNetMotionModel
from diffusers.models.attention_processor import AttnProcessor
from diffusers.models.embeddings import SinusoidalPositionalEmbedding
from torch import Tensor

from playground.errors import DataError
from playground.networks.latents import clip_noise
from playground.networks.longer_clips import shuffle_windows
from playground.training.emoji_motions import FRAMES
from playground.training.options import Options

LAYOUT: dict[str, Any] = {
    "motion_num_attention_heads": 4,
    "motion_norm_num_groups": 16,
    "motion_max_seq_length": 32,
    "motion_mid_block_layers_per_block": 1,
    "use_motion_mid_block": True,
}


def new_adapter(unet: UNet2DConditionModel) -> MotionAdapter:
    """Make motion modules for a UNet that pass on what they get: their last layers are nil.

    Attention begins as identities: each frame attends most to itself and its neighbours, and what it reads is
    what they are and where in the clip they stand. From random matrices it attends to all alike, and the place
    in the clip is a few hundredths of the answer: nothing moved within 240 steps.
    """
    adapter = MotionAdapter(
        block_out_channels=tuple(unet.config.block_out_channels),
        motion_layers_per_block=unet.config.layers_per_block,
        **LAYOUT | {"motion_norm_num_groups": unet.config.norm_num_groups},
    )
    for name, weight in adapter.named_parameters():
        if "proj_out" in name:
            torch.nn.init.zeros_(weight)
        elif name.endswith(("to_q.weight", "to_k.weight", "to_v.weight", "to_out.0.weight")):
            torch.nn.init.eye_(weight)
    return adapter


def load_adapter(folder: Path) -> MotionAdapter:
    """Open motion modules for training on, in float32.

    Raises:
        DataError: If the folder holds none.
    """
    try:
        return MotionAdapter.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder} holds no motion modules ({error}); give a folder that does with --modules.",
            f"{folder} 中没有运动模块（{error}）；请用 --modules 指定。",
        ) from error


def join(unet: UNet2DConditionModel, adapter: MotionAdapter) -> UNetMotionModel:
    """Give the UNet of clips; it holds the very weights of the UNet of pictures, so that both learn."""
    model = UNetMotionModel.from_unet2d(unet, adapter)
    for name, weight in unet.named_parameters():
        owner, _, last = name.rpartition(".")
        setattr(model.get_submodule(owner), last, weight)
    model.set_attn_processor(AttnProcessor())
    return model


def pass_on_finest(model: UNetMotionModel) -> None:
    """Let the motion modules on the way down from 16 × 16 pass on what they get; they learn nothing.

    Where a thing is in a frame is decided at 8 × 8 and 4 × 4. On the way up the modules act at 16 × 16 too: what they
    see of the other frames keeps outlines and background from wavering.
    """
    for module in model.down_blocks[0].motion_modules:
        module.forward = _pass_on
        module.requires_grad_(False)


def set_finest(model: UNetMotionModel, learns: bool) -> None:
    """Let the layers that draw at 16 × 16 learn, or keep them as they are, which saves a third of a clip's price."""
    down, up = model.down_blocks[0], model.up_blocks[-1]
    drawing = (model.conv_in, model.time_embedding, down.resnets, down.downsamplers, up.resnets, model.conv_out)
    for part in drawing:
        part.requires_grad_(learns)


def _pass_on(hidden_states: Tensor, *_: object, **__: object) -> Tensor:
    return hidden_states


@contextmanager
def positions(model: torch.nn.Module, frames: Tensor) -> Iterator[None]:
    """While it lasts, the frames shown have given positions (F,) in the clip, not 0, 1, 2 …"""
    tables = [(part, part.pe) for part in model.modules() if isinstance(part, SinusoidalPositionalEmbedding)]
    for part, table in tables:
        part.pe = table[:, frames]
    try:
        yield
    finally:
        for part, table in tables:
            part.pe = table


def moving_pipeline(components: dict[str, Any]) -> AnimateDiffPipeline:
    """Open a pipeline of clips from a Stable Diffusion pipeline's parts, the UNet being one of clips."""
    shared = {name: components[name] for name in ("vae", "text_encoder", "tokenizer", "unet", "scheduler")}
    return AnimateDiffPipeline(**shared, motion_adapter=None)


@torch.no_grad()
def draw_clips(
    pipeline: AnimateDiffPipeline,
    prompts: list[str],
    seeds: list[int],
    steps: int,
    guidance: float,
    options: Options,
    shared_noise: float,
    together: int = 2,
    frames: int = FRAMES,
    shuffled: bool = False,
) -> Tensor:
    """Draw clips (N, frames, 3, H, W), 0 to 1, each from its own seed, a few at a time; as the page draws them.

    Args:
        pipeline: What draws.
        prompts: N of them.
        seeds: One for each.
        steps: Of the scheduler.
        guidance: Scale of the guidance.
        options: Precision.
        shared_noise: How much of the noise's variance the frames of a clip have in common.
        together: How many are drawn in one call.
        frames: Of each clip.
        shuffled: Whether the noise is shuffled from window to window, for clips longer than what was learned.
    """
    pipeline.set_progress_bar_config(disable=True)
    side = pipeline.unet.config.sample_size
    shape, parts = (1, pipeline.unet.config.in_channels, frames, side, side), []
    for start in range(0, len(prompts), together):
        generators = [torch.Generator().manual_seed(seed) for seed in seeds[start : start + together]]
        noises = [clip_noise(shape, shared_noise, generator) for generator in generators]
        if shuffled:
            noises = [shuffle_windows(*each) for each in zip(noises, generators, strict=True)]
        with options.autocast():
            drawn = pipeline(
                prompts[start : start + together],
                num_frames=frames,
                num_inference_steps=steps,
                guidance_scale=guidance,
                latents=torch.cat(noises).to(pipeline.device),
                generator=generators,
                output_type="pt",
            )
        parts.append(drawn.frames.float().cpu())
    return torch.cat(parts)
