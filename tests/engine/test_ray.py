"""A worker as a Ray actor behaves like one in a process: the same bytes, Stop, sentences, and again after a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.engine import Engine, Step
from playground.engine.workers.home import Home
from playground.errors import Cancelled, GenerationError, OutOfMemory, SettingsError
from tests.dummies import BROKEN, OUT_OF_MEMORY, Controls, DummyRequest
from tests.eventually import eventually
from tests.server import free_port

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def homes() -> Iterator[list[Home]]:
    from playground.engine.workers.ray import join

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")
        yield join("local", 1, "cpu")
        ray.shutdown()


@pytest.fixture
def engine(make_engine: Callable[..., Engine], homes: list[Home]) -> Engine:
    return make_engine(homes=homes)


def submit(engine: Engine, owner: str = "ann", **values: Any) -> Any:
    return engine.submit(owner, DummyRequest, values)


def test_everything_a_process_does_an_actor_does(engine: Engine, homes: list[Any], dummy: Controls) -> None:
    done = submit(engine, num_images=8, seed=3).result(60)
    assert [picture.getpixel((0, 0)) for picture in done.made] == list(range(3, 11))
    again = engine.submit("eve", DummyRequest, done.report.request, shapes=done.report.batches).result(60)
    assert [one.tobytes() for one in again.made] == [other.tobytes() for other in done.made]
    with pytest.raises(GenerationError, match="the dummy fell over"):
        submit(engine, trouble=BROKEN).result(60)
    with pytest.raises(OutOfMemory):
        submit(engine, trouble=OUT_OF_MEMORY).result(60)
    dummy.pace = 0.01
    mine, others = submit(engine, steps=100_000), submit(engine, "bob", group="other", seed=5)
    eventually(lambda: isinstance(mine.latest, Step) and mine.latest.preview)
    mine.cancel()
    with pytest.raises(Cancelled):
        mine.result(0)
    assert others.result(60).report.seeds == [5]
    lost = submit(engine, steps=100, seed=9)
    eventually(lambda: isinstance(lost.latest, Step))
    ray.kill(homes[0]._actor)
    assert lost.result(60).made[0].getpixel((0, 0)) == 9 and lost.losses[0] == 1


def test_an_address_where_nobody_answers_is_told() -> None:
    from playground.engine.workers.ray import join

    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(SettingsError, match=f"--ray {address}: no Ray answers there"):
        join(address, 1, "cpu")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SettingsError, match="is installed here: pip install"):
        patch.setattr("playground.engine.workers.ray.version", lambda name: "2.9.0")
        join(address, 1, "cpu")
