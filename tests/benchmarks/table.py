"""One Markdown table of ratios, and how two sides are measured fairly: in turns, by their medians."""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

HEAD = "| figure | ours | other side | ratio | bar | reached |\n| --- | --- | --- | --- | --- | --- |"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        figure: What is measured.
        ours: Our side, with its unit.
        other: The other side, with its name; empty where the bar is a number of its own.
        ratio: The ratio, as it reads; empty without another side.
        bar: What it must reach; empty where the row only informs.
        reached: Whether it does; None without a bar.
    """

    figure: str
    ours: str
    other: str = ""
    ratio: str = ""
    bar: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        """Write the row in Markdown."""
        reached = {True: "yes", False: "**no**", None: ""}[self.reached]
        return f"| {self.figure} | {self.ours} | {self.other} | {self.ratio} | {self.bar} | {reached} |"


def at_most(figure: str, ours: float, other: float, bar: float, unit: str, name: str, also: float | None = None) -> Row:
    """Compare two costs: ours may be ``bar`` times the other, and, if given, ``also`` units at most."""
    ratio = ours / other
    words = f"≤ {bar:g} ×" + (f", ≤ {also:g} {unit}" if also is not None else "")
    reached = ratio <= bar and (also is None or ours <= also)
    return Row(figure, number(ours, unit), f"{number(other, unit)} ({name})", f"{ratio:.2f} ×", words, reached)


def at_least(figure: str, ours: float, other: float, bar: float, unit: str, name: str) -> Row:
    """Compare two gains: ours must be ``bar`` times the other."""
    ratio = ours / other
    return Row(
        figure, number(ours, unit), f"{number(other, unit)} ({name})", f"{ratio:.1f} ×", f"≥ {bar:g} ×", ratio >= bar
    )


def number(value: float, unit: str) -> str:
    """Write a measured value with the digits that mean something."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def in_turns(rounds: int, *sides: Callable[[], float]) -> list[float]:
    """Measure the sides one after another, round by round, and return each side's median."""
    measured = [[side() for side in sides] for _ in range(rounds)]
    for index, values in enumerate(zip(*measured, strict=True)):
        say(f"  side {index}: " + " ".join(f"{value:.4g}" for value in values))
    return [statistics.median(values) for values in zip(*measured, strict=True)]


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def say(words: str) -> None:
    """Tell how it goes, beside the table."""
    print(words, file=sys.stderr, flush=True)


def machine() -> str:
    """Describe the machine in one line."""
    import gradio
    import torch

    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()} · {psutil.cpu_count()} cores · {memory:.0f} GB · {platform.system()} · "
        f"Python {platform.python_version()} · torch {torch.__version__} · gradio {gradio.__version__} · "
        f"load {psutil.getloadavg()[0]:.1f}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8", errors="replace").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
