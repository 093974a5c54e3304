"""No room in /dev/shm, as in a container that has 64 MB of it, takes nothing from anybody: no worker needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from playground.engine import Engine
from playground.engine.workers.ray import join
from tests.dummies import Controls, DummyRequest
from tests.own_folders import SHARED, fill_shared_memory, needs_mounting, with_own
from tests.rays import Cluster, cluster
from tests.server import Server

pytestmark = needs_mounting
LARGE = 1000
"""Pixels of a side: pictures that Ray itself would put into /dev/shm, whose node would then die."""


@pytest.fixture(params=["1m", "200m"])
def here(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster with less room than Ray asks for from the start, and one with enough until others take it."""
    with cluster(with_own(SHARED, request.param)) as started:
        yield started


def actor(of: Cluster) -> psutil.Process:
    everybody = psutil.Process(of.head.pid).children(recursive=True)
    (found,) = [process for process in everybody if process.cmdline()[:1] == ["ray::Actor"]]
    return found


def test_ray_brings_large_pictures_and_starts_workers_again(
    here: Cluster, make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    dummy.side = LARGE
    engine = make_engine(homes=join(here.address, 1, "cpu"))
    fill_shared_memory(here.head.pid)

    def make(seed: int) -> list[int]:
        made = engine.submit("ann", DummyRequest, {"seed": seed, "num_images": 8}).result(120).made
        assert {picture.size for picture in made} == {(LARGE, LARGE)}
        return [picture.getpixel((LARGE - 1, LARGE - 1)) for picture in made]

    assert make(0) == list(range(8))
    actor(here).kill()
    assert make(8) == list(range(8, 16))


def test_the_app_starts_and_makes_pictures(tmp_path: Path) -> None:
    with Server(tmp_path, inside=with_own(SHARED, "4k")) as server:
        fill_shared_memory(server.process.pid)
        client = server.client()
        assert client.predict(digit=3, api_name="/digits_cvae")[0]
        assert client.predict(prompt="a red apple", num_inference_steps=1, num_images=2, api_name="/text_to_image")[0]
        assert "Traceback" not in server.log
