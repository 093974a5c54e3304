"""The names of ImageNet's classes. Knows no network, and costs nothing to import."""

from __future__ import annotations

import functools
from pathlib import Path

CLASSES_FILE = Path(__file__).with_name("imagenet_classes.txt")
"""The first lemma of each class in WordNet 3.0, as timm 1.0.31 (Apache-2.0) lists them; three are told apart by hand:
crane (bird), crane (machine), and tank suit, which is a maillot too."""


@functools.cache
def imagenet_class_names() -> tuple[str, ...]:
    """Return the names of the 1,000 classes of ImageNet's 2012 challenge, each once, in the order of class weights."""
    return tuple(CLASSES_FILE.read_text(encoding="utf-8").splitlines())
