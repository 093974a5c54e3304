"""Figures of emoji-motion's clips of more frames than it learned: is the last frame's thing still that of the first?

The judge is the project's own ``emoji-clip``: which of the 24 things that were taught lies nearest to a frame, and
which of all 378 everyday things. It learned from single pictures that fill their frame, so it is shown the thing
alone. Nothing here needs training data.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm
from transformers import AutoModel, AutoTokenizer

from playground.networks.longer_clips import WAYS, WINDOW, WINDOWS, LongerMotion
from playground.networks.schedulers import make_scheduler
from playground.training.emoji_adapter import draw_clips
from playground.training.emoji_clip import embed_texts, look
from playground.training.emoji_clips import THINGS
from playground.training.emoji_everyday import read_everyday
from playground.training.emoji_motion import SHARED_NOISE
from playground.training.emoji_motion_evaluate import (
    DIRECTIONS,
    GUIDANCE,
    STEPS,
    VISIBLE,
    flicker,
    follow,
    load_moving,
    moves_as_asked,
)
from playground.training.loop import draw_sheet
from playground.training.options import Options, has_fast_bfloat16

JUDGE, SHOWN, LEAST_SEEN = "emoji-clip", 16, 20
"""The folder beside the checkpoint; frames of each clip on the sheet; pixels from which something is seen."""
LEARNED = "learned"
"""Clips of as many frames as were learned: what longer ones are compared with."""
ASKED = (
    ("apple", "roll left"), ("car", "roll right"), ("balloon", "rise"), ("banana", "fall"), ("star", "roll left"),
    ("heart", "rise"), ("octopus", "bounce"), ("fish", "shake"), ("butterfly", "swing"), ("ghost", "orbit"),
    ("rocket", "rise"), ("cat", "roll left"), ("pizza", "roll right"), ("moon", "fall"), ("crown", "fall"),
    ("house", "shake"), ("snowman", "bounce"), ("tree", "shake"), ("sun", "orbit"), ("airplane", "stand still"),
)  # fmt: skip
"""Things and motions; what fades, grows or shrinks is not among them, for there one end is nothing, or a dot."""
SAID = {
    "roll left": "rolling left", "roll right": "rolling right", "rise": "rising", "fall": "falling",
    "bounce": "bouncing", "shake": "shaking", "swing": "swinging", "orbit": "orbiting", "stand still": "standing still",
}  # fmt: skip


class Namer:
    """Says which everyday thing lies nearest to a picture, by the first of its names.

    Args:
        folder: Of both towers.
        labels: Of the things that it may say; all if None.
    """

    def __init__(self, folder: Path, labels: Sequence[str] | None = None) -> None:
        things = read_everyday()
        self.words = list(dict.fromkeys((things[label].english or (label,))[0] for label in labels or things))
        self._model: Any = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()
        with torch.inference_mode():
            self._read = embed_texts(self._model, AutoTokenizer.from_pretrained(folder), self.words)

    @torch.inference_mode()
    def __call__(self, frames: Sequence[Tensor]) -> list[str]:
        """Name the thing in each of frames (3, H, W), 0 to 1."""
        shown = torch.stack([thing_alone(frame) for frame in frames])
        seen = F.normalize(look(self._model, shown), dim=1)
        return [self.words[place] for place in (seen @ self._read.T).argmax(1).tolist()]


def thing_alone(frame: Tensor, side: int = 64) -> Tensor:
    """Cut out of a frame (3, H, W), 0 to 1, the square around what is not white, (3, side, side)."""
    rows, columns = ((1 - frame).amax(0) > VISIBLE).nonzero(as_tuple=True)
    square = frame
    if len(rows) >= LEAST_SEEN:
        down, across = (int(places.min() + places.max()) // 2 for places in (rows, columns))
        half = int(max(rows.max() - rows.min(), columns.max() - columns.min()) * 0.56) + 1
        around = F.pad(frame, (half,) * 4, value=1.0)
        square = around[:, down : down + 2 * half, across : across + 2 * half]
    return F.interpolate(square[None], (side, side), mode="bilinear", antialias=True)[0]


def draw_longer(pipeline: Any, text: str, seed: int, frames: int, way: str, options: Options) -> Tensor:
    """Draw one clip of so many frames (frames, 3, H, W), 0 to 1, in a way of ``longer_clips``, as the page does."""
    LongerMotion(pipeline.unet).act(way, frames)
    pipeline.scheduler = make_scheduler("DPM++ 2M", pipeline.scheduler)
    return draw_clips(
        pipeline, [text], [seed], STEPS, GUIDANCE, options, SHARED_NOISE, frames=frames, shuffled=way == WINDOWS
    )[0]


def evaluate(
    checkpoint: Path,
    runs: Path,
    samples: int | None = None,
    data: Path | None = None,
    seed: int = 0,
    frames: int = 64,
    ways: Sequence[str] = WAYS,
) -> dict[str, Any]:
    """Judge clips of more frames than were learned.

    Args:
        checkpoint: Folder of the motion adapter, beside ``emoji-diffusion`` and ``emoji-clip``.
        runs: Where the clips are drawn as strips, ``emoji-motion-<way>-<frames>.png``.
        samples: How many of ``ASKED`` are asked for; all if None.
        data: Not needed.
        seed: Of the first clip; each has its own.
        frames: Of each clip.
        ways: Those that are compared.

    Returns:
        For clips as learned, and for each way, the shares of clips whose last frame shows the thing of the first
        (``same_thing``; ``same_thing_of_all`` among all everyday things) and that go the asked plain direction; the
        change from frame to frame; and how large the step from the last frame to the first is beside it (``closing``:
        1 is a seamless loop).
    """
    namers = Namer(checkpoint.parent / JUDGE, THINGS), Namer(checkpoint.parent / JUDGE)
    options = Options(bfloat16=has_fast_bfloat16("cpu"))
    figures: dict[str, Any] = {"checkpoint": "emoji-motion", "frames": frames}
    runs.mkdir(parents=True, exist_ok=True)
    for way in (LEARNED, *ways):
        pipeline, rows, strips = load_moving(checkpoint), list[dict[str, Any]](), []
        for number, (thing, motion) in enumerate(tqdm(ASKED[:samples], desc=way, dynamic_ncols=True)):
            count, how = (WINDOW, "") if way == LEARNED else (frames, way)
            clip = draw_longer(pipeline, f"{thing} {SAID[motion]}", seed + number, count, how, options)
            rows.append(row_of(clip, thing, motion, *namers))
            strips.append(clip[torch.linspace(0, count - 1, SHOWN).round().long()])
            tqdm.write(f"{way}: {rows[-1]}", file=sys.stderr)
        draw_sheet(torch.stack(strips), runs / f"emoji-motion-{way}-{frames}.png")
        figures[way] = _summary(rows)
    return figures


def row_of(clip: Tensor, thing: str, motion: str, taught: Namer, everyday: Namer) -> dict[str, Any]:
    """Judge one clip (frames, 3, H, W)."""
    ends, change = (clip[0], clip[-1]), flicker(clip)
    row: dict[str, Any] = {"thing": thing, "motion": motion, "ends": taught(ends), "ends_of_all": everyday(ends)}
    row |= {"flicker": change, "closing": float((clip[0] - clip[-1]).abs().mean()) / max(change, 1e-6)}
    if motion in DIRECTIONS:
        row["direction"] = moves_as_asked(follow(clip), motion)
    return row


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def share(values: list[bool]) -> float:
        return round(sum(values) / max(1, len(values)), 4)

    round_trips = [row["closing"] for row in rows if row["motion"] not in DIRECTIONS]
    return {
        "samples": len(rows),
        "same_thing": share([row["ends"][0] == row["ends"][1] for row in rows]),
        "same_thing_of_all": share([row["ends_of_all"][0] == row["ends_of_all"][1] for row in rows]),
        "direction": share([row["direction"] for row in rows if "direction" in row]),
        "flicker": round(sum(row["flicker"] for row in rows) / max(1, len(rows)), 4),
        "closing_of_periodic": round(sum(round_trips) / max(1, len(round_trips)), 2),
        "clips": rows,
    }
