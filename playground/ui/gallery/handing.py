"""Several results of the gallery: handed out as a zip or one page, or two of them compared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from PIL.Image import Image

from playground.engine import Engine
from playground.errors import InvalidInput
from playground.gallery import Entry, Gallery, Viewer
from playground.gallery.differences import differences
from playground.gallery.handout import MOST_BYTES, MOST_RESULTS, Item, page_of, write_zip
from playground.language import Language
from playground.media.pictures import data_url
from playground.outcomes import kind_of
from playground.ui.gallery import texts
from playground.ui.gallery.html import difference_table
from playground.ui.gallery.serving import serve_new
from playground.ui.gallery.words import line_of_words, python_lines, settings_in_words
from playground.ui.result.stage import file_url
from playground.ui.shell.asking import Asked, answers

KINDS = ("zip", "html")


def handing_questions(engine: Engine, gallery: Gallery, viewer: Callable[[Asked], Viewer]) -> list[Callable[..., Any]]:
    """Return what the script may ask about several chosen results.

    Args:
        engine: Knows checkpoints.
        gallery: Where they are.
        viewer: Tells who asks.
    """

    @answers
    async def hand_out(asked: Asked) -> dict[str, Any]:
        return await asyncio.to_thread(_packed, asked)

    @answers
    async def compare_two(asked: Asked) -> dict[str, Any]:
        return await asyncio.to_thread(_compared, asked)

    def _chosen(asked: Asked, most: int) -> list[Entry]:
        ids = asked.data.get("chosen")
        ids = [str(id) for id in ids] if isinstance(ids, list) else []
        if len(ids) > MOST_RESULTS:
            raise InvalidInput("chosen", *texts.TOO_MANY.format(MOST_RESULTS, len(ids)))
        entries = gallery.find(viewer(asked), ids[-most:])
        if not entries:
            raise InvalidInput("chosen", *texts.NOTHING_CHOSEN)
        return entries

    def _packed(asked: Asked) -> dict[str, Any]:
        kind = asked.text("kind", 10)
        if kind not in KINDS:
            raise InvalidInput(
                "kind", f"kind must be one of {', '.join(KINDS)}.", f"kind 必须是 {', '.join(KINDS)} 之一。"
            )
        entries = _chosen(asked, MOST_RESULTS)
        size = sum(file.size for entry in entries for file in entry.files)
        if size > MOST_BYTES:
            raise InvalidInput("chosen", *texts.TOO_LARGE.format(size / 1e6, MOST_BYTES / 1e6))
        items = [_item(entry, asked.language) for entry in entries]
        page = page_of(items, texts.HAND_OUT_TITLE.to(asked.language), asked.language, texts.CODE.to(asked.language))
        name = f"playground-{len(items)}.{kind}"
        path = serve_new(page.encode() if kind == "html" else partial(write_zip, items, page), name)
        return {"url": file_url(path), "name": name}

    def _item(entry: Entry, language: Language) -> Item:
        files = gallery.paths(entry)
        return Item(
            line_of_words(engine, entry.record, language),
            settings_in_words(engine, entry, language),
            python_lines(engine, entry.record),
            files,
            kind_of(entry.record, files),
        )

    def _compared(asked: Asked) -> dict[str, Any]:
        entries = _chosen(asked, 2)
        if len(entries) < 2:
            raise InvalidInput("chosen", *texts.CHOOSE_TWO)
        cards = [_card(entry) for entry in entries]
        # When it was made and how long it took are no settings.
        first, second = (settings_in_words(engine, entry, asked.language)[:-2] for entry in entries)
        table = difference_table(differences(first, second), asked.language)
        return {"pictures": [data_url(card) for card in cards], "difference": table}

    def _card(entry: Entry) -> Image:
        files = gallery.paths(entry)
        return kind_of(entry.record, files).card(entry.id, files)

    return [hand_out, compare_two]
