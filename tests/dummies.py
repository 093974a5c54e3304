"""A family without a network, to see how the engine behaves when models are slow, break or do not fit.

It lives in a worker, which may be another process: what it is to do it reads from files beside its checkpoints, and
what it did it writes there. ``Controls`` writes and reads them for the tests.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from PIL import Image

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Title
from playground.errors import GenerationError
from playground.families.base import REGISTRY, Device, Family, Step, register
from playground.families.controls import Slider, Words
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text

OUT_OF_MEMORY, NOT_A_NUMBER, BROKEN = "out of memory", "not a number", "broken"
NO_ORDINARY_MEMORY, TOO_FEW, DEADLY, STUCK = "no ordinary memory", "too few", "deadly", "stuck"
NO_PICTURES = "no pictures"


class OutOfMemoryError(RuntimeError):
    """As torch names its own."""


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


@dataclass
class Wishes:
    """What the dummy is to do.

    Attributes:
        fits: More samples than this run out of memory.
        pace: Seconds that a step takes, were nobody to stop it.
        ways: How it can be kept in the device's memory, the one that needs most first; it fits in the last alone.
        fails_to_load: Whether its loader breaks.
        reading: Seconds that its loader takes.
        waits: Whether passes stand still before each step.
        side: Pixels of a picture's side.
    """

    fits: int = 1 << 30
    pace: float = 0.0
    ways: Sequence[str] = ("whole",)
    fails_to_load: bool = False
    reading: float = 0.0
    waits: bool = False
    side: int = 2


@dataclass
class Loaded:
    """What a worker holds of the dummy."""

    folder: Path
    kept: str


def wishes_of(folder: Path) -> Wishes:
    """Read what the dummy is to do."""
    file = folder / "wishes.json"
    return Wishes(**json.loads(file.read_text())) if file.exists() else Wishes()


class Dummy(Family[Loaded]):
    """Waits at every step until it may go on, and writes down its passes."""

    name, title, max_batch, requests = "dummy", Text("Dummy", "假人"), 8, (DummyRequest,)
    dtype, live = "float32", False
    _depth = 0

    def load(self, checkpoint: Checkpoint, device: Device) -> Loaded:
        """Write down that it was read."""
        folder = checkpoint.path.parent
        wishes = wishes_of(folder)
        if wishes.fails_to_load:
            raise ZeroDivisionError("in load")
        time.sleep(wishes.reading)
        _write(folder, "loads", checkpoint.id)
        return Loaded(folder, wishes.ways[0] if device.keep == "auto" else device.keep)

    def mode(self, model: Loaded) -> str:
        """As it was loaded."""
        return model.kept

    def lower_mode(self, model: Loaded, device: Device) -> str:
        """The next of its ways."""
        ways = wishes_of(model.folder).ways
        return [*ways, ""][list(ways).index(model.kept) + 1]

    def memory(self, model: Loaded) -> int:
        """As if each checkpoint held a thousand bytes."""
        return 1000

    def steps(self, sample: DummySample) -> int:
        """As asked."""
        return sample.steps

    def batch_key(self, sample: DummySample) -> Hashable:
        """The group."""
        return sample.group

    def generate(self, model: Loaded, samples: Sequence[DummySample], step: Step) -> list[Image.Image]:
        """Fail as asked, else one grey tile a sample."""
        self._depth += 1
        try:
            _write(model.folder, "passes", {"depth": self._depth, "samples": [asdict(sample) for sample in samples]})
            return self._make(model, samples, step)
        finally:
            self._depth -= 1

    def _make(self, model: Loaded, samples: Sequence[DummySample], step: Step) -> list[Image.Image]:
        wishes, troubles = wishes_of(model.folder), {sample.trouble for sample in samples}
        if model.kept != wishes.ways[-1] or len(samples) > wishes.fits or OUT_OF_MEMORY in troubles:
            raise OutOfMemoryError("tried to allocate more than there is")
        if NO_ORDINARY_MEMORY in troubles:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")
        if BROKEN in troubles:
            raise ArithmeticError("the dummy fell over")
        if DEADLY in troubles:
            os.kill(os.getpid(), signal.SIGKILL)
        steps = samples[0].steps
        for index in range(1, steps + 1):
            _stand_still(model.folder)
            time.sleep(3600 if STUCK in troubles and index == steps else wishes_of(model.folder).pace)
            step(index, steps, [Image.new("L", (2, 2)) for _ in samples])
            _write(model.folder, "steps", index)
        if NOT_A_NUMBER in troubles:
            raise GenerationError(
                "The model gave values that are not numbers instead of a picture: try another seed.",
                "模型输出的不是有效数值，无法成图：请换一个种子。",
            )
        if NO_PICTURES in troubles:
            return [sample.seed for sample in samples]  # type: ignore[misc]
        made = [Image.new("L", (wishes.side, wishes.side), sample.seed % 256) for sample in samples]
        return made[1:] if TOO_FEW in troubles else made


def _stand_still(folder: Path) -> None:
    deadline = time.monotonic() + 60
    while wishes_of(folder).waits:
        if time.monotonic() > deadline:
            raise TimeoutError("nobody let the dummy go on")
        time.sleep(0.002)


def _write(folder: Path, name: str, what: Any) -> None:
    with (folder / f"{name}.jsonl").open("a") as file:
        file.write(json.dumps(what) + "\n")


class Gate:
    """Where passes stand still before each step while it is shut; speaks like a ``threading.Event``."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def clear(self) -> None:
        """Shut it."""
        self._controls.waits = True

    def set(self) -> None:
        """Open it."""
        self._controls.waits = False


