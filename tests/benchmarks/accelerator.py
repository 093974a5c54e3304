"""Pipelines as large as the real ones on a GPU: the page's endpoint against the bare call, and each mode's peak."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from playground.catalog import Catalog, Checkpoint
from playground.engine.devices import find_device
from playground.families import find_family
from playground.networks.opening import MODES
from tests.benchmarks.servers import Visitor, playground, read_config
from tests.benchmarks.table import Row, at_most, in_turns, number

ROUNDS, BAR = 5, 1.02
SIZED = {"sd-sized": "text_to_image", "wan-sized": "text_to_video"}


def measure() -> list[Row]:
    """Measure both pipelines, or say that there is nothing to measure them on."""
    if not torch.cuda.is_available():
        return [Row("on a GPU", "not measured: there is none here")]
    from tests.gpu.sized import write_sized

    with tempfile.TemporaryDirectory(prefix="sized-") as folder:
        catalog = write_sized(Path(folder))
        rows = _overhead(catalog, Path(folder) / "sized.toml")
        for id, family in SIZED.items():
            rows += _peaks(catalog.find(id, family))
    return rows


def _overhead(catalog: Catalog, file: Path) -> list[Row]:
    rows = []
    with playground("--catalog", str(file), "--device", "cuda", "--memory", "whole") as server:
        server.answers()
        loop, visitor = asyncio.new_event_loop(), Visitor(server.url, read_config(server.url))
        for id, family in SIZED.items():
            checkpoint = catalog.find(id, family)
            bare = _bare(checkpoint)

            def page(id: str = id, family: str = family) -> float:
                started = time.perf_counter()
                loop.run_until_complete(visitor.ask(family, checkpoint=id, seed=1))
                return time.perf_counter() - started

            page(), bare()  # once unmeasured
            through, alone = in_turns(ROUNDS, page, bare)
            name = f"{id}, Generate → last event, on {find_device('cuda').name}"
            rows.append(at_most(name, through, alone, BAR, "s", "bare call, same dtype"))
            del bare
            _empty()
        loop.run_until_complete(visitor.leave())
        loop.close()
    return rows


def _bare(checkpoint: Checkpoint) -> Callable[[], float]:
    from diffusers import DiffusionPipeline

    dtype = getattr(torch, find_device("cuda").dtype)
    pipeline = DiffusionPipeline.from_pretrained(checkpoint.path, dtype=dtype, local_files_only=True).to("cuda")
    pipeline.set_progress_bar_config(disable=True)
    known = ("prompt", "guidance_scale", "num_inference_steps", "width", "height", "num_frames")
    asked: dict[str, Any] = {name: value for name, value in checkpoint.defaults.items() if name in known}

    def call() -> float:
        started = time.perf_counter()
        pipeline(**asked, generator=torch.Generator("cpu").manual_seed(1))
        torch.cuda.synchronize()
        return time.perf_counter() - started

    return call


def _peaks(checkpoint: Checkpoint) -> list[Row]:
    family, rows = find_family(checkpoint.family), []
    samples = family.read(family.requests[0], checkpoint, {"seed": 1, "num_inference_steps": 2}).samples(checkpoint)
    for mode in MODES:
        model = family.load(checkpoint, replace(find_device("cuda"), keep=mode))
        torch.cuda.reset_peak_memory_stats()
        family.generate(model, samples, lambda *_: None)
        rows.append(Row(f"{checkpoint.id}, {mode}, peak memory", number(torch.cuda.max_memory_allocated() / 1e9, "GB")))
        del model
        _empty()
    return rows


def _empty() -> None:
    gc.collect()
    torch.cuda.empty_cache()
