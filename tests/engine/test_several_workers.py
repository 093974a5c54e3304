"""Several workers: a checkpoint goes where it is loaded, a busy one is joined by others, results stay the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from playground.engine import Engine, Job
from playground.engine.workers.process import ProcessHome
from tests.dummies import Controls, DummyRequest
from tests.eventually import eventually
from tests.homes import LastingHome

MakeEngine = Callable[..., Engine]


@pytest.fixture(scope="module")
def pair() -> Iterator[list[LastingHome]]:
    homes = [LastingHome(ProcessHome("cpu")) for _ in range(2)]
    yield homes
    for home in homes:
        home.home.stop()


def many(engine: Engine, count: int, **values: int) -> list[Job]:
    return [
        engine.submit(f"visitor {seed}", DummyRequest, {"seed": seed, "group": str(seed)} | values)
        for seed in range(count)
    ]


def loaded(engine: Engine) -> list[tuple[str, ...]]:
    return [worker.loaded for worker in engine.status.workers]


def test_two_devices_are_two_workers_each_with_its_own_state(make_engine: MakeEngine, pair: list[LastingHome]) -> None:
    engine = make_engine("a", homes=pair)
    eventually(lambda: [worker.state for worker in engine.status.workers] == ["ready", "ready"])
    assert sorted(loaded(engine)) == [(), ("a",)]


def test_a_checkpoint_goes_where_it_is_loaded_and_others_where_most_memory_is_free(
    make_engine: MakeEngine, pair: list[LastingHome], dummy: Controls
) -> None:
    engine = make_engine("a", "b", homes=pair, budget=10_000)
    eventually(lambda: all(worker.state == "ready" for worker in engine.status.workers))
    for seed in range(4):
        assert engine.submit("ann", DummyRequest, {"seed": seed}, "a").result(60).report.seeds == [seed]
    engine.submit("ann", DummyRequest, {}, "b").result(60)
    assert sorted(loaded(engine)) == [("a",), ("b",)] and sorted(dummy.loads) == ["a", "b"]


def test_a_busy_workers_checkpoint_is_read_by_the_idle_one(
    make_engine: MakeEngine, pair: list[LastingHome], dummy: Controls
) -> None:
    engine = make_engine("a", homes=pair)
    dummy.pace = 0.02
    jobs = [
        engine.submit(f"visitor {seed}", DummyRequest, {"seed": seed, "steps": 20, "group": str(seed)})
        for seed in range(8)
    ]
    assert [job.result(60).pictures[0].getpixel((0, 0)) for job in jobs] == list(range(8))
    assert loaded(engine) == [("a",), ("a",)]


def test_a_lost_workers_jobs_go_on_at_another(make_engine: MakeEngine, dummy: Controls) -> None:
    homes = [ProcessHome("cpu"), ProcessHome("cpu")]
    engine = make_engine("a", homes=homes)
    dummy.pace = 0.02
    jobs = [
        engine.submit(f"visitor {seed}", DummyRequest, {"seed": seed, "steps": 50, "group": str(seed)})
        for seed in range(4)
    ]
    eventually(lambda: [worker.state for worker in engine.status.workers].count("busy") == 2)
    os.kill(homes[0].pid or 0, signal.SIGKILL)
    assert [job.result(60).pictures[0].getpixel((0, 0)) for job in jobs] == list(range(4))
    eventually(lambda: all(worker.state == "ready" for worker in engine.status.workers))