class Controls:
    """What a test says to the dummy and learns of it, wherever that lives.

    Args:
        folder: Where its checkpoints lie.

    Attributes:
        may_go: Passes stand still before each step while this is cleared.
    """

    fits: int
    pace: float
    ways: Sequence[str]
    fails_to_load: bool
    reading: float
    waits: bool
    side: int

    def __init__(self, folder: Path) -> None:
        self.__dict__["folder"], self.__dict__["may_go"] = folder, Gate(self)

    def __getattr__(self, name: str) -> Any:
        """Read a wish, or else what the family has here, where the scheduler asks it."""
        return getattr(wishes_of(self.folder) if name in Wishes.__dataclass_fields__ else REGISTRY["dummy"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a wish, so that no reader sees half of it; or change the family here."""
        if name not in Wishes.__dataclass_fields__:
            setattr(REGISTRY["dummy"], name, value)
            return
        new = self.folder / "wishes.new"
        new.write_text(json.dumps(asdict(wishes_of(self.folder)) | {name: value}))
        new.replace(self.folder / "wishes.json")

    @property
    def passes(self) -> list[list[DummySample]]:
        """The samples of every pass, in order."""
        return [[DummySample(**sample) for sample in each["samples"]] for each in self._read("passes")]

    @property
    def deepest(self) -> int:
        """How many passes were inside each other at most."""
        return max(each["depth"] for each in self._read("passes"))

    @property
    def loads(self) -> list[str]:
        """Ids of checkpoints in the order they were read."""
        return self._read("loads")

    @property
    def steps_done(self) -> int:
        """Steps of all passes."""
        return len(self._read("steps"))

    def forget_passes(self) -> None:
        """Start the list of passes anew."""
        (self.folder / "passes.jsonl").unlink(missing_ok=True)

    def _read(self, name: str) -> list[Any]:
        file = self.folder / f"{name}.jsonl"
        whole = file.read_text().rpartition("\n")[0] if file.exists() else ""
        return [json.loads(line) for line in whole.splitlines()]


@contextmanager
def registered_dummy(folder: Path) -> Iterator[Controls]:
    """Add the dummy to the register for a while; its checkpoints lie in a folder."""
    register(Dummy)
    try:
        yield Controls(folder)
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
