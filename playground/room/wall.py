"""The wall: results that people put up for everybody to see; copies, so that they outlive the gallery's limit."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playground.errors import RoomError
from playground.media.writing import make_folder, write_whole
from playground.room.room import Room

MOST = 500
LARGEST = 8_000_000
"""Bytes of one picture or clip."""
MOST_BYTES = 100_000_000
"""Bytes of a whole wall: what its page of HTML can still be opened with."""


@dataclass(frozen=True)
class Hung:
    """One result on the wall.

    Attributes:
        id: A name that cannot be guessed.
        person: Who put it up.
        name: What they are called.
        result: Its id in the gallery.
        file: Its picture, or its clip as WebP.
        words: What it shows, in both languages.
        settings: Names and values as people read them, in both languages.
        put_at: Seconds since 1970.
        width: Of its picture, in pixels; small ones are shown with every pixel a square.
        hidden: Whether the host took it out of sight.
    """

    id: str
    person: str
    name: str
    result: str
    file: Path
    words: tuple[str, str]
    settings: Mapping[str, Sequence[tuple[str, str]]]
    put_at: float
    width: int
    hidden: bool


@dataclass
class Showing:
    """What the projector shows.

    Attributes:
        paused: Whether new results wait before they are shown.
        until: While paused: the last number that is shown.
        names: Whether names are shown.
        spot: The result that is shown large; empty for none.
    """

    paused: bool = False
    until: int = 0
    names: bool = True
    spot: str = ""


class Wall:
    """The wall of one room.

    Args:
        room: Whose it is.

    Attributes:
        showing: What the projector shows.
        version: Grows with every change.
    """

    def __init__(self, room: Room) -> None:
        self.room, self.version = room, 1
        self.showing = Showing(**room.kept.get("showing", {}))

    def put(
        self,
        person: str,
        result: str,
        content: bytes,
        ending: str,
        words: tuple[str, str],
        settings: Mapping[str, Any],
        width: int,
    ) -> str:
        """Put a result up; what hangs there already stays as it is. Returns its id.

        Args:
            person: Who puts it up.
            result: Its id in the gallery.
            content: Its picture, or its clip.
            ending: Of the file's name: ".png", ".webp".
            words: What it shows.
            settings: Names and values, by language.
            width: Of the picture, in pixels.

        Raises:
            RoomError: The wall is full, or the picture too large.
            OutputError: The picture cannot be written.
        """
        store, number = self.room.store, self.room.number
        there = store.ask("SELECT id FROM wall WHERE room = ? AND result = ? AND taken = 0", number, result)
        if there:
            return str(there[0]["id"])
        size = len(content)
        if size > LARGEST:
            raise RoomError(
                f"This file has {size / 1e6:.0f} MB; the wall takes at most {LARGEST / 1e6:.0f} MB.",
                f"该文件有 {size / 1e6:.0f} MB；展示墙最多接受 {LARGEST / 1e6:.0f} MB。",
            )
        hanging = self.all()
        taken = sum(each.file.stat().st_size for each in hanging if each.file.exists())
        if len(hanging) >= MOST or taken + size > MOST_BYTES:
            raise RoomError(
                "The wall is full: its host may hand it out and clear it.", "展示墙已满：主持人可以导出并清空它。"
            )
        id = secrets.token_hex(8)
        kept = write_whole(make_folder(store.folder / str(number)) / f"{id}{ending}", content)
        said = (
            "INSERT INTO wall (id, room, person, result, file, words, settings, put_at, width) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        dumped = [json.dumps(each, ensure_ascii=False) for each in (words, settings)]
        store.change((said, (id, number, person, result, kept.name, *dumped, time.time(), width)))
        self.version += 1
        return id

    def all(self) -> list[Hung]:
        """Return what hangs there, the oldest first."""
        rows = self.room.store.ask("SELECT * FROM wall WHERE room = ? AND taken = 0 ORDER BY number", self.room.number)
        names = self._names()
        folder = self.room.store.folder / str(self.room.number)
        return [
            Hung(
                row["id"], row["person"], names.get(row["person"], ""), row["result"], folder / row["file"],
                tuple(json.loads(row["words"])), json.loads(row["settings"]), row["put_at"], row["width"],
                bool(row["hidden"]),
            )
            for row in rows
        ]  # fmt: skip

    def shown(self) -> list[Hung]:
        """Return what the projector shows: nothing hidden, and while paused nothing new."""
        until = self.showing.until
        if not self.showing.paused:
            return [each for each in self.all() if not each.hidden]
        return [each for each in self.all()[:until] if not each.hidden]

    def find(self, id: str) -> Hung:
        """Return one result.

        Raises:
            RoomError: It does not hang there.
        """
        for each in self.all():
            if each.id == id:
                return each
        raise RoomError("This is not on the wall any more.", "展示墙上已没有它。", 404)

    def of(self, person: str) -> dict[str, str]:
        """Return what somebody put up: its id by the result's."""
        return {each.result: each.id for each in self.all() if each.person == person}

    def take_down(self, id: str, person: str) -> None:
        """Take one's own result off the wall.

        Raises:
            RoomError: It is another's, or not there.
        """
        if self.find(id).person != person:
            raise RoomError("Only who put it up, and the host, take it down.", "只有上墙者和主持人可以取下它。", 403)
        self._change("taken = 1", id)

    def hide(self, id: str, hidden: bool) -> None:
        """Take a result out of sight, or show it again.

        Raises:
            RoomError: It is not there.
        """
        self._change(f"hidden = {int(hidden)}", self.find(id).id)
        if hidden and self.showing.spot == id:
            self.showing.spot = ""

    def clear(self) -> None:
        """Take everything down; the pictures stay in the room's folder, and everybody's in their gallery."""
        self.room.store.change(("UPDATE wall SET taken = 1 WHERE room = ?", (self.room.number,)))
        self.showing.spot, self.showing.until = "", 0
        self._shown()

    def spot(self, id: str) -> None:
        """Show one result large; "" for none."""
        self.showing.spot = self.find(id).id if id else ""
        self._shown()

    def pause(self, paused: bool) -> None:
        """Let new results wait before they are shown, or show them."""
        self.showing.paused, self.showing.until = paused, len(self.all())
        self._shown()

    def show_names(self, shown: bool) -> None:
        """Show or hide who put what up."""
        self.showing.names = shown
        self._shown()

    def _shown(self) -> None:
        self.room.keep("showing", asdict(self.showing))
        self.version += 1

    def _change(self, what: str, id: str) -> None:
        self.room.store.change((f"UPDATE wall SET {what} WHERE room = ? AND id = ?", (self.room.number, id)))
        self.version += 1

    def _names(self) -> dict[str, str]:
        rows = self.room.store.ask("SELECT person, name FROM members WHERE room = ?", self.room.number)
        return {row["person"]: row["name"] for row in rows}
