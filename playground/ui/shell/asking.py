"""What a part's script asks the server, beside the events: one question, one answer, no queue.

A refusal is an answer too: its sentence is told in the page, and the script gets nothing.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, ClassVar

import gradio as gr

from playground.api.visitor import from_this_machine, visitor_of
from playground.engine.failures import as_sentence
from playground.errors import PlaygroundError
from playground.language import Language

log = logging.getLogger(__name__)
PAGE = re.compile(r"[0-9a-f]{24}")
"""What a page draws to name itself, or one press of a button."""


@dataclass(frozen=True)
class Sent:
    """What a script sent.

    Attributes:
        data: From outside, so it may be anything.
        LONGEST: Characters of a text that are read where nothing else is said.
    """

    LONGEST: ClassVar[int] = 20_000
    data: Mapping[str, Any]

    def text(self, name: str, longest: int | None = None) -> str:
        """Return a text, "" where there is none."""
        value = self.data.get(name)
        return value[: self.LONGEST if longest is None else longest] if isinstance(value, str) else ""

    def record(self, name: str) -> dict[str, Any]:
        """Return a record, empty where there is none."""
        value = self.data.get(name)
        return dict(value) if isinstance(value, Mapping) else {}

    def whole(self, name: str) -> int:
        """Return a whole number, -1 where there is none."""
        value = self.data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else -1


@dataclass(frozen=True)
class Asked(Sent):
    """A question.

    Attributes:
        language: The visitor's.
        visitor: Whose results are theirs.
        page: The open page, as the owner of its jobs: ``visitor/page``.
        local: Whether they sit at this machine.
    """

    language: Language
    visitor: str
    page: str
    local: bool = False

    @property
    def press(self) -> str:
        """What names this press of a button, "" where nothing does: the same one may be told twice."""
        press = self.text("press", 100)
        return press if PAGE.fullmatch(press) else ""


def read_event(event: gr.EventData, request: gr.Request) -> Asked:
    """Read what a part's script raised an event with, and who it is: its jobs are those of the open page's session."""
    asked = read_question(event._data, request)
    return replace(asked, page=f"{asked.visitor}/{request.session_hash or asked.page}")


Answering = Callable[[Asked], Awaitable[dict[str, Any]]]


def read_question(data: Any, request: Any) -> Asked:
    """Read what a page sent, and who it is.

    Args:
        data: The body.
        request: The request, with its headers.
    """
    known = data if isinstance(data, Mapping) else {}
    page = known.get("page")
    page = page if isinstance(page, str) and PAGE.fullmatch(page) else "0" * 24
    visitor = visitor_of(SimpleNamespace(headers=request.headers, session_hash=page))
    language: Language = "zh" if known.get("language") == "zh" else "en"
    return Asked(known, language, visitor, f"{visitor}/{page}", from_this_machine(request))


def answers(function: Answering) -> Callable[..., Any]:
    """Let a part's script ask this; a refusal becomes an answer with its sentence."""

    @functools.wraps(function)
    async def answer(data: Any, request: gr.Request) -> dict[str, Any]:
        asked = read_question(data, request)
        try:
            return await function(asked)
        except PlaygroundError as error:
            return {"refused": True, "toast": error.to(asked.language)}
        except Exception as error:  # the page must hear a sentence whatever happens
            log.exception("%s", function.__name__)
            return {"refused": True, "toast": as_sentence(error).to(asked.language)}

    answer.__signature__ = None  # type: ignore[attr-defined]
    del answer.__signature__, answer.__wrapped__  # type: ignore[attr-defined]
    answer.__annotations__ = {"request": gr.Request}
    return answer
