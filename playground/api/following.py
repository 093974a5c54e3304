"""The bridge between Gradio and the engine: submits, follows, and stops what nobody waits for any more.

Everything here is asynchronous, so that a hundred waiting visitors hold no thread. Gradio runs one call of an
event at a time unless the listener says ``concurrency_limit=None``; that is said here, in ``LISTEN``, and nowhere else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import gradio as gr

from playground.api.visitor import visitor_of
from playground.engine import Done, Engine, Event
from playground.engine.jobs import BatchShape
from playground.families.requests import Request

LISTEN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
LIVE: dict[str, Any] = LISTEN | {"queue": False, "trigger_mode": "always_last"}
QUIET, PATIENT = 0.05, 0.5
"""Seconds in which a job may end without its place and steps being told: telling them costs more than a quick job.
The second is for programs, which look at nothing."""


async def follow(
    engine: Engine,
    owner: str,
    task: type[Request],
    values: Mapping[str, Any],
    checkpoint: str,
    shapes: Sequence[BatchShape] = (),
    quiet: float = QUIET,
) -> AsyncIterator[Event]:
    """Submit a request and yield its events; a visitor who goes away cancels only this job.

    Args:
        engine: What runs it.
        owner: Whose job it is.
        task: The request type.
        values: The request's fields.
        checkpoint: The checkpoint's id.
        shapes: Each sample's place in a forward pass, to get the same bytes again.
        quiet: Seconds in which only the job's end is told.

    Raises:
        PlaygroundError: The request was refused.
    """
    job = engine.submit(owner, task, values, checkpoint, shapes)
    try:
        async for event in job.watch(quiet=quiet):
            yield event
    finally:
        if not job.ended:
            job.cancel()


async def finished(
    engine: Engine, owner: str, task: type[Request], values: Mapping[str, Any], checkpoint: str
) -> tuple[Done, Request]:
    """Submit a request and wait for its end.

    Raises:
        PlaygroundError: It was refused, failed, or was cancelled.
    """
    job = engine.submit(owner, task, values, checkpoint)
    try:
        async for _ in job.watch(quiet=QUIET):
            continue
    finally:
        if not job.ended:
            job.cancel()
    return job.outcome(), job.request


def owner_of(request: gr.Request | None) -> str:
    """Return whose jobs a visitor's are: those of this open page, or of this API client, of this person."""
    return f"{visitor_of(request)}/{(request.session_hash if request else None) or 'nobody'}"
