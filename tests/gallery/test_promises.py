"""A promise lives from a job's being accepted until its result is in the gallery, or until there will be none."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from playground.catalog import Checkpoint
from playground.engine import Cancelled, Done, Failed, Job
from playground.errors import GenerationError
from playground.gallery import Gallery, Viewer
from playground.gallery.keeping import Outputs, keep
from playground.gallery.reconciling import reconcile
from playground.gallery.store import INDEX
from tests.dummies import dummy_catalog, registered_dummy
from tests.eventually import eventually
from tests.gallery.results import Words, result

OWN = Viewer("ann")


@pytest.fixture
def accept(tmp_path: Path) -> Callable[..., Job]:
    with registered_dummy(tmp_path):
        checkpoint: Checkpoint = dummy_catalog(tmp_path).all()[0]
    return lambda **values: Job("ann/page", checkpoint, Words(**values), [None])


def promised(gallery: Gallery) -> list[int]:
    return [promise.request["seed"] for promise in gallery.promises.all()]


def test_a_promise_goes_with_its_results_arrival_and_not_before(tmp_path: Path, accept: Callable[..., Job]) -> None:
    gallery, job = Gallery(tmp_path), accept(seed=7, prompt="an apple")
    gallery.promises.give(job, parent="words-000000000000")
    (promise,) = eventually(gallery.promises.all)
    assert (promise.job, promise.owner, promise.task, promise.parent) == (
        job.id, "ann/page", "words", "words-000000000000",
    )  # fmt: skip
    assert promise.request == {"seed": 7, "prompt": "an apple"}
    done, request = result(seed=7)
    job.emit(done)
    time.sleep(0.1)
    assert promised(gallery) == [7], "it is made, but its files are not there"
    kept = keep(done, request, Outputs(gallery.outputs), gallery=gallery, owner="ann", job=job.id)
    assert kept.id == f"words-{job.id}" and promised(gallery) == []
    gallery.promises.give(job)
    time.sleep(0.1)
    assert promised(gallery) == [], "a promise that is written late is not given any more"


@pytest.mark.parametrize("ending", [Cancelled(), Failed(GenerationError("no", "不"))])
def test_what_fails_or_is_stopped_is_promised_no_longer_unless_the_app_ends_it(
    tmp_path: Path, accept: Callable[..., Job], ending: Cancelled | Failed
) -> None:
    gallery, jobs = Gallery(tmp_path), [accept(seed=seed) for seed in (1, 2)]
    for job in jobs:
        gallery.promises.give(job)
    eventually(lambda: promised(gallery) == [1, 2])
    jobs[0].emit(ending)
    eventually(lambda: promised(gallery) == [2])
    gallery.promises.hold()
    jobs[1].emit(ending)
    time.sleep(0.2)
    assert promised(gallery) == [2]


def test_another_app_on_the_same_folder_keeps_its_own_promises(tmp_path: Path, accept: Callable[..., Job]) -> None:
    gallery, other = Gallery(tmp_path), subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gallery.promises.give(accept(seed=7))
    eventually(lambda: promised(gallery) == [7])
    with sqlite3.connect(tmp_path / INDEX) as index:
        since = psutil.Process(other.pid).create_time()
        index.execute("UPDATE promises SET app = ?", (f"{other.pid} since {since}",))
    assert promised(gallery) == []
    other.kill()
    other.wait()
    assert promised(gallery) == [7]


def test_a_result_whose_writing_was_cut_off_is_written_again_under_its_name(
    tmp_path: Path, accept: Callable[..., Job]
) -> None:
    gallery, job = Gallery(tmp_path), accept(seed=7)
    gallery.begin(f"words-{job.id}", "ann", parent="words-000000000000")
    done, request = result(seed=7, pictures=3)
    assert isinstance(done, Done)
    kept = keep(done, request, Outputs(tmp_path), gallery=gallery, owner="ann", parent="words-000000000000", job=job.id)
    again = keep(done, request, Outputs(tmp_path), gallery=gallery, owner="ann", job=job.id)
    assert again.files == kept.files and reconcile(gallery).added == 0
    (entry,) = gallery.shelf(OWN).entries
    assert len(entry.files) == 3 and entry.parent == "words-000000000000"
