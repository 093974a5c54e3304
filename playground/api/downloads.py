"""The API's way to fetch a checkpoint: ``/download`` tells its progress until the files are here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from playground.api.offering import offer
from playground.api.refusing import as_toast
from playground.api.visitor import browser_language, from_this_machine, visitor_of
from playground.engine import Engine
from playground.errors import CheckpointError
from playground.hub.downloads import Downloads
from playground.language import Language
from playground.room import Powers
from playground.settings import Settings


def add_download_endpoint(engine: Engine, downloads: Downloads, settings: Settings, powers: Powers) -> None:
    """Offer ``/download``; it fetches only what the catalogue lists, and only for who may."""

    async def download(checkpoint: str, request: gr.Request, cancel: bool = False) -> AsyncIterator[dict[str, Any]]:
        """Fetch a checkpoint, or cancel its download. Gives state, done and total bytes, speed and seconds_left."""
        language: Language = settings.language or browser_language(request)
        try:
            found = next((known for known in engine.catalog.all() if known.id == checkpoint), None)
            if found is None:
                raise CheckpointError(
                    f"There is no checkpoint {checkpoint[:80]!r} in the catalogue.",
                    f"目录中没有检查点 {checkpoint[:80]!r}。",
                )
            if found.on_disk:
                yield {"state": "done", "done": found.size, "total": found.size, "speed": 0.0, "seconds_left": 0.0}
                return
            powers.check_download(visitor_of(request), from_this_machine(request))
            under_way = downloads.running(found)
            if cancel and under_way is None:
                yield {"state": "stopped", "done": 0, "total": 0, "speed": 0.0, "seconds_left": None}
                return
            if cancel and under_way is not None:
                under_way.cancel()
            running = under_way or downloads.start(found)
            while (progress := running.progress).state == "running":
                yield _as_json(progress)
                await asyncio.sleep(0.2)
            if progress.error:
                raise progress.error
            yield _as_json(progress)
        except Exception as error:
            raise as_toast(error, language) from error

    offer(download, "download")


def _as_json(progress: Any) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in ("state", "done", "total", "speed", "seconds_left")}
