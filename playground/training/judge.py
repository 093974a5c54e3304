"""The judge: a small classifier, trained on real pictures only, that says what a made picture shows.

Its accuracy on held-out real pictures is the ceiling of what samples can reach; its features carry the
Fréchet distance. It is trained once and kept in the runs folder. There are two makes: ``plain``, of which the Compare
tab's is one, and ``residual``, whose weights are no part of the repository.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from playground.networks.judge import Judge
from playground.training.augment import warp
from playground.training.data import Dataset, Labelled
from playground.training.options import has_fast_bfloat16
from playground.training.residual_judge import ResidualJudge

AnyJudge = Judge | ResidualJudge


class Make(NamedTuple):
    """One way to build and train a judge."""

    build: Callable[[], AnyJudge]
    seed: int
    epochs: Mapping[str, int]
    """Passes over the training pictures of each data set."""


MAKES = {
    "plain": Make(Judge, 7, {"digits": 24, "fashion": 9}),
    "residual": Make(ResidualJudge, 11, {"digits": 24, "fashion": 3}),
}
BATCH_SIZE = 128
PEAK_RATE = 4e-3


class Judged(NamedTuple):
    """A judge and its share of right answers on held-out real pictures."""

    judge: AnyJudge
    real_accuracy: float


def load_or_train(kind: str, data: Dataset, runs: Path, epochs: int | None = None, make: str = "plain") -> Judged:
    """Give the judge of ``digits`` or ``fashion``, training it first if the runs folder has none.

    Args:
        kind: ``digits`` (trained with warps) or ``fashion`` (trained with mirror images).
        data: Real pictures; the judge learns from ``train`` and is measured on ``held_out``.
        runs: Folder of the kept weights, ``judge-<kind>.safetensors`` or ``judge-<kind>-<make>.safetensors``.
        epochs: Passes over the training pictures; what its make says if None, which reaches 99 % and 92 %.
        make: One of ``MAKES``.
    """
    path = runs / (f"judge-{kind}.safetensors" if make == "plain" else f"judge-{kind}-{make}.safetensors")
    known = MAKES[make]
    kept = _load(path, known.build())
    if kept is not None:
        return kept
    judge = train(kind, data.train, epochs or known.epochs[kind], known)
    real_accuracy = accuracy(judge, data.held_out)
    runs.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.contiguous() for name, weight in judge.state_dict().items()}
    save_file(weights, path, {"real_accuracy": str(real_accuracy)})
    return Judged(judge, real_accuracy)


def _load(path: Path, judge: AnyJudge) -> Judged | None:
    """Load a kept judge; one that is missing, damaged or of another shape is trained anew."""
    try:
        with safe_open(path, "pt") as file:
            judge.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
            return Judged(judge.eval(), float(file.metadata()["real_accuracy"]))
    except (OSError, SafetensorError, RuntimeError, KeyError):
        return None


def train(kind: str, real: Labelled, epochs: int, make: Make = MAKES["plain"]) -> AnyJudge:
    """Train a judge with AdamW, one cycle of the learning rate (Smith & Topin 2019) and label smoothing."""
    torch.manual_seed(make.seed)
    generator = torch.Generator().manual_seed(make.seed)
    judge = make.build()
    judge.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(judge.parameters(), weight_decay=0.02)
    steps = epochs * max(1, len(real.images) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)
    bar = tqdm(range(steps), desc=f"judge of {kind}", unit="step", dynamic_ncols=True, mininterval=1)
    order = torch.empty(0, dtype=torch.long)
    for _ in bar:
        if len(order) < min(BATCH_SIZE, len(real.images)):
            order = torch.randperm(len(real.images), generator=generator)
        chosen, order = order[:BATCH_SIZE], order[BATCH_SIZE:]
        images = _vary(kind, real.images[chosen].float() / 255, generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16("cpu")):
            logits = judge(images)
        loss = F.cross_entropy(logits.float(), real.labels[chosen], label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
    return judge.eval()


def _vary(kind: str, images: Tensor, generator: torch.Generator) -> Tensor:
    if kind == "digits":
        return warp(images, generator)
    mirrored = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
    return torch.where(mirrored, images.flip(3), images)


@torch.inference_mode()
def name_classes(judge: AnyJudge, images: Tensor) -> Tensor:
    """Give the class (N,) that the judge sees in each of (N, 1, 28, 28) uint8."""
    return torch.cat([judge(part.float() / 255).argmax(1) for part in images.split(500)])


def accuracy(judge: AnyJudge, pictures: Labelled) -> float:
    """Give the share of pictures whose class the judge names."""
    return (name_classes(judge, pictures.images) == pictures.labels).float().mean().item()
