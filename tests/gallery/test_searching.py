"""Searching by meaning with towers of the bundled shape: results are looked at behind the scenes, and sums found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.engine import Engine
from playground.errors import GalleryError
from playground.gallery import Gallery, Viewer
from playground.gallery.indexing import USUAL, Meaning
from playground.media.pictures import data_url
from tests.families.tiny_words import words_catalog
from tests.gallery.results import put
from tests.running import running

ALICE = Viewer("alice")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with running(words_catalog(tmp_path_factory.mktemp("words"))) as engine:
        yield engine


@pytest.fixture
def meaning(engine: Engine, tmp_path: Path) -> Meaning:
    return Meaning(engine, Gallery(tmp_path / "outputs"))


def test_old_results_are_looked_at_and_found_by_a_picture_by_words_and_by_likeness(meaning: Meaning) -> None:
    ids = [put(meaning.gallery, "alice").id for _ in range(3)]
    assert meaning.ready and meaning.index() == 3 and meaning.index() == 0
    paths = meaning.gallery.paths(meaning.gallery.get(ALICE, ids[1]))
    with Image.open(paths[0]) as opened:
        direction = meaning.reckon("alice", image=data_url(opened.convert("RGB")))
    found = meaning.find(ALICE, direction, 3)
    assert {near.id for near in found} == set(ids) and found[0].likeness > 0.9
    assert meaning.like(ALICE, ids[2], 3)[0].likeness == pytest.approx(1, abs=1e-2)
    assert len(meaning.find(ALICE, meaning.reckon("alice", words="小狗"), 2)) == 2


def test_a_sum_of_words_is_the_sum_of_their_directions(meaning: Meaning) -> None:
    apple, red, green = (meaning.read("alice", word) for word in ("red apple", "red", "green"))
    wanted = apple - red + green
    made = meaning.reckon("alice", words="red apple − red + green")
    assert made == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-5)
    assert meaning.reckon("alice", words="red − red") == pytest.approx(red)


def test_pictures_and_words_stand_on_the_map_and_an_empty_gallery_is_told(meaning: Meaning) -> None:
    with pytest.raises(GalleryError, match="make a picture first"):
        meaning.plane(ALICE, "alice", [], 10)
    ids = [put(meaning.gallery, "alice").id for _ in range(3)]
    meaning.index()
    found, plane = meaning.plane(ALICE, "alice", ["cat", USUAL[0]], 2)
    assert len(found) == 2 and set(found) < set(ids)
    assert plane.pictures.shape == (2, 2) and plane.words.shape == (2, 2) and np.isfinite(plane.words).all()
    with pytest.raises(GalleryError, match="make a picture first"):
        meaning.plane(Viewer("bob"), "bob", [], 10)
