"""Where each word of a prompt acts: the U-Net's cross-attention over the picture, step by step.

DAAM (Tang et al. 2022, "What the DAAM: Interpreting Stable Diffusion Using Cross Attention"): a layer's attention from
places to tokens, the mean over its heads, enlarged to the latents' size and summed over the layers in the middle and on
the way up. Those on the way down, which DAAM takes too, look beside the thing: of ten two-word prompts with two seeds
each the noun's map had its maximum on the thing 18 times without them, 12 times with them. It is worked out beside the
network's own arithmetic, which stays as it is to the last bit, and only while somebody watches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from playground.networks.denoising_film import kept_steps
from playground.networks.prompt_weights import WORD_ENDS, parse_weights, split_tokens
from playground.networks.text_to_image import Denoiser, Look, Run

MOST_PLACES, TILE, MOST_WORDS = 32 * 32, 64, 40
"""Layers with more places are left out: they cost most. Pixels of a map's side; words that are told."""
CHINESE, UNFINISHED = re.compile("[\u4e00-\u9fff]"), "\ufffd"


@dataclass(frozen=True)
class WordMaps:
    """What was watched of one sample.

    Attributes:
        words: The prompt's words, in order.
        frames: The steps that were watched, from 1.
        maps: (words, frames, height, width) in latent pixels, the largest of each word 1.
    """

    words: list[str]
    frames: list[int]
    maps: Tensor

    @property
    def whole(self) -> Tensor:
        """The mean of each word's maps over the steps, the largest 1: (words, height, width)."""
        return _scaled(self.maps.mean(1))


