"""Models stay loaded, the least recently used goes first, under a budget of bytes."""

from __future__ import annotations

from collections.abc import Callable

from playground.engine import Engine
from tests.dummies import Controls, DummyRequest

MakeEngine = Callable[..., Engine]


def use(engine: Engine, id: str) -> list[str]:
    """Run a job on a checkpoint; returns what is loaded afterwards, least recently used first."""
    engine.submit("ann", DummyRequest, {}, checkpoint=id).result(60)
    return engine.status.loaded


def test_the_least_recently_used_goes_first(make_engine: MakeEngine, dummy: Controls) -> None:
    engine = make_engine("a", "b", "c", budget=2500)
    assert use(engine, "b") == ["a", "b"]
    assert use(engine, "a") == ["b", "a"]
    assert use(engine, "c") == ["a", "c"], "b was used longest ago"
    assert dummy.loads == ["a", "b", "c"]
    assert use(engine, "b") == ["c", "b"]
    assert dummy.loads == ["a", "b", "c", "b"]


def test_what_fits_is_read_once(make_engine: MakeEngine, dummy: Controls) -> None:
    engine = make_engine("a", "b", "c", budget=3000)
    for _ in range(3):
        for id in ("a", "b", "c"):
            use(engine, id)
    assert dummy.loads == ["a", "b", "c"]


def test_a_model_larger_than_the_budget_runs_alone(make_engine: MakeEngine) -> None:
    engine = make_engine("a", "b", budget=10)
    assert use(engine, "a") == ["a"]
    assert use(engine, "b") == ["b"]


def test_only_the_first_checkpoint_of_a_family_is_loaded_before_anybody_asks(
    make_engine: MakeEngine, dummy: Controls
) -> None:
    engine = make_engine("a", "b", "c")
    assert engine.status.loaded == ["a"] and dummy.loads == ["a"]
    assert not engine.status.problems
