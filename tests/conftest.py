"""What the tests share: a running app, visitors, and checkpoints to damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from playground.catalog import Catalog, read_catalog
from playground.settings import Settings
from tests.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as it is, with the real checkpoints."""
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A visitor who reads English."""
    with server.client() as visitor:
        yield visitor


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The real catalogue with the real checkpoints."""
    return read_catalog(Settings.checkpoints)


@pytest.fixture(scope="session")
def copy_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Gives a folder of one's own with copies of all checkpoints, to damage."""

    def copy() -> Path:
        folder = tmp_path_factory.mktemp("checkpoints")
        return Path(shutil.copytree(Settings.checkpoints, folder, dirs_exist_ok=True))

    return copy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: Playwright keeps an event loop running, beside which asyncio.run refuses."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Print what the servers of a failed test have printed."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            if isinstance(value, Server):
                report.sections.append((f"output of {name}", value.log[-8000:]))
    return report
