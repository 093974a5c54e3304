"""Calls without gradio_client: what any program may send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(120)


def post(url: str, task: str, body: bytes | str, **headers: str) -> httpx.Response:
    """Ask for a job with a body as it stands."""
    content = body.encode() if isinstance(body, str) else body
    return httpx.post(
        f"{url}/gradio_api/call/{task}", content=content, headers={"content-type": "application/json"} | headers,
        timeout=TIMEOUT,
    )  # fmt: skip


@contextmanager
def events(url: str, task: str, body: bytes | str, **headers: str) -> Iterator[Iterator[tuple[str, Any]]]:
    """Ask for a job and follow its events; leaving the block hangs up."""
    asked = post(url, task, body, **headers)
    assert asked.status_code == 200, asked.text
    address = f"{url}/gradio_api/call/{task}/{asked.json()['event_id']}"
    with httpx.stream("GET", address, headers=headers, timeout=TIMEOUT) as answer:
        yield _parsed(answer.iter_lines())


def _parsed(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: ") and name != "heartbeat":
            yield name, json.loads(line.removeprefix("data: "))


def outcome(url: str, task: str, body: bytes | str, **headers: str) -> tuple[str, Any]:
    """Return a job's last event: ("complete", [files, report]) or ("error", sentence)."""
    with events(url, task, body, **headers) as following:
        return list(following)[-1]
