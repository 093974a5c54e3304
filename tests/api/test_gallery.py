"""Nobody gets another visitor's private results: not by the page's events, not by the API, not by an address."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api import raw
from tests.server import Server

FILE = "/gradio_api/file="


class Visitor:
    """Someone with the page open, who may send any event with anything in it."""

    def __init__(self, server: Server, **cookies: str) -> None:
        self.browser = httpx.Client(base_url=server.url, timeout=60, cookies=cookies)
        self.browser.get("/").raise_for_status()
        config = self.browser.get("/config").json()
        self._part = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "gallery-part")
        self.session, self.page = secrets.token_hex(5), secrets.token_hex(12)

    @property
    def id(self) -> str:
        return self.browser.cookies["playground-visitor"]

    def make(self, seed: int) -> list[dict[str, Any]]:
        url = str(self.browser.base_url)
        body = json.dumps({"data": ["digits-cvae", 3, 1.0, seed, 1, 0, 0]})
        _, (files, _) = raw.outcome(url.rstrip("/"), "digits_cvae", body, cookie=f"playground-visitor={self.id}")
        return files

    def ask(self, question: str, **data: Any) -> str:
        """Ask what the gallery's script may ask, and return all that comes back."""
        body = {
            "data": data | {"language": "en", "page": self.page},
            "component_id": self._part,
            "fn_name": question,
            "session_hash": self.session,
        }
        answer = self.browser.post("/gradio_api/component_server", json=body)
        answer.raise_for_status()
        return answer.text

    def open(self, id: str) -> str:
        return self.ask("open_result", id=id)

    def shelf(self, **wanted: Any) -> str:
        return self.ask("shelf", **wanted)


@pytest.fixture(scope="module")
def owner(server: Server) -> Visitor:
    return Visitor(server)


@pytest.fixture(scope="module")
def made(owner: Visitor) -> str:
    return owner.make(4711)[0]["orig_name"].rpartition("-")[0]


def test_a_visitor_gets_an_id_that_scripts_cannot_read_and_keeps_it(server: Server) -> None:
    answer = httpx.get(server.url)
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said and "SameSite=Lax" in said
    id = answer.cookies["playground-visitor"]
    assert len(id) == 32
    assert httpx.get(server.url, cookies={"playground-visitor": id}).cookies["playground-visitor"] == id
    forged = httpx.get(server.url, cookies={"playground-visitor": "everybody"}).cookies["playground-visitor"]
    assert len(forged) == 32 and forged != id


def test_the_owner_sees_a_result_and_nobody_else_does(server: Server, owner: Visitor, made: str) -> None:
    assert made in owner.shelf() and FILE[1:] in owner.open(made)
    for stranger in (Visitor(server), Visitor(server, **{"playground-visitor": "0" * 32})):
        assert made not in stranger.shelf()
        answer = stranger.open(made)
        assert "not in your gallery" in answer and FILE[1:] not in answer
        for question in ("star", "send_back"):
            assert "refused" in stranger.ask(question, id=made), question
        assert '"gone":[]' in stranger.ask("delete_result", id=made)
        assert "Choose results" in stranger.ask("hand_out", kind="zip", chosen=[made])
        assert made in owner.shelf() and 'aria-pressed=\\"true\\"' not in owner.shelf()


def test_an_api_client_without_an_id_leaves_nothing_for_others(server: Server, owner: Visitor, made: str) -> None:
    _, (files, _) = raw.outcome(server.url, "digits_cvae", '{"data": ["digits-cvae", 3, 1, 5, 1, 0, 0]}')
    name = files[0]["orig_name"].rpartition("-")[0]
    assert name not in owner.shelf() + Visitor(server).shelf()


def test_neither_the_index_nor_small_pictures_have_an_address(server: Server, owner: Visitor, made: str) -> None:
    owner.shelf()
    kept = [*server.outputs.rglob(f"{made}*"), *server.outputs.glob("gallery.sqlite3*")]
    assert len(kept) >= 3
    for path in kept:
        for address in (FILE + quote(str(path)), f"{FILE}{path.name}", f"/{path.name}", f"/outputs/{path.name}"):
            assert owner.browser.get(address).status_code in (403, 404), address


def test_hostile_events_end_in_a_sentence(owner: Visitor) -> None:
    for id in ("' OR 1=1 --", "../../etc/passwd", "a" * 100_000, "%", ""):
        assert FILE[1:] not in owner.open(id)
    for wanted in (
        {"offset": -5, "words": None, "since": "x", "chosen": 3},
        {"offset": 10**30, "words": '"', "family": "x", "checkpoint": "'", "since": -1, "favourites": "yes"},
    ):
        answer = owner.shelf(**wanted)
        assert "Traceback" not in answer and ("tiles" in answer or "refused" in answer)
    assert "results" in owner.shelf()
