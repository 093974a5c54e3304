"""What all visitors get alike is made once: the page, Gradio's files; and the page names its scripts at once."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import brotli
import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.catalog import Catalog
from playground.engine import Engine
from playground.settings import Settings
from playground.ui.page import build_app
from playground.ui.shell.ready import ASSETS, MOST_PAGES, KeepReady, early_assets, preloads

HINT = '<link rel="preload" as="script" href="/a.js">'
SCRIPT = "let words = 'the same words again and again';\n" * 40
asked: list[str] = []


def _page(request: Request) -> Response:
    asked.append("/")
    root = request.headers.get("x-forwarded-host") or request.headers["host"]
    return HTMLResponse(f'<head><meta charset="utf-8" /></head><p>{root}{" and more" * 100}</p>')


def _script(request: Request) -> Response:
    asked.append(request.url.path)
    if "missing" in request.url.path:
        return PlainTextResponse("There is none.", 404)
    return Response(SCRIPT, media_type="text/javascript", headers={"etag": '"one"'})


@pytest.fixture
def client() -> Iterator[TestClient]:
    asked.clear()
    yield _client(pages=True)


def _client(pages: bool) -> TestClient:
    routes = [Route("/", _page), Route("/assets/{name}", _script), Route("/other/{name}", _script)]
    app = Starlette(routes=routes, middleware=KeepReady.middleware(pages, lambda: HINT))
    return TestClient(app, headers={"accept-encoding": "identity"})


def test_the_page_is_made_once_for_each_address_and_names_its_scripts_in_its_head(client: TestClient) -> None:
    first, again = client.get("/"), client.get("/?lesson=guidance")
    assert first.text == again.text and first.text.startswith(f'<head><meta charset="utf-8" />{HINT}</head>')
    assert asked == ["/"]
    assert "school.example" in client.get("/", headers={"x-forwarded-host": "school.example"}).text
    assert "school.example" not in client.get("/").text
    assert asked == ["/", "/"]


def test_strange_addresses_are_forgotten(client: TestClient) -> None:
    for number in range(MOST_PAGES + 3):
        client.get("/", headers={"x-forwarded-host": f"host-{number}"})
    before = len(asked)
    client.get("/", headers={"x-forwarded-host": f"host-{MOST_PAGES + 2}"})
    assert len(asked) == before
    client.get("/", headers={"x-forwarded-host": "host-0"})
    assert len(asked) == before + 1


def test_where_a_password_is_asked_for_every_page_is_made_anew() -> None:
    asked.clear()
    client = _client(pages=False)
    client.get("/")
    client.get("/")
    assert asked == ["/", "/"]


@pytest.mark.parametrize(("packing", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_file_is_read_once_and_packed_as_the_browser_can_open_it(
    client: TestClient, packing: str, unpack: Any
) -> None:
    for _ in range(2):
        with client.stream("GET", "/assets/a.js", headers={"accept-encoding": packing}) as answer:
            raw = b"".join(answer.iter_raw())
            assert answer.headers["content-encoding"] == packing and answer.headers["vary"] == "Accept-Encoding"
            assert len(raw) == int(answer.headers["content-length"]) < len(SCRIPT) / 5
            assert unpack(raw).decode() == SCRIPT
    assert client.get("/assets/a.js").text == SCRIPT
    assert asked == ["/assets/a.js"]


def test_who_has_a_file_already_gets_no_second_copy(client: TestClient) -> None:
    client.get("/assets/a.js")
    known = client.get("/assets/a.js", headers={"if-none-match": '"one"'})
    assert (known.status_code, known.content) == (304, b"")
    assert client.get("/assets/a.js", headers={"if-none-match": '"other"'}).text == SCRIPT


def test_what_is_missing_or_is_no_file_of_gradios_is_asked_for_each_time(client: TestClient) -> None:
    for path in ("/assets/missing.js", "/assets/missing.js", "/other/a.js", "/other/a.js"):
        client.get(path)
    assert asked == ["/assets/missing.js", "/assets/missing.js", "/other/a.js", "/other/a.js"]


def test_gradios_scripts_for_the_pages_components_are_found(catalog: Catalog) -> None:
    page = build_app(Engine(catalog), Settings())
    kinds = {block.get_block_name() for block in page.blocks.values()}
    found = early_assets(frozenset(kinds))
    assert all((ASSETS / name).is_file() for name in found)
    for start in ("Blocks-", "HTML-", "Index-"):
        assert any(name.startswith(start) for name in found), start
    assert len(found) > len(early_assets(frozenset()))
    hints = preloads(kinds, [("/page.js", "script")], "/under")
    assert hints.count('rel="modulepreload" crossorigin href="/under/assets/') == sum(
        name.endswith(".js") for name in found
    )
    assert '<link rel="preload" as="script" href="/page.js">' in hints


def test_a_part_says_what_it_is_drawn_from_as_one_text(catalog: Catalog) -> None:
    page = build_app(Engine(catalog), Settings())
    parts = [block for block in page.blocks.values() if isinstance(block, gr.HTML)]
    assert len(parts) > 50 and all(isinstance(part.props["spec"], str) for part in parts)
