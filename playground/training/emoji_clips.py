"""Training clips of emoji-motion: everyday drawings moved by programs, as latents, with captions.

Every pose of a drawing is encoded once; a clip is a row of poses. One in seven pairs of a thing and a motion is
left out of training, every motion about as often, so that ``evaluate`` can ask for what was never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm
from transformers import CLIPTokenizer

from playground.errors import DataError
from playground.training import data
from playground.training.emoji_captions import Caption, chinese_names, english_names, with_article
from playground.training.emoji_data import Drawings, encode, tokenize
from playground.training.emoji_motions import FRAMES, MOTIONS, Motion, Pose
from playground.training.emoji_pictures import SIZE, Pixels, flatten
from playground.training.emoji_sources import SETS
from playground.training.options import Options

CLIPS = Path("emoji-prepared") / "clips.safetensors"
"""Below ``data.CACHE``."""
THINGS = (
    "red apple", "cat face", "rocket", "automobile", "ghost", "octopus", "star", "red heart", "balloon", "house",
    "dog face", "fish", "butterfly", "pizza", "banana", "sun", "crescent moon", "crown", "snowman", "bird",
    "deciduous tree", "airplane", "crying face", "smiling face with smiling eyes",
)  # fmt: skip
"""By label: what people ask for first."""
STYLES = ("noto",)
CHINESE_SHARE = 0.3


class Clips(NamedTuple):
    """Latents of things in poses near the middle, and how motions pass through them."""

    latents: Tensor
    """(D, P, 4, 16, 16) float16: drawing by pose."""
    empty: Tensor
    """(4, 16, 16) float16: a white picture."""
    things: Tensor
    """(D,) int64: which thing a drawing shows."""
    names: list[tuple[str, str]]
    """Of each thing, in English and Chinese."""


class Track(NamedTuple):
    """A motion through the poses."""

    poses: Tensor
    """(16,) int64."""
    right: Tensor
    """(16,) int64: latents that the pose is moved by."""
    down: Tensor
    """(16,) int64."""


def tracks() -> tuple[list[Pose], list[Track]]:
    """Give all poses that motions pass through, but for shifts by whole latents, each once, and the tracks."""
    known: dict[Pose, int] = {}
    found = []
    for motion in MOTIONS.values():
        rows = [pose.by_cells() for pose in motion.poses()]
        numbers = [known.setdefault(pose, len(known)) for pose, _, _ in rows]
        found.append(
            Track(
                *(
                    torch.tensor(row)
                    for row in zip(*[(n, *row[1:]) for n, row in zip(numbers, rows, strict=True)], strict=True)
                )
            )
        )
    return list(known), found


def shift(latents: Tensor, empty: Tensor, right: int, down: int) -> Tensor:
    """Move what latents (4, 16, 16) hold beyond an empty picture by whole cells; the picture's edges stay.

    What comes in from a side is more of what was there: even white around a thing is not quite that of an empty
    picture, and where the two met, networks learned to draw a stripe.
    """
    height, width = empty.shape[-2:]
    rows = (torch.arange(height) - down).clamp(0, height - 1)
    columns = (torch.arange(width) - right).clamp(0, width - 1)
    return empty + (latents - empty)[:, rows][:, :, columns]


def place(picture: Pixels, pose: Pose) -> Pixels:
    """Show a drawing (128, 128, 4) in a pose on white: (128, 128, 3)."""
    drawing = Image.fromarray(picture)
    if pose.angle:
        drawing = drawing.rotate(pose.angle, Image.Resampling.BICUBIC)
    side = round(SIZE * pose.size)
    drawing = drawing.resize((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (SIZE, SIZE), (255, 255, 255, 0))
    canvas.paste(drawing, ((SIZE - side) // 2 + pose.x, (SIZE - side) // 2 + pose.y))
    moved = np.array(canvas)
    moved[..., 3] = (moved[..., 3] * pose.opacity).round()
    return flatten(moved)


def captions(names: tuple[str, str], motion: Motion) -> list[Caption]:
    """Give the ways to ask for a thing, by its English and Chinese name, in a motion; weights sum to 1."""
    english, chinese = names
    said = []
    for words, part in zip(motion.english, _shares(motion.english), strict=True):
        said.append(Caption(f"{english} {words}", 0.6 * part * (1 - CHINESE_SHARE)))
        said.append(Caption(f"{with_article(english)} {words}", 0.4 * part * (1 - CHINESE_SHARE)))
    for words, part in zip(motion.chinese, _shares(motion.chinese), strict=True):
        said.append(Caption(f"{chinese}{words}", 0.7 * part * CHINESE_SHARE))
        said.append(Caption(f"{words}的{chinese}", 0.3 * part * CHINESE_SHARE))
    return said


def _shares(words: Sequence[str]) -> tuple[float, ...]:
    return (1.0,) if len(words) == 1 else (0.7, 0.3)


def left_out(things: int, motions: int = len(MOTIONS)) -> Tensor:
    """Tell which pairs training never shows: (things, motions) booleans."""
    pairs = torch.zeros(things, motions, dtype=torch.bool)
    for thing in range(things):
        pairs[thing, 4 * thing % motions] = pairs[thing, (4 * thing + 7) % motions] = True
    return pairs


def prepare_clips(drawings: Drawings, checkpoint: Path, output: Path, options: Options) -> Clips:
    """Encode every drawing of the things in every pose through the checkpoint's VAE, and keep them.

    Args:
        drawings: What there is; things that are not among them are passed over.
        checkpoint: A Stable Diffusion folder with ``vae``.
        output: File to write.
        options: Batch size, device, precision.

    Raises:
        DataError: If none of the things is among the drawings.
    """
    vae = AutoencoderKL.from_pretrained(checkpoint / "vae", dtype=torch.float32).eval()
    vae = vae.to(options.device, memory_format=torch.channels_last)
    chosen, things, names = _chosen(drawings)
    known, _ = tracks()
    empty = encode(vae, np.full((1, SIZE, SIZE, 3), 255, np.uint8), options)[0]
    parts = []
    work = list(product(known, chosen))
    for start in tqdm(range(0, len(work), options.batch_size), desc="clips", unit="batch", dynamic_ncols=True):
        batch = work[start : start + options.batch_size]
        pictures = np.stack([place(drawings.pictures[index], pose) for pose, index in batch])
        parts.append(encode(vae, pictures, options))
    latents = torch.cat(parts).unflatten(0, (len(known), len(chosen))).transpose(0, 1).contiguous()
    clips = Clips(latents, empty, torch.tensor(things), names)
    output.parent.mkdir(parents=True, exist_ok=True)
    texts = {"names": "\n".join(f"{english}\t{chinese}" for english, chinese in names)}
    save_file({"latents": latents, "empty": empty, "things": clips.things}, output, texts)
    return clips


def _chosen(drawings: Drawings) -> tuple[list[int], list[int], list[tuple[str, str]]]:
    """Give the drawings of the things in the styles, the thing of each, and the things' names."""
    chosen, things, names = [], [], []
    for label in THINGS:
        members = [
            index
            for index, (code, style) in enumerate(zip(drawings.codes, drawings.styles, strict=True))
            if drawings.concepts[code].label == label and SETS[style].style in STYLES
        ]
        if not members:
            continue
        code = drawings.codes[members[0]]
        concept, everyday = drawings.concepts[code], drawings.everyday.get(code)
        things += [len(names)] * len(members)
        chosen += members
        names.append((english_names(concept, everyday)[0], chinese_names(concept, everyday)[0]))
    if not chosen:
        raise DataError(
            f"None of the drawings shows a thing that clips are made of ({', '.join(THINGS[:3])} …).",
            f"图画中没有用于制作动画的物体（{'、'.join(THINGS[:3])} 等）。",
        )
    return chosen, things, names


