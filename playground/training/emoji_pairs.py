"""Pictures with captions for emoji-clip: small drawings, varied anew whenever they are shown.

One set of drawings and some concepts are held out, so that the towers can be asked about what they never saw.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.training import data
from playground.training.emoji_captions import (
    CHINESE_COLOUR_WORD,
    CHINESE_COLOURS,
    Caption,
    chinese_names,
    english_names,
    with_article,
    without_colour,
)
from playground.training.emoji_data import RECOLOURED_GROUPS, Drawings
from playground.training.emoji_pictures import COLOURS, Dominant, Pixels, dominant_colour, recolour
from playground.training.emoji_showing import SIDE, reduced, show
from playground.training.emoji_sources import SETS, Concept

HELD_OUT_STYLE = "twemoji"
HELD_OUT_CONCEPTS = 100
RECOLOURED_SHARE = 0.25
LANGUAGES = ("en", "zh")


class Pair(NamedTuple):
    """A picture to be shown."""

    index: int
    """Of the drawing."""
    colour: str | None = None
    """What it is recoloured to."""


class Pairs:
    """All drawings, small, with what they are called.

    Attributes:
        drawings: (N, 64, 64, 4) uint8, straight alpha.
        labels: (N,) int64, index in ``concepts``.
        styles: (N,) int64, index in the sets that were asked for.
        concepts: What can be seen.
        names: For each concept, its names by language, the one that people say most first.
        keywords: For each concept, other words that lead to it, in English.
        everyday: (C,) bool: whether it is an everyday thing.
        new: Indices of the held-out concepts, none of them everyday.
        known: Indices of the concepts that are taught.
        held_out_style: Index in ``SETS`` of the style that is not.
        taught: (N,) bool: neither of the held-out style nor of a held-out concept.
        dominants: For each drawing its dominant colour, if it has one.
    """

    def __init__(self, drawings: Drawings, seed: int = 2026) -> None:
        """Reduce the drawings, and draw the held-out concepts from a seed."""
        codes = sorted(set(drawings.codes))
        rows = {code: row for row, code in enumerate(codes)}
        self.labels = torch.tensor([rows[code] for code in drawings.codes])
        self.styles = torch.tensor(drawings.styles)
        self.concepts: list[Concept] = [drawings.concepts[code] for code in codes]
        everyday = [drawings.everyday.get(code) for code in codes]
        self.everyday = torch.tensor([thing is not None for thing in everyday])
        self.names: list[dict[str, list[str]]] = [
            {"en": english_names(concept, thing), "zh": chinese_names(concept, thing)}
            for concept, thing in zip(self.concepts, everyday, strict=True)
        ]
        self.keywords = [
            () if thing and thing.stars else concept.keywords[:6]
            for concept, thing in zip(self.concepts, everyday, strict=True)
        ]
        self.drawings, self.dominants = _kept(drawings, [concept.group for concept in self.concepts], self.labels)
        self.new = self._held_out_concepts(np.random.default_rng(seed))
        self.held_out_style = [icons.style for icons in SETS].index(HELD_OUT_STYLE)
        of_style = self.styles == self.held_out_style
        self.taught = ~of_style & ~torch.isin(self.labels, torch.tensor(self.new, dtype=torch.long))
        self._members: dict[int, list[int]] = {}
        for index in self.taught.nonzero()[:, 0].tolist():
            self._members.setdefault(int(self.labels[index]), []).append(index)
        self.known = sorted(self._members)

    def _held_out_concepts(self, random: np.random.Generator) -> list[int]:
        drawn = self.styles < len(SETS)  # so that they are the same ones whatever else is seen
        counts = torch.bincount(self.labels[drawn], minlength=len(self.concepts))
        possible = ((counts >= 4) & ~self.everyday).nonzero()[:, 0].numpy()
        count = min(HELD_OUT_CONCEPTS, len(possible) // 4)
        return sorted(random.choice(possible, count, replace=False).tolist()) if count else []

    def choose(self, count: int, generator: torch.Generator) -> list[Pair]:
        """Choose pictures of different concepts, taught ones; some of those of one colour get another."""
        rows = torch.randperm(len(self.known), generator=generator)[:count].tolist()
        chances = torch.rand(len(rows), 3, generator=generator).tolist()
        chosen = []
        for row, (which, recoloured, hue) in zip(rows, chances, strict=True):
            members = self._members[self.known[row]]
            index = members[int(which * len(members))]
            dominant = self.dominants[index]
            others = [name for name in COLOURS if dominant and name != dominant.name]
            colour = others[int(hue * len(others))] if dominant and recoloured < RECOLOURED_SHARE else None
            chosen.append(Pair(index, colour))
        return chosen

    def captions(self, pair: Pair, language: str) -> list[Caption]:
        """Give what is said for a picture in a language, each with how often; English where there is no Chinese."""
        label = int(self.labels[pair.index])
        language = language if self.names[label][language] else "en"
        said, dominant = self.names[label][language], self.dominants[pair.index]
        captions = []
        if colour := pair.colour or (dominant.name if dominant else None):
            names = list(dict.fromkeys([said[0], said[-1]]))
            captions += [coloured(name, colour, language) for name in names]
        if not pair.colour:
            captions += [Caption(name, 2.0 if place < 2 else 1.0) for place, name in enumerate(said[:5])]
        if not pair.colour and language == "en":
            captions.append(Caption(with_article(said[0]), 0.5))
            captions += [Caption(word, 0.25) for word in self.keywords[label]]
        return captions

    def say(self, pair: Pair, language: str, generator: torch.Generator) -> str:
        """Say one of a picture's captions, as often as people do."""
        captions = self.captions(pair, language)
        weights = torch.tensor([caption.weight for caption in captions])
        return captions[int(torch.multinomial(weights, 1, generator=generator))].text

    def pictures(self, pairs: list[Pair], generator: torch.Generator | None = None) -> Tensor:
        """Show drawings (B, 3, 64, 64), 0 to 1: each varied in its own way, or, without a generator, as they are."""
        return show(np.stack([self._coloured(pair) for pair in pairs]), generator)

    def _coloured(self, pair: Pair) -> Pixels:
        picture, dominant = self.drawings[pair.index], self.dominants[pair.index]
        return recolour(picture, dominant, pair.colour) if pair.colour and dominant else picture


