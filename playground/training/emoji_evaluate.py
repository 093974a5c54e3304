"""Figures of emoji-diffusion: how often the judge finds the asked concept in what was drawn.

The ceiling are real drawings that neither the judge nor its training saw, rebuilt by the VAE; the floor are
pictures drawn without a prompt. Retrieval is over all concepts but people and symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor
from tqdm import tqdm

from playground.training.emoji_captions import chinese_names, english_names
from playground.training.emoji_data import Drawings, load_drawings
from playground.training.emoji_judge import EmojiJudge, Icons, load_or_train, ranks, real_icons
from playground.training.emoji_pictures import flatten
from playground.training.emoji_unet import load_pipeline
from playground.training.options import has_fast_bfloat16

GUIDANCE = 4.0
CURVE = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)
STEPS, BATCH_SIZE = 25, 16


def evaluate(
    checkpoint: Path,
    runs: Path,
    samples: int | None = None,
    data: Path | None = None,
    seed: int = 0,
    curve: tuple[float, ...] = CURVE,
) -> dict[str, Any]:
    """Judge the checkpoint.

    Args:
        checkpoint: A Stable Diffusion folder.
        runs: Where the judge is kept.
        samples: How many everyday concepts are asked for, those with most stars first; all if None.
        data: Folder of the packages' archives; fetched if None.
        seed: Of the first sample; each has its own.
        curve: Guidance scales to compare.

    Returns:
        Shares of samples whose concept the judge ranks first and among five: in English at each guidance, in
        Chinese, for real held-out drawings (``ceiling``) and for unconditional samples (``floor``).
    """
    drawings = load_drawings(data)
    icons = real_icons(drawings)
    judge = load_or_train(icons, runs)
    pipeline = load_pipeline(checkpoint)
    english, chinese = (prompts(drawings, icons, language)[:samples] for language in ("en", "zh"))
    right = [rows for _, rows in english]
    seeds, by_guidance = range(seed, seed + len(drawings.everyday)), {}
    for guidance in curve:
        made = draw(pipeline, [text for text, _ in english], guidance, seeds)
        by_guidance[f"{guidance:g}"] = _shares(judge, made, right)
    made = draw(pipeline, [text for text, _ in chinese], GUIDANCE, seeds)
    nothing = draw(pipeline, [""] * len(english), 1.0, seeds)
    return {
        "checkpoint": "emoji-diffusion",
        "samples": len(english),
        "concepts": len(icons.codes),
        "guidance": by_guidance,
        "chinese": _shares(judge, made, [rows for _, rows in chinese]),
        "ceiling": ceiling(judge, drawings, icons, pipeline, [row for rows in right for row in rows]),
        "floor": _shares(judge, nothing, right),
    }


def prompts(drawings: Drawings, icons: Icons, language: str) -> list[tuple[str, set[int]]]:
    """Give the everyday things' first names in a language, with all concepts that have that name."""
    rows, stars = {code: row for row, code in enumerate(icons.codes)}, {}
    meant: dict[str, set[int]] = {}
    for code, words in drawings.everyday.items():
        if code not in rows:
            continue
        concept = drawings.concepts[code]
        names = english_names(concept, words) if language == "en" else chinese_names(concept, words)
        for name in names:
            meant.setdefault(name, set()).add(rows[code])
        if names:
            stars[names[0]] = max(stars.get(names[0], 0), words.stars)
    return [(name, meant[name]) for name in sorted(stars, key=lambda name: (-stars[name], name))]


@torch.inference_mode()
def draw(pipeline: StableDiffusionPipeline, texts: list[str], guidance: float, seeds: Sequence[int]) -> Tensor:
    """Draw one picture a prompt, each from its own seed: (N, 3, 128, 128), 0 to 1."""
    pipeline.set_progress_bar_config(disable=True)
    parts = []
    for start in tqdm(range(0, len(texts), BATCH_SIZE), desc=f"guidance {guidance:g}", dynamic_ncols=True):
        chosen = texts[start : start + BATCH_SIZE]
        noises = [torch.Generator().manual_seed(seed) for seed in seeds[start : start + len(chosen)]]
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16("cpu")):
            drawn = pipeline(
                chosen,
                num_inference_steps=STEPS,
                guidance_scale=guidance,
                generator=noises,
                output_type="pt",
            )
        parts.append(drawn.images.float())
    return torch.cat(parts)


@torch.inference_mode()
def ceiling(
    judge: EmojiJudge, drawings: Drawings, icons: Icons, pipeline: StableDiffusionPipeline, rows: list[int]
) -> dict[str, float]:
    """Give the shares for held-out real drawings of some concepts, rebuilt by the VAE as samples are."""
    chosen = (icons.held_out & torch.isin(icons.labels, torch.tensor(rows))).nonzero()[:, 0].tolist()
    parts = []
    for start in range(0, len(chosen), BATCH_SIZE):
        whole = [flatten(drawings.pictures[icons.places[index]]) for index in chosen[start : start + BATCH_SIZE]]
        pixels = torch.from_numpy(np.stack(whole)).permute(0, 3, 1, 2).float() / 127.5 - 1
        latents = pipeline.vae.encode(pixels).latent_dist.mode()
        parts.append(pipeline.vae.decode(latents).sample.clamp(-1, 1) / 2 + 0.5)
    return _shares(judge, torch.cat(parts), [{int(icons.labels[index])} for index in chosen])


def _shares(judge: EmojiJudge, pictures: Tensor, right: list[set[int]]) -> dict[str, float]:
    places = ranks(judge, pictures, right)
    return {f"top_{n}": round((places < n).float().mean().item(), 4) for n in (1, 5)}
