"""The two pages of the room that stand beside the playground's own: the one that asks for the code, the projector's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.language import Text
from playground.room import Room
from playground.settings import Settings
from playground.ui.room import texts
from playground.ui.shell.header import LOGO

HERE = Path(__file__).resolve().parent


def join_page(settings: Settings, room: Room) -> str:
    """Return the page that asks for the room's code and a name."""
    return _page("join.html", settings, texts.JOIN, closed=room.closed)


def present_page(settings: Settings, address: str) -> str:
    """Return the projector's page.

    Args:
        settings: Knows the language and the path of a proxy.
        address: Where guests come to.
    """
    return _page("present.html", settings, texts.SHOW, address=address)


def _page(file: str, settings: Settings, words: Mapping[str, Text], **more: Any) -> str:
    """Fill a page: scripts of it read what they need from one record."""
    told = {"root": settings.root_path, "language": settings.language, "words": words, **more}
    record = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return (HERE / file).read_text(encoding="utf-8").replace("{{told}}", record).replace("{{logo}}", LOGO)
