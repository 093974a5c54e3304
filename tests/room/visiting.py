"""Visitors of a workshop's server: browsers without a screen."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

import httpx
from gradio_client import Client

from playground.gallery.store import INDEX
from tests.server import Server


@dataclass
class Visitor:
    """A browser without a screen."""

    http: httpx.Client

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def ask(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)

    def client(self, server: Server) -> Client:
        return server.client(headers={"Cookie": self.cookies})


def visitor(server: Server) -> Visitor:
    http = httpx.Client(base_url=server.url, follow_redirects=True, timeout=60)
    http.get("/")
    return Visitor(http)


def code_of(server: Server) -> str:
    found = re.search(r"code (\w+ \w+)", server.log)
    assert found
    return found[1]


def key_of(server: Server) -> str:
    found = re.search(r"/h/(\w+)", server.log)
    assert found
    return found[1]


def promised(server: Server) -> int:
    """Count the results that the app has promised and not made yet."""
    with sqlite3.connect(server.outputs / INDEX) as index:
        return int(index.execute("SELECT count(*) FROM promises").fetchone()[0])


def guest_of(server: Server, name: str) -> Visitor:
    came = visitor(server)
    answer = came.ask("/join", code=code_of(server), name=name)
    assert answer.status_code == 200, answer.text
    return came
