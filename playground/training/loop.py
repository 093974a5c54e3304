"""A training loop that can be stopped at any moment and goes on as if it had not been.

Whatever is random in a step comes from that step's own generator, made from the run's seed and the step's
number; so a run that was interrupted and resumed ends with the weights of one that was not. Knows no model.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from playground.errors import DataError

CHECKPOINT, SHEET, LOSSES = "checkpoint.pt", "sheet.png", "losses.csv"


class Recipe(Protocol):
    """What is trained: the networks, their optimisers and what one step does."""

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train one step; progress runs from 0 to 1 (learning rates follow it). Give the losses by name."""

    def sheet(self) -> Tensor:
        """Give samples (rows, columns, H, W) or (rows, columns, 3, H, W), 0 to 1, always from the same noise."""

    def state_dict(self) -> dict[str, Any]:
        """Give everything that the next step depends on."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what ``state_dict`` gave."""

    def export(self, folder: Path) -> None:
        """Write the weights that the page loads."""


@dataclass(frozen=True)
class Budget:
    """When a run ends: after a number of steps, or of minutes if those are given instead."""

    steps: int | None = None
    minutes: float | None = None

    def progress(self, step: int, seconds: float) -> float:
        """Give the part that is done, 0 to 1."""
        if self.minutes is not None:
            return min(1.0, seconds / (60 * self.minutes))
        return min(1.0, step / max(1, self.steps or 0))


def train(
    recipe: Recipe,
    run: Path,
    budget: Budget,
    seed: int = 0,
    save_minutes: float = 3.0,
    sheet_minutes: float = 2.0,
    quiet: bool = False,
) -> dict[str, float]:
    """Train until the budget is spent, going on from the run folder's checkpoint if it has one.

    Args:
        recipe: What to train.
        run: Folder of this run: ``checkpoint.pt``, ``sheet.png``, ``losses.csv``.
        budget: When to end.
        seed: All randomness follows from it.
        save_minutes: Between two checkpoints.
        sheet_minutes: Between two sample sheets.
        quiet: Without a progress bar.

    Returns:
        Running means of the last losses, with ``steps`` and ``minutes``.
    """
    run.mkdir(parents=True, exist_ok=True)
    step, seconds_before = resume(recipe, run / CHECKPOINT)
    start = saved = drawn = time.monotonic()
    means: dict[str, float] = {}
    bar = tqdm(total=budget.steps, initial=step, disable=quiet, unit="step", dynamic_ncols=True)
    while (progress := budget.progress(step, seconds_before + time.monotonic() - start)) < 1:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
        losses = recipe.step(generator, progress)
        step += 1
        means = {name: 0.98 * means.get(name, value) + 0.02 * value for name, value in losses.items()}
        now = time.monotonic()
        if budget.minutes is not None and progress > 0:
            bar.total = max(step, round(step / progress))
        bar.update()
        bar.set_postfix({name: f"{value:.3f}" for name, value in means.items()}, refresh=False)
        if step % 50 == 0:
            note_losses(run / LOSSES, step, seconds_before + now - start, means)
        if now - drawn > 60 * sheet_minutes or step == 1:
            draw_sheet(recipe.sheet(), run / SHEET)
            drawn = time.monotonic()
        if now - saved > 60 * save_minutes:
            save(recipe, run / CHECKPOINT, step, seconds_before + now - start)
            saved = time.monotonic()
    seconds = seconds_before + time.monotonic() - start
    bar.close()
    save(recipe, run / CHECKPOINT, step, seconds)
    draw_sheet(recipe.sheet(), run / SHEET)
    return {**means, "steps": float(step), "minutes": seconds / 60}


def save(recipe: Recipe, path: Path, step: int, seconds: float) -> None:
    """Write the checkpoint beside its place and then move it there, so that it is whole at every moment."""
    part = path.with_suffix(".part")
    torch.save({"recipe": recipe.state_dict(), "step": step, "seconds": seconds}, part)
    os.replace(part, path)


def resume(recipe: Recipe, path: Path) -> tuple[int, float]:
    """Load the checkpoint if there is one; give the steps and seconds that are done."""
    if not path.exists():
        return 0, 0.0
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
        recipe.load_state_dict(state["recipe"])
    except Exception as error:  # damaged files raise almost anything
        raise DataError(
            f"{path} does not belong to this recipe or is damaged ({error}); delete it to start anew.",
            f"{path} 与此训练方案不符或已损坏（{error}）；请删除它以重新开始。",
        ) from error
    return int(state["step"]), float(state["seconds"])


def note_losses(path: Path, step: int, seconds: float, losses: dict[str, float]) -> None:
    """Append a line to the table of losses."""
    new = not path.exists()
    with path.open("a") as file:
        if new:
            file.write(",".join(["step", "seconds", *losses]) + "\n")
        file.write(",".join([str(step), f"{seconds:.0f}", *(f"{v:.4f}" for v in losses.values())]) + "\n")


def draw_sheet(images: Tensor, path: Path, scale: int = 1) -> None:
    """Write pictures (rows, columns, H, W), grey, or (rows, columns, 3, H, W), 0 to 1, as one PNG.

    Enlarged ``scale`` times.
    """
    if images.dim() == 4:
        images = images.unsqueeze(2)
    rows, columns, channels, height, width = images.shape
    sheet = images.permute(0, 3, 1, 4, 2).reshape(rows * height, columns * width, channels).clamp(0, 1)
    pixels = (sheet * 255).round().to(torch.uint8).cpu().numpy()
    pixels = pixels[..., 0] if channels == 1 else pixels
    pixels = np.repeat(np.repeat(pixels, scale, axis=0), scale, axis=1)
    Image.fromarray(pixels).save(path, optimize=True)
