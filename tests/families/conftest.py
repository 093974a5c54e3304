"""An engine that runs the real families."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.catalog import Catalog
from playground.engine import Engine
from tests.running import running


@pytest.fixture(scope="session")
def engine(catalog: Catalog) -> Iterator[Engine]:
    with running(catalog) as engine:
        yield engine
