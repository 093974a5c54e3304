"""The page's lines while a recorded result is made again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from playground.api.following import follow
from playground.engine import Cancelled, Done, Engine, Failed
from playground.gallery.again import plan, shapes_for, verdict
from playground.language import Language
from playground.media.metadata import Metadata
from playground.ui import html
from playground.ui.gallery_html import note


async def make_again(
    engine: Engine, owner: str, record: Metadata, files: Sequence[Path], language: Language
) -> AsyncIterator[str]:
    """Yield lines of HTML: where the job is, and at last how the new files compare.

    Raises:
        PlaygroundError: The request is refused here, or a file is gone or damaged.
    """
    planned = plan(record, files)
    shapes, values = shapes_for(engine, planned, record), planned.again.values
    async for event in follow(engine, owner, planned.task, values, record.checkpoint, shapes):
        if not isinstance(event, Done):
            yield html.status_line(event, language)
            if isinstance(event, Failed | Cancelled):
                return
            continue
        told = await asyncio.to_thread(verdict, planned, record, event)
        yield note(told.to(language), "done")
