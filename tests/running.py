"""An engine that runs on this machine's CPU while a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playground.catalog import Catalog
from playground.engine import Engine


@contextmanager
def running(catalog: Catalog) -> Iterator[Engine]:
    """Start an engine and wait until its checkpoints are ready; only then may a test build networks itself."""
    engine = Engine(catalog, device="cpu")
    engine.start()
    try:
        assert engine.wait_until_ready(200)
        yield engine
    finally:
        engine.stop()
