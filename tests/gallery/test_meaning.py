"""Searching the gallery by meaning: directions are kept in the index, and go with their results."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from playground.gallery import Gallery, Viewer
from playground.gallery.meaning import direction_of, keep_direction, nearest, without_direction
from tests.gallery.results import put

SPACE = 256
ALICE = Viewer("alice")


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "outputs")


def direction(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=SPACE).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def test_the_nearest_result_comes_first_and_others_results_are_not_seen(gallery: Gallery) -> None:
    ids = [put(gallery, "alice").id for _ in range(3)] + [put(gallery, "bob").id]
    for turn, id in enumerate(ids):
        keep_direction(gallery, id, "one", direction(turn).tolist())
    found = nearest(gallery, ALICE, "one", direction(1), 10)
    assert found[0].id == ids[1] and len(found) == 3
    assert found[0].likeness == pytest.approx(1, abs=1e-2) and found[1].likeness < 0.5
    assert [near.id for near in nearest(gallery, Viewer("bob"), "one", direction(1), 10)] == [ids[3]]


def test_directions_of_other_weights_are_made_anew_and_unseen_results_are_found(gallery: Gallery) -> None:
    first, second = put(gallery, "alice").id, put(gallery, "alice").id
    keep_direction(gallery, first, "one", direction(1).tolist())
    keep_direction(gallery, second, "one", [])
    assert without_direction(gallery, "one") == []
    assert set(without_direction(gallery, "two")) == {first, second}
    assert nearest(gallery, ALICE, "two", direction(1), 10) == []
    assert [near.id for near in nearest(gallery, ALICE, "one", direction(1), 10)] == [first]
    assert direction_of(gallery, second, "one") is None


def test_a_deleted_result_is_not_found(gallery: Gallery) -> None:
    id = put(gallery, "alice").id
    keep_direction(gallery, id, "one", direction(1).tolist())
    gallery.delete(ALICE, [id])
    assert nearest(gallery, ALICE, "one", direction(1), 10) == []


def test_ten_thousand_results_are_searched_whole(gallery: Gallery) -> None:
    put(gallery, "alice")
    with gallery.database.writing() as index:
        index.executemany(
            "INSERT INTO results (id, owner, made_at, whole) VALUES (?, 'alice', ?, 1)",
            [(f"result-{turn}", time.time()) for turn in range(10_000)],
        )
        numbers = index.execute("SELECT number, id FROM results WHERE id LIKE 'result-%'").fetchall()
        index.executemany(
            "INSERT INTO directions VALUES (?, 'one', ?)",
            [(row["number"], direction(int(row["id"][7:])).astype(np.float16).tobytes()) for row in numbers],
        )
    assert nearest(gallery, ALICE, "one", direction(4321), 5)[0].id == "result-4321"
