"""What the server holds when nobody asks, after every bundled model has run."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from typing import Any

import httpx
import psutil

from playground.catalog import read_catalog
from playground.checkpoint import Checkpoint
from playground.families import find_family
from playground.families.controls import Drawing
from playground.outcomes.pictures import Pictures
from playground.settings import Settings
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, say
from tests.families.askable import drawn_seven

PICTURES, BAR, REST = 9, 1.6, 10.0
"""Pictures of each checkpoint (as many as the slowest family allows); gigabytes of 10⁹ bytes; seconds in which nobody
asks."""


def measure() -> list[Row]:
    """Run every checkpoint over HTTP with a batch of pictures, then weigh the process."""
    checkpoints = [checkpoint for checkpoint in read_catalog(Settings.checkpoints).all() if checkpoint.bundled]
    with playground() as server:
        server.answers()
        asyncio.run(_run_all(server.url, checkpoints))
        time.sleep(REST)
        process = psutil.Process(server.process.pid)
        held = sum(part.memory_info().rss for part in [process, *process.children(recursive=True)])
    say(f"  {held / 1e6:.0f} MB")
    return [
        Row(
            f"memory held after all {len(checkpoints)} bundled checkpoints have run",
            f"{held / 1e9:.2f} GB",
            bar=f"≤ {BAR:g} GB",
            reached=held <= BAR * 1e9,
        )
    ]


async def _run_all(url: str, checkpoints: list[Checkpoint]) -> None:
    visitor = Visitor(url, read_config(url))
    seven = b64decode(drawn_seven().partition(",")[2])
    sent = httpx.post(f"{url}/gradio_api/upload", files={"files": ("seven.png", seven)}).json()[0]
    drawing = {"path": sent, "meta": {"_type": "gradio.FileData"}}
    for checkpoint in checkpoints:
        task = find_family(checkpoint.family).requests[0]
        asked: dict[str, Any] = {
            name: drawing for name, control in task.controls().items() if isinstance(control, Drawing)
        }
        several = task.makes == Pictures.name and "num_images" in task.model_fields
        asked |= {"num_images": PICTURES} if several else {}
        files, report = await visitor.ask(task.task, checkpoint=checkpoint.id, **asked)
        if report["checkpoint"] != checkpoint.id or not files or (several and len(files) != PICTURES):
            raise RuntimeError(f"{checkpoint.id} made {len(files)} files")
        say(f"  {checkpoint.id}")
    await visitor.leave()
