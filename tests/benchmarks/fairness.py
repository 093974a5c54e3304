"""Thirty visitors, one of whom queues twenty jobs: how evenly the other twenty-nine wait."""

from __future__ import annotations

import threading
import time

from playground.catalog import read_catalog
from playground.engine import Engine
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.table import Row, say

OTHERS, GREEDY_JOBS, BAR = 29, 20, 0.95
ROUNDS = {1: 9, 100: 3}
"""How often, by pictures per job."""


def measure() -> list[Row]:
    """Ask through the engine, with small jobs and with sheets of a hundred."""
    engine = Engine(read_catalog(Settings.checkpoints))
    engine.start()
    engine.wait_until_ready()
    rows = []
    for family, title in {"digits_cvae": "digits", "class_gan": "class → image"}.items():
        for num_images, rounds in ROUNDS.items():
            indices = [_round(engine, family, num_images) for _ in range(rounds + 1)][1:]
            say(f"  {title}, {num_images}: " + " ".join(f"{index:.3f}" for index in indices))
            worst = min(indices)
            rows.append(
                Row(
                    f"fairness, 30 visitors, one queues {GREEDY_JOBS} jobs, {title}, {num_images} per job, "
                    f"worst of {rounds} rounds",
                    f"{worst:.3f} (Jain)",
                    bar=f"≥ {BAR:g}",
                    reached=worst >= BAR,
                )
            )
    engine.stop()
    return rows


def _round(engine: Engine, family: str, num_images: int) -> float:
    """Let the greedy one queue first, then all others come at once; return Jain's index over their waits."""
    task, values = find_family(family).requests[0], {"num_images": num_images}
    door = threading.Barrier(OTHERS + 1)
    waits: list[float] = []

    def visit(owner: str) -> None:
        door.wait()
        started = time.perf_counter()
        engine.submit(owner, task, values).result()
        waits.append(time.perf_counter() - started)

    people = [threading.Thread(target=visit, args=(f"other {index}",)) for index in range(OTHERS)]
    for person in people:
        person.start()
    greedy = [engine.submit("greedy", task, values) for _ in range(GREEDY_JOBS)]
    door.wait()
    for person in people:
        person.join()
    for job in greedy:
        job.result()
    say(f"    waits {1000 * min(waits):.0f} to {1000 * max(waits):.0f} ms")
    return jain(waits)


def jain(values: list[float]) -> float:
    """Return (Σx)² / (n Σx²): 1 when all are equal, 1/n when one has everything (Jain, Chiu & Hawe 1984)."""
    return sum(values) ** 2 / (len(values) * sum(value * value for value in values))
