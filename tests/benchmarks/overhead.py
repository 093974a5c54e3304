"""What the page adds: Generate → last event through its own endpoint, against the bare model call."""

from __future__ import annotations

import asyncio
import statistics
import time

import torch

from playground.catalog import read_catalog
from playground.engine.devices import find_device
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, number

ROUNDS, PICTURES = 7, 100


def measure() -> list[Row]:
    """Ask for a hundred digits; the files of the answer are written, as for any visitor."""
    family = find_family("digits_cvae")
    checkpoint = read_catalog(Settings.checkpoints).find("", family.name)
    model = family.load(checkpoint, find_device())
    samples = family.read(family.requests[0], checkpoint, {"num_images": PICTURES}).samples(checkpoint)
    bare: list[float] = []
    through: list[float] = []

    async def ask(url: str) -> None:
        visitor = Visitor(url, read_config(url))
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            family.generate(model, samples, lambda index, of, preview=None: None)
            bare.append(time.perf_counter() - started)
            started = time.perf_counter()
            await visitor.ask(family.name, num_images=PICTURES)
            through.append(time.perf_counter() - started)
        await visitor.leave()

    with playground() as server:
        server.answers()
        asyncio.run(ask(server.url))
    ours, other = statistics.median(through[1:]), statistics.median(bare[1:])
    return [
        Row(
            f"endpoint → last event, {PICTURES} digits with their files",
            number(1000 * ours, "ms"),
            f"{number(1000 * other, 'ms')} (bare model call, {torch.get_num_threads()} threads, no files)",
            f"{ours / other:.1f} ×",
        )
    ]
