"""Prompts for language models: what people ask of the picture and video models of this project, in words alone.

The same captions, colours, scenes and motions as the pictures were taught with; nothing is drawn.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from playground.training.emoji_captions import (
    Caption,
    chinese_names,
    english_names,
    icon_captions,
    item_weight,
    recoloured_captions,
)
from playground.training.emoji_clips import captions as motion_captions
from playground.training.emoji_data import ENDING_IN_S, RECOLOURED_GROUPS
from playground.training.emoji_everyday import Everyday, read_everyday
from playground.training.emoji_motions import MOTIONS
from playground.training.emoji_pictures import COLOURS
from playground.training.emoji_scenes import Thing, describe
from playground.training.emoji_sources import SETS, Concept, fetch, read_concepts

SHARES = {"names": 0.2, "colours": 0.2, "scenes": 0.4, "motions": 0.2}
"""Of the prompts; scenes combine most."""
STARS = (1.0, 2.0, 4.0)
"""How often an everyday thing with 0, 1 and 2 stars is asked for."""
OTHER = 0.3
"""How often any other thing is, against an everyday one without a star."""
NO_PICTURE = np.zeros((1, 1, 4), np.uint8)


def prompts(count: int, seed: int, folder: Path | None = None) -> list[str]:
    """Write prompts, the frequent ones often.

    Args:
        count: How many.
        seed: Which ones follows from it.
        folder: The archives of the emoji packages; fetched with npm if None.

    Raises:
        DataError: The packages cannot be fetched or read.
    """
    random = np.random.default_rng(seed)
    concepts = read_concepts(fetch(folder))
    by_label = {concept.label: code for code, concept in concepts.items()}
    everyday = {by_label[label]: words for label, words in read_everyday().items() if label in by_label}
    asked = [concept for concept in concepts.values() if item_weight(concept, everyday.get(concept.code), SETS[0])]
    weights = [_weight(concept, everyday.get(concept.code)) for concept in asked]
    chances = np.array(weights) / sum(weights)
    things = [thing for concept in asked if (thing := _thing(concept, everyday.get(concept.code)))]
    written = []
    for kind, share in SHARES.items():
        for _ in range(round(share * count)):
            concept = asked[random.choice(len(asked), p=chances)]
            written.append(_draw(_captions(kind, concept, everyday, things, random), random))
    order = random.permutation(len(written))
    return [written[index] for index in order]


def _weight(concept: Concept, everyday: Everyday | None) -> float:
    return STARS[everyday.stars] if everyday else OTHER


def _thing(concept: Concept, everyday: Everyday | None) -> Thing | None:
    """Give what scenes are made of: an everyday thing that can be counted and has a Chinese name."""
    if not everyday:
        return None
    name = concept.label if concept.group == 0 else english_names(concept, everyday)[0]
    chinese = chinese_names(concept, everyday)
    counted = not name.endswith(("s", "ing", "rain", "snow")) or name in ENDING_IN_S
    return Thing(NO_PICTURE, name, chinese[0]) if chinese and counted else None


def _captions(
    kind: str, concept: Concept, everyday: dict[str, Everyday], things: list[Thing], random: np.random.Generator
) -> list[Caption]:
    words, icons = everyday.get(concept.code), SETS[random.integers(len(SETS))]
    if kind == "colours" and concept.group in RECOLOURED_GROUPS:
        return recoloured_captions(concept, words, icons, str(random.choice(list(COLOURS))))
    if kind == "scenes" and len(things) > 1:
        one, two = random.choice(len(things), 2, replace=False)
        return describe([things[one], things[two]], random)[2]
    if kind == "motions" and things:
        thing = things[random.integers(len(things))]
        motion = MOTIONS[str(random.choice(list(MOTIONS)))]
        return motion_captions((thing.english, thing.chinese), motion)
    return icon_captions(concept, words, icons)


def _draw(captions: list[Caption], random: np.random.Generator) -> str:
    weights = np.array([caption.weight for caption in captions])
    return captions[random.choice(len(captions), p=weights / weights.sum())].text
