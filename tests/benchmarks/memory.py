"""What the server holds when nobody asks, after every bundled model has run."""

from __future__ import annotations

import asyncio

import psutil

from playground.catalog import read_catalog
from playground.settings import Settings
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, say

PICTURES, CLIP_FILES, BAR = 9, 3, 2.5
"""Pictures of each checkpoint (as many as the slowest family allows); gigabytes of 10⁹ bytes."""


def measure() -> list[Row]:
    """Run every checkpoint over HTTP with a batch of pictures, then weigh the process."""
    checkpoints = [checkpoint for checkpoint in read_catalog(Settings.checkpoints).all() if checkpoint.bundled]
    with playground() as server:
        server.answers()
        asyncio.run(_run_all(server.url, [(checkpoint.family, checkpoint.id) for checkpoint in checkpoints]))
        process = psutil.Process(server.process.pid)
        held = sum(part.memory_info().rss for part in [process, *process.children(recursive=True)])
    say(f"  {held / 1e6:.0f} MB")
    names = ", ".join(checkpoint.id for checkpoint in checkpoints)
    return [
        Row(
            f"memory held after {names} have run",
            f"{held / 1e9:.2f} GB",
            bar=f"≤ {BAR:g} GB",
            reached=held <= BAR * 1e9,
        )
    ]


async def _run_all(url: str, wanted: list[tuple[str, str]]) -> None:
    config = read_config(url)
    visitor = Visitor(url, config)
    for family, checkpoint in wanted:
        many = {} if family == "text_to_video" else {"num_images": PICTURES}
        files, report = await visitor.ask(family, checkpoint=checkpoint, **many)
        if len(files) != (PICTURES if many else CLIP_FILES) or report["checkpoint"] != checkpoint:
            raise RuntimeError(f"{checkpoint} made {len(files)} files")
    await visitor.leave()
