"""Two nodes of a Ray cluster, a core each, against one: pictures per second, Text → Image.

Two cores of one machine share its caches, its memory and its power: what they give two processes that know nothing of
each other is told beside it.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from playground.catalog import read_catalog
from playground.engine import Engine
from playground.engine.devices import find_device
from playground.engine.workers.ray import join
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.table import Row, at_least, number, say, seconds_of
from tests.rays import cluster

FAMILY, VISITORS, PICTURES, ROUNDS, BAR = "text_to_image", 16, 3, 3, 1.8
BARE_SECONDS = 12
ASKED: dict[str, Any] = {"prompt": "red apple", "num_inference_steps": 12}


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
        alone, beside = _bare(1), _bare(2)
    one, two = (statistics.median(figures[count]) for count in (1, 2))
    return [
        at_least("two nodes on Ray, one core each, text → image", two, one, BAR, "pictures/s", "one node"),
        Row(
            "the same two cores without page and Ray: the bare pipeline in two processes",
            number(beside, "pictures/s"),
            f"{number(alone, 'pictures/s')} (one process)",
            f"{beside / alone:.1f} ×",
        ),
    ]


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


def _bare(count: int) -> float:
    """Return the pictures a second of so many processes at once, each with the pipeline and one thread."""
    context = multiprocessing.get_context("spawn")
    made, start = context.Queue(), context.Barrier(count)
    processes = [context.Process(target=_make, args=(start, made)) for _ in range(count)]
    for process in processes:
        process.start()
    total = sum(float(made.get(timeout=300)) for _ in processes)
    for process in processes:
        process.join()
    return total


def _make(start: Any, made: Any) -> None:
    import torch

    from tests.benchmarks.diffusion import bare_pipeline

    torch.set_num_threads(1)
    pipeline = bare_pipeline(find_device().dtype)

    def eight() -> None:
        pipeline(**ASKED, guidance_scale=4.0, num_images_per_prompt=8)

    eight()
    start.wait()
    begun, passes = time.perf_counter(), 0
    while time.perf_counter() - begun < BARE_SECONDS:
        eight()
        passes += 1
    made.put(8 * passes / (time.perf_counter() - begun))
