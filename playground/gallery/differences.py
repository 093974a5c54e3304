"""What differs between two results' settings, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

Settings = Sequence[tuple[str, str]]
WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+|\s+")
"""A Chinese character stands for itself; elsewhere words are what spaces part."""


class Piece(NamedTuple):
    """Some words that one side has, the other has, or both have."""

    words: str
    side: Literal["both", "first", "second"]


class Difference(NamedTuple):
    """One setting of two results.

    Attributes:
        name: The setting's name.
        pieces: Its value on both sides.
    """

    name: str
    pieces: list[Piece]


def differences(first: Settings, second: Settings) -> list[Difference]:
    """Compare settings by name; those that are equal are left out."""
    one, other = dict(first), dict(second)
    found = []
    for name in dict.fromkeys([*one, *other]):
        if one.get(name) != other.get(name):
            found.append(Difference(name, compare_words(one.get(name, ""), other.get(name, ""))))
    return found


def compare_words(first: str, second: str) -> list[Piece]:
    """Say which words two texts share and which only one of them has."""
    one, other = WORD.findall(first), WORD.findall(second)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("".join(one[start:end]), "both"))
            continue
        if start < end:
            pieces.append(Piece("".join(one[start:end]), "first"))
        if other_start < other_end:
            pieces.append(Piece("".join(other[other_start:other_end]), "second"))
    return pieces
