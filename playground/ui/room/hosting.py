"""What only the host may: the panel's figures and buttons, the projector, the wall to take along."""

from __future__ import annotations

import asyncio
import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import segno
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from playground import preflight
from playground.engine import Engine, Job, Queued, Step
from playground.errors import PlaygroundError, RoomError
from playground.families import in_order
from playground.language import Language, Text
from playground.lessons import Lesson
from playground.room import Member, Room
from playground.room.addresses import address_for_others
from playground.room.invitation import invitation
from playground.room.leaving import SMALL, page_of, write_zip
from playground.room.wall import Hung, Wall
from playground.settings import Settings
from playground.ui.room import texts
from playground.ui.room.asking import KEEP_NOTHING, RoomAsked, route

MODES = ("auto", "whole", "model-offload", "float8-offload", "sequential-offload")


def host_routes(
    engine: Engine, settings: Settings, room: Room, wall: Wall, lessons: Mapping[str, Lesson]
) -> list[Route]:
    """Return the addresses that answer nobody but the host."""

    async def panel(asked: RoomAsked) -> dict[str, Any]:
        return panel_of(engine, settings, room, asked.language)

    async def look(asked: RoomAsked) -> dict[str, Any]:
        if asked.data.get("since") == str(wall.version) and asked.data.get("room") == str(room.version):
            return {"version": wall.version, "room": room.version, "here": len(room.present)}
        shown = await asyncio.to_thread(wall_of, room, wall)
        return shown | lesson_of(room, lessons)

    async def file(asked: RoomAsked) -> Response:
        found = await asyncio.to_thread(wall.find, str(asked.http.path_params["id"]))
        if not found.file.exists():
            raise RoomError("The picture's file is gone.", "图片文件已不存在。", 404)
        return FileResponse(found.file, headers={"Cache-Control": "private, max-age=86400, immutable"})

    async def qr(asked: RoomAsked) -> Response:
        drawn = io.BytesIO()
        segno.make(invitation(room, guests_address(settings))).save(drawn, kind="svg", border=2, scale=8, light="#fff")
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers=KEEP_NOTHING)

    async def take_along(asked: RoomAsked) -> Response:
        return await asyncio.to_thread(_packed, wall, str(asked.http.path_params["kind"]), asked.language)

    async def act(asked: RoomAsked) -> dict[str, Any]:
        name = str(asked.http.path_params["act"])
        acting = acts.get(name)
        if acting is None:
            raise RoomError(
                f"There is nothing called {name[:40]!r} that a host may do.", f"没有名为 {name[:40]!r} 的操作。"
            )
        return await asyncio.to_thread(acting, asked) or {}

    async def answers(asked: RoomAsked) -> dict[str, Any]:
        name = asked.text("lesson")
        places = [member.place for member in room.present if not member.host]
        where = Counter(place.get("step") for place in places if place.get("lesson") == name)
        return {"answers": room.answers.counted(name), "where": dict(where), "people": len(places)}

    def step(by: int) -> None:
        lesson = lessons.get(str(room.lead.get("lesson")))
        if lesson:
            to = int(room.lead["step"]) + (1 if by > 0 else -1)
            room.lead_to({"lesson": room.lead["lesson"], "step": min(max(0, to), len(lesson.steps) - 1)})

    def lead(place: dict[str, Any]) -> None:
        lesson, number = lessons.get(str(place.get("lesson"))), place.get("step")
        if place and not (lesson and isinstance(number, int) and 0 <= number < len(lesson.steps)):
            raise RoomError("There is no such step of a lesson.", "没有这样的课程步骤。")
        room.lead_to(place)

    async def check(asked: RoomAsked) -> Response:
        return StreamingResponse(checked(asked.language), media_type="text/plain", headers=KEEP_NOTHING)

    def checked(language: Language) -> Iterator[str]:
        """Yield each line as soon as it is known: to try every checkpoint takes minutes."""
        if not checking.acquire(blocking=False):
            yield texts.CHECKED_ALREADY.to(language)
            return
        try:
            for line in preflight.look(engine, settings, running=True):
                yield f"{line.mark} {line.words.to(language)}\n"
        except PlaygroundError as error:
            yield f"{preflight.BAD} {error.to(language)}\n"
        finally:
            checking.release()

    checking = threading.Lock()
    acts: dict[str, Callable[[RoomAsked], dict[str, Any] | None]] = {
        "limits": lambda asked: room.limit(asked.record("limits")),
        "lead": lambda asked: lead(asked.record("place")),
        "step": lambda asked: step(asked.whole("by")),
        "end": lambda asked: {"ended": room.jobs.end(asked.text("job"))},
        "end_all": lambda asked: {"ended": room.jobs.end_all()},
        "send_out": lambda asked: room.send_out(asked.whole("number")),
        "close": lambda asked: room.close(),
        "pause": lambda asked: wall.pause(asked.data.get("on") is True),
        "names": lambda asked: wall.show_names(asked.data.get("on") is True),
        "spot": lambda asked: wall.spot(asked.text("hung")),
        "hide": lambda asked: wall.hide(asked.text("hung"), asked.data.get("on") is not False),
        "clear": lambda asked: wall.clear(),
        "memory": lambda asked: _keep_memory(engine, asked.text("mode")),
    }
    return [
        route("/room/panel", panel, host=room),
        route("/room/answers", answers, host=room),
        route("/room/wall", look, host=room),
        route("/room/wall/file/{id}", file, host=room),
        route("/room/wall.{kind}", take_along, host=room),
        route("/room/qr.svg", qr, host=room),
        route("/room/host/check", check, post=True, host=room),
        route("/room/host/{act}", act, post=True, host=room),
    ]


