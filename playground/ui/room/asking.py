"""How the room's addresses read what a page sends, and answer: a refusal is a sentence and a status."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.api.visitor import browser_language, visitor_of
from playground.engine.failures import as_sentence
from playground.errors import PlaygroundError, RoomError
from playground.language import Language
from playground.room import Room
from playground.room.powers import check_host, said
from playground.ui.shell.asking import Sent

log = logging.getLogger(__name__)
KEEP_NOTHING = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True)
class RoomAsked(Sent):
    """What a page sent to one of the room's addresses, in the body or the query.

    Attributes:
        person: Who.
        address: Where they come from.
        language: Theirs.
        http: The request itself.
    """

    LONGEST: ClassVar[int] = 200
    person: str
    address: str
    language: Language
    http: HttpRequest


Answering = Callable[[RoomAsked], Awaitable[dict[str, Any] | Response]]


def route(path: str, answering: Answering, *, post: bool = False, host: Room | None = None) -> Route:
    """Return an address of the room.

    Args:
        path: The address.
        answering: Gives what is answered.
        post: Whether it changes something.
        host: The room, where only its host may ask.
    """

    async def answer(http: HttpRequest) -> Response:
        person = visitor_of(http)
        language = browser_language(http)
        try:
            if host:
                check_host(host, person)
            data = await _body(http) if post else dict(http.query_params)
            language = data.get("language") if data.get("language") in ("en", "zh") else language
            client = http.client.host if http.client else ""
            found = await answering(RoomAsked(data, person, client, language, http))
        except PlaygroundError as error:
            return JSONResponse({"detail": error.to(language), "refused": True}, said(error), KEEP_NOTHING)
        except Exception as error:  # the page must hear a sentence whatever happens
            log.exception("%s", path)
            return JSONResponse({"detail": as_sentence(error).to(language), "refused": True}, 500, KEEP_NOTHING)
        return found if isinstance(found, Response) else JSONResponse(found, headers=KEEP_NOTHING)

    return Route(path, answer, methods=["POST"] if post else ["GET"])


async def _body(http: HttpRequest) -> dict[str, Any]:
    # A form of another site cannot send this type.
    if not http.headers.get("content-type", "").startswith("application/json"):
        raise RoomError("The body must be JSON.", "请求内容必须是 JSON。", 415)
    try:
        data = json.loads(await http.body() or b"{}")
    except (ValueError, RecursionError, UnicodeDecodeError):
        data = None
    if not isinstance(data, dict):
        raise RoomError("The body must be JSON.", "请求内容必须是 JSON。")
    return data
