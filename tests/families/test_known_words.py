"""Words that say nothing change nothing, words that are hardly known are noticed, known ones are not."""

from __future__ import annotations

import pytest

from playground.catalog import Catalog, Checkpoint
from playground.families import find_family
from playground.families.base import REGISTRY
from playground.families.known_words import Vocabulary, vocabulary_of, word_notices

FOREIGN = [
    "apfel",
    "haus",
    "katze",
    "hund",
    "blume",
    "baum",
    "chien",
    "gato",
    "perro",
    "manzana",
    "coche",
    "voiture",
    "arbre",
    "snorkle",
    "quibbit",
    "wuzzle",
    "fnord",
    "glorp",
    "zorglub",
    "яблоко",
]
KNOWN = [
    "apple",
    "cat face",
    "rocket",
    "pizza",
    "crying face",
    "tree",
    "crown",
    "ghost",
    "octopus",
    "house",
    "kitty",
    "sedan",
    "puppy",
    "spaceship",
    "blue apple",
    "purple cat",
    "three stars",
    "small heart",
    "flat pizza",
    "cat and rocket",
    "猫",
    "火箭",
    "苹果",
    "下雨",
    "心",
    "小狗",
    "一只猫",
    "红色的苹果",
    "dogs",
    "birthday cake",
    "🍎",
    "blue 🍎",
    "strawberry",
    "violin",
    "stethoscope",
    "ice cream",
    "soccer ball",
    "umbrella with rain",
    "sad clown",
    "dragon",
]


@pytest.fixture(scope="module")
def checkpoint(catalog: Catalog) -> Checkpoint:
    return catalog.find("", "text_to_image")


@pytest.fixture(scope="module")
def known(checkpoint: Checkpoint) -> Vocabulary:
    found = vocabulary_of(checkpoint)
    assert found is not None
    return found


def test_made_up_and_foreign_words_are_noticed_and_known_ones_are_not(known: Vocabulary) -> None:
    assert len(FOREIGN) == 20 and len(KNOWN) == 40
    assert sum(known.unknown(word) == [word] for word in FOREIGN) >= 18
    assert [words for words in KNOWN if known.unknown(words)] == []


def test_near_names_are_offered_those_that_begin_alike_first(known: Vocabulary) -> None:
    assert "apple" in known.nearest("aple") and known.nearest("rokket")[0] == "rocket"
    assert known.nearest("qqqqxxzz") == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("red apple, masterpiece, best quality, 8k", "red apple"),
        ("masterpiece, best quality, red apple", "red apple"),
        ("a photo of a cat", "cat"),
        ("Please draw a house", "house"),
        ("请画一只猫", "一只猫"),
        ("drawing board", "drawing board"),
        ("masterpiece", "masterpiece"),
        ("red, green and blue stars", "red, green and blue stars"),
    ],
)
def test_what_says_nothing_is_left_out_before_the_model_sees_it(checkpoint: Checkpoint, typed: str, read: str) -> None:
    for family, id in (("text_to_image", checkpoint.id), ("text_to_video", "emoji-motion")):
        task = REGISTRY[family].requests[0]
        chosen = checkpoint if family == "text_to_image" else checkpoint_of(id)
        (sample,) = find_family(family).read(task, chosen, {"prompt": typed}).samples(chosen)
        assert sample.prompt == read


def checkpoint_of(id: str) -> Checkpoint:
    from playground.catalog import read_catalog
    from playground.settings import Settings

    return read_catalog(Settings.checkpoints).find(id, "text_to_video")


def test_a_notice_names_the_word_and_what_lies_near_in_both_languages(checkpoint: Checkpoint) -> None:
    (notice,) = word_notices(checkpoint, "purple rokket")
    assert "“rokket”" in notice.en and "rocket" in notice.en and "“rokket”" in notice.zh
    assert word_notices(checkpoint, "purple rocket") == []
