"""Twelve visitors without a pause, while their worker is killed again and again: what is lost, crossed or different."""

from __future__ import annotations

import os
import random
import signal
import statistics
import threading
import time
from typing import Any

from playground.catalog import read_catalog
from playground.engine import Done, Engine
from playground.engine.workers.process import ProcessHome
from playground.errors import PlaygroundError
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.table import Row, say

VISITORS, KILLS, COMPARED, BACK = 12, 30, 300, 10.0
FAMILIES = ("digits_cvae", "class_gan")


def measure() -> list[Row]:
    """Kill the worker at random moments, then make results again undisturbed and compare their bytes."""
    home = ProcessHome("cpu")
    engine = Engine(read_catalog(Settings.checkpoints), homes=[home])
    engine.start()
    engine.wait_until_ready()
    done, lost, over = list[tuple[Any, dict[str, int], Done]](), list[str](), threading.Event()
    tasks = [find_family(name).requests[0] for name in FAMILIES]

    def visit(number: int) -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            task, values = tasks[(number + turn) % 2], {"seed": number * 100_000 + turn, "num_images": 1 + turn % 3}
            try:
                done.append((task, values, engine.submit(f"visitor {number}", task, values).result(300)))
            except (PlaygroundError, TimeoutError) as error:
                lost.append(str(error))

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    chance, away = random.Random(0), list[float]()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 1.0))
        os.kill(home.pid or 0, signal.SIGKILL)
        killed, before = time.perf_counter(), len(done)
        while len(done) <= before + VISITORS:  # those that were made already may still be handed out
            time.sleep(0.01)
        away.append(time.perf_counter() - killed)
    over.set()
    for visitor in visitors:
        visitor.join()
    wrong = 0
    for task, values, result in chance.sample(done, min(COMPARED, len(done))):
        again = engine.submit("again", task, values, shapes=result.report.batches).result(300)
        same = [picture.tobytes() for picture in again.made] == [picture.tobytes() for picture in result.made]
        wrong += not (same and result.report.request["seed"] == values["seed"])
    engine.stop()
    say("  away " + " ".join(f"{seconds:.1f}" for seconds in away))
    return [
        Row(
            f"worker killed {KILLS} times under {VISITORS} visitors, {len(done)} results",
            f"{len(lost)} lost, {wrong} of {min(COMPARED, len(done))} different",
            bar="0, 0",
            reached=not lost and not wrong,
        ),
        Row(
            "killed → results again, longest (median)",
            f"{max(away):.1f} s ({statistics.median(away):.1f} s)",
            bar=f"≤ {BACK:g} s",
            reached=max(away) <= BACK,
        ),
    ]
