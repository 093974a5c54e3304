"""Python lines, with torch and this project's networks alone, that do what the Class → Image tab did."""

from __future__ import annotations

SMALL = """from playground.networks.{module} import {network}

model = {network}.from_pretrained("{folder}", strict=True).eval()
model.to("{device}", torch.{dtype}).to(memory_format=torch.channels_last)"""
DEEP = """from pathlib import Path
from playground.networks.biggan_deep import BigGANDeep

model = BigGANDeep.from_pretrained(Path("{folder}")).eval()
model.compute_in(torch.{dtype}).to("{device}").to(memory_format=torch.channels_last)"""
NETWORKS = {
    "pixels": SMALL.replace("{module}", "class_gan").replace("{network}", "ConditionalGenerator"),
    "latent": SMALL.replace("{module}", "latent_gan").replace("{network}", "LatentGenerator"),
    "deep": DEEP,
}
TEMPLATE = """import torch
from playground.networks.latents import slerp, truncated_noise
from playground.networks.pixels import to_pictures
{model}
shares, seeds, truncation = {shares}, {seeds}, {truncation}
weights = torch.tensor([[shares.get(name, 0.0) for name in model.class_names]] * len(seeds))
noise = [truncated_noise(seed, model.latent_dim) for seed in seeds]{walk}
with torch.inference_mode():
    latents = torch.stack(noise) * truncation
    pixels = model(latents.to("{device}", torch.{dtype}), weights.to("{device}", torch.{dtype}){statistics})
for index, picture in enumerate(to_pictures((pixels + 1) / 2)):
    picture.save(f"picture-{{index}}.png")
"""
WALK = """
second = truncated_noise({second_seed}, model.latent_dim)
noise = [slerp(start, second, {walk}) for start in noise]"""


def class_gan_code(
    *,
    kind: str,
    folder: str,
    device: str,
    dtype: str,
    shares: dict[str, float],
    seeds: list[int],
    truncation: float,
    walk: float,
    second_seed: int,
) -> str:
    """Write how pictures of a class are made.

    Args:
        kind: ``pixels``, ``latent``, or ``deep`` for BigGAN-deep, which takes the truncation's statistics too.
        folder: Where the weights lie.
        device: What ``torch.device`` takes.
        dtype: As torch spells it.
        shares: How much of each class.
        seeds: One for each picture.
        truncation: What the noise is multiplied by.
        walk: How far the noise has walked to the second seed's, 0 to 1.
        second_seed: Where the walk ends.
    """
    return TEMPLATE.format(
        model=NETWORKS[kind].format(folder=folder, device=device, dtype=dtype),
        shares=shares,
        seeds=seeds,
        truncation=truncation,
        walk=WALK.format(second_seed=second_seed, walk=walk) if walk else "",
        device=device,
        dtype=dtype,
        statistics=", [truncation] * len(seeds)" if kind == "deep" else "",
    )
