"""A judge of emoji: a small network that matches pictures with concepts, trained on real drawings only.

Each concept has a learned vector; a picture's features are compared with all of them, and the concepts are
ranked. One drawing of many concepts is held out, so that its ranks on real pictures are the ceiling.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from playground.training.emoji_data import Drawings
from playground.training.emoji_pictures import flatten
from playground.training.emoji_sources import SETS
from playground.training.options import has_fast_bfloat16

SIDE, FEATURES = 64, 192
EPOCHS, BATCH_SIZE, PEAK_RATE = 24, 128, 3e-3
SHARPNESS = 16.0
"""Inverse temperature of likenesses."""
HELD_OUT_STYLES = ("noto", "twemoji", "emojione")
"""A drawing of one of them is held out: the flat and 3d sets share outlines, so one would give away the other."""
LEFT_OUT_GROUPS = (1, 8)
"""People and symbols, of which many look the same."""


class Icons(NamedTuple):
    """Real drawings for the judge."""

    pictures: Tensor
    """(N, 3, 64, 64) uint8."""
    labels: Tensor
    """(N,) int64, index in ``codes``."""
    held_out: Tensor
    """(N,) bool."""
    codes: list[str]
    places: list[int]
    """Where each comes from in the drawings."""


class EmojiJudge(nn.Module):
    """Seven convolutions; one vector a concept."""

    num_features = FEATURES

    def __init__(self, concepts: int) -> None:
        """Build it with random weights for a number of concepts."""
        super().__init__()
        widths = ((3, 32, 2), (32, 64, 1), (64, 64, 2), (64, 128, 1), (128, 128, 2), (128, 256, 1), (256, 256, 2))
        layers: list[nn.Module] = []
        for before, after, stride in widths:
            conv = nn.Conv2d(before, after, 3, stride, 1, bias=False)
            layers += [conv, nn.BatchNorm2d(after), nn.ReLU()]
        pool = [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1024, FEATURES)]
        self.body = nn.Sequential(*layers, *pool)
        self.concepts = nn.Parameter(torch.randn(concepts, FEATURES))

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (B, 3, H, W), 0 to 1, to likenesses with all concepts (B, C), −1 to 1."""
        return F.normalize(self.features(pictures), dim=1) @ F.normalize(self.concepts, dim=1).T

    def features(self, pictures: Tensor) -> Tensor:
        """Map pictures (B, 3, H, W), 0 to 1, to (B, 192), whose direction tells the concept."""
        found: Tensor = self.body(F.interpolate(pictures * 2 - 1, (SIDE, SIDE), mode="area")).float()
        return found


def real_icons(drawings: Drawings, seed: int = 2026) -> Icons:
    """Give all drawings but those of people and symbols, one of every concept with four or more held out."""
    taught = [i for i, code in enumerate(drawings.codes) if drawings.concepts[code].group not in LEFT_OUT_GROUPS]
    codes = sorted({drawings.codes[index] for index in taught})
    rows = {code: row for row, code in enumerate(codes)}
    members: dict[str, list[int]] = {}
    for place, index in enumerate(taught):
        members.setdefault(drawings.codes[index], []).append(place)
    random, held_out = np.random.default_rng(seed), torch.zeros(len(taught), dtype=torch.bool)
    for code in codes:
        places = [p for p in members[code] if SETS[drawings.styles[taught[p]]].style in HELD_OUT_STYLES]
        if len(members[code]) >= 4 and places:
            held_out[int(random.choice(places))] = True
    parts = []
    for start in range(0, len(taught), 512):
        whole = np.stack([flatten(drawings.pictures[index]) for index in taught[start : start + 512]])
        small = F.adaptive_avg_pool2d(torch.from_numpy(whole).permute(0, 3, 1, 2).float(), SIDE)
        parts.append(small.round().to(torch.uint8))
    labels = torch.tensor([rows[drawings.codes[index]] for index in taught])
    return Icons(torch.cat(parts), labels, held_out, codes, taught)


def load_or_train(icons: Icons, runs: Path, epochs: int = EPOCHS) -> EmojiJudge:
    """Give the judge, training it first if the runs folder has none for these concepts."""
    path = runs / "judge-emoji.safetensors"
    judge = EmojiJudge(len(icons.codes))
    try:
        with safe_open(path, "pt") as file:
            judge.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
            return judge.eval()
    except (OSError, SafetensorError, RuntimeError):
        judge = train(icons, epochs)
    runs.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in judge.state_dict().items()}, path)
    return judge


def train(icons: Icons, epochs: int, seed: int = 7) -> EmojiJudge:
    """Train a judge on the drawings that are not held out."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    judge = EmojiJudge(len(icons.codes)).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(judge.parameters(), weight_decay=0.02)
    known = (~icons.held_out).nonzero()[:, 0]
    batches = -(-len(known) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=max(3, epochs * batches))
    for _ in tqdm(range(epochs), desc="judge of emoji", unit="epoch", dynamic_ncols=True):
        for chosen in known[torch.randperm(len(known), generator=generator)].split(BATCH_SIZE):
            if len(chosen) < 2:
                continue  # batch norm needs two
            pictures = vary(icons.pictures[chosen].float() / 255, generator)
            with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16("cpu")):
                likenesses = judge(pictures.contiguous(memory_format=torch.channels_last))
            loss = F.cross_entropy(likenesses * SHARPNESS, icons.labels[chosen], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return judge.eval()


def vary(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Shift, scale, turn, mirror, tint and blur pictures (B, 3, H, W), 0 to 1, each in its own way."""
    count = len(pictures)

    def draw(*shape: int) -> Tensor:
        return torch.rand(count, *shape, generator=generator) * 2 - 1

    scale, turn, mirror = 1.05 + 0.2 * draw(), 0.2 * draw(), torch.where(draw() < 0, -1.0, 1.0)
    rows = [
        torch.stack([scale * turn.cos() * mirror, -scale * turn.sin(), 0.12 * draw()], 1),
        torch.stack([scale * turn.sin() * mirror, scale * turn.cos(), 0.12 * draw()], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    moved = 1 - F.grid_sample(1 - pictures, grid, mode="bilinear", align_corners=False)  # white beyond the edge
    tinted = moved * (1 + 0.12 * draw(3, 1, 1))
    blurred = F.interpolate(F.avg_pool2d(tinted, 2), scale_factor=2.0, mode="bilinear")
    return torch.lerp(tinted, blurred, (draw(1, 1, 1) + 1) / 2).clamp(0, 1)


@torch.inference_mode()
def ranks(judge: EmojiJudge, pictures: Tensor, right: list[set[int]]) -> Tensor:
    """Give the place, from 0, at which the judge names a right concept for each picture.

    Args:
        judge: The judge.
        pictures: (N, 3, H, W), 0 to 1.
        right: For each picture the concepts that count ("moon" is a crescent or a full one).
    """
    orders = torch.cat([judge(part).argsort(1, descending=True) for part in pictures.split(256)])
    return torch.tensor(
        [
            int(torch.isin(order, torch.tensor(sorted(rows))).int().argmax())
            for order, rows in zip(orders, right, strict=True)
        ]
    )
