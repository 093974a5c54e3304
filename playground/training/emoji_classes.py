"""The classes of emoji-gan: forty things that people know, each with the emoji that show it, as latents.

Every drawing is seen in several sizes and places and mirrored, through the autoencoder of emoji-diffusion.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from playground.training.emoji_data import Drawings, encode, load_drawings
from playground.training.emoji_pictures import SIZE, Pixels, flatten
from playground.training.emoji_sources import SETS, fetch
from playground.training.options import Options

CLASSES = {
    "Cat": ("cat face", "grinning cat", "grinning cat with smiling eyes", "smiling cat with heart-eyes",
            "cat with wry smile", "kissing cat", "weary cat", "crying cat"),
    "Dog": ("dog face",),
    "Rabbit": ("rabbit face",),
    "Bear": ("bear", "panda", "koala", "polar bear"),
    "Pig": ("pig face",),
    "Frog": ("frog",),
    "Fox": ("fox",),
    "Penguin": ("penguin",),
    "Fish": ("fish", "tropical fish", "blowfish"),
    "Whale": ("spouting whale", "whale"),
    "Butterfly": ("butterfly",),
    "Ladybird": ("lady beetle",),
    "Turtle": ("turtle",),
    "Smiling face": ("grinning face", "grinning face with big eyes", "grinning face with smiling eyes",
                     "smiling face with smiling eyes", "slightly smiling face", "smiling face with sunglasses",
                     "beaming face with smiling eyes", "winking face", "smiling face with heart-eyes"),
    "Sad face": ("frowning face", "slightly frowning face", "crying face", "loudly crying face",
                 "disappointed face", "worried face", "pensive face"),
    "Ghost": ("ghost",),
    "Heart": ("red heart", "orange heart", "yellow heart", "green heart", "blue heart", "purple heart",
              "pink heart", "light blue heart", "black heart"),
    "Star": ("star", "glowing star"),
    "Sun": ("sun", "sun with face"),
    "Moon": ("crescent moon", "full moon", "first quarter moon face", "last quarter moon face"),
    "Cloud": ("cloud",),
    "Rainbow": ("rainbow",),
    "Flower": ("cherry blossom", "sunflower", "blossom", "hibiscus", "tulip", "rose"),
    "Tree": ("evergreen tree", "deciduous tree", "palm tree", "Christmas tree"),
    "Mushroom": ("mushroom",),
    "Apple": ("red apple", "green apple"),
    "Banana": ("banana",),
    "Strawberry": ("strawberry",),
    "Orange": ("tangerine",),
    "Watermelon": ("watermelon",),
    "Pizza": ("pizza",),
    "Hamburger": ("hamburger",),
    "Ice cream": ("ice cream", "soft ice cream"),
    "Cake": ("birthday cake", "shortcake", "cupcake"),
    "House": ("house", "house with garden"),
    "Car": ("automobile", "oncoming automobile", "sport utility vehicle", "taxi", "oncoming taxi", "police car"),
    "Rocket": ("rocket",),
    "Ball": ("soccer ball", "basketball", "tennis", "baseball", "volleyball"),
    "Gift": ("wrapped gift",),
    "Balloon": ("balloon",),
}  # fmt: skip
"""English name → labels of emojibase."""
HELD_OUT_STYLE = "firefox"
"""Training never sees this set; what it draws is the real thing that samples are measured against."""
VIEWS = 12
LARGEST_TURN, SMALLEST, LARGEST, FURTHEST = 8.0, 0.8, 1.05, 8.0
"""Of a view: turn in degrees, size against the drawing's own, and shift in pixels."""
KEPT = "class-latents.safetensors"
MIRRORED = {"Rainbow": False}


class ClassLatents(NamedTuple):
    """Views of the drawings of all classes, as latents."""

    latents: Tensor
    """(N, 4, 16, 16) float16, of unit variance."""
    labels: Tensor
    """(N,) int64."""
    chances: Tensor
    """(N,) how often each is shown: classes alike, and within one the styles by their plainness."""
    held_out: Tensor
    """(M, 3, 128, 128) uint8 of the style that is held out."""
    held_out_labels: Tensor
    """(M,) int64."""


def class_latents(folder: Path | None, checkpoint: Path, seed: int = 0) -> ClassLatents:
    """Draw all views and encode them, or take those kept from last time.

    Args:
        folder: The emoji packages' archives; fetched if None.
        checkpoint: A Stable Diffusion folder whose ``vae`` encodes.
        seed: The views follow from it.
    """
    folder = fetch(folder)
    kept = folder / KEPT
    if not kept.exists():
        drawings = load_drawings(folder)
        vae = AutoencoderKL.from_pretrained(checkpoint / "vae", dtype=torch.float32).eval()
        save_file(_encoded(drawings, vae, seed), kept)
    return ClassLatents(**load_file(kept))


def _encoded(drawings: Drawings, vae: AutoencoderKL, seed: int) -> dict[str, Tensor]:
    random, options = np.random.default_rng(seed), Options()
    by_label = {concept.label: code for code, concept in drawings.concepts.items()}
    latents, labels, weights, held, held_labels = [], list[int](), list[float](), list[Pixels](), list[int]()
    for number, (name, shown) in enumerate(tqdm(CLASSES.items(), desc="classes")):
        wanted = {by_label[label] for label in shown if label in by_label}
        found = [index for index, code in enumerate(drawings.codes) if code in wanted]
        for index in found:
            style, drawing = SETS[drawings.styles[index]], drawings.pictures[index]
            if style.style == HELD_OUT_STYLE:
                held.append(flatten(drawing))
                held_labels.append(number)
                continue
            views = np.stack([view(drawing, random, MIRRORED.get(name, True)) for _ in range(VIEWS)])
            latents.append(encode(vae, views, options))
            labels += [number] * VIEWS
            weights += [style.plainness] * VIEWS
    told, shares = torch.tensor(labels), torch.tensor(weights)
    sums = torch.zeros(len(CLASSES)).index_add(0, told, shares)
    return {
        "latents": torch.cat(latents),
        "labels": told,
        "chances": shares / sums[told],
        "held_out": torch.from_numpy(np.stack(held)).permute(0, 3, 1, 2).contiguous(),
        "held_out_labels": torch.tensor(held_labels),
    }


def view(drawing: Pixels, random: np.random.Generator, mirrored: bool = True) -> Pixels:
    """Show a drawing (128, 128, 4) once more, a little turned, scaled and shifted, on white: (128, 128, 3)."""
    picture = Image.fromarray(drawing)
    if mirrored and random.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = picture.rotate(float(random.uniform(-LARGEST_TURN, LARGEST_TURN)), Image.Resampling.BICUBIC)
    side = round(SIZE * random.uniform(SMALLEST, LARGEST))
    picture = picture.resize((side, side), Image.Resampling.LANCZOS)
    place = [round((SIZE - side) / 2 + random.uniform(-FURTHEST, FURTHEST) / 2) for _ in range(2)]
    canvas = Image.new("RGBA", (SIZE, SIZE), (255, 255, 255, 0))
    canvas.paste(picture, (place[0], place[1]))
    return flatten(np.asarray(canvas))
