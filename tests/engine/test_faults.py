"""A worker that dies or hangs is replaced, and its jobs run again as they were; only what kills it again fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.engine import Engine, Job, Step, link
from playground.engine.workers.messages import GetReady
from playground.engine.workers.process import ProcessHome
from playground.errors import GenerationError
from tests.dummies import DEADLY, STUCK, Controls, DummyRequest
from tests.eventually import eventually

FOREVER = 100_000
LONG, QUICK = "long", "quick"


@pytest.fixture(scope="module")
def process() -> Iterator[ProcessHome]:
    """A process that nobody keeps from dying."""
    home = ProcessHome("cpu")
    yield home
    home.stop()


@pytest.fixture
def engine(make_engine: Callable[..., Engine], process: ProcessHome) -> Engine:
    return make_engine(LONG, QUICK, homes=[process], budget=10_000)


def kill(process: ProcessHome, how: signal.Signals = signal.SIGKILL) -> None:
    assert process.pid
    os.kill(process.pid, how)


def submit(engine: Engine, owner: str = "ann", checkpoint: str = LONG, **values: object) -> Job:
    return engine.submit(owner, DummyRequest, values, checkpoint)


def until_it_steps(job: Job) -> None:
    eventually(lambda: isinstance(job.latest, Step))


def seeds(job: Job) -> list[int]:
    return [picture.getpixel((0, 0)) for picture in job.result(60).made]


def test_a_worker_that_dies_while_nobody_asks_is_replaced_at_once(
    engine: Engine, process: ProcessHome, dummy: Controls
) -> None:
    dummy.live = True
    assert [worker.state for worker in engine.status.workers] == ["ready"]
    before = process.pid
    kill(process)
    eventually(lambda: engine.status.workers[0].state.startswith("back in "))
    eventually(lambda: engine.status.workers[0].state == "ready" and engine.status.loaded == [LONG])
    assert process.pid != before
    assert seeds(submit(engine, seed=7)) == [7]


def test_a_worker_that_is_lost_once_while_it_reads_a_checkpoint_is_no_fault_of_the_checkpoints(
    make_engine: Callable[..., Engine], process: ProcessHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, ask = list[str](), link.WorkerLink.ask

    def ask_a_dying_one(self: link.WorkerLink, order: Any) -> Any:
        if isinstance(order, GetReady) and not killed:
            killed.append(order.checkpoint)
            kill(process)
        return ask(self, order)

    monkeypatch.setattr(link.WorkerLink, "ask", ask_a_dying_one)
    engine = make_engine(LONG, QUICK, homes=[process])
    assert engine.wait_until_ready(60)
    assert killed and not engine.status.problems
    assert seeds(submit(engine, checkpoint=killed[0], seed=5)) == [5]


def test_its_pass_runs_again_as_it_was(
    engine: Engine, process: ProcessHome, dummy: Controls, busy: Callable[..., Job]
) -> None:
    busy(engine)
    dummy.pace = 0.02
    jobs = [submit(engine, owner, seed=seed, num_images=2, steps=50) for owner, seed in (("dan", 10), ("fay", 20))]
    dummy.may_go.set()
    until_it_steps(jobs[0])
    kill(process)
    assert [seeds(job) for job in jobs] == [[10, 11], [20, 21]]
    assert {shape.size for job in jobs for shape in job.result(0).report.batches} == {4}
    first, again = [samples for samples in dummy.passes if samples[0].group != "busy"]
    assert first == again


def test_what_kills_its_worker_thrice_fails_with_a_sentence_and_the_next_job_runs(
    engine: Engine, dummy: Controls
) -> None:
    with pytest.raises(GenerationError) as failed:
        submit(engine, trouble=DEADLY).result(60)
    assert failed.value.en.startswith("The worker that was to make this was killed, as a system does that runs out of")
    assert "(3 times)" in failed.value.en and "共 3 次" in failed.value.zh and "被终止" in failed.value.zh
    assert len(dummy.passes) == 3
    assert seeds(submit(engine, seed=5)) == [5]


def test_a_worker_that_crashes_is_told_apart_from_one_that_is_killed(engine: Engine, process: ProcessHome) -> None:
    job = submit(engine, steps=FOREVER)
    for times in range(1, 4):
        eventually(lambda times=times: job.losses[0] == times - 1 and isinstance(job.latest, Step))
        job.latest = None
        until_it_steps(job)
        kill(process, signal.SIGSEGV)
        eventually(lambda times=times: job.losses[0] == times)
    with pytest.raises(GenerationError, match=r"crashed \(signal 11\)"):
        job.result(60)


def test_a_worker_that_hangs_is_replaced(
    engine: Engine, process: ProcessHome, monkeypatch: pytest.MonkeyPatch, dummy: Controls
) -> None:
    submit(engine).result(60)
    monkeypatch.setattr(link, "SHORTEST", 0.5)
    dummy.pace = 0.01
    job = submit(engine, steps=200, seed=9)
    until_it_steps(job)
    kill(process, signal.SIGSTOP)
    assert seeds(job) == [9] and job.losses[0] == 1
    with pytest.raises(GenerationError, match="gave no sign of life for"):
        submit(engine, trouble=STUCK).result(60)


def test_a_slow_worker_is_left_alone(engine: Engine, monkeypatch: pytest.MonkeyPatch, dummy: Controls) -> None:
    dummy.pace = 0.1
    submit(engine).result(60)
    monkeypatch.setattr(link, "SHORTEST", 0.01)
    dummy.pace = 0.5
    job = submit(engine, steps=2, seed=3)
    assert seeds(job) == [3] and not job.losses


def test_what_was_let_in_is_made_again_too(engine: Engine, process: ProcessHome, dummy: Controls) -> None:
    for id in (LONG, QUICK):
        submit(engine, "early", id).result(60)
    dummy.pace = 0.01
    long = submit(engine, "ann", steps=400, seed=1)
    until_it_steps(long)
    short = submit(engine, "bob", QUICK, steps=100, group="short", seed=2)
    eventually(lambda: dummy.passes[-1][0].group == "short")
    kill(process)
    assert seeds(short) == [2] and not long.ended
    assert seeds(long) == [1] and (long.losses[0], short.losses[0]) == (1, 1)


def test_a_job_that_was_stopped_while_its_worker_was_away_is_not_made(
    engine: Engine, process: ProcessHome, dummy: Controls
) -> None:
    job = submit(engine, steps=FOREVER)
    until_it_steps(job)
    kill(process)
    job.cancel()
    assert seeds(submit(engine, "bob", seed=8)) == [8]
    assert len(dummy.passes) == 2
