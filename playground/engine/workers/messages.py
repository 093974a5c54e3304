"""What the engine says to a worker, and what a worker says back. All of it is plain data that can be pickled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.catalog import Checkpoint
from playground.engine.events import BatchShape
from playground.errors import PlaygroundError
from playground.families.base import Device, Family

Why = Literal["dropped", "memory", "memory while loading", "checkpoint", "other"]


@dataclass(frozen=True)
class Begin:
    """Find the device and be ready for orders; what was held or running before is dropped.

    Attributes:
        device: As ``--device`` takes it.
        keep: How models are kept in its memory, as ``Device.keep`` takes it.
        budget: Bytes of models that stay loaded; None takes half of the device's memory.
        dtype: What networks compute in; empty takes the fastest of equal quality.
        share: How many workers have this machine's cores between them.
        families: The families that it may be asked for.
        compiled: As ``Device.compiled`` takes it.
        regional: As ``Device.regional`` takes it, where the device is a GPU.
    """

    device: str
    keep: str = "auto"
    budget: int | None = None
    dtype: str = ""
    share: int = 1
    families: tuple[type[Family[Any]], ...] = ()
    compiled: str = ""
    regional: bool = False


@dataclass(frozen=True)
class Meet:
    """Know a checkpoint, which later orders call by its id."""

    checkpoint: Checkpoint


@dataclass(frozen=True)
class GetReady:
    """See whether a checkpoint is whole; answered by an error or None.

    Attributes:
        checkpoint: The checkpoint's id.
        load: Whether to load it, too.
    """

    checkpoint: str
    load: bool


@dataclass(frozen=True)
class Run:
    """Make samples in one forward pass.

    Attributes:
        number: Of this pass; its news carry it.
        checkpoint: The checkpoint's id.
        samples: What to make.
        shapes: For each sample the forward pass to make it in, filled with copies; empty makes all of them in one.
        knocked: Whether a short pass waits already.
        runtime: What is to compute them, as ``Family.use_runtime`` takes it.
    """

    number: int
    checkpoint: str
    samples: Sequence[Any]
    shapes: Sequence[BatchShape] = ()
    knocked: bool = False
    runtime: str = ""


@dataclass(frozen=True)
class Knock:
    """A short pass waits: say ``Paused`` where it may go between the steps of the running one."""


@dataclass(frozen=True)
class GoOn:
    """Go on with the pass that paused.

    Attributes:
        more: Whether another short pass waits.
        crowded: Whether nothing more fits into memory beside it.
    """

    more: bool
    crowded: bool = False


@dataclass(frozen=True)
class Drop:
    """Nobody waits for a pass any more: end it at its next step."""

    number: int


@dataclass(frozen=True)
class Evict:
    """Let go of all models but one; answered by whether there were others."""

    checkpoint: str


@dataclass(frozen=True)
class Lower:
    """Keep a model in a way that needs less of the device's memory; answered by the way, empty where there is none."""

    checkpoint: str


Order = Begin | Meet | GetReady | Run | Knock | GoOn | Drop | Evict | Lower


@dataclass(frozen=True)
class Held:
    """What a worker holds.

    Attributes:
        modes: How each loaded checkpoint is kept, by id, least recently used first.
        free: Bytes that more models may take.
    """

    modes: Mapping[str, str] = field(default_factory=dict)
    free: int = 0


@dataclass(frozen=True)
class Began:
    """The worker has found its device."""

    device: Device
    held: Held


@dataclass(frozen=True)
class Refused:
    """The worker cannot begin."""

    error: PlaygroundError


@dataclass(frozen=True)
class Read:
    """A pass's checkpoint, which was not there yet, is read.

    Attributes:
        number: The pass.
        seconds: What that took.
        held: What the worker holds now.
    """

    number: int
    seconds: float
    held: Held


@dataclass(frozen=True)
class Stepped:
    """A step of a pass is done.

    Attributes:
        number: The pass.
        index: Steps done.
        of: Steps in all.
        seconds: What it took so far, without what it lent to others.
        preview: What its samples look like by now.
    """

    number: int
    index: int
    of: int
    seconds: float
    preview: Sequence[Any] | None = None


@dataclass(frozen=True)
class Paused:
    """A pass stands between two steps, and one short pass may go."""

    number: int


@dataclass(frozen=True)
class Made:
    """A pass is over.

    Attributes:
        number: The pass.
        made: What its family made of each sample.
        seconds: What it took, without what it lent to others.
        held: What the worker holds now.
        runtime: What computed it, as ``Family.runtime`` names it.
    """

    number: int
    made: Sequence[Any]
    seconds: float
    held: Held
    runtime: str = ""


@dataclass(frozen=True)
class Failed:
    """A pass came to nothing.

    Attributes:
        number: The pass.
        why: Nobody waited for it; memory ran out while it ran, or while its checkpoint was loaded; its checkpoint
            cannot be used; or anything else.
        error: The sentence.
        trace: Where in the code, for the log.
        held: What the worker holds now.
    """

    number: int
    why: Why
    error: PlaygroundError
    trace: str
    held: Held


@dataclass(frozen=True)
class Answer:
    """What came of any other order."""

    value: Any
    held: Held


News = Began | Refused | Read | Stepped | Paused | Made | Failed | Answer
