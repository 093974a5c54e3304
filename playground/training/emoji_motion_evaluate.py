"""Figures of emoji-motion: does a thing move as asked, on pairs of thing and motion that training left out?

The thing is tracked through the frames: its centre, its area, how strong it stands out and how far it has
turned. A clip counts as the motion whose own training clip it is nearest to in these, among all motions; beside
it stand the plain directions (left, right, up, down, larger, smaller) by the sign of the change alone. The same
is measured on the training clips of these pairs, decoded: the ceiling.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import AnimateDiffPipeline, AutoencoderKL, MotionAdapter
from torch import Tensor
from tqdm import tqdm

from playground.errors import DataError
from playground.training import data as training_data
from playground.training.emoji_adapter import draw_clips, join, moving_pipeline
from playground.training.emoji_clips import CLIPS, Clips, captions, clip, left_out, load_clips, tracks
from playground.training.emoji_motion import BASE, SHARED_NOISE
from playground.training.emoji_motions import MOTIONS
from playground.training.emoji_unet import load_pipeline
from playground.training.loop import draw_sheet
from playground.training.options import Options, has_fast_bfloat16

STEPS, GUIDANCE = 12, 3.0
STRIPS = 15
"""Clips that are shown."""
VISIBLE = 0.15
"""How far from white a pixel must be to belong to the thing."""
TURNS = torch.arange(-60, 61, 7.5)
"""Degrees between two frames, two apart, that are tried."""
SCALES = torch.tensor([0.1, 0.1, 0.35, 0.2, 60.0])
"""What counts as one unit of difference: parts of the side, twice; log of the area; strength; degrees."""
DIRECTIONS = {
    "roll left": (0, -1), "roll right": (0, 1), "rise": (1, -1), "fall": (1, 1), "grow": (2, 1), "shrink": (2, -1),
}  # fmt: skip
"""Which column of ``follow`` must change most from the first quarter to the last, and which way."""


def follow(frames: Tensor) -> Tensor:
    """Track the thing in frames (F, 3, H, W), 0 to 1.

    Returns:
        (F, 5): centre from the left and from the top (parts of the side), log of its area (part of the picture),
        strength (mean distance from white, 0 to 1), degrees turned counterclockwise since the first frame.
    """
    strength = (1 - frames).amax(1)
    seen = (strength * (strength > VISIBLE)).clamp(min=0)
    mass = seen.sum((1, 2)).clamp(min=1e-6)
    height, width = strength.shape[1:]
    across = (seen.sum(1) * (torch.arange(width) + 0.5)).sum(1) / mass / width
    down = (seen.sum(2) * (torch.arange(height) + 0.5)).sum(1) / mass / height
    area = (seen > 0).float().mean((1, 2)).clamp(min=1e-3)
    visible = area > 2e-3
    middle = torch.tensor(0.5)
    across, down = torch.where(visible, across, middle), torch.where(visible, down, middle)
    strong = seen.sum((1, 2)) / (area * height * width)
    return torch.stack([across, down, area.log(), strong, _turned(frames, across, down)], 1)


def _turned(frames: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """Add up by how much each frame is turned against the one before: (F,) degrees, counterclockwise."""
    round_, rings = torch.arange(0, 360, 7.5).deg2rad(), torch.linspace(0.06, 0.3, 12)
    right, below = rings[:, None] * round_.cos(), -rings[:, None] * round_.sin()
    centres = torch.stack([across, down], 1)[:, None, None] * 2 - 1
    places = centres + 2 * torch.stack([right, below], -1)
    unrolled = F.grid_sample(1 - frames, places, align_corners=False)
    unrolled = unrolled - unrolled.mean(3, keepdim=True)
    shifts = (TURNS / 7.5).round().int().tolist()
    likeness = torch.stack([(unrolled[1:] * unrolled[:-1].roll(shift, 3)).sum((1, 2, 3)) for shift in shifts])
    steps = TURNS[likeness.argmax(0)]
    return torch.cat([torch.zeros(1), steps.cumsum(0)])


def distance(track: Tensor, other: Tensor) -> float:
    """Give how differently two things move, from (F, 5) each; area and strength count against their mean."""
    difference = track - other
    difference[:, 2:4] -= difference[:, 2:4].mean(0)
    return float((difference / SCALES).abs().clamp(max=4).mean())


def moves_as_asked(track: Tensor, motion: str) -> bool:
    """Tell whether a track (F, 5) goes the plain direction of a motion of ``DIRECTIONS``, more than any other."""
    quarter = max(1, len(track) // 4)
    change = (track[-quarter:].mean(0) - track[:quarter].mean(0)) / SCALES
    column, sign = DIRECTIONS[motion]
    rivals = change[:2].abs() if column < 2 else change[2:3].abs()
    return bool(sign * change[column] > 1 and change[column].abs() >= rivals.max())


def flicker(frames: Tensor) -> float:
    """Give the mean change of a pixel from a frame (F, 3, H, W), 0 to 1, to the next."""
    return float((frames[1:] - frames[:-1]).abs().mean())


@torch.no_grad()
def decode(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """Give frames (F, 3, H, W), 0 to 1, of latents (F, 4, 16, 16)."""
    return vae.decode(latents.float()).sample.clamp(-1, 1) / 2 + 0.5


def load_moving(folder: Path) -> AnimateDiffPipeline:
    """Open a motion adapter's folder with its base beside it.

    Raises:
        DataError: If one of them is missing.
    """
    try:
        adapter = MotionAdapter.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder} is no motion adapter ({error}); train one with `python -m playground.training emoji-motion`.",
            f"{folder} 不是运动适配器（{error}）；请用 `python -m playground.training emoji-motion` 训练。",
        ) from error
    pictures = load_pipeline(folder.parent / BASE)
    return moving_pipeline({**pictures.components, "unet": join(pictures.unet, adapter).eval()})


def evaluate(
    checkpoint: Path,
    runs: Path,
    samples: int | None = None,
    data: Path | None = None,
    seed: int = 0,
    motions: Sequence[str] = tuple(MOTIONS),
) -> dict[str, Any]:
    """Judge the checkpoint.

    Args:
        checkpoint: Folder of the motion adapter, beside ``emoji-diffusion``.
        runs: Where the first clips are drawn as strips, ``emoji-motion.png``.
        samples: How many left-out pairs are asked for; all if None.
        data: Folder that holds ``emoji-prepared/clips.safetensors``; that of training if None.
        seed: Of the first clip; each has its own.
        motions: Those that are asked for.

    Returns:
        Shares of clips that move as asked, of all and by motion, with those of the training clips (``ceiling``),
        and the change from frame to frame of both.
    """
    clips = load_clips((data or training_data.CACHE) / CLIPS)
    pipeline = load_moving(checkpoint)
    names = list(MOTIONS)
    pairs = [
        (thing, motion) for thing, motion in left_out(len(clips.names)).nonzero().tolist() if names[motion] in motions
    ]
    pairs = sorted(pairs, key=lambda pair: pair[0] * 7 % len(clips.names))[:samples]
    rows: list[dict[str, Any]] = []
    options, strips = Options(bfloat16=has_fast_bfloat16("cpu")), []
    for number, (thing, motion) in enumerate(tqdm(pairs, desc="clips", dynamic_ncols=True)):
        text = captions(clips.names[thing], MOTIONS[names[motion]])[0].text
        drawn = draw_clips(pipeline, [text], [seed + number], STEPS, GUIDANCE, options, SHARED_NOISE)[0]
        strips += [drawn[::2]] if len(strips) < STRIPS else []
        own = examples(clips, pipeline.vae, thing)
        row = {"text": text, "motion": names[motion], "flicker": flicker(drawn), "real_flicker": flicker(own[motion])}
        tracks_of = [follow(frames) for frames in own]
        for kind, track in (("drawn", follow(drawn)), ("real", tracks_of[motion])):
            nearest = min(range(len(names)), key=lambda other: distance(track.clone(), tracks_of[other]))
            row[kind] = names[nearest]
            if names[motion] in DIRECTIONS:
                row[f"{kind}_direction"] = moves_as_asked(track, names[motion])
        rows.append(row)
        tqdm.write(f"{row['text']:32} moves like {row['drawn']}", file=sys.stderr)
    runs.mkdir(parents=True, exist_ok=True)
    draw_sheet(torch.stack(strips), runs / "emoji-motion.png")
    return _summary(rows)


def examples(clips: Clips, vae: AutoencoderKL, thing: int) -> list[Tensor]:
    """Decode the training clips of a thing, one for each motion: (16, 3, H, W) each."""
    drawing = int((clips.things == thing).nonzero()[0, 0])
    return [decode(vae, clip(clips, drawing, track)) for track in tracks()[1]]


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def share(kind: str, chosen: list[dict[str, Any]]) -> float:
        return round(sum(row[kind] == row["motion"] for row in chosen) / max(1, len(chosen)), 4)

    directed = [row for row in rows if "drawn_direction" in row]
    asked = list(dict.fromkeys(row["motion"] for row in rows))
    return {
        "checkpoint": "emoji-motion",
        "samples": len(rows),
        "direction": round(sum(row["drawn_direction"] for row in directed) / max(1, len(directed)), 4),
        "direction_samples": len(directed),
        "direction_ceiling": round(sum(row["real_direction"] for row in directed) / max(1, len(directed)), 4),
        "nearest": share("drawn", rows),
        "nearest_ceiling": share("real", rows),
        "by_motion": {name: share("drawn", [row for row in rows if row["motion"] == name]) for name in asked},
        "flicker": round(sum(row["flicker"] for row in rows) / max(1, len(rows)), 4),
        "flicker_of_training_clips": round(sum(row["real_flicker"] for row in rows) / max(1, len(rows)), 4),
        "clips": rows,
    }
