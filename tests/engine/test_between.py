"""Short passes go between the steps of a long one, and it is neither starved, evicted nor disturbed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from playground.engine import Engine, Job, Queued
from playground.engine.events import Step
from playground.errors import GenerationError
from tests.dummies import BROKEN, OUT_OF_MEMORY, Controls, DummyRequest
from tests.eventually import eventually

MakeEngine = Callable[..., Engine]
LONG, QUICK, OTHER = "long", "quick", "other"
FOREVER = 100_000


@pytest.fixture
def engine(make_engine: MakeEngine, dummy: Controls) -> Engine:
    """An engine with three checkpoints, each of which has run once, so that all of them are known to be short."""
    running = make_engine(LONG, QUICK, OTHER, budget=10_000)
    for id in (LONG, QUICK, OTHER):
        running.submit("early", DummyRequest, {}, id).result(60)
    dummy.forget_passes()
    return running


@pytest.fixture
def long(engine: Engine, dummy: Controls) -> Job:
    """A job that is somewhere in its many steps."""
    dummy.pace = 0.005
    job = engine.submit("somebody", DummyRequest, {"steps": FOREVER, "group": LONG}, LONG)
    eventually(lambda: isinstance(job.latest, Step))
    return job


def quick(engine: Engine, owner: str = "ann", checkpoint: str = QUICK, **values: object) -> Job:
    return engine.submit(owner, DummyRequest, values, checkpoint)


def test_a_short_job_is_done_while_a_long_one_runs(engine: Engine, long: Job) -> None:
    done = quick(engine, seed=7).result(60)
    assert done.made[0].getpixel((0, 0)) == 7 and not long.ended
    before = long.latest
    eventually(lambda: long.latest is not before)
    long.cancel()
    assert len(quick(engine, seed=1).result(60).made) == 1


def test_its_seconds_are_its_own(engine: Engine, dummy: Controls) -> None:
    dummy.pace = 0.01
    started = time.monotonic()
    job = engine.submit("somebody", DummyRequest, {"steps": 30}, LONG)
    eventually(lambda: isinstance(job.latest, Step))
    others = [quick(engine, seed=seed, steps=10, group=str(seed)) for seed in range(3)]
    seconds = [other.result(60).report.seconds for other in others]
    own = job.result(60).report.seconds
    assert min(seconds) >= 0.1 and own >= 0.3 and own + sum(seconds) <= time.monotonic() - started


def test_a_checkpoint_that_was_slow_lately_waits_for_the_end(engine: Engine, dummy: Controls) -> None:
    engine._scheduler.pace[OTHER] = engine._scheduler.step_pace[OTHER] = 60.0
    dummy.pace = 0.005
    long = engine.submit("somebody", DummyRequest, {"steps": 60, "group": LONG}, LONG)
    eventually(lambda: isinstance(long.latest, Step))
    slow = quick(engine, "bob", OTHER)
    quick(engine).result(60)
    assert not slow.ended and not long.ended
    assert isinstance(standing := slow.standing(slow), Queued) and standing.seconds and standing.seconds > 59
    long.result(60)
    slow.result(60)


def test_the_same_checkpoint_waits_for_the_end_since_its_model_is_at_work(engine: Engine, long: Job) -> None:
    same = quick(engine, "bob", LONG)
    quick(engine).result(60)
    assert not same.ended
    long.cancel()
    same.result(60)


def test_what_is_let_in_lets_nobody_in(engine: Engine, dummy: Controls, long: Job) -> None:
    first = quick(engine, group="first", steps=20)
    eventually(lambda: dummy.passes[-1][0].group == "first")
    second = quick(engine, "bob", OTHER, group="second")
    first.result(60)
    second.result(60)
    assert [samples[0].group for samples in dummy.passes] == [LONG, "first", "second"]
    assert dummy.deepest == 2


def test_a_long_job_is_slowed_down_to_a_half_but_not_starved(engine: Engine, dummy: Controls, long: Job) -> None:
    """Somebody always waits, and yet every second stretch of time is the long job's."""
    waiting = [quick(engine, f"visitor {turn}", group=str(turn), steps=4) for turn in range(30)]
    steps = []
    for job in waiting:
        job.result(60)
        assert isinstance(long.latest, Step)
        steps.append(long.latest.index)
    own = sum(after > before for before, after in zip(steps, steps[1:], strict=False))
    assert own >= 10, steps


