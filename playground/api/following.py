"""The bridge between Gradio and the engine: follows jobs, and stops what nobody waits for any more.

Everything here is asynchronous, so that a hundred waiting visitors hold no thread. Gradio runs one call of an
event at a time unless the listener says ``concurrency_limit=None``; that is said here, in ``LISTEN``, and nowhere else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import gradio as gr

from playground.api.visitor import visitor_of
from playground.engine import Done, Engine, Event, Job
from playground.families.requests import Request

LISTEN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
LIVE: dict[str, Any] = LISTEN | {"queue": False, "trigger_mode": "always_last"}
QUIET, PATIENT = 0.05, 0.5
"""Seconds in which a job may end without its place and steps being told: telling them costs more than a quick job.
The second is for programs, which look at nothing."""


async def follow(job: Job, quiet: float = QUIET) -> AsyncIterator[Event]:
    """Yield the events of a job that was just submitted; a visitor who goes away cancels only this one.

    Args:
        job: The job.
        quiet: Seconds in which only its end is told.
    """
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
    return await outcome_of(job), job.request


async def outcome_of(job: Job) -> Done:
    """Wait for the end of a job that was just submitted; who goes away cancels it.

    Raises:
        PlaygroundError: It failed or was cancelled.
    """
    async for _ in follow(job):
        continue
    return job.outcome()


def owner_of(request: gr.Request | None) -> str:
    """Return whose jobs a visitor's are: those of this open page, or of this API client, of this person."""
    return f"{visitor_of(request)}/{(request.session_hash if request else None) or 'nobody'}"
