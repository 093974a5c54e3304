"""Pictures and words on one plane, and sums of words."""

from __future__ import annotations

import numpy as np
import pytest

from playground.gallery.plane import plane_of
from playground.gallery.terms import terms_of


def directions(count: int, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_what_is_alike_lies_together_and_a_word_among_its_pictures_despite_the_gap() -> None:
    things, gap = directions(2, 0), directions(1, 1)[0]
    pictures = np.concatenate([thing + 0.05 * directions(20, 2) for thing in things])
    words = things + 3 * gap
    plane = plane_of(pictures, words, words)
    first, second = plane.pictures[:20], plane.pictures[20:]
    apart = np.linalg.norm(first.mean(0) - second.mean(0))
    assert apart > 10 * first.std(0).max() and np.abs([*plane.pictures, *plane.words]).max() == pytest.approx(1)
    for word, (own, other) in zip(plane.words, [(first, second), (second, first)], strict=True):
        assert np.linalg.norm(word - own.mean(0)) < 0.2 * np.linalg.norm(word - other.mean(0))
    assert plane.explained[0] > 0.9 > plane.explained[1]


def test_one_picture_and_no_word_make_a_plane_too() -> None:
    plane = plane_of(directions(1, 0), directions(0, 0), directions(3, 1))
    assert plane.pictures.shape == (1, 2) and plane.words.shape == (0, 2) and np.isfinite(plane.pictures).all()


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("red apple − red + green", [("red apple", 1), ("red", -1), ("green", 1)]),
        ("红苹果 - 红色+绿色", [("红苹果", 1), ("红色", -1), ("绿色", 1)]),
        ("T-shirt", [("T-shirt", 1)]),
        ("-red", [("red", -1)]),
        ("+ + −", []),
        ("  ", []),
        ("+".join("abcdefghij"), [(letter, 1) for letter in "abcdefgh"]),
    ],
)
def test_a_sum_of_words_is_split_at_its_signs(words: str, terms: list[tuple[str, int]]) -> None:
    assert terms_of(words) == terms
