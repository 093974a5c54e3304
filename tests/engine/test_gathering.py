"""Those who shared a pass share the next one too, and nobody waits long for who does not come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from playground.engine import Engine, Job
from playground.engine.batching import Slot, WaitingJobs
from playground.engine.gathering import LONGEST, LONGEST_REST, Gathering
from tests.dummies import Controls, DummyRequest


class Bell(threading.Condition):
    """A condition that remembers what was waited for, and how long at most; somebody may come meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.patience: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def wait_for(self, predicate: Callable[[], bool], timeout: float | None = None) -> bool:
        self.patience.append(timeout or 0.0)
        self.meanwhile()
        return predicate()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def waiting() -> WaitingJobs:
    return WaitingJobs(key=lambda slot: (), limit=lambda job: 8)


@pytest.fixture
def asked(make_engine: Callable[..., Engine]) -> Callable[[str], Job]:
    engine = make_engine(start=False)
    return lambda owner: engine.submit(owner, DummyRequest, {})


def passed(gathering: Gathering, jobs: list[Job], bell: Bell, waiting: WaitingJobs, seconds: float = 0.02) -> None:
    with gathering.passing([Slot(job, 0) for job in jobs], bell, waiting):
        time.sleep(seconds)


def test_who_shared_a_pass_is_waited_for_beside_who_waits(
    asked: Callable[[str], Job], bell: Bell, waiting: WaitingJobs
) -> None:
    gathering = Gathering()
    waiting.add(asked("eve"))
    passed(gathering, [asked("ann"), asked("bob")], bell, waiting)

    def come() -> None:
        assert gathering.wanted == 3
        waiting.add(asked("ann"))
        waiting.add(asked("bob"))

    bell.meanwhile = come
    gathering.wait(bell, waiting)
    assert waiting.owners == 3 and gathering.wanted == 1
    assert 0.01 <= bell.patience[0] <= LONGEST


def test_who_was_alone_or_finds_nobody_waiting_is_not_held_up(
    asked: Callable[[str], Job], bell: Bell, waiting: WaitingJobs
) -> None:
    gathering = Gathering()
    gathering.wait(bell, waiting)
    passed(gathering, [asked("ann")], bell, waiting)
    waiting.add(asked("ann"))
    gathering.wait(bell, waiting)
    empty = WaitingJobs(key=lambda slot: (), limit=lambda job: 8)
    passed(gathering, [asked("ann"), asked("bob")], bell, empty)
    gathering.wait(bell, empty)
    assert bell.patience == []


def test_waits_in_vain_become_rare_and_one_that_is_worth_it_brings_them_back(
    asked: Callable[[str], Job], bell: Bell, waiting: WaitingJobs
) -> None:
    gathering, pair = Gathering(), [asked("ann"), asked("bob")]
    waiting.add(asked("eve"))
    waits = []
    for _ in range(4 * LONGEST_REST):
        passed(gathering, pair, bell, waiting, 0.0001)
        gathering.wait(bell, waiting)
        waits.append(len(bell.patience))
    in_vain = [index for index, (now, before) in enumerate(zip(waits, [0, *waits], strict=False)) if now > before]
    assert in_vain[:5] == [0, 2, 6, 14, 30]
    assert max(later - sooner for sooner, later in zip(in_vain, in_vain[1:], strict=False)) == LONGEST_REST + 1
    bell.meanwhile = lambda: [waiting.add(job) for job in pair] and None
    before = len(bell.patience)
    while len(bell.patience) == before:
        passed(gathering, pair, bell, waiting, 0.0001)
        gathering.wait(bell, waiting)
    passed(gathering, pair, bell, waiting, 0.0001)
    gathering.wait(bell, waiting)
    assert len(bell.patience) == before + 2


def test_people_who_come_in_waves_meet_in_one_pass(engine: Engine, dummy: Controls, busy: Callable[..., Job]) -> None:
    """Six people ask again as soon as they have their picture, though they were not together at first."""
    job, dummy.pace = busy(engine), 0.05
    people, rounds = 6, 12

    def visit(owner: str) -> None:
        for _ in range(rounds):
            engine.submit(owner, DummyRequest, {}).result(60)

    threads = [threading.Thread(target=visit, args=(f"visitor {number}",)) for number in range(people)]
    for thread in threads:
        thread.start()
    dummy.may_go.set()
    job.result(60)
    for thread in threads:
        thread.join(60)
    shared = [len(samples) for samples in dummy.passes if samples[0].group != "busy"]
    assert sum(shared) == people * rounds
    assert shared.count(people) >= rounds // 2
