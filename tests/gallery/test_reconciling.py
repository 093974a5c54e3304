"""After any accident the index and the files agree: nothing finished is missing, nothing half is shown."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.errors import OutputError
from playground.gallery import Gallery, Viewer
from playground.gallery.reconciling import Reconciled, reconcile
from playground.gallery.store import INDEX
from playground.media.reading import read_metadata
from tests.gallery.results import Moving, put
from tests.server import ROOT
from tests.small_disk import small_disk

ALL = Viewer("me", sees_all=True)


def test_killed_at_random_moments_the_index_and_the_files_agree(tmp_path: Path) -> None:
    chance = random.Random(6)
    for _ in range(3):
        command = [sys.executable, "-m", "tests.gallery.results", str(tmp_path)]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout and child.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.6))
        child.kill()
        told = 1 + len(child.stdout.readlines())
        child.wait()
        gallery = Gallery(tmp_path)
        before = gallery.shelf(ALL).total
        reconcile(gallery)
        shelf = gallery.shelf(ALL, count=10_000)
        assert before <= shelf.total and told <= shelf.total
        for entry in shelf.entries:
            records = [read_metadata(path) for path in gallery.paths(entry)]
            assert [record.part for record in records] == list(range(records[0].parts))
        assert all(gallery.shelf(Viewer(f"visitor-{number}")).total for number in range(min(3, told)))
        assert sum(gallery.shelf(Viewer(f"visitor-{number}")).total for number in range(3)) == shelf.total
        listed = {path for entry in shelf.entries for path in gallery.paths(entry)}
        left = {path.name.split("-")[1][:12] for path in tmp_path.rglob("*-*.*") if path not in listed}
        assert len(left) <= 1, "only what was being written is left out"
        assert reconcile(gallery).added == 0
        shutil.rmtree(tmp_path)


def test_a_lost_index_is_made_anew_from_the_files_and_belongs_to_nobody_known(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    put(gallery, prompt="a", pictures=3)
    put(gallery, prompt="b", task=Moving, pictures=3)
    earlier = gallery.shelf(ALL).entries
    for file in gallery.outputs.glob(f"{INDEX}*"):
        file.unlink()
    assert reconcile(gallery) == Reconciled(added=2, forgotten=0, half=0)
    again = gallery.shelf(Viewer("x", adopts=True)).entries
    assert {entry.id: (entry.files, entry.record) for entry in again} == {e.id: (e.files, e.record) for e in earlier}
    assert gallery.shelf(Viewer("x")).total == 0, "on a shared server nobody gets another's"


def test_results_without_all_their_files_are_forgotten(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    put(gallery, pictures=3)
    put(gallery)
    newer, older = gallery.shelf(ALL).entries
    gallery.paths(older)[1].unlink()
    for path in gallery.paths(newer):
        path.unlink()
    assert reconcile(gallery).forgotten == 2 and gallery.shelf(ALL).total == 0
    assert reconcile(gallery) == Reconciled(added=0, forgotten=0, half=1)


def test_what_is_being_written_is_left_alone(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    put(gallery)
    gallery.begin("words-0123456789ab", "me")
    assert reconcile(gallery, started=time.time() - 60) == Reconciled(0, 0, 0)
    assert reconcile(gallery) == Reconciled(added=0, forgotten=1, half=0)


def test_a_folder_that_is_gone_comes_back_with_the_next_result(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    put(gallery)
    shutil.rmtree(gallery.outputs)
    assert gallery.shelf(ALL).total == 0 and reconcile(gallery) == Reconciled(0, 0, 0)
    put(gallery)
    assert gallery.shelf(ALL).total == 1


def test_a_folder_that_may_not_be_written_can_still_be_looked_at(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    with small_disk(gallery.outputs, "1m") as remount:
        put(gallery, prompt="kept")
        gallery.database.close()
        remount("ro")
        shelf = gallery.shelf(ALL)
        assert [entry.record.request["prompt"] for entry in shelf.entries] == ["kept"]
        assert gallery.thumbnail(shelf.entries[0])
        with pytest.raises(OutputError, match="read-only"):
            put(gallery)


def test_a_full_disk_is_a_sentence_and_nothing_half_is_shown(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "outputs")
    with small_disk(gallery.outputs, "600k"):
        filling = gallery.outputs / "filling"
        filling.write_bytes(bytes(200_000))
        with pytest.raises(OutputError, match="disk is full"):
            for number in range(2000):
                put(gallery, pictures=9, seed=number)
        filling.unlink()
        reconcile(gallery)
        for entry in gallery.shelf(ALL, count=100).entries:
            assert len(entry.files) == 10 and all(path.exists() for path in gallery.paths(entry))
        gallery.database.close()
