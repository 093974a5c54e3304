"""The app's choice of dtype, threads and memory layout against the others, per forward pass."""

from __future__ import annotations

import copy
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from playground.catalog import read_catalog
from playground.engine.devices import find_device
from playground.families import find_family
from playground.settings import Settings
from tests.benchmarks.table import Row, number, say

BATCHES, ROUNDS, SECONDS = (1, 16, 128), 5, 0.03


def measure() -> list[Row]:
    """Time every choice in turns, for every bundled kind of network and batch size."""
    ours = torch.get_num_threads()
    threads = sorted({1, ours})
    rows = []
    try:
        for family, title in {"digits_cvae": "digits-cvae", "class_gan": "fashion-gan"}.items():
            passes = _passes(family)
            for batch in BATCHES:
                times = _in_turns(passes, batch, threads)
                for (name, count), seconds in times.items():
                    say(f"  {title}, batch {batch}: {name}, {count} threads: {1000 * seconds:.3f} ms")
                chosen = times.pop(("float32", ours))
                (name, count), best = min(times.items(), key=lambda item: item[1])
                rows.append(
                    Row(
                        f"{title}, forward of {batch}: float32, {ours} threads",
                        number(1000 * chosen, "ms"),
                        f"{number(1000 * best, 'ms')} (best other: {name}, {count} thr.)",
                        f"{chosen / best:.2f} ×",
                    )
                )
    finally:
        torch.set_num_threads(ours)
    return rows


def _passes(family_name: str) -> dict[str, Callable[[int], Callable[[], Any]]]:
    """Return, for each dtype and layout, what makes a forward pass of a given batch size."""
    family = find_family(family_name)
    model = family.load(read_catalog(Settings.checkpoints).find("", family_name), find_device("cpu"))
    made = {}
    for dtype, layout in itertools.product((torch.float32, torch.bfloat16), (None, torch.channels_last)):
        network = copy.deepcopy(model).to(dtype)
        if layout:
            network = network.to(memory_format=layout)
        name = str(dtype).removeprefix("torch.") + (", channels last" if layout else "")
        made[name] = _pass_of(network, family_name, dtype)
    return made


def _pass_of(network: Any, family: str, dtype: torch.dtype) -> Callable[[int], Callable[[], Any]]:
    def of(batch: int) -> Callable[[], Any]:
        latents = torch.randn(batch, network.latent_dim, dtype=dtype)
        weights = torch.eye(10, dtype=dtype)[torch.arange(batch) % 10]
        forward = network.decode if family == "digits_cvae" else network
        return lambda: forward(latents, weights)

    return of


@torch.inference_mode()
def _in_turns(
    passes: dict[str, Callable[[int], Callable[[], Any]]], batch: int, threads: list[int]
) -> dict[tuple[str, int], float]:
    times: dict[tuple[str, int], list[float]] = {}
    for turn in range(ROUNDS + 1):
        for count in threads:
            torch.set_num_threads(count)
            for name, of in passes.items():
                forward = of(batch)
                forward()
                runs, started = 0, time.perf_counter()
                while time.perf_counter() - started < SECONDS:
                    forward()
                    runs += 1
                if turn:
                    times.setdefault((name, count), []).append((time.perf_counter() - started) / runs)
    return {choice: statistics.median(values) for choice, values in times.items()}
