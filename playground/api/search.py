"""The endpoints that find results by meaning, and lay them on a map: by words in either language, or by a picture."""

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
MOST_LINES, MOST_ON_MAP = 40, 1000


def add_search_endpoint(meaning: Meaning, settings: Settings) -> None:
    """Offer ``/search``."""

    async def search(
        words: str = "",
        image: dict[str, Any] | None = None,
        num_results: int = 10,
        request: gr.Request = None,  # type: ignore[assignment]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Finds results of the gallery by what they show.

        words: text of at most 200 characters, English or Chinese, also with signs as in "red apple − red + green";
        image: a picture instead, or one to which the words are added; num_results: a whole number from 1 to 100.
        Gives (files, report): the first file of each result, the nearest first, its prompt or
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
        direction = meaning.reckon(owner_of(request), words=words, image=picture)
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

    async def map_of_meaning(
        words: str = "",
        num_results: int = 400,
        request: gr.Request = None,  # type: ignore[assignment]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Lays results of the gallery and words on one plane, the first two principal components of the pictures.

        words: one text a line, at most 40 lines; num_results: a whole number from 1 to 1000, the newest. Gives
        (files, report): no files; report["scores"] is a table with a row for each result (its id) and each text, and
        their places in the columns x and y, from −1 to 1.
        """
        try:
            lines = refuse_unfit_lines(words, num_results)
            viewer = viewer_of(settings, visitor_of(request))
            ids, plane = await asyncio.to_thread(meaning.plane, viewer, owner_of(request), lines, num_results)
            places = [[float(x), float(y)] for x, y in [*plane.pictures, *plane.words]]
            table = {"rows": [*ids, *lines], "columns": ["x", "y"], "values": places}
            return [], {"scores": [table], "texts": lines, "explained": list(plane.explained)}
        except Exception as error:
            raise as_toast(error, settings.language or browser_language(request)) from error

    offer(map_of_meaning, "map")


def lines_of(words: str) -> list[str]:
    """Return texts, one a line, each once and cut to what is read."""
    found = dict.fromkeys(line.strip()[:LONGEST] for line in words.splitlines() if line.strip())
    return list(found)


def refuse_unfit_lines(words: object, num_results: object) -> list[str]:
    """Refuse what cannot be laid on a map; return the texts.

    Raises:
        InvalidInput: So it is.
    """
    lines = lines_of(words) if isinstance(words, str) else None
    if lines is None or len(lines) > MOST_LINES:
        raise InvalidInput(
            "words", f"words must be at most {MOST_LINES} lines of text.", f"words 必须是不超过 {MOST_LINES} 行的文字。"
        )
    _refuse_unfit_count(num_results, MOST_ON_MAP)
    return lines


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
    _refuse_unfit_count(num_results, MOST)


def _refuse_unfit_count(num_results: object, most: int) -> None:
    if isinstance(num_results, bool) or not isinstance(num_results, int) or not 1 <= num_results <= most:
        raise InvalidInput(
            "num_results",
            f"num_results must be a whole number from 1 to {most}; you sent {str(num_results)[:40]!r}.",
            f"num_results 必须是 1 到 {most} 之间的整数；收到的是 {str(num_results)[:40]!r}。",
        )
