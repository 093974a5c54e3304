"""The room's addresses: coming in, what every page asks for, the wall. What only the host may is in ``hosting.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from playground.engine import Engine
from playground.errors import RoomError
from playground.gallery import Gallery
from playground.lessons import Lesson
from playground.room import Room
from playground.room.wall import Wall
from playground.settings import Settings
from playground.ui.room.asking import KEEP_NOTHING, RoomAsked, route
from playground.ui.room.hanging import hang
from playground.ui.room.hosting import guests_address, host_routes
from playground.ui.room.pages import join_page, present_page
from playground.ui.shell.header import BOOT


def room_routes(
    engine: Engine, settings: Settings, room: Room | None, gallery: Gallery | None, lessons: Mapping[str, Lesson]
) -> list[Route]:
    """Return the room's addresses; nothing where there is no room."""
    if room is None or gallery is None:
        return []
    wall = Wall(room)

    async def join_form(asked: RoomAsked) -> Response:
        return HTMLResponse(join_page(settings, room), headers=KEEP_NOTHING)

    async def join(asked: RoomAsked) -> dict[str, Any]:
        member = room.join(asked.person, asked.text("code"), asked.text("name"), asked.address)
        return {"name": member.name, "number": member.number}

    async def become_host(asked: RoomAsked) -> Response:
        room.become_host(asked.person, str(asked.http.path_params["key"])[:100], asked.address)
        return RedirectResponse(f"{settings.root_path}/", 303, KEEP_NOTHING)

    async def present(asked: RoomAsked) -> Response:
        return HTMLResponse(present_page(settings, guests_address(settings)), headers=KEEP_NOTHING)

    async def state(asked: RoomAsked) -> dict[str, Any]:
        return state_of(room, wall, asked.person)

    async def go_to(asked: RoomAsked) -> dict[str, Any]:
        place = asked.data.get("place")
        room.go_to(asked.person, place if isinstance(place, dict) else {})
        return {}

    async def answer(asked: RoomAsked) -> dict[str, Any]:
        step, choice = asked.whole("step"), asked.whole("answer")
        if not (0 <= step < 1000 and 0 <= choice < 100):
            raise RoomError("An answer names a step and a choice.", "回答需要指明步骤和选项。")
        room.answers.put(asked.person, asked.text("lesson", 60), step, choice)
        return {}

    async def rename(asked: RoomAsked) -> dict[str, Any]:
        return {"name": room.rename(asked.person, asked.text("name")).name}

    async def put_up(asked: RoomAsked) -> dict[str, Any]:
        return {"hung": await asyncio.to_thread(hang, wall, engine, gallery, asked.person, asked.text("id"))}

    async def take_down(asked: RoomAsked) -> dict[str, Any]:
        wall.take_down(asked.text("hung"), asked.person)
        return {}

    return [
        route("/join", join_form),
        route("/join", join, post=True),
        route("/h/{key}", become_host),
        route("/present", present, host=room),
        route("/room/state", state),
        route("/room/place", go_to, post=True),
        route("/room/answer", answer, post=True),
        route("/room/name", rename, post=True),
        route("/room/wall/put", put_up, post=True),
        route("/room/wall/take", take_down, post=True),
        *host_routes(engine, settings, room, wall, lessons),
    ]


def state_of(room: Room, wall: Wall, person: str) -> dict[str, Any]:
    """Return what somebody's page follows; asked for every two seconds."""
    member = room.find(person)
    if member is None:
        raise RoomError("You are not in the room: give its code first.", "您不在房间里：请先输入房间码。", 401)
    return {
        "boot": BOOT,
        "version": room.version,
        "name": member.name,
        "number": member.number,
        "host": member.host,
        "here": len(room.present),
        "place": member.place,
        "lead": room.lead,
        "limits": room.limits.as_json(),
        "bounds": {} if member.host else room.limits.bounds(),
        "wall": wall.of(person),
        "answers": room.answers.of(person),
    }
