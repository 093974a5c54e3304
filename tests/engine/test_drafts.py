"""Drafts follow a hand where they are quick, share passes, and give way to everybody's real jobs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.engine import Cancelled, Engine, Job
from playground.engine.drafts import QUICK, DraftPace
from playground.families.base import REGISTRY
from tests.dummies import Controls, DummyRequest
from tests.eventually import eventually

Busy = Callable[..., Job]


@pytest.fixture
def drafting(engine: Engine, dummy: Controls, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine whose dummy makes drafts, and was seen to be quick."""
    monkeypatch.setattr(REGISTRY["dummy"], "draft", lambda request: request, raising=False)
    assert engine.draft("ann", DummyRequest, {"group": "draft"}) is None, "nobody knows yet how long it takes"
    engine.submit("ann", DummyRequest, {}).result(60)
    dummy.forget_passes()
    return engine


def draft(engine: Engine, owner: str, **values: object) -> Job:
    job = engine.draft(owner, DummyRequest, {"group": "draft"} | values)
    assert job is not None
    return job


def seeds(dummy: Controls) -> list[list[int]]:
    return [[sample.seed for sample in samples] for samples in dummy.passes if samples[0].group != "busy"]


def test_drafts_go_after_real_jobs_and_share_a_pass_among_themselves(
    drafting: Engine, dummy: Controls, busy: Busy
) -> None:
    busy(drafting)
    drafts = [draft(drafting, f"visitor {seed}", seed=seed) for seed in (1, 2, 3)]
    real = [drafting.submit("bob", DummyRequest, {"group": group, "seed": 9}) for group in ("draft", "b")]
    assert [drafting._scheduler.place(job)[0] for job in (*real, drafts[0])] == [1, 2, 3]
    dummy.may_go.set()
    for job in drafts + real:
        job.result(60)
    assert seeds(dummy) == [[9], [9], [1, 2, 3]]


def test_a_draft_on_its_way_gives_way_to_a_real_job_and_is_made_after_it(drafting: Engine, dummy: Controls) -> None:
    dummy.may_go.clear()
    first = draft(drafting, "ann", seed=1)
    eventually(lambda: seeds(dummy) == [[1]])
    real = drafting.submit("bob", DummyRequest, {"seed": 2})
    dummy.may_go.set()
    real.result(60)
    assert first.result(60).made[0].getpixel((0, 0)) == 1
    assert seeds(dummy) == [[1], [2], [1]]


def test_the_next_draft_takes_the_place_of_one_that_waits(drafting: Engine, dummy: Controls, busy: Busy) -> None:
    busy(drafting)
    older, newer = draft(drafting, "ann", seed=1), draft(drafting, "ann", seed=2)
    assert isinstance(older.latest, Cancelled)
    dummy.may_go.set()
    newer.result(60)
    assert seeds(dummy) == [[2]]


def test_drafts_are_no_measure_of_real_jobs(drafting: Engine) -> None:
    known = dict(drafting._scheduler.pace)
    draft(drafting, "ann", seed=1).result(60)
    assert drafting._scheduler.pace == known


def test_drafts_are_made_where_they_were_measured_to_be_quick() -> None:
    pace = DraftPace()
    assert not pace.quick("a", 4), "never run"
    pace.measured("a", 20 * QUICK / 5, 20, 1, draft=False)
    assert pace.quick("a", 4) and not pace.quick("a", 6)
    pace.measured("a", 3 * QUICK, 4, 16, draft=True)
    assert pace.quick("a", 4), "a crowd's pass says nothing of one visitor's"
    pace.measured("a", 1.1 * QUICK, 4, 1, draft=True)
    asked = [pace.quick("a", 4) for _ in range(8)]
    assert not asked[0] and asked[-1], "a slow moment is forgotten"


def test_a_family_without_drafts_makes_none(engine: Engine) -> None:
    engine.submit("ann", DummyRequest, {}).result(60)
    assert engine.draft("ann", DummyRequest, {}) is None
