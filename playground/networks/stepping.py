"""Hearing of every step of a pipeline whose call takes no callback: it asks its scheduler once a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import count
from typing import Any


@contextmanager
def told_of_steps(scheduler: Any, report: Callable[[int], None]) -> Iterator[None]:
    """Call ``report`` behind every step that a scheduler takes meanwhile.

    Args:
        scheduler: The pipeline's.
        report: Takes the step's number, from 1; what it raises ends the pipeline's call.
    """
    take, numbers = scheduler.step, count(1)

    @wraps(take)  # pipelines look at its signature
    def step(*given: Any, **named: Any) -> Any:
        made = take(*given, **named)
        report(next(numbers))
        return made

    scheduler.step = step
    try:
        yield
    finally:
        del scheduler.step  # what its class has is seen again
