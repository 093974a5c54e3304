"""The door of a room: lets nobody in who has not given its code, whatever they ask for. Knows no page."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.api.visitor import HOSTS, browser_language, visitor_of
from playground.language import Text
from playground.room import Room

JOIN = "/join"
OPEN = (JOIN, "/favicon.ico", "/gradio_api/startup-events")
"""What everybody may ask for: the page that asks for the code, and what starts the server."""
STRANGER = Text("Give the room's code first, at /join.", "请先在 /join 输入房间码。")


class KeepDoor:
    """Lets in who is in the room; others are asked for its code.

    Args:
        app: The application behind it.
        room: The room.
        root_path: The path under which a reverse proxy offers the app.
    """

    def __init__(self, app: ASGIApp, room: Room, root_path: str) -> None:
        self._app, self._room, self._root = app, room, root_path

    @classmethod
    def middleware(cls, room: Room | None, root_path: str) -> list[Middleware]:
        """Return it in the form that FastAPI takes; nothing where there is no room."""
        return [Middleware(cls, room=room, root_path=root_path)] if room else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        path, request = str(scope["path"]), HttpRequest(scope)
        person = visitor_of(request)
        if path in OPEN or path.startswith(HOSTS):
            await self._app(scope, receive, send)
        elif self._room.find(person) and not self._room.closed:
            self._room.seen(person)
            await self._app(scope, receive, send)
        elif path in ("/", "/present") and scope["method"] in ("GET", "HEAD"):
            query = f"?{request.url.query}" if request.url.query and path == "/" else ""
            await RedirectResponse(f"{self._root}{JOIN}{query}", 303)(scope, receive, send)
        else:
            refusal = {"detail": STRANGER.to(browser_language(request)), "refused": True}
            await JSONResponse(refusal, 401)(scope, receive, send)