class Watcher:
    """Takes down the cross-attention of a run, in the steps that its film keeps too.

    Args:
        unet: The U-Net.
        samples: How many samples the run has; they are the last of each batch, behind those without words.
        size: Height and width in latent pixels.
    """

    def __init__(self, unet: Any, samples: int, size: tuple[int, int]) -> None:
        self._kept = {0}  # how many steps there are is known after the first one, which is always kept
        self._samples, self._size, self._step = samples, size, 0
        self._sum: Tensor | None = None
        self.maps: list[Tensor] = []
        self.frames: list[int] = []
        layers = [layer for name, layer in unet.named_modules() if _tells(name) and hasattr(layer, "to_q")]
        self._hooks = [layer.register_forward_hook(self._see, with_kwargs=True) for layer in layers]

    def _see(self, layer: Any, given: tuple[Any, ...], named: dict[str, Any], out: Any) -> None:
        places = given[0] if given else named["hidden_states"]
        words = named.get("encoder_hidden_states", given[1] if len(given) > 1 else None)
        if words is None or self._step not in self._kept or places.dim() != 3 or places.shape[1] > MOST_PLACES:
            return
        query = _heads(layer.to_q(places[-self._samples :]), layer.heads)
        key = _heads(layer.to_k(words[-self._samples :]), layer.heads)
        shares = (query @ key.transpose(-1, -2) * layer.scale).softmax(-1, torch.float32).mean(1)
        height, width = self._size
        down = round((height * width / shares.shape[1]) ** 0.5)
        maps = shares.transpose(1, 2).unflatten(2, (-(-height // down), -(-width // down)))
        maps = F.interpolate(maps, self._size, mode="bicubic", antialias=False).clamp(min=0)
        self._sum = maps if self._sum is None else self._sum + maps

    def next_step(self, of: int) -> None:
        """Close a step of so many."""
        self._kept = kept_steps(of)
        if self._sum is not None:
            self.maps.append(self._sum)
            self.frames.append(self._step + 1)
        self._sum, self._step = None, self._step + 1

    def leave(self) -> None:
        """Watch no more."""
        for hook in self._hooks:
            hook.remove()


def watch(denoiser: Denoiser, run: Run, step: Callable[[int, int], None]) -> tuple[Tensor, list[WordMaps]]:
    """Run a batch with torch's networks and watch its words.

    Args:
        denoiser: What denoises.
        run: What to make.
        step: Reports progress.

    Returns:
        The latents, as ``Denoiser.denoise`` gives them, and the maps of each sample.
    """
    factor = denoiser.pipe.vae_scale_factor
    watcher = Watcher(denoiser.pipe.unet, len(run.prompts), (run.height // factor, run.width // factor))
    compiled, denoiser.use_compiled = denoiser.use_compiled, False

    def look(seen: Look) -> None:
        watcher.next_step(seen.of)
        step(seen.index + 1, seen.of)

    try:
        latents = denoiser.denoise(run, look)
    finally:
        watcher.leave()
        denoiser.use_compiled = compiled
    seen = torch.stack(watcher.maps, 2).cpu()  # (samples, tokens, frames, height, width)
    return latents, [_told(words_of(denoiser.pipe.tokenizer, prompt, run.parts), seen[row], watcher.frames)
                     for row, prompt in enumerate(run.prompts)]  # fmt: skip


def words_of(tokenizer: Any, prompt: str, parts: int = 1) -> list[tuple[str, list[int]]]:
    """Split a prompt into words, each with the places of its tokens among all that the U-Net attends to.

    Args:
        tokenizer: CLIP's, whose last token of a word ends with ``</w>``.
        prompt: As it was typed, perhaps with brackets.
        parts: In how many parts it is read, each with a start token of its own.
    """
    length = tokenizer.model_max_length
    pieces = [tokenizer(text, add_special_tokens=False).input_ids for text, _ in parse_weights(prompt)]
    ids = [token for piece in pieces for token in piece]
    names = tokenizer.convert_ids_to_tokens(ids)
    sizes = split_tokens(names, length - 2) if parts > 1 else [min(len(ids), length - 2)]
    places = [part * length + 1 + place for part, size in enumerate(sizes[:parts]) for place in range(size)]
    found: list[tuple[str, list[int]]] = []
    first = 0
    for last in range(1, len(places) + 1):
        text = tokenizer.decode(ids[first:last]).strip()
        whole = CHINESE.search(text) and UNFINISHED not in text  # between Chinese words there are no blanks
        if whole or names[last - 1].endswith(WORD_ENDS) or last == len(places):
            if any(letter.isalnum() for letter in text):
                found.append((text, places[first:last]))
            first = last
    return found[:MOST_WORDS]


def page_of(maps: WordMaps) -> Image.Image:
    """Draw maps as grey tiles: a row for each word, a column for each step, and one more for all steps together.

    ``info["words"]`` and ``info["frames"]`` tell what they are.
    """
    rows = torch.cat([maps.maps, maps.whole[:, None]], 1)
    if not len(rows):
        page = Image.new("L", (TILE, TILE))
    else:
        tiles = F.interpolate(rows, (TILE, TILE), mode="bicubic").clamp(0, 1)
        pixels = tiles.permute(0, 2, 1, 3).reshape(len(rows) * TILE, -1)
        page = Image.fromarray((pixels * 255).round().to(torch.uint8).numpy())
    page.info["words"], page.info["frames"] = maps.words, maps.frames
    return page


def _told(words: Sequence[tuple[str, list[int]]], seen: Tensor, frames: Sequence[int]) -> WordMaps:
    rows = [seen[places].mean(0) for _, places in words]
    maps = _scaled(torch.stack(rows)) if rows else seen[:0]
    return WordMaps([text for text, _ in words], list(frames), maps)


def _tells(name: str) -> bool:
    """Tell whether a layer's attention is taken down: on the way down, a network does not know yet what is where."""
    return name.endswith("attn2") and not name.startswith("down_blocks")


def _scaled(maps: Tensor) -> Tensor:
    """Make the largest of each word's numbers 1, and the smallest 0."""
    flat = maps.flatten(1)
    low, high = flat.amin(1), flat.amax(1)
    shape = (-1, *[1] * (maps.dim() - 1))
    return (maps - low.view(shape)) / (high - low).clamp(min=1e-9).view(shape)


def _heads(rows: Tensor, heads: int) -> Tensor:
    return rows.unflatten(2, (heads, -1)).transpose(1, 2)
