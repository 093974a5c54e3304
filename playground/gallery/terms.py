"""Word arithmetic: "red apple − red + green" is three terms, each with its sign. Knows no model."""

from __future__ import annotations

import re

MOST = 8
SIGN = re.compile(r"\s*([+＋−–])\s*|(?:^|\s)\s*([-－])\s+|^\s*([-－])\s*(?=\S)")
"""A plain hyphen is a sign only where blanks stand around it, or first of all: T-shirt is one word."""
MINUS = "−–-－"


def terms_of(words: str) -> list[tuple[str, int]]:
    """Split words at their signs; the first term has a plus where it has no sign.

    Returns:
        Each term with 1 or −1; empty terms are left out, and what comes after the eighth.
    """
    found: list[tuple[str, int]] = []
    sign, start = 1, 0
    for match in SIGN.finditer(words):
        found.append((words[start : match.start()].strip(), sign))
        sign, start = -1 if next(filter(None, match.groups())) in MINUS else 1, match.end()
    found.append((words[start:].strip(), sign))
    return [term for term in found if term[0]][:MOST]
