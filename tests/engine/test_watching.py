"""A job's events, as whoever waits for it sees them: places and seconds, the newest first, no thread held."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from playground.engine import Cancelled, Done, Engine, Event, Failed, Job, Loading, Queued, Step
from playground.engine.batching import Slot
from playground.engine.running import RunningPass
from playground.engine.workers.messages import Evict, Stepped
from playground.errors import GenerationError
from tests.dummies import BROKEN, Controls, DummyRequest
from tests.eventually import eventually

Busy = Callable[..., Job]


async def events_of(job: Job) -> list[Event]:
    return [event async for event in job.watch(0.02)]


def test_a_waiting_job_is_told_its_place_which_shrinks(engine: Engine, dummy: Controls, busy: Busy) -> None:
    dummy.max_batch = 1
    engine.submit("ann", DummyRequest, {}).result(60)
    busy(engine)
    jobs = [engine.submit(f"visitor {index}", DummyRequest, {}) for index in range(3)]
    seen: list[Queued] = []

    async def follow() -> None:
        async for event in jobs[2].watch(0.01):
            if isinstance(event, Queued):
                seen.append(event)
                if event.place == 3:
                    jobs[0].cancel()
                elif event.place == 2:
                    jobs[1].cancel()
                else:
                    dummy.may_go.set()

    asyncio.run(follow())
    places = [event.place for event in seen]
    assert list(dict.fromkeys(places)) == [3, 2, 1]
    assert all(event.seconds is not None and event.seconds >= 0 for event in seen)


def test_the_estimate_counts_the_passes_ahead(engine: Engine, dummy: Controls, busy: Busy) -> None:
    dummy.max_batch = 1
    dummy.pace = 0.05
    engine.submit("ann", DummyRequest, {}).result(60)
    busy(engine)
    jobs = [engine.submit(f"visitor {index}", DummyRequest, {}) for index in range(10)]
    near, far = (jobs[index].standing(jobs[index]) for index in (0, 9))
    assert near and far and near.seconds and far.seconds
    assert (near.place, far.place) == (1, 10)
    assert far.seconds - near.seconds >= 9 * 0.05


def test_the_estimate_grows_with_the_steps(engine: Engine, dummy: Controls, busy: Busy) -> None:
    dummy.pace = 0.05
    engine.submit("ann", DummyRequest, {"steps": 4}).result(60)
    long = busy(engine)
    job = engine.submit("bob", DummyRequest, {"steps": 40, "group": "other"})
    standing = job.standing(job)
    assert standing and standing.seconds and 40 * 0.05 <= standing.seconds < 80 * 0.05
    long.cancel()


def test_the_estimate_knows_what_comes_after_the_last_step_and_who_is_let_in_between() -> None:
    anything: Any = None
    batch = [Slot(Job("ann", anything, DummyRequest(), [anything]), 0)]
    running = RunningPass(1, batch, None, 0.0, lambda job: 0.0, finishing=0.5)
    running.tell(Stepped(1, 1, 5, 0.01, None))
    time.sleep(0.1)
    running.tell(Stepped(1, 2, 5, 0.02, None))  # its own steps take a hundredth of a second each
    assert running.slowdown > 9 and 0.5 + 3 * 0.09 < (running.seconds_left or 0) < 5


def test_before_anything_was_measured_no_seconds_are_promised(engine: Engine, busy: Busy) -> None:
    busy(engine)
    job = engine.submit("ann", DummyRequest, {})
    assert job.standing(job) == Queued(1, None)


def test_behind_a_pass_that_was_never_measured_no_seconds_are_promised(
    make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    engine = make_engine("warm", "cold")
    dummy.pace = 0.6  # not short
    engine.submit("ann", DummyRequest, {}).result(60)
    dummy.may_go.clear()
    engine.submit("bob", DummyRequest, {"group": "busy"}, checkpoint="cold")
    eventually(lambda: dummy.passes[-1][0].group == "busy")
    job = engine.submit("ann", DummyRequest, {})
    assert job.standing(job) == Queued(1, None)


def test_while_a_checkpoint_is_read_for_the_first_time_no_seconds_are_promised_and_then_its_own(
    make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    engine = make_engine("warm", "cold")
    for _ in range(2):
        engine.submit("ann", DummyRequest, {}).result(60)
    dummy.reading = 2.0
    first = engine.submit("bob", DummyRequest, {}, checkpoint="cold")
    eventually(lambda: engine._scheduler.drivers[0].passes.running)
    job = engine.submit("ann", DummyRequest, {})  # short, but between the steps of a pass that has none yet
    assert job.standing(job) == Queued(1, None)
    first.result(60)
    job.result(60)
    assert engine._scheduler.reading["cold"] >= 2.0
    engine._scheduler.drivers[0].link.ask(Evict("warm"))
    first = engine.submit("bob", DummyRequest, {}, checkpoint="cold")
    eventually(lambda: engine._scheduler.drivers[0].passes.running)
    job = engine.submit("ann", DummyRequest, {})
    standing = job.standing(job)
    assert standing and standing.seconds and 1.0 < standing.seconds < 4.0
    first.result(60)


def test_what_is_read_before_anybody_asks_is_waited_for_too(
    make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    dummy.reading = 1.0
    engine = make_engine("warm", "cold", start=False)
    driver = engine._scheduler.drivers[0]
    engine.start()
    eventually(lambda: driver.seconds_left is None)  # nobody knows before it was read once
    assert engine.wait_until_ready(60)
    assert driver.seconds_left == driver.lets_in_after == 0.0
    dummy.live = True
    engine.submit("ann", DummyRequest, {}, checkpoint="cold").result(60)
    driver.link.ask(Evict("cold"))
    engine._scheduler.load_again([engine.catalog.find("warm", "dummy")])
    engine.submit("ann", DummyRequest, {}, checkpoint="cold").result(60)  # after which its worker looks for more to do
    eventually(lambda: 0 < (driver.seconds_left or 0) <= 2)


def test_the_events_come_in_order_and_end_with_done(make_engine: Callable[..., Engine], dummy: Controls) -> None:
    engine = make_engine("warm", "cold")
    dummy.pace = 0.05
    job = engine.submit("ann", DummyRequest, {"steps": 3}, checkpoint="cold")
    events = asyncio.run(events_of(job))
    order = [Queued, Loading, Step, Done]
    ranks = [order.index(type(event)) for event in events]
    assert ranks == sorted(ranks) and isinstance(events[-1], Done)
    steps = [event for event in events if isinstance(event, Step)]
    assert [step.index for step in steps] == sorted({step.index for step in steps})
    assert all(step.of == 3 and step.preview and len(step.preview) == 1 for step in steps)
    assert all(step.seconds is not None and step.seconds >= 0 for step in steps)
    assert all(step.seconds == 0 for step in steps if step.index == step.of)


def test_an_unchanged_place_is_told_again_so_that_a_server_notices_who_left(engine: Engine, busy: Busy) -> None:
    busy(engine)
    job = engine.submit("ann", DummyRequest, {})

    async def follow() -> list[Event]:
        watch = job.watch(0.01, repeat=0.05)
        seen = [await anext(watch) for _ in range(3)]  # type: ignore[arg-type]
        await watch.aclose()  # type: ignore[attr-defined]
        return seen

    assert asyncio.run(follow()) == [Queued(1, None)] * 3


def test_a_slow_reader_sees_the_newest_event_instead_of_a_backlog(engine: Engine, dummy: Controls) -> None:
    job = engine.submit("ann", DummyRequest, {"steps": 200})

    async def follow() -> list[Event]:
        seen = []
        async for event in job.watch():
            seen.append(event)
            await asyncio.to_thread(job.result, 60)
        return seen

    seen = asyncio.run(follow())
    assert len(seen) <= 2 and isinstance(seen[-1], Done)


@pytest.mark.parametrize("ending", [Done, Failed, Cancelled])
def test_every_ending_ends_the_watch_also_for_who_comes_late(engine: Engine, ending: type[Event]) -> None:
    trouble = BROKEN if ending is Failed else ""
    job = engine.submit("ann", DummyRequest, {"trouble": trouble, "steps": 100_000 if ending is Cancelled else 1})
    if ending is Cancelled:
        job.cancel()
    eventually(lambda: job.ended)
    assert [type(event) for event in asyncio.run(events_of(job))] == [ending]


def test_after_its_end_nothing_more_is_told(engine: Engine) -> None:
    job = engine.submit("ann", DummyRequest, {})
    done = job.result(60)
    job.emit(Failed(GenerationError("late", "迟到")))
    assert job.latest is done


def test_a_hundred_waiting_watchers_hold_no_thread(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    jobs = [engine.submit(f"visitor {index}", DummyRequest, {"seed": index}) for index in range(100)]
    threads_before = threading.active_count()

    async def watch_all() -> list[list[Event]]:
        watchers = [asyncio.create_task(events_of(job)) for job in jobs]
        while not all(job._listeners for job in jobs):
            await asyncio.sleep(0.01)
        assert threading.active_count() <= threads_before
        dummy.may_go.set()
        return await asyncio.gather(*watchers)

    watched = asyncio.run(watch_all())
    assert all(isinstance(events[0], Queued) and isinstance(events[-1], Done) for events in watched)
    assert all(not job._listeners for job in jobs), "whoever has stopped watching is forgotten"


def test_a_watcher_who_goes_away_is_forgotten_and_the_job_goes_on(engine: Engine, dummy: Controls, busy: Busy) -> None:
    job = busy(engine, steps=3)

    async def look_once() -> None:
        watch = job.watch(0.01)
        dummy.may_go.set()
        async for event in watch:
            if isinstance(event, (Step, Done)):
                break
        await watch.aclose()  # type: ignore[attr-defined]

    asyncio.run(look_once())
    assert not job._listeners
    assert job.result(60).made


def test_a_watcher_whose_event_loop_died_does_not_harm_the_worker(engine: Engine, dummy: Controls, busy: Busy) -> None:
    job = busy(engine, steps=3)
    loop = asyncio.new_event_loop()
    watch = job.watch(0.01)
    waiting = loop.create_task(anext(watch))  # type: ignore[arg-type]
    loop.run_until_complete(asyncio.sleep(0.05))
    loop.close()
    dummy.may_go.set()
    assert job.result(60).made
    assert engine.submit("ann", DummyRequest, {}).result(60).made
    del waiting


def test_jobs_submitted_before_the_device_is_ready_run_afterwards(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(start=False)
    jobs = [engine.submit("ann", DummyRequest, {"seed": seed}) for seed in range(3)]
    assert not engine.status.ready and engine.status.device is None
    assert jobs[2].standing(jobs[2]) == Queued(3, None)
    engine.start()
    assert [job.result(60).report.seeds for job in jobs] == [[0], [1], [2]]
    assert engine.wait_until_ready(60)
    assert engine.status.ready and engine.status.device and engine.status.loaded == ["dummy-weights"]


def test_a_stopped_engine_ends_its_threads(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine()
    (driver,) = engine._scheduler.drivers
    assert driver.is_alive()
    engine.stop()
    assert not driver.is_alive()


def test_a_job_that_ends_within_the_quiet_time_tells_only_its_end(engine: Engine, dummy: Controls) -> None:
    engine.submit("ann", DummyRequest, {}).result(60)

    async def watch(quiet: float) -> list[Event]:
        job = engine.submit("ann", DummyRequest, {"steps": 2})
        return [event async for event in job.watch(quiet=quiet)]

    assert [type(event) for event in asyncio.run(watch(30.0))] == [Done]
    dummy.pace = 0.2
    assert [type(event) for event in asyncio.run(watch(0.05))][-2:] == [Step, Done]
