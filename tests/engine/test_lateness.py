"""What people are told to wait: after results that came late, more is told, and hardly anybody waits longer."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from playground.engine import Done, Engine, Event, Queued, Step
from playground.engine.lateness import ENOUGH, Lateness
from tests.dummies import Controls, DummyRequest

Busy = Callable[[Engine], object]


def test_what_is_told_is_enough_in_nine_of_ten_cases() -> None:
    lateness, chance, enough = Lateness(), random.Random(0), []
    for turn in range(2_000):
        told = 0.2 + lateness.allowance("one", Queued)
        took = 0.2 + chance.expovariate(2.0)
        lateness.learn("one", Queued, told, took)
        if turn >= 200:
            enough.append(took <= told)
    assert abs(sum(enough) / len(enough) - ENOUGH) < 0.03


def test_punctual_results_are_told_as_they_were_reckoned_again() -> None:
    lateness = Lateness()
    for _ in range(5):
        lateness.learn("one", Queued, told=0.1, took=2.0)
    assert lateness.allowance("one", Queued) > 0.4
    assert lateness.allowance("another", Queued) == lateness.allowance("one", Step) == 0
    for _ in range(100):
        lateness.learn("one", Queued, told=1.0, took=0.5)
    assert lateness.allowance("one", Queued) == 0


def test_what_a_watcher_does_with_the_end_belongs_to_the_wait(engine: Engine, dummy: Controls) -> None:
    dummy.pace = 0.01
    engine.submit("ann", DummyRequest, {"steps": 4}).result(60)

    async def files_are_slow() -> list[Event]:
        seen = []
        async for event in engine.submit("ann", DummyRequest, {"steps": 4}).watch(0.01):
            seen.append(event)
            if isinstance(event, Done):
                time.sleep(0.5)
        return seen

    def told(events: list[Event]) -> float:
        return next(event.seconds or 0.0 for event in events if isinstance(event, (Queued, Step)))

    first = asyncio.run(files_are_slow())
    for _ in range(8):
        last = asyncio.run(files_are_slow())
    assert told(first) < 0.3 and told(last) > 0.4