def load_clips(path: Path | None = None) -> Clips:
    """Read what ``prepare_clips`` wrote.

    Raises:
        DataError: If it is not there, damaged, or of other motions than there are now.
    """
    path = path or data.CACHE / CLIPS
    try:
        with safe_open(path, "pt") as file:
            names = [tuple(line.split("\t")) for line in file.metadata()["names"].split("\n")]
            clips = Clips(*(file.get_tensor(name) for name in Clips._fields[:-1]), names=names)
        if clips.latents.shape[1] != len(tracks()[0]):
            raise ValueError("its poses are not today's")
    except FileNotFoundError as error:
        raise DataError(
            f"There is no {path}; `python -m playground.training emoji-motion` makes it.",
            f"没有 {path}；`python -m playground.training emoji-motion` 会生成它。",
        ) from error
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise data.damaged(path, str(error)) from error
    return clips


def read_captions(clips: Clips, tokenizer: CLIPTokenizer) -> list[list[tuple[Tensor, Tensor]]]:
    """Give, for each thing and motion, the token ids (C, 16) and weights (C,) of its captions."""
    read = []
    for names in clips.names:
        said = [captions(names, motion) for motion in MOTIONS.values()]
        read.append(
            [
                (tokenize(tokenizer, [text for text, _ in row]), torch.tensor([weight for _, weight in row]))
                for row in said
            ]
        )
    return read


def clip(clips: Clips, drawing: int, track: Track, frames: Tensor | None = None) -> Tensor:
    """Give a clip's latents (F, 4, 16, 16); of some frames only, if they are given."""
    chosen = torch.arange(FRAMES) if frames is None else frames
    rows = zip(*(part[chosen].tolist() for part in track), strict=True)
    return torch.stack([shift(clips.latents[drawing, pose], clips.empty, right, down) for pose, right, down in rows])
