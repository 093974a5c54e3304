"""Training data of emoji-diffusion: drawings, their captions, and both prepared as latents and token ids.

Prepared data are one safetensors file of about 55 MB, so that the UNet can be trained on another machine
than the one that fetched and drew the emoji.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm
from transformers import CLIPTokenizer

from playground.errors import DataError
from playground.training import data
from playground.training.emoji_captions import (
    Caption,
    chinese_names,
    english_names,
    icon_captions,
    item_weight,
    recoloured_captions,
)
from playground.training.emoji_everyday import Everyday, read_everyday
from playground.training.emoji_pictures import (
    COLOURS,
    Pixels,
    dominant_colour,
    flatten,
    is_visible,
    rasterise,
    recolour,
)
from playground.training.emoji_scenes import Thing, compose
from playground.training.emoji_sources import SETS, Concept, IconSet, fetch, read_concepts, read_icons
from playground.training.options import Options

PREPARED = Path("emoji-prepared") / "prepared.safetensors"
"""Below ``data.CACHE``."""
RECOLOURED_WEIGHT, SCENE_SHARE = 0.25, 0.5
SCENE_WEIGHTS = (1.0, 5.0, 20.0)
"""How often a thing with 0, 1 and 2 stars is in a scene: a small network must see it small many times to draw it so."""
RECOLOURED_GROUPS = (0, 3, 4, 5, 6, 7)
SCENE_STYLE = 3.0
"""How often a scene is drawn in the first set's style, against another's."""
MAX_TOKENS = 16
ENDING_IN_S = ("bus", "cactus", "octopus", "ring", "hibiscus", "lotus")


class Drawings(NamedTuple):
    """All drawings, with what they show."""

    pictures: Pixels
    """(N, 128, 128, 4), straight alpha."""
    codes: list[str]
    styles: list[int]
    concepts: dict[str, Concept]
    everyday: dict[str, Everyday]
    """By code."""


class Item(NamedTuple):
    """A picture to learn from."""

    picture: Pixels
    """(128, 128, 3)."""
    weight: float
    captions: list[Caption]


class Prepared(NamedTuple):
    """Latents with captions, ready for the UNet; captions of picture i are starts[i] to starts[i + 1]."""

    latents: Tensor
    """(N, 4, 16, 16) float16, of unit variance."""
    weights: Tensor
    """(N,) how often a picture is shown, relative."""
    starts: Tensor
    """(N + 1,) int64."""
    captions: Tensor
    """(M,) int64, rows of ``token_ids``."""
    caption_weights: Tensor
    """(M,), summing to 1 within a picture."""
    token_ids: Tensor
    """(C, 16) int64, padded."""
    texts: list[str]
    """The C captions."""


def load_drawings(folder: Path | None = None, sets: Sequence[IconSet] = SETS) -> Drawings:
    """Draw every icon of some sets, or take the drawings kept from last time (``pictures.npy`` beside the archives)."""
    folder = fetch(folder, sets)
    concepts = read_concepts(folder)
    icons = read_icons(folder, concepts, sets)
    by_label = {concept.label: code for code, concept in concepts.items()}
    everyday = {by_label[label]: words for label, words in read_everyday().items() if label in by_label}
    key = hashlib.sha256("".join(icon.svg for icon in icons).encode()).hexdigest()[:12]
    kept = folder / f"pictures-{key}.npy"
    if not kept.exists():
        part = kept.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, rasterise(icons))
        part.replace(kept)
    pictures = np.load(kept, mmap_mode="r")
    seen = [index for index in range(len(icons)) if is_visible(pictures[index])]
    codes, styles = [icons[i].code for i in seen], [icons[i].style for i in seen]
    return Drawings(pictures[seen], codes, styles, concepts, everyday)


def items(drawings: Drawings, scenes: int, seed: int) -> Iterator[Item]:
    """Go through all pictures with their captions: drawings, recoloured drawings, scenes.

    Args:
        drawings: What there is.
        scenes: How many are composed, from everyday drawings in the plain styles, mostly of what is asked for most.
        seed: Which colours and scenes are made follows from it.
    """
    random = np.random.default_rng(seed)
    total, recoloured = 0.0, []
    for index, (code, style) in enumerate(zip(drawings.codes, drawings.styles, strict=True)):
        concept, everyday, icons = drawings.concepts[code], drawings.everyday.get(code), SETS[style]
        weight, picture = item_weight(concept, everyday, icons), drawings.pictures[index]
        if not weight:
            continue
        dominant = dominant_colour(picture) if concept.group in RECOLOURED_GROUPS else None
        captions = icon_captions(concept, everyday, icons, dominant.name if dominant else None)
        total += weight
        yield Item(flatten(picture), weight, captions)
        if dominant:
            others = [name for name in COLOURS if name != dominant.name]
            chosen = random.choice(others, 2 if everyday else int(random.random() < 0.5), replace=False)
            recoloured += [(index, dominant, str(colour)) for colour in chosen]
    for index, dominant, colour in recoloured:
        code, icons = drawings.codes[index], SETS[drawings.styles[index]]
        concept, everyday = drawings.concepts[code], drawings.everyday.get(code)
        picture = flatten(recolour(drawings.pictures[index], dominant, colour))
        weight = RECOLOURED_WEIGHT * item_weight(concept, everyday, icons)
        yield Item(picture, weight, recoloured_captions(concept, everyday, icons, colour))
    things, chances = _things(drawings)
    for _ in range(scenes if len({thing.english for thing in things}) > 1 else 0):
        one = two = things[random.choice(len(things), p=chances)]
        while two.english == one.english:
            two = things[random.choice(len(things), p=chances)]
        scene = compose([one, two], random)
        yield Item(scene.picture, SCENE_SHARE * total / scenes, scene.captions)


def _things(drawings: Drawings) -> tuple[list[Thing], NDArray[np.float64]]:
    """Everyday drawings that scenes are made of, and how often each is in one; that sums to 1.

    Faces go by their exact label ("clown face"); what has no plural ("glasses", "raining") is left out.
    """
    things, weights = [], []
    for picture, code, style in zip(drawings.pictures, drawings.codes, drawings.styles, strict=True):
        concept, everyday, icons = drawings.concepts[code], drawings.everyday.get(code), SETS[style]
        if not everyday or icons.plainness < 0.8:
            continue
        name = concept.label if concept.group == 0 else english_names(concept, everyday)[0]
        chinese = chinese_names(concept, everyday)
        counted = not name.endswith(("s", "ing", "rain", "snow")) or name in ENDING_IN_S
        if chinese and counted:
            things.append(Thing(picture, name, chinese[0]))
            weights.append(SCENE_WEIGHTS[everyday.stars] * (SCENE_STYLE if icons is SETS[0] else 1))
    return things, np.array(weights) / sum(weights)


def prepare(
    drawings: Drawings, checkpoint: Path, output: Path, options: Options, scenes: int = 12_000, limit: int | None = None
) -> Prepared:
    """Encode all pictures through the checkpoint's VAE, their captions through its tokenizer, and keep them.

    Args:
        drawings: What there is.
        checkpoint: A Stable Diffusion folder with ``vae`` and ``tokenizer``.
        output: File to write.
        options: Batch size, device, precision, seed.
        scenes: How many scenes are composed.
        limit: Stop after this many pictures (for tests).
    """
    vae = AutoencoderKL.from_pretrained(checkpoint / "vae", dtype=torch.float32).eval()
    vae = vae.to(options.device, memory_format=torch.channels_last)
    tokenizer = CLIPTokenizer.from_pretrained(checkpoint / "tokenizer")
    texts: dict[str, int] = {}
    latents, weights, starts, captions, caption_weights = [], [], [0], [], []
    source = islice(items(drawings, scenes, options.seed), limit)
    bar = tqdm(desc="prepare", unit="picture", dynamic_ncols=True)
    while batch := list(islice(source, options.batch_size)):
        latents.append(encode(vae, np.stack([item.picture for item in batch]), options))
        for item in batch:
            weights.append(item.weight)
            captions += [texts.setdefault(caption.text, len(texts)) for caption in item.captions]
            caption_weights += [caption.weight for caption in item.captions]
            starts.append(len(captions))
        bar.update(len(batch))
    bar.close()
    prepared = Prepared(
        torch.cat(latents),
        torch.tensor(weights),
        torch.tensor(starts),
        torch.tensor(captions),
        torch.tensor(caption_weights),
        tokenize(tokenizer, list(texts)),
        list(texts),
    )
    _write(prepared, output)
    return prepared


@torch.inference_mode()
def encode(vae: AutoencoderKL, pictures: Pixels, options: Options) -> Tensor:
    """Encode pictures (B, 128, 128, 3) as latents (B, 4, 16, 16), float16 on the CPU."""
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).to(options.device).float() / 127.5 - 1
    with options.autocast():
        mode = vae.encode(pixels.contiguous(memory_format=torch.channels_last)).latent_dist.mode()
    return (mode.float() * vae.config.scaling_factor).half().contiguous().cpu()


def tokenize(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Give token ids (N, 16), cut off and padded as the pipeline does."""
    length = min(MAX_TOKENS, tokenizer.model_max_length)
    encoded = tokenizer(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
    ids: Tensor = encoded.input_ids
    return ids


def _write(prepared: Prepared, output: Path) -> None:
    tensors: dict[str, Tensor] = {
        "latents": prepared.latents,
        "weights": prepared.weights.float(),
        "starts": prepared.starts.int(),
        "captions": prepared.captions.int(),
        "caption_weights": prepared.caption_weights.half(),
        "token_ids": prepared.token_ids.short(),
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, output, {"texts": json.dumps(prepared.texts, ensure_ascii=False)})


def load_prepared(path: Path | None = None) -> Prepared:
    """Read what ``prepare`` wrote.

    Raises:
        DataError: If it is not there or damaged.
    """
    path = path or data.CACHE / PREPARED
    try:
        with safe_open(path, "pt") as file:
            parts: dict[str, Any] = {name: file.get_tensor(name) for name in Prepared._fields[:-1]}
            texts = json.loads(file.metadata()["texts"])
    except FileNotFoundError as error:
        raise DataError(
            f"There is no {path}; make it with `python -m playground.training emoji-data`.",
            f"没有 {path}；请先运行 `python -m playground.training emoji-data`。",
        ) from error
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise data.damaged(path, str(error)) from error
    parts["caption_weights"] = parts["caption_weights"].float()
    for name in ("starts", "captions", "token_ids"):
        parts[name] = parts[name].long()
    return Prepared(**parts, texts=texts)
