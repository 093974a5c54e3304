"""What the terminal says when a room opens: two addresses, the code, and a QR code to point a phone at."""

from __future__ import annotations

import io

import segno

from playground.language import Language, Text
from playground.room.codes import grouped
from playground.room.room import Room

LINES = (
    Text("Guests:    {}   code {}", "访客：    {}   房间码 {}"),
    Text("The host:  {}/h/{}   (keep this one to yourself)", "主持人：  {}/h/{}   （请勿公开）"),
    Text("The wall:  {}/present   (after the host's address)", "展示墙：  {}/present   （先打开主持人地址）"),
    Text("Stop with Ctrl+C; the room is here again after the next start.", "按 Ctrl+C 停止；下次启动后房间仍在。"),
)


def invitation_lines(room: Room, address: str, language: Language | None) -> str:
    """Return what is printed.

    Args:
        room: The room.
        address: Where guests come to.
        language: The language; None says it in English.
    """
    drawn = io.StringIO()
    segno.make(invitation(room, address)).terminal(drawn, compact=True, border=2)
    values = ((address, grouped(room.code)), (address, room.key), (address,), ())
    said = [line.format(*each).to(language or "en") for line, each in zip(LINES, values, strict=True)]
    return f"{drawn.getvalue()}\n" + "\n".join(said)


def invitation(room: Room, address: str) -> str:
    """Return the address in the QR code: with the room's code, so that only a name is to be given."""
    return f"{address}/join?code={room.code}"
