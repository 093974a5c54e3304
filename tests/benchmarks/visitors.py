"""Sixteen visitors at once against one after another, in pictures per second: engine alone, and over HTTP."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from playground.catalog import read_catalog
from playground.engine import Engine
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, at_least, in_turns, seconds_of

VISITORS, ROUNDS, BAR = 16, 7, 4.0
FAMILIES = {"digits_cvae": "digits", "class_gan": "class → image"}
PICTURES, PICTURES_HTTP = 25, 4


def measure() -> list[Row]:
    """Let every visitor ask for one picture several times, waiting for each before the next."""
    return [*_engine_alone(), *_over_http()]


def _engine_alone() -> list[Row]:
    engine = Engine(read_catalog(Settings.checkpoints))
    engine.start()
    engine.wait_until_ready()
    rows = []
    for family, title in FAMILIES.items():
        task = find_family(family).requests[0]

        def visit(owner: str, count: int, task: Any = task) -> None:
            for _ in range(count):
                engine.submit(owner, task, {}).result()

        def one_by_one(visit: Any = visit) -> float:
            return VISITORS * PICTURES / seconds_of(lambda: visit("one", VISITORS * PICTURES))

        def at_once(visit: Any = visit) -> float:
            people = [
                threading.Thread(target=visit, args=(f"visitor {number}", PICTURES)) for number in range(VISITORS)
            ]

            def all_of_them() -> None:
                for person in people:
                    person.start()
                for person in people:
                    person.join()

            return VISITORS * PICTURES / seconds_of(all_of_them)

        one_by_one()
        together, alone = in_turns(ROUNDS, at_once, one_by_one)
        rows.append(_row(title, "engine", together, alone))
    engine.stop()
    return rows


def _over_http() -> list[Row]:
    with playground() as server:
        server.answers()
        config = read_config(server.url)
        return [
            _row(title, "over HTTP", *asyncio.run(_ask(server.url, config, family)))
            for family, title in FAMILIES.items()
        ]


async def _ask(url: str, config: dict[str, Any], family: str) -> tuple[float, float]:
    """Return pictures per second of all visitors at once, and of one visitor at a time."""
    visitors = [Visitor(url, config) for _ in range(VISITORS)]
    loop = asyncio.get_running_loop()
    ticks: dict[str, list[float]] = {"at once": [], "one by one": []}

    async def visit(visitor: Visitor) -> None:
        for _ in range(PICTURES_HTTP):
            await visitor.ask(family)

    for _ in range(ROUNDS + 1):
        started = loop.time()
        await asyncio.gather(*map(visit, visitors))
        ticks["at once"].append(loop.time() - started)
        started = loop.time()
        for visitor in visitors:
            await visit(visitor)
        ticks["one by one"].append(loop.time() - started)
    for visitor in visitors:
        await visitor.leave()
    made = VISITORS * PICTURES_HTTP
    together, alone = (made / sorted(seconds[1:])[ROUNDS // 2] for seconds in ticks.values())
    return together, alone


def _row(title: str, way: str, together: float, alone: float) -> Row:
    return at_least(
        f"{VISITORS} visitors at once, {title}, {way}", together, alone, BAR, "pictures/s", "one after another"
    )