def _kept(drawings: Drawings, groups: list[int], labels: Tensor) -> tuple[Pixels, list[Dominant | None]]:
    """Reduce the drawings and find their colours, or take what was kept of it: it takes a minute."""
    key = hashlib.sha256(" ".join(drawings.codes).encode() + np.ascontiguousarray(drawings.pictures[:64]).tobytes())
    path = data.CACHE / "emoji-prepared" / f"pairs-{key.hexdigest()[:12]}.npz"
    if not path.exists():
        found = [
            dominant_colour(picture) if groups[label] in RECOLOURED_GROUPS else None
            for picture, label in zip(drawings.pictures, labels.tolist(), strict=True)
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            names, hues = [one.name if one else "" for one in found], [one.hue if one else 0.0 for one in found]
            np.savez(file, drawings=reduced(drawings.pictures), names=np.array(names), hues=np.array(hues))
        part.replace(path)
    with np.load(path) as held:
        colours = zip(held["names"].tolist(), held["hues"].tolist(), strict=True)
        return held["drawings"], [Dominant(name, hue) if name else None for name, hue in colours]


def coloured(name: str, colour: str, language: str) -> Caption:
    """Say a thing's colour: "blue apple", 蓝色苹果."""
    if language == "zh":
        return Caption(f"{CHINESE_COLOURS[colour]}{CHINESE_COLOUR_WORD.sub('', name) or name}", 1.0)
    return Caption(f"{colour} {without_colour(name).removesuffix(' face')}", 1.0)


__all__ = ["LANGUAGES", "SIDE", "Pair", "Pairs", "coloured"]
