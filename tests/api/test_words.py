"""Families of texts and of scores go the whole way: API, files, gallery, made again; and no page takes part."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.engine import Engine
from playground.gallery import Filter, Gallery, Viewer
from playground.gallery.again import plan, shapes_for, verdict
from playground.gallery.handout import Item, page_of
from playground.media.reading import read_metadata
from playground.media.sidecars import record_of
from playground.outcomes import kind_of
from tests.api import raw
from tests.server import Server
from tests.wordy import registered_words, words_catalog

ALL = Viewer("", sees_all=True)


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("wordy"), script="tests/api/wordy_app.py") as running:
        yield running


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with registered_words():
        running = Engine(words_catalog(tmp_path_factory.mktemp("weights")), device="cpu")
        running.start()
        yield running
        running.stop()


@pytest.fixture(scope="module")
def tales(wordy: Server) -> tuple[list[str], dict[str, Any]]:
    return wordy.client().predict(start="Once 猫", seed=4, num_images=2, api_name="/tales")


def test_a_text_comes_with_its_tokens_alternatives_and_files(tales: Any) -> None:
    files, report = tales
    assert [Path(file).suffix for file in files] == [".txt", ".txt", ".json"]
    assert [Path(file).stem.rpartition("-")[2] for file in files[:2]] == ["4", "5"]
    first, second = report["texts"]
    assert Path(files[0]).read_text() == first["text"] and first["text"].startswith("Once 猫")
    assert len(first["tokens"]) == 6 and first["text"] == "Once 猫" + "".join(t["text"] for t in first["tokens"])
    assert first["tokens"][0]["probability"] == 0.5 and len(first["tokens"][0]["alternatives"]) == 2
    assert first["alternatives"] == [["Once 猫nothing.", 0.01]] and first["text"] != second["text"]
    assert report["seeds"] == [4, 5] and report["makes"] == "text"
    assert report["notices"] == ["Tale 5 is odd."]
    kept = json.loads(Path(files[2]).read_text())
    assert kept["texts"] == report["texts"]
    assert read_metadata(files[2]).request == report["request"]


def test_a_text_is_told_as_far_as_it_is_while_it_is_written(wordy: Server) -> None:
    job = wordy.client().submit(length=64, seed=3, api_name="/tales")
    job.result(60)
    told = [state["texts"][0]["text"] for _, state in job.outputs()[:-1] if "texts" in state]
    final = job.outputs()[-1][1]["texts"][0]["text"]
    assert all(final.startswith(text) for text in told)


def test_scores_come_as_a_table(wordy: Server) -> None:
    files, report = wordy.client().predict(words="cat horse", api_name="/measures")
    assert report["scores"] == [
        {"rows": ["cat", "horse"], "columns": ["letters", "different"], "values": [[3, 1], [5, 1]]}
    ]
    with open(files[0], newline="") as table:
        assert list(csv.reader(table)) == [["", "letters", "different"], ["cat", "3.0", "1.0"], ["horse", "5.0", "1.0"]]


@pytest.mark.parametrize(("task", "words"), [("tales", "Once 猫"), ("measures", "cat horse")])
def test_what_is_no_picture_is_found_shown_small_handed_out_and_made_again(
    wordy: Server, engine: Engine, tales: Any, task: str, words: str
) -> None:
    wordy.client().predict(words="cat horse", api_name="/measures")
    gallery = Gallery(wordy.outputs)
    entry = gallery.shelf(ALL, Filter(words=words.lower(), family=task)).entries[0]
    assert gallery.thumbnail(entry)[8:12] == b"WEBP"
    files = gallery.paths(entry)
    item = Item(words, [], "", files, kind_of(entry.record, files))
    assert words.split()[0] in page_of([item], "All", "en", "Code")
    for given in (files, files[-1:]):
        record = record_of(given[0])
        planned = plan(record, given)
        shapes = shapes_for(engine, planned, record)
        done = engine.submit("me", planned.task, planned.again.values, record.checkpoint, shapes).result(60)
        assert verdict(planned, record, done).en.startswith("Made again: bit-equal. Every")


def test_another_text_is_told_by_its_first_token(engine: Engine, tales: Any, tmp_path: Path) -> None:
    file = tmp_path / "changed.json"
    found = json.loads(Path(tales[0][2]).read_text())
    found["texts"][1]["tokens"][2] |= {"text": "dog ", "probability": 0.25}
    file.write_text(json.dumps(found))
    record = record_of(file)
    planned = plan(record, [file])
    done = engine.submit("me", planned.task, planned.again.values, record.checkpoint, []).result(60)
    assert "text 2, token 3: it was 'dog ' (25.0%), now" in verdict(planned, record, done).en


def test_a_field_that_is_not_allowed_is_refused_as_for_pictures(wordy: Server) -> None:
    ending, answer = raw.outcome(wordy.url, "tales", json.dumps({"data": ["tales-weights", "Once", 0, 1, 1]}))
    assert ending == "error" and answer["error"].startswith("Tokens (length) must be a whole number from 1 to 64")
