"""Five generators, 500 samples each: when the first figures stand, when all do, and how long somebody else waits."""

from __future__ import annotations

import asyncio
import threading
import time

from playground.catalog import read_catalog
from playground.engine import Done, Engine, Step
from playground.families.compare_requests import DATA, CompareRequest
from playground.families.digits_cvae_requests import DigitRequest
from playground.outcomes.comparison import REAL, Comparison
from playground.settings import Settings
from tests.benchmarks.table import Row, say

SAMPLES, FIRST_BAR, ALL_BAR, WAIT_BAR = 500, 3.0, 90.0, 1.0
BETWEEN = 8.0
"""Seconds between two digits that somebody else asks for."""


def measure() -> list[Row]:
    """Compare digits and clothes through the engine, all models loaded, while another visitor asks for digits."""
    engine = Engine(read_catalog(Settings.checkpoints))
    engine.start()
    engine.wait_until_ready()
    rows = []
    for data in DATA:
        engine.submit("warm", CompareRequest, {"data": data, "num_images": 10, "seed": 1}).result(300)
        first, everything, waits = asyncio.run(_compare(engine, data))
        say(f"  {data}: digits meanwhile " + " ".join(f"{wait:.2f}" for wait in waits))
        what = f"{SAMPLES} samples of five generators of {data}"
        rows += [
            Row(f"{what}, first figures", f"{first:.1f} s", bar=f"≤ {FIRST_BAR:g} s", reached=first <= FIRST_BAR),
            Row(f"{what}, all", f"{everything:.0f} s", bar=f"≤ {ALL_BAR:g} s", reached=everything <= ALL_BAR),
            Row(
                f"a digit asked for meanwhile, worst of {len(waits)}",
                f"{max(waits):.2f} s",
                bar=f"≤ {WAIT_BAR:g} s",
                reached=max(waits) <= WAIT_BAR,
            ),
        ]
    engine.stop()
    return rows


async def _compare(engine: Engine, data: str) -> tuple[float, float, list[float]]:
    """Return the seconds until the first figures, until all, and those that digits took meanwhile."""
    ended = threading.Event()
    waits: list[float] = []

    def ask() -> None:
        while not ended.wait(BETWEEN):
            asked = time.perf_counter()
            engine.submit("other", DigitRequest, {"digit": 3}).result(60)
            waits.append(time.perf_counter() - asked)

    other = threading.Thread(target=ask)
    other.start()
    started, first = time.perf_counter(), 0.0
    job = engine.submit("room", CompareRequest, {"data": data, "num_images": SAMPLES, "seed": 7})
    async for event in job.watch():
        if not first and isinstance(event, Step) and event.preview and _has_figures(event.preview[0]):
            first = time.perf_counter() - started
        if isinstance(event, Done):
            break
    everything = time.perf_counter() - started
    ended.set()
    other.join()
    return first, everything, waits


def _has_figures(view: Comparison) -> bool:
    """Tell whether a generator's accuracy stands; real pictures' come last."""
    rows = zip(view.scores.rows, view.scores.values, strict=True)
    return any(row != REAL and values[0] is not None for row, values in rows)
