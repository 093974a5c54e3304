"""Who is in the room: names that people choose, and where they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.errors import RoomError

LONGEST_NAME = 24


@dataclass(frozen=True)
class Member:
    """Somebody in the room.

    Attributes:
        person: The visitor, as the gallery knows them; nobody else's can be guessed.
        name: What they want to be called.
        number: Which place is theirs, from 1; what the page calls them by, since ``person`` stays here.
        host: Whether the room is theirs.
        place: Where they are: the tab, the lesson and its step.
    """

    person: str
    name: str
    number: int
    host: bool = False
    place: Mapping[str, Any] = field(default_factory=dict)


def read_name(given: str, taken: Collection[str]) -> str:
    """Return a name as it is shown; somebody of the same name gets a number behind it.

    Args:
        given: What was typed: any script, emoji too.
        taken: The others' names.

    Raises:
        RoomError: Nothing is left of it that can be seen, or it is too long.
    """
    seen = "".join(letter if _visible(letter) else " " for letter in unicodedata.normalize("NFC", given))
    name = " ".join(seen.split())
    if not name.strip("\u200d\ufe0f "):
        raise RoomError(
            "Give a name: what the others in the room should call you.", "请填写名字：房间里的人会这样称呼你。"
        )
    if len(name) > LONGEST_NAME:
        raise RoomError(
            f"A name has at most {LONGEST_NAME} letters; yours has {len(name)}.",
            f"名字最多 {LONGEST_NAME} 个字符；您的名字有 {len(name)} 个。",
        )
    known = {other.casefold() for other in taken}
    others, number = name, 1
    while others.casefold() in known:
        number += 1
        others = f"{name} {number}"
    return others


def _visible(letter: str) -> bool:
    """Tell whether a letter may stand in a name: what joins emoji may, what turns or hides words may not."""
    return letter in "\u200d\ufe0f" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
