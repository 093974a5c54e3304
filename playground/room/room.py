"""The room: who comes in, who its host is, where the host leads. What it knows is on the disk, too.

Raises ``RoomError`` with an HTTP status for whatever somebody may not do.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from hmac import compare_digest
from typing import Any

from playground.engine import Engine
from playground.errors import RoomError
from playground.room.answers import Answers
from playground.room.codes import KEY, Turnstile, new_code, plain
from playground.room.jobs import RoomJobs
from playground.room.limits import Limits, changed, read_limits
from playground.room.people import Member, read_name
from playground.room.store import Store, unpacked
from playground.settings import Settings

AWAY = 900.0
"""Seconds without a sign of life after which a guest's place may be another's; they themselves still come back."""
PRESENT = 30.0
"""Seconds since a sign of life for which somebody is said to be here; open pages give one every two seconds."""
LARGEST_PLACE = 2000


def open_room(engine: Engine, settings: Settings) -> Room | None:
    """Open the room of the outputs folder, the one that was not closed if there is one; None without ``--workshop``.

    From now on the engine asks the room before it takes a job.

    Raises:
        SettingsError: A limit cannot be.
        RoomError: The room's file cannot be read.
    """
    if not settings.workshop:
        return None
    known = [checkpoint.id for checkpoint in engine.catalog.all()]
    room = Room(Store(settings.outputs), known, settings.limits)
    engine.admit = room.jobs.admit
    return room


class Room:
    """One room.

    Args:
        store: Where it is kept.
        checkpoints: The ids that can be offered.
        limits: What ``--limit`` gave; it counts more than what was kept.
        clock: Monotonic seconds.

    Attributes:
        code: What guests give.
        key: What makes somebody its host.
        number: Which of the store's rooms it is.
        limits: What a guest may ask for.
        kept: What is kept beside the limits: where the host leads, what the projector shows.
        jobs: What people wait for.
        answers: What people answered.
        closed: Whether it was closed; nobody does anything in it then.
        version: Grows with every change that pages should hear of.
    """

    def __init__(
        self,
        store: Store,
        checkpoints: list[str],
        limits: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store, self._checkpoints, self._clock = store, checkpoints, clock
        self.turnstile = Turnstile(clock)
        self._lock = threading.RLock()
        self._members: dict[str, Member] = {}
        self._seen: dict[str, float] = {}
        self.version, self.kept = 0, dict[str, Any]()
        self.limits = read_limits(limits, checkpoints)
        self._open(limits)
        self.jobs, self.answers = RoomJobs(self), Answers(store, self.number)

    def _open(self, limits: tuple[str, ...]) -> None:
        rows = self.store.ask("SELECT * FROM rooms WHERE closed_at IS NULL ORDER BY number DESC LIMIT 1")
        if not rows:
            self.code, self.key, self.closed = new_code(), new_code(KEY), False
            words = "INSERT INTO rooms (code, host_key, opened_at) VALUES (?, ?, ?)"
            self.number = self.store.change((words, (self.code, self.key, time.time())))
            return
        row, self.closed = rows[0], False
        self.number, self.code, self.key = row["number"], row["code"], row["host_key"]
        self.kept = unpacked(row["kept"])
        if not limits:
            try:
                self.limits = changed(Limits(), self.kept.get("limits", {}), self._checkpoints)
            except RoomError:
                self.limits = Limits()  # a tab or a checkpoint that this playground does not have any more
        for member in self.store.ask("SELECT * FROM members WHERE room = ? AND sent_out = 0", self.number):
            person, place = member["person"], unpacked(member["place"])
            self._members[person] = Member(person, member["name"], member["number"], bool(member["host"]), place)

    # People

    def find(self, person: str) -> Member | None:
        """Return somebody who is in the room."""
        return self._members.get(person)

    def is_host(self, person: str) -> bool:
        """Tell whether the room is somebody's."""
        member = self._members.get(person)
        return bool(member and member.host) and not self.closed

    @property
    def members(self) -> list[Member]:
        """Everybody, in the order in which they came."""
        with self._lock:
            return sorted(self._members.values(), key=lambda member: member.number)

    def away(self, member: Member) -> float | None:
        """Return the seconds since somebody's page last gave a sign of life; None if it has not since the start."""
        seen = self._seen.get(member.person)
        return None if seen is None else self._clock() - seen

    def join(self, person: str, code: str, name: str, address: str) -> Member:
        """Let somebody in who knows the code; who is in already gets the new name.

        Raises:
            RoomError: The code is wrong or was tried too often, the room is full or closed, or the name is none.
        """
        self._turn(address)
        if self.closed:
            raise RoomError("The room is closed.", "房间已关闭。", 403)
        if not compare_digest(plain(code), self.code):
            self.turnstile.wrong(address)
            raise RoomError("That is not the room's code: look at the whiteboard.", "房间码不对：请看白板。", 403)
        with self._lock:
            known = self._members.get(person)
            if known is None and self.full:
                raise RoomError(
                    f"The room is full: {self.limits.guests} people are in it. Ask its host to let more in.",
                    f"房间已满：已有 {self.limits.guests} 人。请主持人放宽人数。",
                    403,
                )
            return self._enter(person, name, host=bool(known and known.host))

    def become_host(self, person: str, key: str, address: str) -> Member:
        """Give the room to somebody who knows its key.

        Raises:
            RoomError: The key is wrong or was tried too often, or the room is closed.
        """
        self._turn(address)
        if self.closed or not compare_digest(plain(key), self.key):
            self.turnstile.wrong(address)
            raise RoomError(
                "That is not the host's address: it stands in the terminal in which the playground was started.",
                "这不是主持人的地址：正确的地址显示在启动本程序的终端里。",
                403,
            )
        known = self._members.get(person)
        return self._enter(person, known.name if known else "Host · 主持人", host=True)

    @property
    def full(self) -> bool:
        """Whether nobody new is let in; whoever has been away for long leaves their place to others."""
        here = [member for member in self._members.values() if not member.host and (self.away(member) or 0.0) < AWAY]
        return bool(self.limits.guests) and len(here) >= self.limits.guests

    @property
    def present(self) -> list[Member]:
        """Those whose pages gave a sign of life a moment ago."""
        ages = [(member, self.away(member)) for member in self.members]
        return [member for member, age in ages if age is not None and age < PRESENT]

    def rename(self, person: str, name: str) -> Member:
        """Call somebody who is in the room by another name.

        Raises:
            RoomError: It is no name, or they are not in the room.
        """
        member = self._members.get(person)
        if member is None:
            raise RoomError("You are not in the room: give its code first.", "您不在房间里：请先输入房间码。", 401)
        return self._enter(person, name, member.host)

    def seen(self, person: str) -> None:
        """Note a sign of life."""
        self._seen[person] = self._clock()

    def go_to(self, person: str, place: Mapping[str, Any]) -> None:
        """Note where somebody is, so that a reload or a restart brings them back."""
        said = json.dumps(dict(place), ensure_ascii=False)
        if len(said) > LARGEST_PLACE:
            raise RoomError("That is no place in the page.", "页面中没有这个位置。")
        with self._lock:
            member = self._members.get(person)
            if member is None or member.place == place:
                return
            self._members[person] = replace(member, place=dict(place))
        self.store.change(("UPDATE members SET place = ? WHERE room = ? AND person = ?", (said, self.number, person)))

    def send_out(self, number: int) -> None:
        """Send a guest out, and end their jobs; with the code they may come in again."""
        with self._lock:
            gone = [member for member in self._members.values() if member.number == number and not member.host]
            for member in gone:
                del self._members[member.person]
        for member in gone:
            self.jobs.end_all(member.person)
            words = "UPDATE members SET sent_out = 1 WHERE room = ? AND person = ?"
            self.store.change((words, (self.number, member.person)))
        self._changed()

    def close(self) -> None:
        """End all jobs, and let nobody in any more; the next start opens another room."""
        self.closed = True
        self.jobs.end_all()
        self.store.change(("UPDATE rooms SET closed_at = ? WHERE number = ?", (time.time(), self.number)))
        self._changed()

    # What the host decides

    def limit(self, wanted: Mapping[str, Any]) -> None:
        """Change limits.

        Raises:
            RoomError: A limit or its value cannot be.
        """
        self.limits = changed(self.limits, wanted, self._checkpoints)
        self.keep("limits", self.limits.as_json())

    @property
    def lead(self) -> dict[str, Any]:
        """Where the host leads everybody: the lesson and its step; empty for nowhere."""
        return dict(self.kept.get("lead", {}))

    def lead_to(self, place: Mapping[str, Any]) -> None:
        """Bring everybody to a step of a lesson; to nowhere, and each goes on at their own pace."""
        self.keep("lead", dict(place))

    def keep(self, name: str, value: Any) -> None:
        """Keep something of the room's over a restart."""
        with self._lock:
            self.kept = self.kept | {name: value}
            said = json.dumps(self.kept, ensure_ascii=False)
        self.store.change(("UPDATE rooms SET kept = ? WHERE number = ?", (said, self.number)))
        self._changed()

    def _enter(self, person: str, name: str, host: bool) -> Member:
        with self._lock:
            known = self._members.get(person)
            others = [member.name for member in self._members.values() if member.person != person]
            number = known.number if known else self._next_number(person)
            place = known.place if known else self._place_of(person)
            member = self._members[person] = Member(person, read_name(name, others), number, host, place)
            self.seen(person)
        words = """INSERT INTO members (room, person, name, number, host) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (room, person) DO UPDATE SET name = excluded.name, host = excluded.host, sent_out = 0"""
        self.store.change((words, (self.number, person, member.name, number, host)))
        self._changed()
        return member

    def _next_number(self, person: str) -> int:
        rows = self.store.ask("SELECT number FROM members WHERE room = ? AND person = ?", self.number, person)
        if rows:
            return int(rows[0]["number"])
        most = self.store.ask("SELECT max(number) AS most FROM members WHERE room = ?", self.number)
        return int(most[0]["most"] or 0) + 1

    def _place_of(self, person: str) -> dict[str, Any]:
        rows = self.store.ask("SELECT place FROM members WHERE room = ? AND person = ?", self.number, person)
        return unpacked(rows[0]["place"]) if rows else {}

    def _turn(self, address: str) -> None:
        if wait := self.turnstile.wait(address):
            seconds = max(1, round(wait))
            raise RoomError(
                f"Too many wrong codes came from your address: try again in {seconds} s.",
                f"您的地址输错房间码次数过多：请在 {seconds} 秒后重试。",
                429,
            )

    def _changed(self) -> None:
        self.version += 1
