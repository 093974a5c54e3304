"""An engine that runs the real families."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from playground.catalog import Catalog
from playground.engine import Engine
from tests.running import running


@pytest.fixture(scope="session")
def engine(catalog: Catalog) -> Iterator[Engine]:
    with running(catalog) as engine:
        yield engine


@pytest.fixture(scope="module")
def one_core() -> Iterator[None]:
    """Small networks lose more time in waking a second core than it saves, the more so on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
