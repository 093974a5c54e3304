"""Text → video: the page's endpoint against the bare pipeline call, and how long a digit waits while a clip is made."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

import torch
from diffusers import AnimateDiffPipeline, MotionAdapter, StableDiffusionPipeline

from playground.catalog import read_catalog
from playground.engine.devices import find_device
from playground.settings import Settings
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, at_most, in_turns, number, say

FAMILY, ROUNDS, STEPS, FRAMES, DIGITS = "text_to_video", 5, 10, 16, 20
MOST_SECONDS = 1.0
ASKED: dict[str, Any] = {
    "prompt": "red apple rolling left", "num_inference_steps": STEPS, "guidance_scale": 5.0, "num_frames": FRAMES,
}  # fmt: skip


def measure() -> list[Row]:
    """Make the same clip through the page and with the bare call; then ask for digits while the longest one is made."""
    pipeline = _pipeline()
    with playground() as server:
        server.answers()
        loop, config = asyncio.new_event_loop(), read_config(server.url)
        maker, asker = Visitor(server.url, config), Visitor(server.url, config)

        def page() -> float:
            started = time.perf_counter()
            loop.run_until_complete(maker.ask(FAMILY, **ASKED, seed=1))
            return time.perf_counter() - started

        def bare() -> float:
            started = time.perf_counter()
            pipeline(**ASKED, generator=torch.Generator("cpu").manual_seed(1))
            return time.perf_counter() - started

        async def digit() -> float:
            started = time.perf_counter()
            await asker.ask("digits_cvae", digit=3, seed=1)
            return time.perf_counter() - started

        async def digits_meanwhile(frames: int) -> list[float]:
            clip = asyncio.ensure_future(
                maker.ask(FAMILY, **ASKED | {"num_frames": frames, "num_inference_steps": 100})
            )
            await asyncio.sleep(2 * STEPS * 0.1)  # it is under way
            waits = []
            for turn in range(DIGITS):
                waits.append(await digit())
                await asyncio.sleep(0.037 * (turn % 7))  # at any moment of a step
            if clip.done():
                raise RuntimeError("The clip was over before the digits were.")
            clip.cancel()
            return waits

        page(), bare()  # once unmeasured
        through, one = in_turns(ROUNDS, page, bare)
        alone = [loop.run_until_complete(digit()) for _ in range(DIGITS)]
        rows = [
            at_most(
                f"Generate → last event, clip of {FRAMES} frames, {STEPS} steps, previews on, three files",
                through, one, 1.05, "s", "bare AnimateDiffPipeline call, same dtype, no files",
            )
        ]  # fmt: skip
        for frames in (FRAMES // 2, FRAMES):
            waits = loop.run_until_complete(digits_meanwhile(frames))
            say("  waits " + " ".join(f"{wait:.2f}" for wait in waits))
            rows.append(
                Row(
                    f"a digit asked for while a clip of {frames} frames is made, median and worst of {DIGITS}",
                    f"{number(statistics.median(waits), 's')}, {number(max(waits), 's')}",
                    f"{number(statistics.median(alone), 's')} (nobody else there)",
                    f"{statistics.median(waits) / statistics.median(alone):.1f} ×",
                    f"worst ≤ {MOST_SECONDS:g} s",
                    max(waits) <= MOST_SECONDS,
                )
            )
        for visitor in (maker, asker):
            loop.run_until_complete(visitor.leave())
        loop.close()
    return rows


def _pipeline() -> Any:
    checkpoint, dtype = read_catalog(Settings.checkpoints).find("", FAMILY), getattr(torch, find_device().dtype)
    if checkpoint.base is None:
        raise RuntimeError(f"{checkpoint.id} has no base.")
    base = StableDiffusionPipeline.from_pretrained(checkpoint.base.path, dtype=dtype, local_files_only=True).components
    parts = {name: base[name] for name in ("vae", "text_encoder", "tokenizer", "unet", "scheduler")}
    modules = MotionAdapter.from_pretrained(checkpoint.path, dtype=dtype, local_files_only=True)
    pipeline = AnimateDiffPipeline(**parts, motion_adapter=modules)
    pipeline.unet.to(dtype)
    pipeline.vae.to(memory_format=torch.channels_last)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
