"""An engine that runs the real families."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.catalog import Catalog
from playground.engine import Engine


@pytest.fixture(scope="session")
def engine(catalog: Catalog) -> Iterator[Engine]:
    running = Engine(catalog, device="cpu")
    running.start()
    assert running.wait_until_ready(120)
    yield running
    running.stop()
