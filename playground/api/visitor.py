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
from playground.settings import LOOPBACK

PROXIES = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")
COOKIE = "playground-visitor"
SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most; every visit starts it anew."""
ID = re.compile(r"[0-9a-f]{32}")
PAGES, HOSTS = ("/", "/join", "/present"), "/h/"
"""The pages that somebody may open first; the second one begins the host's address."""


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
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or not (path in PAGES or path.startswith(HOSTS)):
            await self._app(scope, receive, send)
            return
        cookies = dict(scope["headers"]).get(b"cookie", b"")
        id = _id_in(cookies.decode("latin-1"))
        if not id:  # what comes behind this shall know them on their first visit already
            id = secrets.token_hex(16)
            others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            whole = b"; ".join([*([cookies] if cookies else []), f"{COOKIE}={id}".encode()])
            scope = {**scope, "headers": [*others, (b"cookie", whole)]}
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


def from_this_machine(request: gr.Request | HttpRequest | None) -> bool:
    """Tell whether a request comes from the machine that the playground runs on, and straight from there.

    A tunnel or a proxy on this machine asks for the others: then the address that the browser asked for is another, or
    a header says for whom it asks.
    """
    client = getattr(request, "client", None)
    if request is None or client is None or client.host not in LOOPBACK:
        return False
    headers = request.headers
    asked = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return asked.strip("[]") in LOOPBACK and not any(headers.get(name) for name in PROXIES)


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
