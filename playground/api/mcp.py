"""The tasks for language models, by the Model Context Protocol: streamable HTTP at ``/gradio_api/mcp/``.

Gradio's own server would name tools by functions, ask them through endpoints with components of their own, and give the
text of a list where a function tells its progress. It also wants other versions of libraries than the app runs with.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64decode
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from playground import __version__
from playground.api import tools
from playground.api.visitor import browser_language, visitor_of
from playground.engine import Engine
from playground.engine.failures import as_sentence
from playground.families import tasks
from playground.gallery import Gallery
from playground.gallery.keeping import Outputs
from playground.language import Language
from playground.settings import Settings

PATH = "/gradio_api/mcp"


def tool_routes(engine: Engine, settings: Settings, gallery: Gallery | None = None) -> list[Mount]:
    """Return where every task is offered as a tool; nothing if the settings do not ask for it."""
    if not settings.mcp:
        return []
    return [Mount(PATH, app=_Door(_server(engine, settings, gallery), settings.auth))]


def _server(engine: Engine, settings: Settings, gallery: Gallery | None) -> Any:
    from mcp import types
    from mcp.server.lowlevel import Server

    server: Any = Server("conditional-generation-playground", __version__)

    @server.list_tools()  # type: ignore[untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        return [
            types.Tool(name=name, description=tools.describe(task), inputSchema=tools.schema_of(engine, task))
            for name, task in tasks().items()
        ]

    # What is not allowed is told by the request type, in the same sentence as everywhere.
    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call_tool(name: str, values: dict[str, Any]) -> types.CallToolResult:
        asked: HttpRequest = server.request_context.request
        language: Language = settings.language or browser_language(asked)
        try:
            visitor = visitor_of(asked)
            owner = f"{visitor if asked.cookies else ''}/mcp {asked.client.host if asked.client else ''}"
            shown = await tools.call(
                engine,
                Outputs(settings.outputs, settings.label, settings.c2pa),
                gallery,
                owner,
                visitor,
                name,
                values,
                language,
            )
        except Exception as error:
            told = types.TextContent(type="text", text=as_sentence(error).to(language))
            return types.CallToolResult(content=[told], isError=True)
        pictures = [types.ImageContent(type="image", mimeType=kind, data=data) for kind, data in shown.pictures]
        report = types.TextContent(type="text", text=json.dumps(shown.report, ensure_ascii=False))
        return types.CallToolResult(content=[*pictures, report], structuredContent=shown.report)

    return server


class _Door:
    """Lets clients in who know the password, and runs the protocol from the first of them on.

    Args:
        server: The protocol's server.
        auth: User and password; None lets everybody in.
    """

    def __init__(self, server: Any, auth: tuple[str, str] | None) -> None:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        self._auth = auth
        self._running: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        if not self._knows(dict(scope["headers"]).get(b"authorization", b"")):
            sentence = "Send the user and password of --auth with every request (HTTP Basic)."
            refusal = JSONResponse({"detail": sentence}, 401, {"www-authenticate": "Basic"})
            await refusal(scope, receive, send)
            return
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        await self._ready.wait()
        await self._manager.handle_request(scope, receive, send)

    async def _run(self) -> None:
        """Hold the manager's tasks, which one task must open and close."""
        async with self._manager.run():
            self._ready.set()
            await asyncio.Event().wait()

    def _knows(self, header: bytes) -> bool:
        if self._auth is None:
            return True
        try:
            given = b64decode(header.removeprefix(b"Basic "), validate=True)
        except ValueError:
            return False
        return secrets.compare_digest(given, ":".join(self._auth).encode())
