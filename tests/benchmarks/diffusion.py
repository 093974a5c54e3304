"""Text → image: the page's endpoint against the bare pipeline call, our dtype against diffusers' default, visitors."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from torchmetrics.functional.image import structural_similarity_index_measure

from playground.catalog import read_catalog
from playground.engine.devices import find_device
from playground.settings import Settings
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, at_least, at_most, in_turns, number, say

FAMILY, ROUNDS, STEPS, BATCH, VISITORS = "text_to_image", 7, 25, 8, 16
ASKED: dict[str, Any] = {"prompt": "red apple", "num_inference_steps": STEPS, "guidance_scale": 4.0}


def measure() -> list[Row]:
    """Make the same pictures through the page, with the bare call as the page makes it, and as diffusers loads it."""
    ours, default = bare_pipeline(find_device().dtype), bare_pipeline("float32", plain=True)
    with playground() as server:
        server.answers()
        config = read_config(server.url)
        loop = asyncio.new_event_loop()
        visitors = [Visitor(server.url, config) for _ in range(VISITORS)]

        def page(count: int) -> float:
            started = time.perf_counter()
            loop.run_until_complete(visitors[0].ask(FAMILY, **ASKED, seed=1, num_images=count))
            return time.perf_counter() - started

        async def everybody() -> None:
            await asyncio.gather(*(visitor.ask(FAMILY, **ASKED, seed=seed) for seed, visitor in enumerate(visitors)))

        def crowd() -> float:
            started = time.perf_counter()
            loop.run_until_complete(everybody())
            return VISITORS / (time.perf_counter() - started)

        def bare(pipeline: Any, count: int) -> float:
            started = time.perf_counter()
            _run(pipeline, count)
            return time.perf_counter() - started

        for count in (1, BATCH):  # once unmeasured
            page(count), bare(ours, count), bare(default, count)
        through, one, one_default = in_turns(ROUNDS, lambda: page(1), lambda: bare(ours, 1), lambda: bare(default, 1))
        many, many_default = in_turns(3, lambda: bare(ours, BATCH), lambda: bare(default, BATCH))
        together, alone = in_turns(3, crowd, lambda: BATCH / bare(ours, BATCH))
        for visitor in visitors:
            loop.run_until_complete(visitor.leave())
        loop.close()
    mean, likeness = _likeness(_run(ours, 1)[0], _run(default, 1)[0])
    say(f"  {find_device().dtype} against float32: mean {mean:.2f} grey levels, SSIM {likeness:.3f}")
    return [
        at_most(f"Generate → last event, {STEPS} steps, previews on", through, one, 1.05, "s", "bare call, same dtype"),
        Row(
            "the same against the bare call as diffusers loads it",
            number(through, "s"),
            f"{number(one_default, 's')} (float32)",
            f"{one_default / through:.2f} × faster",
        ),
        at_least("our dtype and layout, one picture", 1 / one, 1 / one_default, 1.2, "pictures/s", "float32"),
        at_least(
            f"our dtype and layout, batch of {BATCH}",
            BATCH / many,
            BATCH / many_default,
            1.8,
            "pictures/s",
            "float32",
        ),
        at_least(
            f"{VISITORS} visitors at once, text → image",
            together,
            alone,
            0.9,
            "pictures/s",
            f"bare call, batch of {BATCH}",
        ),
    ]


def bare_pipeline(dtype: str, plain: bool = False) -> Any:
    """Return diffusers' own pipeline of the bundled checkpoint, as we lay it out in memory or as it comes."""
    checkpoint = read_catalog(Settings.checkpoints).find("", FAMILY)
    pipeline = StableDiffusionPipeline.from_pretrained(
        checkpoint.path, dtype=getattr(torch, dtype), local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    if not plain:
        pipeline.unet.to(memory_format=torch.channels_last)
        pipeline.vae.to(memory_format=torch.channels_last)
    return pipeline


def _run(pipeline: Any, count: int) -> list[Any]:
    noises = [torch.Generator().manual_seed(seed) for seed in range(1, count + 1)]
    pictures: list[Any] = pipeline(**ASKED, num_images_per_prompt=count, generator=noises).images
    return pictures


def _likeness(one: Any, other: Any) -> tuple[float, float]:
    pair = [torch.tensor(np.asarray(picture, dtype="float32")).movedim(-1, 0)[None] for picture in (one, other)]
    likeness = structural_similarity_index_measure(*pair, data_range=255.0)
    return float((pair[0] - pair[1]).abs().mean()), float(likeness)
