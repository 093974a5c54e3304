"""The steps of a run as pictures: the noise, and what the model believes without words, with them, and guided."""

from __future__ import annotations

from collections.abc import Callable

import torch
from PIL import Image
from torch import Tensor

from playground.networks.text_to_image import Denoiser, Look, Run

FRAMES, TILE, DECODED_AT_ONCE = 13, 128, 26
ROWS = ("noisy", "without", "words", "guided")


@torch.inference_mode()
def film(denoiser: Denoiser, run: Run, step: Callable[..., None]) -> list[Image.Image]:
    """Record a run and decode what was seen.

    Args:
        denoiser: What denoises.
        run: One film is made for each of its samples.
        step: Reports progress.

    Returns:
        One picture a sample: a row for each of ``ROWS``, a column for each of at most 13 steps spread over the run.
        Its ``info["frames"]`` says for every column: ``step``, ``of``, ``noise`` (share of noise in what the model
        saw, 0 to 1) and ``pull`` (how far the words move the prediction, as a share of its size).
    """
    kept = {round(index * (run.steps - 1) / max(1, FRAMES - 1)) for index in range(FRAMES)}
    beliefs: list[Tensor] = []  # each (rows, samples, channels, height, width)
    frames: list[list[dict[str, float]]] = []
    samples, batches = len(run.prompts), -(-min(len(kept), run.steps) * len(ROWS) * len(run.prompts) // DECODED_AT_ONCE)

    def look(seen: Look) -> None:
        without = seen.words if seen.without is None else seen.without
        if seen.index in kept:
            believed = [seen.belief(prediction) for prediction in (without, seen.words, seen.guided)]
            beliefs.append(torch.stack([seen.latents.float(), *believed]).cpu())
            frames.append([_numbers(seen, without, sample) for sample in range(samples)])
        step(seen.index + 1, seen.of + batches)

    denoiser.denoise(run, look)
    latents = torch.stack(beliefs, 2).transpose(0, 1).flatten(0, 2)  # sample by sample, row by row, frame by frame
    tiles: list[Image.Image] = []
    parts = latents.split(DECODED_AT_ONCE)
    for index, part in enumerate(parts):
        tiles += denoiser.decode(part.to(denoiser.device))
        step(run.steps + index + 1, run.steps + max(batches, len(parts)))
    size = (min(TILE, run.width), min(TILE, run.height))
    columns, made = len(beliefs), []
    for sample in range(samples):
        page = Image.new("RGB", (columns * size[0], len(ROWS) * size[1]))
        for place in range(columns * len(ROWS)):
            tile = tiles[sample * columns * len(ROWS) + place].resize(size)
            page.paste(tile, (place % columns * size[0], place // columns * size[1]))
        page.info["frames"] = [frame[sample] for frame in frames]
        made.append(page)
    return made


def _numbers(seen: Look, without: Tensor, sample: int) -> dict[str, float]:
    words = seen.words[sample].float()
    pull = (words - without[sample].float()).norm() / words.norm().clamp(min=1e-6)
    return {"step": seen.index + 1, "of": seen.of, "noise": round(seen.noise, 4), "pull": round(float(pull), 4)}
