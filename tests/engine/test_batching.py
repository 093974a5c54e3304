"""Who runs when, and with whom: round robin over owners, equal keys together, nobody pushed out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.engine import BatchShape, Engine, Job
from playground.errors import TooManyJobs
from tests.dummies import Controls, DummyRequest

Busy = Callable[..., Job]


def submit(engine: Engine, owner: str, **values: object) -> Job:
    return engine.submit(owner, DummyRequest, values)


def seeds_of_passes(dummy: Controls) -> list[list[int]]:
    return [[sample.seed for sample in samples] for samples in dummy.passes if samples[0].group != "busy"]


def test_owners_take_turns(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    dummy.max_batch = 1
    jobs = [submit(engine, "ann", seed=seed) for seed in (1, 2, 3)]
    jobs += [submit(engine, "bob", seed=4), submit(engine, "eve", seed=5), submit(engine, "bob", seed=6)]
    dummy.may_go.set()
    for job in jobs:
        job.result(60)
    assert seeds_of_passes(dummy) == [[1], [4], [5], [2], [6], [3]]


def test_jobs_of_equal_key_share_a_pass_and_others_do_not(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    jobs = [submit(engine, f"visitor {seed}", group="ab"[seed % 2], seed=seed) for seed in range(6)]
    dummy.may_go.set()
    for job in jobs:
        job.result(60)
    assert seeds_of_passes(dummy) == [[0, 2, 4], [1, 3, 5]]


def test_a_pass_holds_no_more_than_the_family_allows(engine: Engine, dummy: Controls) -> None:
    done = submit(engine, "ann", num_images=20).result(60)
    assert [len(samples) for samples in dummy.passes] == [8, 8, 4]
    assert done.report.batches[9] == BatchShape(size=8, position=1)
    assert [picture.getpixel((0, 0)) for picture in done.made] == list(range(20))
    assert done.report.seeds == list(range(20))


def test_a_job_of_a_hundred_samples_does_not_push_out_its_neighbours(
    engine: Engine, dummy: Controls, busy: Busy
) -> None:
    busy(engine)
    many = submit(engine, "greedy", num_images=100)
    few = [submit(engine, f"modest {seed}", seed=1000 + seed) for seed in range(3)]
    dummy.may_go.set()
    for job in few:
        job.result(60)
    many.result(60)
    first = seeds_of_passes(dummy)[0]
    assert len(first) == 8 and {1000, 1001, 1002} <= set(first)


def test_one_owner_of_many_jobs_holds_nobody_up(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    dummy.max_batch = 1
    greedy = [submit(engine, "greedy", seed=seed) for seed in range(20)]
    others = [submit(engine, f"visitor {seed}", seed=100 + seed) for seed in range(5)]
    dummy.may_go.set()
    for job in greedy + others:
        job.result(60)
    order = [seed for (seed,) in seeds_of_passes(dummy)]
    assert max(order.index(100 + seed) for seed in range(5)) == 5


def test_too_many_jobs_of_one_owner_are_refused_and_of_others_taken(
    make_engine: Callable[..., Engine], busy: Busy
) -> None:
    engine = make_engine(most_jobs=3)
    busy(engine)
    jobs = [submit(engine, "ann") for _ in range(3)]
    with pytest.raises(TooManyJobs) as refused:
        submit(engine, "ann")
    assert refused.value.en.startswith("You have 3 jobs waiting, which is the limit: wait for one to finish")
    assert "您已有 3 个任务在排队" in refused.value.zh
    submit(engine, "bob")
    jobs[1].cancel()
    submit(engine, "ann")


def test_exact_mode_runs_every_sample_alone(make_engine: Callable[..., Engine], dummy: Controls, busy: Busy) -> None:
    engine = make_engine(exact=True)
    busy(engine)
    jobs = [submit(engine, "ann", num_images=3), submit(engine, "bob")]
    dummy.may_go.set()
    shapes = [shape for job in jobs for shape in job.result(60).report.batches]
    assert {len(samples) for samples in dummy.passes} == {1}
    assert shapes == [BatchShape(1, 0)] * 4


def test_a_job_with_shapes_of_its_own_runs_in_them(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    shapes = [BatchShape(5, 3), BatchShape(2, 0)]
    again = engine.submit("ann", DummyRequest, {"num_images": 2, "seed": 7}, shapes=shapes)
    neighbour = submit(engine, "bob", seed=9)
    dummy.may_go.set()
    done = again.result(60)
    neighbour.result(60)
    assert sorted(seeds_of_passes(dummy)) == [[7] * 5, [8] * 2, [9]]
    assert done.report.batches == shapes
    assert [picture.getpixel((0, 0)) for picture in done.made] == [7, 8]


def test_a_job_of_two_checkpoints_never_meets_another_checkpoints_job(
    make_engine: Callable[..., Engine], dummy: Controls, busy: Busy
) -> None:
    engine = make_engine("first", "second")
    busy(engine)
    jobs = [
        engine.submit(name + str(turn), DummyRequest, {"seed": len(name) + turn}, checkpoint=name)
        for turn in range(2)
        for name in ("first", "second")
    ]
    dummy.may_go.set()
    for job in jobs:
        job.result(60)
    assert sorted(map(len, seeds_of_passes(dummy))) == [2, 2]
