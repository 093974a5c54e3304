"""Runs outlive their page for a moment, are found by their visitor alone, and are kept once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from playground.catalog import Catalog
from playground.engine import Cancelled, Done, Job, Step
from playground.families.digits_cvae_requests import DigitRequest
from playground.gallery.keeping import Kept
from playground.ui.result import runs as module
from playground.ui.result.runs import Run, Runs
from tests.gallery.results import result


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.05)


@pytest.fixture
def job(catalog: Catalog) -> Job:
    made = Job("page", catalog.find("", "digits_cvae"), DigitRequest(seed=3), [])
    made.on_cancel = lambda job: job.emit(Cancelled())
    return made


def start(runs: Runs, job: Job, written: list[Done]) -> Run:
    def write(done: Done) -> Kept:
        written.append(done)
        return Kept([Path("a.png")], "digits_cvae-0123456789ab")

    return runs.start(job, "ann", "page", write)


async def leave(runs: Runs, run: Run) -> None:
    """Look at one event, and go away."""
    run.job.emit(Step(1, 9, 0, 1, 1.0))
    events = runs.watch(run)
    await anext(events)
    await events.aclose()  # type: ignore[attr-defined]


async def until(so: Callable[[], bool]) -> None:
    for _ in range(2000):
        if so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not come to pass.")


def test_a_run_that_nobody_waits_for_is_cancelled_and_forgotten(job: Job) -> None:
    runs = Runs()

    async def story() -> None:
        run = start(runs, job, [])
        await leave(runs, run)
        assert not job.ended and runs.find(job.id, "ann") is run
        await until(lambda: job.ended)
        assert isinstance(job.latest, Cancelled) and runs.find(job.id, "ann") is None

    asyncio.run(story())


def test_a_visitor_who_comes_back_finds_the_run_and_nobody_else_does(job: Job) -> None:
    runs = Runs()

    async def story() -> None:
        run = start(runs, job, [])
        await leave(runs, run)
        runs.returned("ann")
        await asyncio.sleep(0.3)  # the page takes longer to open than a run outlives one that is closed
        assert not job.ended
        assert runs.find(job.id, "bob") is None and runs.find("guess", "ann") is None
        runs.take_up(run, "page again")
        runs.stop("page", "digits_cvae")
        assert not job.ended, "the page that was left stops nothing any more"
        runs.stop("page again", "digits_cvae")
        assert job.ended

    asyncio.run(story())


def test_a_result_that_nobody_saw_is_kept_once(job: Job) -> None:
    runs, written = Runs(), list[Done]()

    async def story() -> None:
        run = start(runs, job, written)
        await leave(runs, run)
        job.emit(Done([Image.new("L", (2, 2))], result()[0].report))
        await until(lambda: bool(written))
        assert run.keep() == run.keep() and run.id == "digits_cvae-0123456789ab" and len(written) == 1

    asyncio.run(story())


def test_a_panel_that_starts_again_gives_up_its_earlier_run(job: Job, catalog: Catalog) -> None:
    runs = Runs()
    start(runs, job, [])
    later = Job("page", catalog.find("", "digits_cvae"), DigitRequest(seed=4), [])
    start(runs, later, [])
    assert job.ended and not later.ended
