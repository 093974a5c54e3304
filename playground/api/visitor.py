"""Who a visitor is: a random id in a cookie of their browser, which survives reloads and goes with every event.

Scripts cannot read it, other sites cannot send it, and the gallery knows only its hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

import gradio as gr
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.language import Language

COOKIE = "playground-visitor"
SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most; every visit starts it anew."""
ID = re.compile(r"[0-9a-f]{32}")


class KnowVisitor:
    """Gives every browser that opens the page an id.

    Args:
        app: The application behind it.
        arrived: Is told the name of every visitor who opens the page.
    """

    def __init__(self, app: ASGIApp, arrived: Callable[[str], None]) -> None:
        self._app, self._arrived = app, arrived

    @classmethod
    def middleware(cls, arrived: Callable[[str], None]) -> list[Middleware]:
        """Return it in the form that FastAPI takes."""
        return [Middleware(cls, arrived=arrived)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; only the page itself sets the cookie."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        id = _id_in(headers.get(b"cookie", b"").decode("latin-1")) or secrets.token_hex(16)
        self._arrived(_name(f"visitor:{id}"))
        said = f"{COOKIE}={id}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax"

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"set-cookie", said.encode())]
            await send(message)

        await self._app(scope, receive, with_cookie)


def visitor_of(request: gr.Request | HttpRequest | None) -> str:
    """Return the name under which a visitor's results are kept.

    Whoever sends no id, as API clients do, is known for this session only.
    """
    id = _id_in(request.headers.get("cookie", "")) if request else ""
    session = getattr(request, "session_hash", None) or secrets.token_hex(16)
    known = f"visitor:{id}" if id else f"session:{session}"
    return _name(known)


def browser_language(request: gr.Request | HttpRequest | None) -> Language:
    """Return the language that a visitor's browser, or an API client, prefers."""
    wanted = (request.headers.get("accept-language", "") if request else "").lower()
    return "zh" if wanted.startswith("zh") else "en"


def _name(known: str) -> str:
    return hashlib.sha256(known.encode()).hexdigest()[:32]


def _id_in(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel and ID.fullmatch(morsel.value) else ""
