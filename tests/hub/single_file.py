"""A Stable Diffusion folder as one file, with the names that its first published checkpoints have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from safetensors.torch import load_file, save_file

RESNETS = (
    ("norm1", "in_layers.0"),
    ("conv1", "in_layers.2"),
    ("norm2", "out_layers.0"),
    ("conv2", "out_layers.3"),
    ("time_emb_proj", "emb_layers.1"),
    ("conv_shortcut", "skip_connection"),
)
ATTENTION = (("group_norm.", "norm."), ("to_q.", "q."), ("to_k.", "k."), ("to_v.", "v."), ("to_out.0.", "proj_out."))


def write_single_file(folder: Path, file: Path, blocks: int = 2, layers: int = 1) -> Path:
    """Write the weights of a Stable Diffusion folder into one file."""
    unet, vae = (load_file(folder / part / "diffusion_pytorch_model.safetensors") for part in ("unet", "vae"))
    text = load_file(folder / "text_encoder" / "model.safetensors")
    weights = {f"model.diffusion_model.{_unet_name(name, blocks, layers)}": value for name, value in unet.items()}
    for name, value in vae.items():
        conv = "attentions" in name and "group_norm" not in name and name.endswith("weight")
        weights[f"first_stage_model.{_vae_name(name, blocks)}"] = value[..., None, None] if conv else value
    prefix = "" if any(name.startswith("text_model.") for name in text) else "text_model."
    weights |= {f"cond_stage_model.transformer.{prefix}{name}": value for name, value in text.items()}
    save_file({name: value.contiguous() for name, value in weights.items()}, file)
    return file


def _unet_name(name: str, blocks: int, layers: int) -> str:
    a = layers + 1
    places = {
        "conv_in.": "input_blocks.0.0.",
        "conv_norm_out.": "out.0.",
        "conv_out.": "out.2.",
        "time_embedding.linear_1.": "time_embed.0.",
        "time_embedding.linear_2.": "time_embed.2.",
        "mid_block.attentions.0.": "middle_block.1.",
        "mid_block.resnets.0.": "middle_block.0.",
        "mid_block.resnets.1.": "middle_block.2.",
    }
    for i in range(blocks):
        for j in range(a):
            places[f"down_blocks.{i}.resnets.{j}."] = f"input_blocks.{a * i + j + 1}.0."
            places[f"down_blocks.{i}.attentions.{j}."] = f"input_blocks.{a * i + j + 1}.1."
            places[f"up_blocks.{i}.resnets.{j}."] = f"output_blocks.{a * i + j}.0."
            places[f"up_blocks.{i}.attentions.{j}."] = f"output_blocks.{a * i + j}.1."
        places[f"down_blocks.{i}.downsamplers.0.conv."] = f"input_blocks.{a * (i + 1)}.0.op."
        places[f"up_blocks.{i}.upsamplers.0."] = f"output_blocks.{a * i + layers}.{1 if i == 0 else 2}."
    return _renamed(name, places, RESNETS if "resnets" in name else ())


def _vae_name(name: str, blocks: int) -> str:
    places = {}
    for half in ("encoder", "decoder"):
        places |= {
            f"{half}.conv_norm_out.": f"{half}.norm_out.",
            f"{half}.mid_block.attentions.0.": f"{half}.mid.attn_1.",
        }
        places |= {f"{half}.mid_block.resnets.{i}.": f"{half}.mid.block_{i + 1}." for i in range(2)}
    for i in range(blocks):
        places[f"encoder.down_blocks.{i}.downsamplers.0."] = f"encoder.down.{i}.downsample."
        places[f"decoder.up_blocks.{i}.upsamplers.0."] = f"decoder.up.{blocks - 1 - i}.upsample."
        for j in range(3):
            places[f"encoder.down_blocks.{i}.resnets.{j}."] = f"encoder.down.{i}.block.{j}."
            places[f"decoder.up_blocks.{i}.resnets.{j}."] = f"decoder.up.{blocks - 1 - i}.block.{j}."
    inner = ATTENTION if "attentions" in name else (("conv_shortcut", "nin_shortcut"),)
    return _renamed(name, places, inner)


def _renamed(name: str, places: dict[str, str], inner: Iterable[tuple[str, str]]) -> str:
    for ours, theirs in places.items():
        if name.startswith(ours):
            name = theirs + name.removeprefix(ours)
            break
    for ours, theirs in inner:
        name = name.replace(ours, theirs)
    return name
