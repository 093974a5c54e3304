"""Stop stops my job at its next step, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.engine import Cancelled, Engine, Job
from playground.engine import Done as DoneEvent
from playground.errors import Cancelled as CancelledError
from tests.dummies import Controls, DummyRequest
from tests.eventually import eventually

Busy = Callable[..., Job]


def test_a_waiting_job_goes_at_once(engine: Engine, dummy: Controls, busy: Busy) -> None:
    running = busy(engine)
    waiting = engine.submit("ann", DummyRequest, {"seed": 3})
    waiting.cancel()
    assert waiting.ended and isinstance(waiting.latest, Cancelled) and not running.ended
    with pytest.raises(CancelledError):
        waiting.result(0)
    dummy.may_go.set()
    running.result(60)
    engine.submit("bob", DummyRequest, {}).result(60)
    assert all(sample.seed != 3 for samples in dummy.passes for sample in samples)


def test_a_running_job_ends_within_a_step(engine: Engine, dummy: Controls) -> None:
    dummy.pace = 0.01
    job = engine.submit("ann", DummyRequest, {"steps": 100_000})
    eventually(lambda: dummy.steps_done > 3)
    job.cancel()
    assert job.ended
    engine.submit("bob", DummyRequest, {"seed": 1}).result(60)
    steps_after = dummy.steps_done
    assert steps_after < 10_000
    assert engine.submit("bob", DummyRequest, {"seed": 1}).result(60).report.seeds == [1]


def test_nobody_runs_another_step_once_everybody_of_the_batch_has_stopped(
    engine: Engine, dummy: Controls, busy: Busy
) -> None:
    job = busy(engine, steps=50)
    job.cancel()
    dummy.may_go.set()
    engine.submit("bob", DummyRequest, {"seed": 1}).result(60)
    assert dummy.steps_done == 1  # bob's own


def test_the_neighbour_of_a_stopped_job_finishes(engine: Engine, dummy: Controls, busy: Busy) -> None:
    first = busy(engine)
    stopped = engine.submit("ann", DummyRequest, {"steps": 20, "seed": 1})
    neighbour = engine.submit("bob", DummyRequest, {"steps": 20, "seed": 2})
    dummy.pace = 0.01
    dummy.may_go.set()
    first.result(60)
    eventually(lambda: len(dummy.passes) == 2 and dummy.steps_done > 3)
    stopped.cancel()
    assert [len(samples) for samples in dummy.passes] == [1, 2], "both are in one pass"
    assert [picture.getpixel((0, 0)) for picture in neighbour.result(60).made] == [2]
    with pytest.raises(CancelledError):
        stopped.result(0)


def test_stopping_one_of_an_owners_jobs_leaves_the_others(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    jobs = [engine.submit("ann", DummyRequest, {"seed": seed}) for seed in range(3)]
    jobs[1].cancel()
    dummy.may_go.set()
    assert [jobs[index].result(60).report.seeds for index in (0, 2)] == [[0], [2]]


def test_a_stopped_job_makes_none_of_its_samples_that_still_wait(engine: Engine, dummy: Controls, busy: Busy) -> None:
    job = busy(engine, num_images=100)
    job.cancel()
    dummy.may_go.set()
    engine.submit("bob", DummyRequest, {"group": "next"}).result(60)
    assert [len(samples) for samples in dummy.passes if samples[0].group == "busy"] == [8]


def test_stopping_what_is_over_changes_nothing(engine: Engine) -> None:
    job = engine.submit("ann", DummyRequest, {})
    job.result(60)
    job.cancel()
    job.cancel()
    assert isinstance(job.latest, DoneEvent)
    assert len(job.result(0).made) == 1
