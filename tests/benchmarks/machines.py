"""Two nodes of a Ray cluster, a core each, against one: pictures per second, Text → Image."""

from __future__ import annotations

import os
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from playground.catalog import read_catalog
from playground.engine import Engine
from playground.engine.workers.ray import join
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.table import Row, at_least, say, seconds_of
from tests.rays import cluster

FAMILY, VISITORS, PICTURES, ROUNDS, BAR = "text_to_image", 16, 3, 3, 1.8
ASKED = {"prompt": "red apple", "num_inference_steps": 12}


def measure() -> list[Row]:
    """Let sixteen visitors ask for pictures, with a worker on one of the nodes and with one on both, in turns."""
    one_core = mock.patch.dict(os.environ, OMP_NUM_THREADS="1", OMP_WAIT_POLICY="PASSIVE")
    figures: dict[int, list[float]] = {1: [], 2: []}
    with one_core, cluster() as nodes:
        nodes.add()
        for _ in range(ROUNDS):
            for count in figures:
                with _engine(nodes.address, count) as engine:
                    figures[count].append(_pictures_a_second(engine))
                    say(f"  {count} node(s): {figures[count][-1]:.2f} pictures/s")
    one, two = (statistics.median(figures[count]) for count in (1, 2))
    return [at_least("two nodes on Ray, one core each, text → image", two, one, BAR, "pictures/s", "one node")]


@contextmanager
def _engine(address: str, count: int) -> Iterator[Engine]:
    engine = Engine(read_catalog(Settings.checkpoints), homes=join(address, count, "cpu"))
    engine.start()
    engine.wait_until_ready()
    try:
        _pictures_a_second(engine)  # once unmeasured: a worker reads the checkpoint when it is asked for it
        yield engine
    finally:
        engine.stop()


def _pictures_a_second(engine: Engine) -> float:
    task = find_family(FAMILY).requests[0]

    def visit(number: int) -> None:
        for turn in range(PICTURES):
            engine.submit(f"visitor {number}", task, ASKED | {"seed": 100 * number + turn}).result(600)

    people = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]

    def everybody() -> None:
        for person in people:
            person.start()
        for person in people:
            person.join()

    return VISITORS * PICTURES / seconds_of(everybody)
