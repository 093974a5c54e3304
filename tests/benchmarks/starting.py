"""From the start of the process to the page, and from the page to the first digit and the first picture of a class."""

from __future__ import annotations

import asyncio
import statistics
import time

from tests.benchmarks.servers import HELLO, Visitor, playground, program, read_config
from tests.benchmarks.table import Row, at_most, in_turns, number

ROUNDS = 3
DIGIT_BAR, CLASS_BAR = 3.0, 10.0


def measure() -> list[Row]:
    """Start the app and a hello-world in turns."""
    digits: list[float] = []
    classes: list[float] = []

    def ours() -> float:
        with playground() as server:
            answered = server.answers()
            asyncio.run(_first_pictures(server.url, time.perf_counter(), digits, classes))
            return answered

    def hello() -> float:
        with program(HELLO) as server:
            return server.answers()

    hello()  # once unmeasured, so that both find the libraries in the disk's cache
    page, other = in_turns(ROUNDS, ours, hello)
    digit, picture = statistics.median(digits), statistics.median(classes)
    return [
        at_most("page answers (first HTTP 200)", page, other, 1.2, "s", "hello-world Gradio app"),
        Row(
            "first digit after the page's first answer",
            number(digit, "s"),
            bar=f"≤ {DIGIT_BAR:g} s",
            reached=digit <= DIGIT_BAR,
        ),
        Row(
            "first picture of a class after the page's first answer",
            number(picture, "s"),
            bar=f"≤ {CLASS_BAR:g} s",
            reached=picture <= CLASS_BAR,
        ),
    ]


async def _first_pictures(url: str, started: float, digits: list[float], classes: list[float]) -> None:
    """Two visitors ask at once, as soon as the page answers."""
    config = read_config(url)

    async def first(name: str, seconds: list[float]) -> None:
        visitor = Visitor(url, config)
        await visitor.ask(name)
        seconds.append(time.perf_counter() - started)
        await visitor.leave()

    await asyncio.gather(first("digits_cvae", digits), first("class_gan", classes))
