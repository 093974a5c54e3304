"""What the scheduler itself costs a job, from ten visitors to ten thousand and from one worker to 64; workers sleep."""

from __future__ import annotations

import gc
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PIL import Image

from playground.engine import Engine, Job
from playground.engine.workers.messages import Answer, Began, Begin, GetReady, Held, Made, News, Order, Run
from playground.families.base import Device
from tests.benchmarks.fairness import jain
from tests.benchmarks.table import Row, say
from tests.dummies import DummyRequest, dummy_catalog, registered_dummy

VISITORS, WORKERS = (10, 100, 1_000, 10_000), (1, 4, 16, 64)
SLEEP, GROWTH, EVEN, WEIGHT = 0.002, 1.5, 0.95, 20_000
ROUNDS = 3
PICTURE = Image.new("L", (1, 1))


class SleepingHome:
    """A worker without models: it sleeps a moment for each pass."""

    device = "cpu"

    def __init__(self) -> None:
        self._news: queue.Queue[News] = queue.Queue()
        self._held = Held({"dummy-weights": "whole"}, 1 << 30)

    def start(self, died: Callable[[], None]) -> None:
        """Nothing to start."""

    def send(self, order: Order) -> None:
        """Answer at once."""
        match order:
            case Begin():
                self._news.put(Began(Device("cpu", "sleeper", 1 << 30, "float32"), self._held))
            case Run(number, _, samples):
                self._news.put(Made(number, [PICTURE] * len(samples), SLEEP, self._held))
            case GetReady():
                self._news.put(Answer(None, self._held))

    def receive(self, timeout: float | None = None) -> News | None:
        """Sleep as long as a pass takes."""
        news = self._news.get()
        if isinstance(news, Made):
            time.sleep(SLEEP)
        return news

    def stop(self) -> None:
        """Wake up who waits, to end."""
        self._news.put(Answer(None, self._held))


def measure() -> list[Row]:
    """Let visitors ask again as soon as they have their result."""
    gc.freeze()  # as the app does with what its start brought in
    weight, rows = _weight(10_000), []  # first, before other jobs leave memory behind that these could take
    by_visitors = _in_turns({count: (count, 1) for count in VISITORS})
    by_workers = _in_turns({count: (1_000, count) for count in WORKERS})
    for what, found in (("visitors", by_visitors), ("workers", by_workers)):
        costs = [cost for cost, _ in found.values()]
        shown = ", ".join(f"{count}: {1e6 * cost:.0f}" for count, (cost, _) in found.items())
        say(f"  µs of scheduling a job by {what}: {shown}")
        rows.append(
            Row(
                f"scheduling a job, µs, by {what} ({shown})",
                f"{max(costs) / costs[0]:.2f} ×",
                bar=f"≤ {GROWTH:g} ×",
                reached=max(costs) <= GROWTH * costs[0],
            )
        )
        worst = min(evenness for _, evenness in found.values())
        rows.append(Row(f"fairness by {what}, worst", f"{worst:.3f} (Jain)", bar=f"≥ {EVEN:g}", reached=worst >= EVEN))
    shown = f"{weight / 1000:.1f} kB"
    rows.append(Row("memory of a waiting job", shown, bar=f"≤ {WEIGHT / 1000:g} kB", reached=weight <= WEIGHT))
    return rows


def _in_turns(sides: dict[int, tuple[int, int]]) -> dict[int, tuple[float, float]]:
    """Return each side's cost a job and its evenness, both medians, of so many visitors and workers."""
    rounds = [{count: _run(*side) for count, side in sides.items()} for _ in range(ROUNDS)]
    found = {count: [each[count] for each in rounds] for count in sides}
    return {
        count: (statistics.median(cost for cost, _ in each), statistics.median(even for _, even in each))
        for count, each in found.items()
    }


def _run(visitors: int, workers: int) -> tuple[float, float]:
    """Return the processor's seconds a job, and how evenly the visitors waited."""
    jobs = max(4_000, 3 * visitors)
    with tempfile.TemporaryDirectory() as folder, registered_dummy(Path(folder)):
        engine = Engine(dummy_catalog(Path(folder)), homes=[SleepingHome() for _ in range(workers)])
        engine.start()
        engine.wait_until_ready()
        waits: dict[str, list[float]] = {f"visitor {number}": [] for number in range(visitors)}
        asked, over, lock = 0, threading.Event(), threading.Lock()

        def ask(owner: str) -> None:
            nonlocal asked
            with lock:
                asked += 1
                if asked > jobs:
                    if asked >= jobs + visitors:
                        over.set()
                    return
            started = time.perf_counter()

            def ended(job: Job) -> None:
                waits[owner].append(time.perf_counter() - started)
                ask(owner)

            engine.submit(owner, DummyRequest, {"steps": 1}).when_ended(ended)

        before = time.process_time()
        with engine.together():
            for owner in waits:
                ask(owner)
        over.wait()
        cost = (time.process_time() - before) / jobs
        engine.stop()
    return cost, jain([sum(each[1:]) / len(each[1:]) for each in waits.values() if len(each) > 1])


def _weight(jobs: int) -> float:
    """Return the bytes of a waiting job."""
    with tempfile.TemporaryDirectory() as folder, registered_dummy(Path(folder)):
        engine = Engine(dummy_catalog(Path(folder)), homes=[SleepingHome()])
        process = psutil.Process()
        before = process.memory_info().rss
        kept = [engine.submit(f"visitor {number}", DummyRequest, {}) for number in range(jobs)]
        for job in kept[:100]:
            job.standing(job)
        return (process.memory_info().rss - before) / len(kept)
