"""An engine that runs the real families."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import accelerate
import diffusers
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


@pytest.fixture
def offloads_to_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let "one layer at a time" work on a CPU: diffusers asks for "cpu:0", which accelerate takes for another place."""

    def offload(pipe: Any, device: str) -> None:
        for part in pipe.components.values():
            if isinstance(part, torch.nn.Module):
                accelerate.cpu_offload(part, torch.device(device), offload_buffers=bool(part._parameters))

    monkeypatch.setattr(diffusers.DiffusionPipeline, "enable_sequential_cpu_offload", offload)
