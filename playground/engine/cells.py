"""The cells of a grid that is being made: how far each is, and what is known of them outside. Makes nothing itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.engine.jobs import Job
from playground.errors import PlaygroundError

State = Literal["waiting", "running", "done", "failed", "stopped"]


@dataclass
class Made:
    """How far one cell is.

    Attributes:
        state: Where it is on its way.
        kept: What ``keep`` returned for its result.
        error: Why it failed.
        job: The engine's job, while it has one.
    """

    state: State = "waiting"
    kept: Any = None
    error: PlaygroundError | None = None
    job: Job | None = None


@dataclass(frozen=True)
class Notes:
    """What is known of a grid outside, so that it outlives the app.

    Attributes:
        id: The grid's name, which cannot be guessed.
        jobs: Names the job that makes a cell: its result is found by that name after a restart.
        made: How far its cells were before one.
        left_out: Is told of each cell that was left out or failed, and of each that is to be made after all.
        drop: Forgets the grid.
    """

    id: str = field(default_factory=lambda: secrets.token_hex(12))
    jobs: Callable[[int], str] = lambda index: ""
    made: Mapping[int, Made] = field(default_factory=dict)
    left_out: Callable[[int, Made], None] = lambda index, made: None
    drop: Callable[[], None] = lambda: None
