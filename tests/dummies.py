"""A family without a network, to see how the engine behaves when models are slow, break or do not fit."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from PIL import Image

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Title
from playground.families.base import REGISTRY, Device, Family, Step, register
from playground.families.controls import Slider, Words
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text

OUT_OF_MEMORY, NOT_A_NUMBER, BROKEN = "out of memory", "not a number", "broken"


@dataclass(frozen=True)
class DummySample:
    """One picture to make; ``group`` is its batch key, ``trouble`` what goes wrong."""

    seed: int
    group: str
    trouble: str
    steps: int


class DummyRequest(Request):
    """Pictures that say their seed's last byte."""

    task, title = "dummy", Text("Dummy", "假人")
    group: Annotated[str, Words(20, label=Text("Group", "组"))] = ""
    trouble: Annotated[str, Words(20, label=Text("Trouble", "麻烦"))] = ""
    steps: Annotated[int, Slider(1, 100_000, 1, label=Text("Steps", "步数"))] = 1
    seed: SeedField = 0
    num_images: NumImagesField = 1

    def samples(self, checkpoint: Checkpoint) -> list[DummySample]:
        """One sample a seed."""
        seeds = following_seeds(self.seed, self.num_images)
        return [DummySample(seed, self.group, self.trouble, self.steps) for seed in seeds]


class Dummy(Family["Dummy"]):
    """Waits at every step until it may go on, and writes down its passes.

    Attributes:
        passes: The samples of every pass, in order.
        steps_done: Steps of all passes.
        may_go: Passes stand still before each step while this is cleared.
        fits: More samples than this run out of memory.
        pace: Seconds that a step takes at most, were nobody to stop it.
        loads: Ids of checkpoints in the order they were read.
        ways: How it can be kept in the device's memory, the one that needs most first; it fits in the last alone.
        kept: How it is kept.
        deepest: How many passes were inside each other at most.
    """

    name, title, max_batch, requests = "dummy", Text("Dummy", "假人"), 8, (DummyRequest,)
    dtype, live = "float32", False

    def __init__(self) -> None:
        self.passes: list[list[DummySample]] = []
        self.loads: list[str] = []
        self.steps_done = 0
        self.deepest = self._depth = 0
        self.may_go = threading.Event()
        self.may_go.set()
        self.fits = 1 << 30
        self.pace = 0.0
        self.ways = ["whole"]
        self.kept = "whole"

    def load(self, checkpoint: Checkpoint, device: Device) -> Dummy:
        """Write down that it was read."""
        self.loads.append(checkpoint.id)
        self.kept = self.ways[0] if device.keep == "auto" else device.keep
        return self

    def mode(self, model: Dummy) -> str:
        """As it was loaded."""
        return self.kept

    def lower_mode(self, model: Dummy, device: Device) -> str:
        """The next of its ways."""
        return (self.ways + [""])[self.ways.index(self.kept) + 1]

    def memory(self, model: Dummy) -> int:
        """As if each checkpoint held a thousand bytes."""
        return 1000

    def batch_key(self, sample: DummySample) -> Hashable:
        """The group."""
        return sample.group

    def generate(self, model: Dummy, samples: Sequence[DummySample], step: Step) -> list[Image.Image]:
        """Fail as asked, else one grey tile a sample."""
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        try:
            return self._make(samples, step)
        finally:
            self._depth -= 1

    def _make(self, samples: Sequence[DummySample], step: Step) -> list[Image.Image]:
        import torch

        from playground.networks.pixels import to_pictures

        self.passes.append(list(samples))
        too_large = self.kept != self.ways[-1] or len(samples) > self.fits
        if too_large or any(sample.trouble == OUT_OF_MEMORY for sample in samples):
            raise torch.OutOfMemoryError("tried to allocate more than there is")
        if any(sample.trouble == BROKEN for sample in samples):
            raise ArithmeticError("the dummy fell over")
        steps = samples[0].steps
        for index in range(1, steps + 1):
            if not self.may_go.wait(60):
                raise TimeoutError("nobody let the dummy go on")
            threading.Event().wait(self.pace)
            step(index, steps, [Image.new("L", (2, 2)) for _ in samples])
            self.steps_done += 1
        levels = [float("nan") if s.trouble == NOT_A_NUMBER else (s.seed % 256) / 255 for s in samples]
        return to_pictures(torch.tensor(levels).reshape(-1, 1, 1, 1).expand(-1, 1, 2, 2))


@contextmanager
def registered_dummy() -> Iterator[Dummy]:
    """Add the dummy to the register for a while."""
    register(Dummy)
    try:
        yield REGISTRY["dummy"]  # type: ignore[misc]
    finally:
        del REGISTRY["dummy"]


def dummy_catalog(folder: Path, *ids: str) -> Catalog:
    """Make checkpoints for the dummy, whose weights are a thousand bytes on disk."""
    checkpoints = []
    for id in ids or ("dummy-weights",):
        (folder / id).mkdir(parents=True)
        (folder / id / "config.json").write_text("{}")
        (folder / id / "model.safetensors").write_bytes(bytes(1000))
        entry = Entry(family="dummy", title=Title(en=id, zh=id), folder=id, licence="MIT")
        checkpoints.append(Checkpoint(id, entry, folder))
    return Catalog(checkpoints)
