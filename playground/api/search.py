"""The endpoint that finds results by meaning: by words in either language, or by a picture."""

from __future__ import annotations

import asyncio
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from playground.api.endpoints import Answer
from playground.api.following import owner_of
from playground.api.offering import offer
from playground.api.refusing import as_toast
from playground.api.serving import serve_kept
from playground.api.uploads import inline_drawing
from playground.api.viewers import viewer_of
from playground.api.visitor import browser_language, visitor_of
from playground.errors import InvalidInput
from playground.gallery.indexing import Meaning
from playground.gallery.keeping import Kept
from playground.settings import Settings

MOST, LONGEST = 100, 200


def add_search_endpoint(meaning: Meaning, settings: Settings) -> None:
    """Offer ``/search``."""

    async def search(
        words: str = "",
        image: dict[str, Any] | None = None,
        num_results: int = 10,
        request: gr.Request = None,  # type: ignore[assignment]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Finds results of the gallery by what they show.

        words: text of at most 200 characters, English or Chinese; image: a picture instead; num_results: a whole
        number from 1 to 100. Gives (files, report): the first file of each result, the nearest first, its prompt or
        task in report["texts"], and its likeness, a cosine, in report["scores"].
        """
        try:
            refuse_unfit(words, image, num_results)
            picture = await asyncio.to_thread(inline_drawing, image, True)
            return await asyncio.to_thread(find, words.strip(), picture, num_results, request)
        except Exception as error:
            raise as_toast(error, settings.language or browser_language(request)) from error

    def find(words: str, picture: str, count: int, request: gr.Request) -> Answer:
        viewer = viewer_of(settings, visitor_of(request))
        direction = meaning.embed(owner_of(request), words=words, image=picture)
        found = meaning.find(viewer, direction, count)
        entries = meaning.gallery.find(viewer, [near.id for near in found])
        likeness = {near.id: near.likeness for near in found}
        files = []
        for entry in entries:
            (path, *_) = serve_kept(Kept(meaning.gallery.paths(entry)[:1]))
            files.append(FileData(path=str(path), orig_name=path.name).model_dump())
        report = {
            "texts": [str(entry.record.request.get("prompt") or entry.record.task) for entry in entries],
            "scores": [
                {
                    "rows": [entry.id for entry in entries],
                    "columns": ["likeness"],
                    "values": [[likeness[entry.id]] for entry in entries],
                }
            ],
        }
        return files, report

    offer(search, "search")


def refuse_unfit(words: str, image: Any, num_results: int) -> None:
    """Refuse what cannot be looked for.

    Raises:
        InvalidInput: So it is.
    """
    if not isinstance(words, str) or len(words) > LONGEST:
        raise InvalidInput(
            "words",
            f"words must be text of at most {LONGEST} characters.",
            f"words 必须是不超过 {LONGEST} 个字符的文字。",
        )
    if not words.strip() and not image:
        raise InvalidInput(
            "words",
            "There is nothing to look for: send words, such as kitty or 小狗, or an image.",
            "没有要找的内容：请发送词语（例如 kitty 或 小狗）或一张图片。",
        )
    if isinstance(num_results, bool) or not isinstance(num_results, int) or not 1 <= num_results <= MOST:
        raise InvalidInput(
            "num_results",
            f"num_results must be a whole number from 1 to {MOST}; you sent {str(num_results)[:40]!r}.",
            f"num_results 必须是 1 到 {MOST} 之间的整数；收到的是 {str(num_results)[:40]!r}。",
        )
