"""Figures of emoji-gan: how near its pictures are to drawings of a style that it never saw, beside emoji-diffusion's.

Both are asked for the things that the held-out style shows, in the same numbers: the GAN for the class, the diffusion
model for the thing's name. The Fréchet distance is taken on the emoji judge's features, and what real drawings of the
other styles have stands beside it: styles differ, so that is no nought. emoji-diffusion and the judge have seen the
held-out style; only for the GAN is it new.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.networks.latent_gan import LatentGenerator
from playground.training import emoji_evaluate
from playground.training.class_gan import truncated_noise
from playground.training.data import Labelled
from playground.training.emoji_captions import english_names
from playground.training.emoji_classes import CLASSES, HELD_OUT_STYLE
from playground.training.emoji_data import Drawings, load_drawings
from playground.training.emoji_judge import EmojiJudge, load_or_train, ranks, real_icons
from playground.training.emoji_pictures import flatten
from playground.training.emoji_sources import SETS
from playground.training.emoji_unet import load_pipeline
from playground.training.evaluate import frechet_distance

SAMPLES, TOGETHER = 500, 16
BESIDE = "emoji-diffusion"
"""Folder beside the GAN's."""


def evaluate(
    checkpoint: Path, runs: Path, samples: int | None = None, data: Path | None = None, seed: int = 0
) -> dict[str, Any]:
    """Judge the checkpoint, and emoji-diffusion in the folder beside it.

    Args:
        checkpoint: Folder of the GAN.
        runs: Where the judge is kept.
        samples: How many of each at least, as many of every held-out drawing; 500 if None.
        data: Folder of the packages' archives; fetched if None.
        seed: The samples' noise follows from it.

    Returns:
        For either: share of samples in which the judge sees a thing of the class before all others, and the Fréchet
        distance to the held-out style's drawings; and that distance of the other styles' drawings of these things.
    """
    drawings = load_drawings(data)
    icons = real_icons(drawings)
    judge = load_or_train(icons, runs)
    members = class_members(drawings)
    held_out, others = in_classes(drawings, members, held_out=True), in_classes(drawings, members, held_out=False)
    each = -(-(samples or SAMPLES) // len(held_out))
    asked = [drawings.codes[index] for index in held_out for _ in range(each)]
    numbers = torch.tensor([next(n for n, codes in enumerate(members) if code in codes) for code in asked])
    rows = {code: row for row, code in enumerate(icons.codes)}
    right = [{rows[code] for code in members[number] if code in rows} for number in numbers.tolist()]
    made = generate(checkpoint, numbers, torch.Generator().manual_seed(seed))
    names = [english_names(drawings.concepts[code], drawings.everyday.get(code))[0] for code in asked]
    pipeline = load_pipeline(checkpoint.parent / BESIDE)
    drawn = emoji_evaluate.draw(pipeline, names, emoji_evaluate.GUIDANCE, range(seed, seed + len(names)))
    real = pictures_of(drawings, held_out)

    def distance(pictures: Tensor) -> float:
        return round(frechet_distance(judge, *(_labelled(some) for some in (real, pictures))), 4)

    return {
        "checkpoint": "emoji-gan",
        "held_out_drawings": len(held_out),
        "samples": len(asked),
        "accuracy": _share(judge, made, right),
        "fid": distance(made),
        f"accuracy_of_{BESIDE}": _share(judge, drawn, right),
        f"fid_of_{BESIDE}": distance(drawn),
        "drawings_of_other_styles": len(others),
        "fid_of_other_styles": distance(pictures_of(drawings, others)),
    }


def class_members(drawings: Drawings) -> list[set[str]]:
    """Give the codes of the emoji that show each of the GAN's classes."""
    by_label = {concept.label: code for code, concept in drawings.concepts.items()}
    return [{by_label[label] for label in labels if label in by_label} for labels in CLASSES.values()]


def in_classes(drawings: Drawings, members: list[set[str]], held_out: bool) -> list[int]:
    """Give the numbers of the drawings of all classes that are of the held-out style, or of any other."""
    wanted = set[str]().union(*members)
    return [
        index
        for index, code in enumerate(drawings.codes)
        if code in wanted and (SETS[drawings.styles[index]].style == HELD_OUT_STYLE) == held_out
    ]


@torch.inference_mode()
def generate(checkpoint: Path, numbers: Tensor, generator: torch.Generator) -> Tensor:
    """Make a picture of each class (N,) at truncation 1: (N, 3, 128, 128), 0 to 1."""
    model = LatentGenerator.from_pretrained(checkpoint, strict=True).float().eval()
    latents, weights = truncated_noise(len(numbers), model.latent_dim, generator), torch.eye(model.num_classes)[numbers]
    parts = zip(latents.split(TOGETHER), weights.split(TOGETHER), strict=True)
    return torch.cat([(model(*part) + 1) / 2 for part in parts])


def pictures_of(drawings: Drawings, chosen: list[int]) -> Tensor:
    """Give some drawings on white: (N, 3, 128, 128), 0 to 1."""
    whole = np.stack([flatten(drawings.pictures[index]) for index in chosen])
    return torch.from_numpy(whole).permute(0, 3, 1, 2).float() / 255


def _labelled(pictures: Tensor) -> Labelled:
    return Labelled((pictures * 255).round().to(torch.uint8), torch.zeros(len(pictures), dtype=torch.int64))


def _share(judge: EmojiJudge, pictures: Tensor, right: list[set[int]]) -> float:
    """Give the share of pictures whose thing the judge puts first, among those of things that it knows."""
    known = [index for index, rows in enumerate(right) if rows]
    places = ranks(judge, pictures[known], [right[index] for index in known])
    return round((places == 0).float().mean().item(), 4)
