"""Ray: what is told of an address that cannot be joined; nodes that go, and a head that goes and comes back."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.catalog import Catalog
from playground.engine import Engine, Job, Step
from playground.engine.workers import ray as module
from playground.engine.workers.ray import NO_HEAD, join
from playground.engine.workers.ray_gateway import PIECE, Joiner, NotJoined, cut
from playground.errors import CheckpointError, SettingsError
from tests.dummies import Controls, DummyRequest, dummy_catalog
from tests.eventually import eventually
from tests.own_folders import needs_mounting, with_own
from tests.rays import Cluster, cluster
from tests.server import free_port

JOBS = 24


@pytest.fixture
def here() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


def submit(engine: Engine, seed: int, **values: Any) -> Job:
    return engine.submit(f"visitor {seed}", DummyRequest, {"seed": seed, "group": str(seed)} | values)


def seeds(jobs: list[Job]) -> list[int]:
    return [job.result(120).made[0].getpixel((0, 0)) for job in jobs]


def test_a_node_that_goes_loses_nothing_and_a_head_that_comes_back_is_joined_again(
    here: Cluster, make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    node = here.add()
    engine = make_engine(homes=join(here.address, 2, "cpu"))
    eventually(lambda: [worker.state for worker in engine.status.workers] == ["ready"] * 2, timeout=90)
    dummy.pace = 0.01
    jobs = [submit(engine, seed, steps=30) for seed in range(JOBS)]
    eventually(lambda: sum(isinstance(job.latest, Step) for job in jobs) == 2)
    node.kill()
    assert seeds(jobs) == list(range(JOBS))
    assert sum(max(job.losses.values(), default=0) for job in jobs) == 1, "one was under way there"

    here.head.kill()
    eventually(lambda: [worker.lost for worker in engine.status.workers] == [NO_HEAD] * 2, timeout=30)
    waits = submit(engine, 77)
    here.start_head_again()
    assert seeds([waits]) == [77] and not waits.losses


@needs_mounting
def test_a_node_without_the_checkpoints_folder_is_named(tmp_path: Path, dummy: Controls) -> None:
    away = tmp_path / "away"
    catalog = Catalog([*dummy_catalog(tmp_path, "good").all(), *dummy_catalog(away, "bad").all()])
    with cluster(with_own(away)) as here:
        engine = Engine(catalog, homes=join(here.address, 1, "cpu"))
        engine.start()
        try:
            with pytest.raises(CheckpointError, match=f"its folder is not on the machine {socket.gethostname()}"):
                engine.submit("ann", DummyRequest, {}, "bad").result(120)
            assert engine.submit("ann", DummyRequest, {}, "good").result(60).made
        finally:
            engine.stop()


@pytest.mark.parametrize("size", [0, PIECE - 100, PIECE, 10 * PIECE])
def test_a_message_is_whole_again_after_its_last_piece(size: int) -> None:
    pieces, joiner = cut(bytes(size)), Joiner()
    assert max(len(piece.part) for piece in pieces) <= PIECE
    for message in (1, 2):
        assert [list(joiner.add(piece)) for piece in pieces] == [[]] * (len(pieces) - 1) + [[bytes(size)]], message


def test_an_address_where_nobody_answers_is_told() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(SettingsError, match=f"--ray {address}: no Ray answers there"):
        join(address, 1, "cpu")


def test_another_version_of_ray_is_told_here_and_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "live", refuse)
    with pytest.raises(SettingsError, match="Ray or Python has another version there than here: pip install ray=="):
        join("auto", 1, "cpu")
    monkeypatch.setattr(module, "version", lambda name: "2.9.0")
    with pytest.raises(SettingsError, match="2.9.0 is installed here: pip install"):
        join("auto", 1, "cpu")


def refuse(pipe: Any, address: str) -> None:
    """Answer as a cluster of another version does."""
    pipe.send(NotJoined("Version mismatch: The cluster was started with: Ray: 2.9.0"))
