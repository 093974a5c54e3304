"""Bounds on what a visitor may send, checked before anything is read."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_REQUEST = 2_000_000
UPLOADS = "/gradio_api/upload"


class LimitBody:
    """Refuses request bodies above a limit, and addresses of other sites asked for through our file route.

    Args:
        app: The application behind it.
        longest: Bytes of a body, other than an upload's, which Gradio bounds itself.
    """

    def __init__(self, app: ASGIApp, longest: int = LONGEST_REQUEST) -> None:
        self._app, self._longest = app, longest

    @classmethod
    def middleware(cls) -> list[Middleware]:
        """Return it in the form that FastAPI takes."""
        return [Middleware(cls)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        if "/file=http" in path.lower():
            await JSONResponse({"detail": "Only files that were made here are served."}, 403)(scope, receive, send)
            return
        if path.endswith(UPLOADS):
            await self._app(scope, receive, send)
            return
        sentence = f"A request may have at most {self._longest:,} bytes: send files through the upload address."
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._longest:
            await JSONResponse({"detail": sentence}, 413)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._longest:
                return {"type": "http.disconnect"}
            return message

        await self._app(scope, counted, send)