def guests_address(settings: Settings) -> str:
    """Return the address that goes on the whiteboard."""
    return address_for_others(settings.host, settings.port or 80, settings.root_path)


def panel_of(engine: Engine, settings: Settings, room: Room, language: Language) -> dict[str, Any]:
    """Return what the host's panel shows."""
    present = room.present
    return {
        "address": guests_address(settings),
        "code": room.code,
        "limits": room.limits.as_json(),
        "memory": engine.memory.replace("_", "-"),
        "modes": MODES,
        "tabs": [[family.name, *family.title] for family in in_order() if not family.within],
        "checkpoints": [[each.id, each.id] for each in engine.catalog.all() if each.on_disk],
        "people": [_person(member, member in present) for member in room.members],
        "jobs": [_job(member, job, language) for member, job in room.jobs.all()],
    }


def wall_of(room: Room, wall: Wall) -> dict[str, Any]:
    """Return what the projector shows."""
    showing = wall.showing
    return {
        "version": wall.version,
        "room": room.version,
        "here": len(room.present),
        "code": room.code,
        "paused": showing.paused,
        "names": showing.names,
        "spot": showing.spot,
        "lead": room.lead,
        "hung": [_hung(each, showing.names) for each in wall.shown()],
    }


def lesson_of(room: Room, lessons: Mapping[str, Lesson]) -> dict[str, Any]:
    """Return what the projector says of the step to which the host leads, and which tab it opens live."""
    lesson = lessons.get(str(room.lead.get("lesson")))
    if lesson is None:
        return {"lesson": None, "tab": ""}
    number = int(room.lead["step"])
    said = Text("{} · {} / {}", "{} · {} / {}").format(lesson.steps[number].title.text, number + 1, len(lesson.steps))
    return {"lesson": said, "tab": f"?lesson={room.lead['lesson']}&step={number + 1}"}


def _hung(each: Hung, names: bool) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name if names else "",
        "words": each.words,
        "settings": each.settings,
        "small": each.width < SMALL,
    }


def _person(member: Member, here: bool) -> dict[str, Any]:
    return {"number": member.number, "name": member.name, "host": member.host, "here": here, "place": member.place}


def _job(member: Member | None, job: Job, language: Language) -> dict[str, Any]:
    match job.latest:
        case Step(index=index, of=of):
            state = texts.RUNS.format(index, of)
        case Queued(place=place):
            state = texts.WAITS.format(place)
        case _:
            standing = job.standing(job)
            state = texts.WAITS.format(standing.place) if standing and job.waiting else texts.STARTS
    title = type(job.request).title
    return {
        "id": job.id,
        "name": member.name if member else "",
        "what": f"{title.to(language)} · {job.checkpoint.id}",
        "state": state.to(language),
    }


def _packed(wall: Wall, kind: str, language: Language) -> Response:
    hung = [each for each in wall.all() if not each.hidden]
    page = page_of(hung, texts.WALL_TITLE.to(language), language, wall.showing.names)
    attached = {**KEEP_NOTHING, "Content-Disposition": f'attachment; filename="wall.{kind}"'}
    if kind == "html":
        return Response(page, media_type="text/html", headers=attached)
    if kind == "zip":
        packed = io.BytesIO()
        write_zip(hung, page, wall.showing.names, packed)
        return Response(packed.getvalue(), media_type="application/zip", headers=attached)
    raise RoomError("The wall leaves as wall.zip or wall.html.", "展示墙可导出为 wall.zip 或 wall.html。", 404)


def _keep_memory(engine: Engine, mode: str) -> None:
    if mode not in MODES:
        raise RoomError(f"The ways to keep models are {', '.join(MODES)}.", f"可用的存放方式：{'、'.join(MODES)}。")
    engine.keep_memory(mode.replace("-", "_"))
