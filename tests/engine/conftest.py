"""Engines that run the dummy family in a worker that all tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.engine import Engine, Job
from playground.engine.workers.process import ProcessHome
from tests.dummies import Controls, DummyRequest, dummy_catalog, registered_dummy
from tests.eventually import eventually
from tests.homes import LastingHome


@pytest.fixture(scope="session")
def home() -> Iterator[LastingHome]:
    lasting = LastingHome(ProcessHome("cpu"))
    yield lasting
    lasting.home.stop()


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
            assert engine.wait_until_ready(60)
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
