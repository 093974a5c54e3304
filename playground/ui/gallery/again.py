"""Makes a recorded result again, in the forward passes it was made in, and says whether every pixel is the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from playground.api.following import LISTEN, follow
from playground.api.uploads import uploaded_file
from playground.api.viewers import viewer_of
from playground.engine import Cancelled, Done, Engine, Failed
from playground.errors import PlaygroundError
from playground.gallery import Gallery
from playground.gallery.again import plan, shapes_for, verdict
from playground.language import Language
from playground.media.metadata import Metadata
from playground.media.reading import read_metadata
from playground.settings import Settings
from playground.ui.result.running import numbered
from playground.ui.result.status import status_line
from playground.ui.shell.asking import Asked, read_event
from playground.ui.shell.lines import note


async def make_again(
    engine: Engine, owner: str, record: Metadata, files: Sequence[Path], language: Language
) -> AsyncIterator[str]:
    """Yield lines of HTML: where the job is, and at last how the new files compare.

    Raises:
        PlaygroundError: The request is refused here, or a file is gone or damaged.
    """
    planned = plan(record, files)
    shapes, values = shapes_for(engine, planned, record), planned.again.values
    async for event in follow(engine.submit(owner, planned.task, values, record.checkpoint, shapes)):
        if not isinstance(event, Done):
            yield status_line(event, language)
            if isinstance(event, Failed | Cancelled):
                return
            continue
        said = await asyncio.to_thread(verdict, planned, record, event)
        yield note(said.to(language), "done")


def connect_again(engine: Engine, part: Any, gallery: Gallery | None, settings: Settings) -> None:
    """Let a part's ``again`` make a result again and say whether it is the same: an uploaded file's, or the gallery's.

    Args:
        engine: What makes it.
        part: Raises ``again`` with the file's path or the result's id; shows ``proof``.
        gallery: Where results are.
        settings: Who may see which.
    """

    async def again(request: gr.Request, event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        asked = read_event(event, request)
        try:
            record, files = await asyncio.to_thread(_recorded, asked)
            async for said in make_again(engine, asked.page, record, files, asked.language):
                yield numbered({"proof": said})
        except PlaygroundError as error:
            yield numbered({"proof": note(error.to(asked.language), "failed")})

    def _recorded(asked: Asked) -> tuple[Metadata, list[Path]]:
        if gallery is not None and "id" in asked.data:
            entry = gallery.get(viewer_of(settings, asked.visitor), asked.text("id", 100))
            return entry.record, gallery.paths(entry)
        path = uploaded_file(asked.text("path"))
        return read_metadata(path), [path]

    part.again(again, None, part, **LISTEN)
