"""The gallery tab: everything that was made, to search, open, choose, hand out, delete, and make again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from playground.api.viewers import viewer_of
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.families import REGISTRY
from playground.gallery import Filter, Gallery, Viewer
from playground.gallery.indexing import Meaning
from playground.language import Text
from playground.settings import Settings
from playground.ui.gallery import texts
from playground.ui.gallery.handing import handing_questions
from playground.ui.gallery.html import large, settings_table, tiles
from playground.ui.gallery.map import map_answer
from playground.ui.gallery.origin import where_from
from playground.ui.gallery.serving import served_entry, width_of
from playground.ui.gallery.words import line_of_words, settings_in_words
from playground.ui.restoring.restore import settings_back
from playground.ui.result.downloads import downloads
from playground.ui.result.showing import python_lines
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.lines import note
from playground.ui.shell.parts import part

A_PAGE = 24
DAY = 24 * 3600
SINCE = ((texts.ANY, 0), (texts.TODAY, DAY), (texts.WEEK, 7 * DAY), (texts.MONTH, 30 * DAY))


def gallery_part(engine: Engine, gallery: Gallery, settings: Settings, meaning: Meaning) -> Any:
    """Put the gallery on the page; it raises ``again`` with the id of a result to make again."""
    questions = GalleryQuestions(engine, gallery, settings, meaning)
    spec = {"since": [[value, *words] for words, value in SINCE], "meaning": meaning.ready}
    functions = [*questions.all(), *handing_questions(engine, gallery, questions.viewer), where_from]
    return part("gallery", None, spec=spec, events=["again"], functions=functions, id="gallery-part")


class GalleryQuestions:
    """What the gallery's script may ask.

    Args:
        engine: Knows checkpoints and how long they take.
        gallery: What it shows.
        settings: Who may see what.
        meaning: Finds results by what they show.
    """

    def __init__(self, engine: Engine, gallery: Gallery, settings: Settings, meaning: Meaning) -> None:
        self._engine, self._gallery, self._settings = engine, gallery, settings
        self._meaning = meaning

    def viewer(self, asked: Asked) -> Viewer:
        """Return who looks."""
        return viewer_of(self._settings, asked.visitor)

    def all(self) -> list[Callable[..., Any]]:
        """Return the questions as functions of a part."""

        def beside(work: Callable[[Asked], dict[str, Any]], name: str) -> Callable[..., Any]:
            async def answer(asked: Asked) -> dict[str, Any]:
                return await asyncio.to_thread(work, asked)

            answer.__name__ = name
            return answers(answer)

        named = {
            "shelf": self._shelf,
            "by_meaning": self._by_meaning,
            "map_of_meaning": lambda asked: map_answer(self._gallery, self._meaning, self.viewer(asked), asked),
            "open_result": self._open,
            "star": self._star,
            "delete_result": self._delete,
            "undelete": self._undelete,
            "send_back": self._send_back,
        }
        return [beside(work, name) for name, work in named.items()]

    def _shelf(self, asked: Asked) -> dict[str, Any]:
        gallery, language = self._gallery, asked.language
        since, offset = asked.data.get("since"), max(0, asked.whole("offset"))
        wanted = Filter(
            asked.text("words", 200),
            asked.text("family", 100),
            asked.text("checkpoint", 200),
            time.time() - since if isinstance(since, int | float) and since > 0 else 0.0,
            asked.data.get("favourites") is True,
        )
        viewer = self.viewer(asked)
        shelf = gallery.shelf(viewer, wanted, offset, A_PAGE)
        if offset >= shelf.total:
            offset = max(0, (shelf.total - 1) // A_PAGE * A_PAGE)
            shelf = gallery.shelf(viewer, wanted, offset, A_PAGE)
        shown = [
            (entry, gallery.thumbnail(entry), line_of_words(self._engine, entry.record, language))
            for entry in shelf.entries
        ]
        chosen = [str(id) for id in asked.data.get("chosen") or []][:1000]
        empty = (texts.NOTHING_FOUND if wanted != Filter() else texts.EMPTY).to(language)
        pages = -(-shelf.total // A_PAGE)
        count = texts.COUNT.format(shelf.total)
        if pages > 1:
            count = texts.COUNT_PAGE.format(shelf.total, offset // A_PAGE + 1, pages)
        said = [count.to(language)] if shelf.total else []
        if self._settings.gallery == "shared":
            said.append(texts.SHARED.to(language))
        if shelf.removed:
            said.append(texts.REMOVED.format(self._settings.gallery_limit, shelf.removed).to(language))
        return {
            "tiles": tiles(shown, chosen, asked.text("opened", 100), empty, language),
            "said": note(" · ".join(said)),
            "offset": offset,
            "newer": offset > 0,
            "older": offset + A_PAGE < shelf.total,
            "families": [("", *texts.ANY), *((name, *_title(name)) for name in shelf.families)],
            "checkpoints": [("", *texts.ANY), *((name, name, name) for name in shelf.checkpoints)],
        }

    def _by_meaning(self, asked: Asked) -> dict[str, Any]:
        """Find results by what they show: near to some words, or to a result."""
        viewer, words, like = self.viewer(asked), asked.text("words", 200).strip(), asked.text("like", 100)
        if like:
            self._gallery.get(viewer, like)
        direction = self._meaning.reckon(asked.page, words=words, like=like)
        found = self._meaning.find(viewer, direction, A_PAGE)
        entries = self._gallery.find(viewer, [near.id for near in found])
        shown = [
            (entry, self._gallery.thumbnail(entry), line_of_words(self._engine, entry.record, asked.language))
            for entry in entries
        ]
        said = texts.BY_MEANING.format(len(shown)).to(asked.language) if shown else ""
        chosen = [str(id) for id in asked.data.get("chosen") or []][:1000]
        empty = texts.NOT_LOOKED_AT.to(asked.language)
        return {
            "tiles": tiles(shown, chosen, asked.text("opened", 100), empty, asked.language),
            "said": note(said),
        }

    def _open(self, asked: Asked) -> dict[str, Any]:
        engine, language = self._engine, asked.language
        entry = self._gallery.get(self.viewer(asked), asked.text("id", 100))
        given = served_entry(self._gallery, entry)
        task = next((task for task in _tasks(entry.record.family) if task.task == entry.record.task), None)
        code = python_lines(engine, task, entry.record.checkpoint, dict(entry.record.request)) if task else ""
        return {
            "id": entry.id,
            "stage": large(entry, given, line_of_words(engine, entry.record, language), width_of(given)),
            "downloads": downloads(given, language),
            "favourite": entry.favourite,
            "own": entry.own,
            "proof": "" if entry.own else note(texts.NOT_YOURS.to(language)),
            "settings": settings_table(settings_in_words(engine, entry, language)),
            "code": code,
        }

    def _star(self, asked: Asked) -> dict[str, Any]:
        viewer, id = self.viewer(asked), asked.text("id", 100)
        on = not self._gallery.get(viewer, id).favourite
        self._gallery.set_favourite(viewer, id, on)
        return {"favourite": on}

    def _delete(self, asked: Asked) -> dict[str, Any]:
        gone = self._gallery.delete(self.viewer(asked), [asked.text("id", 100)])
        return {"gone": gone, "proof": note(texts.DELETED.to(asked.language)) if gone else ""}

    def _undelete(self, asked: Asked) -> dict[str, Any]:
        ids = asked.data.get("ids")
        self._gallery.undelete(self.viewer(asked), [str(id) for id in ids][:100] if isinstance(ids, list) else [])
        return {}

    def _send_back(self, asked: Asked) -> dict[str, Any]:
        viewer = self.viewer(asked)
        entry = self._gallery.get(viewer, asked.text("id", 100))
        back = settings_back(self._engine, entry.record, asked.language) | {"parent": entry.id}
        try:
            self._gallery.bring_in(viewer, entry.id)
        except PlaygroundError:
            back["parent"] = ""  # its settings go back all the same
        return back


def _title(family: str) -> Text:
    return REGISTRY[family].title if family in REGISTRY else Text(family, family)


def _tasks(family: str) -> tuple[Any, ...]:
    return REGISTRY[family].requests if family in REGISTRY else ()
