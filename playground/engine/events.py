"""What happens to a job, and what is known about it at its end: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playground.errors import PlaygroundError
from playground.language import Text


@dataclass(frozen=True)
class BatchShape:
    """Where a sample sat in its forward pass; running it there again gives the same bytes.

    Attributes:
        size: Samples of the forward pass.
        position: The sample's place in it, from 0.
        runtime: What computed it, as ``Family.runtime`` names it; empty where that does not matter.
    """

    size: int
    position: int
    runtime: str = ""


@dataclass(frozen=True)
class Report:
    """What is known about a finished job; goes into files and out of the API.

    Attributes:
        family: Name of the family.
        task: Name of the request type.
        checkpoint: The checkpoint's id.
        revision: Which state of its weights.
        request: Every field of the request, with the seeds that were drawn.
        seeds: Each sample's own seed, or those of a result that is one whole; empty where a point or a drawing takes
            their place.
        seconds: Of its forward passes, without waiting.
        device: The device's name.
        dtype: What the network computed in.
        batches: Each sample's place in its forward pass.
        notices: What a person should know about this result.
        versions: Versions of the libraries that take part.
        makes: The kind of result.
        contents: What the result's kind says of it beside its files, such as ``texts`` or ``scores``.
    """

    family: str
    task: str
    checkpoint: str
    revision: str
    request: dict[str, Any]
    seeds: list[int]
    seconds: float
    device: str
    dtype: str
    batches: list[BatchShape]
    notices: list[Text]
    versions: dict[str, str]
    makes: str = "pictures"
    contents: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that happened to a job."""


@dataclass(frozen=True)
class Queued(Event):
    """The job waits.

    Attributes:
        place: 1 is next.
        seconds: Estimated seconds until it is done; None before this checkpoint was ever measured.
    """

    place: int
    seconds: float | None


@dataclass(frozen=True)
class Loading(Event):
    """The job's checkpoint is being read.

    Attributes:
        checkpoint: The checkpoint's title.
    """

    checkpoint: Text


@dataclass(frozen=True)
class Step(Event):
    """A step of the job's forward pass is done.

    Attributes:
        index: Steps done, from 1.
        of: Steps in all.
        finished: Samples of this job that are already done.
        samples: Samples of this job in all.
        seconds: Estimated seconds that are left.
        preview: What this job's samples of the pass are by now.
    """

    index: int
    of: int
    finished: int
    samples: int
    seconds: float | None
    preview: list[Any] | None = None


@dataclass(frozen=True)
class Done(Event):
    """The job is finished.

    Attributes:
        made: What the samples became, in order: pictures, or of clips their frames, or what else the request's kind of
            result is made of.
        report: What is known about it.
    """

    made: list[Any]
    report: Report


@dataclass(frozen=True)
class Failed(Event):
    """The job failed.

    Attributes:
        error: The sentence in both languages.
    """

    error: PlaygroundError


@dataclass(frozen=True)
class Cancelled(Event):
    """The job was stopped by whoever asked for it."""


ENDINGS = (Done, Failed, Cancelled)