def test_owners_are_let_in_one_after_another(engine: Engine, dummy: Controls, busy: Callable[..., Job]) -> None:
    long = busy(engine, steps=FOREVER)
    greedy = [quick(engine, "greedy", group=f"greedy {turn}") for turn in range(4)]
    others = [quick(engine, f"other {turn}", group=f"other {turn}") for turn in range(2)]
    dummy.may_go.set()
    for job in [*greedy, *others]:
        job.result(60)
    assert [samples[0].group for samples in dummy.passes[1:4]] == ["greedy 0", "other 0", "other 1"]
    long.cancel()


def test_who_is_let_in_keeps_the_turn_for_long_jobs(engine: Engine, dummy: Controls, busy: Callable[..., Job]) -> None:
    long = busy(engine, steps=FOREVER)
    engine._scheduler.pace[OTHER] = 60.0
    slow = [quick(engine, owner, OTHER, group=owner) for owner in ("ann", "bob")]
    short = quick(engine, "ann")
    dummy.may_go.set()
    short.result(60)
    long.cancel()
    for job in slow:
        job.result(60)
    assert [samples[0].group for samples in dummy.passes[-2:]] == ["ann", "bob"]


def test_a_short_job_that_fails_or_is_stopped_leaves_the_long_one_alone(
    engine: Engine, dummy: Controls, long: Job
) -> None:
    with pytest.raises(GenerationError, match="the dummy fell over"):
        quick(engine, trouble=BROKEN).result(60)
    stopped = quick(engine, steps=FOREVER, group="stopped")
    eventually(lambda: isinstance(stopped.latest, Step))
    stopped.cancel()
    before = long.latest
    eventually(lambda: long.latest is not before)
    assert not long.ended


def test_a_long_job_that_is_stopped_while_another_is_let_in_ends_after_it(
    engine: Engine, dummy: Controls, long: Job
) -> None:
    short = quick(engine, steps=50, group="short")
    eventually(lambda: dummy.passes[-1][0].group == "short")
    long.cancel()
    assert len(short.result(60).made) == 1
    steps = quick(engine, "bob", LONG, seed=3).result(60)
    assert steps.report.seeds == [3]


def test_what_does_not_fit_beside_the_long_job_waits_for_its_end(engine: Engine, dummy: Controls, long: Job) -> None:
    tight = quick(engine, trouble=OUT_OF_MEMORY, group="tight")
    eventually(lambda: any(samples[0].group == "tight" for samples in dummy.passes))
    other = quick(engine, "bob", OTHER)
    before = long.latest
    eventually(lambda: long.latest is not before)
    assert not tight.ended and not other.ended, "nobody is let in beside it any more"
    long.cancel()
    other.result(60)
    with pytest.raises(Exception, match="not enough memory for even one sample"):
        tight.result(60)


def test_the_running_model_is_not_evicted_by_one_that_is_let_in(make_engine: MakeEngine, dummy: Controls) -> None:
    engine = make_engine(LONG, QUICK, OTHER, budget=2000)
    dummy.pace, dummy.live = 0.005, True  # nothing was measured yet
    long = engine.submit("somebody", DummyRequest, {"steps": FOREVER}, LONG)
    eventually(lambda: isinstance(long.latest, Step))
    for id in (QUICK, OTHER, QUICK):
        quick(engine, "ann", id).result(60)
        assert LONG in engine.status.loaded and not long.ended
    assert engine.status.loaded == [LONG, QUICK]


def test_its_place_and_seconds_are_those_among_short_jobs(
    engine: Engine, dummy: Controls, busy: Callable[..., Job]
) -> None:
    long = busy(engine, steps=FOREVER)
    engine._scheduler.pace |= {OTHER: 60.0, "dummy": 600.0}
    quick(engine, "bob", OTHER)
    short = quick(engine)
    standing = short.standing(short)
    assert standing and standing.place == 1 and standing.seconds is not None and standing.seconds < 1
    long.cancel()
