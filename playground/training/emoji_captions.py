"""What people say for a drawing: its captions in English and Chinese, each with how often it is used.

A bare name stands mostly for the plain drawing styles; the others are asked for by their style's word. So a
short prompt has one look, which a small network learns much sooner than seven.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from playground.training.emoji_everyday import Everyday
from playground.training.emoji_pictures import BACKGROUNDS, COLOURS
from playground.training.emoji_sources import Concept, IconSet

CHINESE_SHARE, KEYWORD_SHARE, COLOUR_SHARE = 0.25, 0.12, 0.15
CHINESE_COLOURS = {name: colour.chinese for name, colour in BACKGROUNDS.items()} | {"brown": "棕色"}
COLOUR_WORD = re.compile(rf"\b({'|'.join([*COLOURS, 'brown', 'black', 'white', 'gr[ae]y'])})\b ?")
CHINESE_COLOUR_WORD = re.compile("^[红橙黄绿蓝紫粉棕黑白青]色?的?")
NOTHING = Everyday(0, (), ())
WEIGHTS = (4.0, 24.0, 180.0)
"""Of an everyday drawing with 0, 1 and 2 stars; any other has its group's weight below."""
GROUP_WEIGHTS = {0: 1.0, 1: 0.16, 3: 1.2, 4: 1.2, 5: 1.0, 6: 1.0, 7: 1.0, 8: 0.0}
"""People are alike and many, symbols are letters in boxes."""


class Caption(NamedTuple):
    """One way to ask for a picture."""

    text: str
    weight: float
    """Relative within the picture's captions."""


def item_weight(concept: Concept, everyday: Everyday | None, icons: IconSet) -> float:
    """Give how often a set's drawing of a concept is shown, relative to another's."""
    return icons.plainness * (WEIGHTS[everyday.stars] if everyday else GROUP_WEIGHTS[concept.group])


def english_names(concept: Concept, everyday: Everyday | None) -> list[str]:
    """Give the names of a concept, the one that people say most first.

    That is a short label ("rocket"), else the first everyday word ("tree", not "deciduous tree").
    """
    said, label = list((everyday or NOTHING).english), concept.label
    if label not in said and (not said or " " not in label):
        said.insert(0, label)
    elif label not in said:
        said.insert(1, label)
    return list(dict.fromkeys([*said, label.lower()]))


def chinese_names(concept: Concept, everyday: Everyday | None) -> list[str]:
    """Give the Chinese names, the one that people say most first."""
    return list(dict.fromkeys([*(everyday or NOTHING).chinese, *([concept.chinese] if concept.chinese else [])]))


def without_colour(name: str) -> str:
    """Drop a colour word: "red apple" → "apple", "红苹果" → "苹果"."""
    return COLOUR_WORD.sub("", name).strip() or name


def icon_captions(
    concept: Concept, everyday: Everyday | None, icons: IconSet, colour: str | None = None
) -> list[Caption]:
    """Caption a drawing as it is.

    Args:
        concept: What it shows.
        everyday: What people call it, if it is an everyday thing.
        icons: The set that it comes from.
        colour: Its dominant colour, if it has one.
    """
    english, chinese = english_names(concept, everyday), chinese_names(concept, everyday)
    keywords = [] if everyday and everyday.stars else list(concept.keywords[:5])
    bare = 0.8 * icons.plainness
    captions = []
    shares = (1 - CHINESE_SHARE - KEYWORD_SHARE, CHINESE_SHARE, KEYWORD_SHARE)
    styled = ("{style} {name}", "{name} in {style} style"), ("{style}风格的{name}",), ("{style} {name}",)
    for names, share, patterns in zip((english, chinese, keywords), shares, styled, strict=True):
        for name, part in zip(names, _falling(len(names)), strict=True):
            captions.append(Caption(name, share * part * bare))
            for pattern in patterns:
                text = pattern.format(style=icons.style, name=name)
                captions.append(Caption(text, share * part * (1 - bare) / len(patterns)))
    captions += [Caption(with_article(name), 0.1 * bare) for name in english[:1]]
    if colour:
        captions += _colour_captions(colour, english, chinese, icons, COLOUR_SHARE)
    return _merged(captions)


def recoloured_captions(concept: Concept, everyday: Everyday | None, icons: IconSet, colour: str) -> list[Caption]:
    """Caption a drawing that was given another colour: always by that colour."""
    english, chinese = english_names(concept, everyday), chinese_names(concept, everyday)
    return _merged(_colour_captions(colour, english, chinese, icons, 1.0))


def _colour_captions(
    colour: str, english: list[str], chinese: list[str], icons: IconSet, share: float
) -> list[Caption]:
    names = list(dict.fromkeys(without_colour(name).removesuffix(" face") for name in english[:3]))
    captions = []
    for name, part in zip(names, _falling(len(names)), strict=True):
        captions.append(Caption(f"{colour} {name}", 0.6 * share * part))
        captions.append(Caption(f"a {colour} {name}", 0.1 * share * part))
        captions.append(Caption(f"{icons.style} {colour} {name}", 0.1 * share * part))
    for name in chinese[:1]:
        plain = CHINESE_COLOUR_WORD.sub("", name) or name
        captions.append(Caption(f"{CHINESE_COLOURS[colour]}{plain}", 0.1 * share))
        captions.append(Caption(f"{CHINESE_COLOURS[colour]}的{plain}", 0.1 * share))
    return captions


def _falling(count: int) -> list[float]:
    """Shares of several names: the first two weigh twice the others."""
    shares = [2.0, 2.0, *[1.0] * count][:count]
    return [share / sum(shares) for share in shares]


def with_article(name: str) -> str:
    """Put "a" or "an" before a name."""
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def _merged(captions: Iterable[Caption]) -> list[Caption]:
    """Add up captions that say the same and make the weights sum to 1."""
    weights: dict[str, float] = {}
    for text, weight in captions:
        if weight > 0:
            weights[text] = weights.get(text, 0.0) + weight
    total = sum(weights.values())
    return [Caption(text, weight / total) for text, weight in weights.items()]
