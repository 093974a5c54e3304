"""The page and Gradio's own files, packed once and kept ready. Knows no visitor.

Gradio describes all components anew and packs every script anew for each page that is opened, and a browser learns
only step by step which scripts a page takes. What all visitors get alike is kept here, and the page names its scripts
at once.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import brotli
import gradio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"
FILES, THEME = ("/assets/", "/static/"), "/theme.css"
PACKED = (".js", ".css", ".svg", ".json")
MOST, MOST_PAGES = 16_000_000, 8
"""Bytes of files that are kept, and pages: one for each address under which visitors know this machine."""
ORIGIN = ("host", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-gradio-server")
"""Headers that tell under which address the browser knows the page, which stands in it."""
CONDITIONS = (b"accept-encoding", b"if-none-match", b"if-modified-since")
HEAD = b'<meta charset="utf-8" />'
SOON = "public, max-age=86400"


class Answer:
    """An answer of the application.

    Args:
        status: Its status code.
        headers: Its headers.
        body: What it says, unpacked.

    Attributes:
        alike: Whether everybody gets it.
    """

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._status, self.alike = status, status == 200 and b"set-cookie" not in dict(headers)
        self._headers = [(name, value) for name, value in headers if name not in (b"content-length", b"vary")]
        self._packed = {"identity": body}

    async def send(self, send: Send, accepted: str, known: str) -> None:
        """Answer; says that nothing changed to who knows it already.

        Args:
            send: Takes the answer.
            accepted: The packings that the browser can open.
            known: The ETag of what the browser has.
        """
        headers = MutableHeaders(raw=list(self._headers))
        body, status = b"", 304
        if not known or known != headers.get("etag"):
            packing = next((name for name in ("br", "gzip") if name in accepted and self._packs), "identity")
            if packing not in self._packed:
                self._packed[packing] = await asyncio.to_thread(_pack, self._packed["identity"], packing)
            body, status = self._packed[packing], self._status
            headers["content-length"] = str(len(body))
            if packing != "identity":
                headers["content-encoding"] = packing
        headers["vary"] = "Accept-Encoding"
        await send({"type": "http.response.start", "status": status, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    @property
    def _packs(self) -> bool:
        kind = Headers(raw=self._headers).get("content-type", "")
        return not kind.startswith(("font/", "image/png")) and len(self._packed["identity"]) > 400

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return sum(map(len, self._packed.values()))


class KeepReady:
    """Answers from memory what everybody gets alike.

    Args:
        app: The application behind it.
        pages: Whether the page itself is the same for everybody, as without a password it is.
        hints: Gives what the page shall name in its head.
    """

    def __init__(self, app: ASGIApp, pages: bool, hints: Callable[[], str]) -> None:
        self._app, self._pages, self._hints = app, pages, hints
        self._files: dict[str, Answer] = {}
        self._open: OrderedDict[tuple[str, ...], Answer] = OrderedDict()

    @classmethod
    def middleware(cls, pages: bool, hints: Callable[[], str]) -> list[Middleware]:
        """Return it in the form that FastAPI takes; stands behind whatever decides who may ask."""
        return [Middleware(cls, pages=pages, hints=hints)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = str(scope.get("path", ""))
        of_all, page = path.startswith(FILES) or path == THEME, path == "/" and self._pages
        if scope["type"] != "http" or scope["method"] != "GET" or not (of_all or page):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "range" in headers or (page and b"deep_link" in scope["query_string"]):
            await self._app(scope, receive, send)
            return
        answer = await self._file(path, scope, receive) if of_all else await self._page(headers, scope, receive)
        await answer.send(send, headers.get("accept-encoding", ""), headers.get("if-none-match", ""))

    async def _file(self, path: str, scope: Scope, receive: Receive) -> Answer:
        answer = self._files.get(path)
        if answer is None:
            answer = await self._ask(scope, receive)
            if answer.alike and answer.size + sum(each.size for each in self._files.values()) < MOST:
                self._files[path] = answer
        return answer

    async def _page(self, headers: Headers, scope: Scope, receive: Receive) -> Answer:
        key = (str(scope.get("root_path", "")), scope["scheme"], *(headers.get(name, "") for name in ORIGIN))
        answer = self._open.get(key) or await self._ask(scope, receive, self._hints())
        if answer.alike:
            self._open[key] = answer
            self._open.move_to_end(key)
            while len(self._open) > MOST_PAGES:
                self._open.popitem(last=False)
        return answer

    async def _ask(self, scope: Scope, receive: Receive, hints: str = "") -> Answer:
        """Return what the application answers, unpacked, with hints in a page's head."""
        plain = [(name, value) for name, value in scope["headers"] if name not in CONDITIONS]
        started: list[Message] = []
        body = bytearray()

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            else:
                body.extend(message.get("body", b""))

        await self._app({**scope, "headers": plain}, receive, take)
        (start,) = started
        headers, said = list(start.get("headers", [])), bytes(body)
        if hints:
            said = said.replace(HEAD, HEAD + hints.encode(), 1)
        elif start["status"] == 200 and b"cache-control" not in dict(headers):
            headers.append((b"cache-control", SOON.encode()))
        return Answer(start["status"], headers, said)


def preloads(kinds: Iterable[str], others: Iterable[tuple[str, str]], root_path: str) -> str:
    """Return elements that let a browser fetch at once what a page will ask for.

    Args:
        kinds: The kinds of components on it, by Gradio's names.
        others: Further addresses, each with what it is (``script``, ``style``).
        root_path: The path under which a reverse proxy offers the app.
    """
    files = [f"{root_path}/assets/{name}" for name in early_assets(frozenset(kinds))]
    found = [(file, "style" if file.endswith(".css") else "module") for file in files] + list(others)
    return "".join(
        f'<link rel="modulepreload" crossorigin href="{address}">'
        if kind == "module"
        else f'<link rel="preload" as="{kind}"{" crossorigin" if address in files else ""} href="{address}">'
        for address, kind in found
    )


@functools.cache
def early_assets(kinds: frozenset[str]) -> list[str]:
    """Return the names of Gradio's files that draw these kinds of components, as its own scripts list them."""
    found = [file.name for pattern in ("Blocks-*.js", "Blocks-*.css") for file in sorted(ASSETS.glob(pattern))]
    for script in ASSETS.glob("core-*.js"):
        text = script.read_text(encoding="utf-8")
        listed = re.search(r"__vite__mapDeps=.{0,200}?\[((?:\"\./[^\"]+\",?)+)\]", text)
        names = re.findall(r"\"\./([^\"]+)\"", listed[1]) if listed else []
        for kind in sorted(kinds):
            # As `html:{base:…,component:()=>load(()=>import(`./Index-1a2b.js`),__vite__mapDeps([120,1]),…)}`.
            loads = rf"[{{,]{kind}:\{{.{{0,400}}?component:\(\)=>\w+\(\(\)=>import\(`\./([\w-]+\.js)`\)[^,]*,"
            loads += r"__vite__mapDeps\(\[([\d,]*)\]"
            if asked := re.search(loads, text):
                found += [asked[1], *(names[int(place)] for place in asked[2].split(",") if place)]
    # The first script and its styles stand in the page itself.
    return [name for name in dict.fromkeys(found) if not name.startswith("index-")]


def _pack(body: bytes, packing: str) -> bytes:
    packed: bytes = brotli.compress(body, quality=9) if packing == "br" else gzip.compress(body, mtime=0)
    return packed
