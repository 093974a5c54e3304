"""A CPU's runtimes: pictures and clips as a worker makes them, on torch and on what was measured to be faster."""

from __future__ import annotations

import itertools
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground.catalog import read_catalog
from playground.engine.devices import find_device
from playground.families import find_family
from playground.families.requests import Request
from playground.families.text_to_image import PromptRequest
from playground.families.text_to_video_requests import VideoRequest
from playground.networks.compiled import place_of
from playground.networks.compiling import compile_checkpoint
from playground.settings import Settings
from tests.benchmarks.table import Row, at_least, in_turns, say

STEPS, FRAMES, BATCH = 25, 16, 8
CASES: tuple[tuple[type[Request], dict[str, Any], str, int, int, float], ...] = (
    (PromptRequest, {"prompt": "red apple", "num_inference_steps": STEPS}, "guided picture", 1, 7, 1.6),
    (PromptRequest, {"prompt": "red apple", "num_inference_steps": STEPS}, "guided pictures at once", BATCH, 7, 1.3),
    (VideoRequest, {"prompt": "red apple rolling left", "num_inference_steps": 10, "num_frames": FRAMES},
     f"guided clip of {FRAMES} frames", 1, 4, 1.3),
)  # fmt: skip
"""What is asked, its name, how many, how often it is timed, and how much faster it should be."""


def measure() -> list[Row]:
    """Compile each checkpoint as the worker does behind the page, then make the same with and without."""
    device, rows, catalog = find_device("cpu"), list[Row](), read_catalog(Settings.checkpoints)
    with tempfile.TemporaryDirectory() as cache:
        for kind, values, name, count, rounds, bar in CASES:
            family = find_family(kind.task)
            checkpoint = catalog.find("", kind.task)
            base = checkpoint.base.path if checkpoint.base else None
            folder = place_of(Path(cache), checkpoint.path, device.dtype, 0, base)
            if not folder.exists():
                found = compile_checkpoint(checkpoint.path, folder, device.dtype, 0, base)
                say(f"  {checkpoint.id}, OpenVINO against torch: {found}")
            torchs, ours = family.load(checkpoint, device), family.load(checkpoint, replace(device, compiled=cache))
            asked = {**values, "guidance_scale": 4.0, "seed": 1} | ({"num_images": count} if count > 1 else {})
            request = family.read(kind, checkpoint, asked)

            def seconds(model: Any, family: Any = family, request: Any = request) -> float:
                at = [time.perf_counter()]

                def step(index: int, of: int, preview: Any = None) -> None:
                    at.append(time.perf_counter())

                family.generate(model, request.samples(model.checkpoint), step)
                longest = max(later - earlier for earlier, later in itertools.pairwise(at))
                say(f"    {family.runtime(model)}: others are let in after at most {1000 * longest:.0f} ms")
                return time.perf_counter() - at[0]

            seconds(torchs), seconds(ours)
            one, other = in_turns(rounds, lambda s=seconds, m=ours: s(m), lambda s=seconds, m=torchs: s(m))
            row = f"{count} {name} in the worker, {asked['num_inference_steps']} steps, runtime auto"
            unit = "clips/s" if kind is VideoRequest else "pictures/s"
            rows.append(at_least(f"{row} ({family.runtime(ours)})", count / one, count / other, bar, unit, "torch"))
    return rows
