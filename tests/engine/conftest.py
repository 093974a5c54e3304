"""Engines that run the dummy family in a worker that all tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from playground.engine import Engine, Job
from playground.engine.workers.process import ProcessHome
from playground.engine.workers.ray import join
from tests.dummies import Controls, DummyRequest, dummy_catalog, registered_dummy
from tests.eventually import eventually
from tests.homes import LastingHome
from tests.rays import cluster

ON_EVERY_HOME = ("test_batching", "test_between", "test_failures", "test_memory_modes", "test_stopping")
"""Files whose tests must hold wherever a worker lives."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run those files' tests with a worker in a process, and once more with one in a Ray actor."""
    if "home" in metafunc.fixturenames and metafunc.module.__name__.endswith(ON_EVERY_HOME):
        metafunc.parametrize("home", ["process", "ray"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def home(request: pytest.FixtureRequest) -> Iterator[LastingHome]:
    with ExitStack() as left_open:
        if getattr(request, "param", "process") == "ray":
            here = left_open.enter_context(cluster())
            (there,) = join(here.address, 1, "cpu")
        else:
            there = ProcessHome("cpu")
        left_open.callback(there.stop)
        yield LastingHome(there)


@pytest.fixture
def dummy(tmp_path: Path) -> Iterator[Controls]:
    with registered_dummy(tmp_path) as controls:
        yield controls
        controls.may_go.set()


@pytest.fixture
def make_engine(dummy: Controls, home: LastingHome, tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def make(*ids: str, start: bool = True, **options: Any) -> Engine:
        engine = Engine(dummy_catalog(tmp_path, *ids), **({"homes": [home]} | options))
        engines.append(engine)
        if start:
            engine.start()
            assert engine.wait_until_ready(120), "a busy machine takes a minute to start an actor"
        return engine

    yield make
    dummy.may_go.set()
    for engine in engines:
        engine.stop()


@pytest.fixture
def engine(make_engine: Callable[..., Engine]) -> Engine:
    return make_engine()


@pytest.fixture
def busy(dummy: Controls) -> Callable[[Engine], Job]:
    """Stops the dummy in the middle of a pass, so that what is submitted next has to wait."""

    def occupy(engine: Engine, **values: Any) -> Job:
        dummy.may_go.clear()
        before = len(dummy.passes)
        job = engine.submit("somebody busy", DummyRequest, {"group": "busy"} | values)
        eventually(lambda: len(dummy.passes) > before)
        return job

    return occupy
