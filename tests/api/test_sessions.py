"""A program's session leaves nothing behind; an open page keeps its own; who has gone is forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import gradio as gr
import httpx
import pytest

from playground.api import sessions as module
from playground.api.offering import offer
from playground.api.sessions import LightSession, Sessions, bound_sessions
from tests.api import raw
from tests.eventually import eventually
from tests.server import free_port

COMPONENTS = 300


class App:
    """A page of many components with a counter of each visitor's own, and an endpoint."""

    def __init__(self) -> None:
        self.released = threading.Event()

        async def double(number: int = 2, slow: bool = False) -> tuple[int, str]:
            """Double a number."""
            while slow and not self.released.is_set():
                await asyncio.sleep(0.01)
            return 2 * number, "done"

        with gr.Blocks(analytics_enabled=False) as self.blocks:
            for number in range(COMPONENTS):
                gr.Textbox(f"box {number}")
            count, shown = gr.State(0), gr.Number()
            self.box = gr.Dropdown(["a"], value="a")
            gr.Button().click(lambda value: (value + 1, value + 1), count, [count, shown], api_name="count")
            gr.Button().click(lambda: gr.Dropdown(choices=["a", "b"]), None, self.box, api_name="widen")
            gr.Button().click(lambda chosen: chosen, self.box, shown, api_name="choose")
            offer(double, "double")
            with gr.Tab("One") as self.tab:
                gr.Button().click(lambda: gr.Tab(label="Again"), None, self.tab, api_name="speak")
        self.blocks.queue(default_concurrency_limit=None)
        port = free_port()
        self.blocks.launch(server_port=port, prevent_thread_lock=True, quiet=True)
        self.sessions: Sessions = bound_sessions(self.blocks)
        self.url = f"http://127.0.0.1:{port}"

    @property
    def left(self) -> dict[str, int]:
        """What Gradio remembers."""
        queue, app = self.blocks._queue, self.blocks.app
        kept: dict[str, Any] = {
            "sessions": self.sessions.session_data,
            "uses": self.sessions.time_last_used,
            "messages": queue.pending_messages_per_session,
            "events of sessions": queue.pending_event_ids_session,
            "events": queue.event_ids_to_events,
            "statistics": queue.event_analytics,
            "generators": app.iterators,
            "cancelled": app.iterators_to_reset,
            "streams": self.blocks.pending_streams,
            "differences": self.blocks.pending_diff_streams,
        }
        return {name: len(things) for name, things in kept.items() if things}

    def ask(self, name: str, *values: Any, session: str) -> None:
        """Send an event as a page does."""
        function = next(made["id"] for made in self.blocks.config["dependencies"] if made["api_name"] == name)
        body = {"data": list(values), "fn_index": function, "session_hash": session}
        httpx.post(f"{self.url}/gradio_api/queue/join", json=body).raise_for_status()

    def call(self, name: str, *values: Any, session: str) -> Any:
        """Send an event as a page does, and return what it gives."""
        self.ask(name, *values, session=session)
        return httpx.get(f"{self.url}/gradio_api/queue/data", params={"session_hash": session}, timeout=30).text


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    made = App()
    yield made
    made.blocks.close()


@pytest.fixture(autouse=True)
def nobody_else(app: App) -> None:
    for id in list(app.sessions.session_data):
        app.sessions.forget(id)


def later(**time: float) -> datetime:
    return datetime.now() + timedelta(**time)


def test_calls_of_programs_leave_nothing_behind(app: App) -> None:
    for number in range(30):
        assert raw.outcome(app.url, "double", f'{{"data": [{number}, false]}}') == ("complete", [2 * number, "done"])
    eventually(lambda: not app.left)


def test_a_call_that_nobody_reads_is_forgotten_after_a_while(app: App) -> None:
    raw.post(app.url, "double", '{"data": [1, false]}').raise_for_status()
    eventually(lambda: app.left and "events" not in app.left)
    app.sessions.let_go(later(seconds=module.IDLE + 1))
    assert app.left, "the answer may still be fetched"
    app.sessions.let_go(later(seconds=module.NOT_FETCHED + 1))
    assert not app.left


def test_a_call_that_runs_is_not_forgotten(app: App) -> None:
    app.released.clear()
    with raw.events(app.url, "double", '{"data": [4, true]}') as following:
        eventually(lambda: "sessions" in app.left)
        app.sessions.let_go(later(days=2))
        app.released.set()
        assert list(following)[-1] == ("complete", [8, "done"])
    eventually(lambda: not app.left)


def test_an_open_page_keeps_its_own_however_long_it_looks(app: App) -> None:
    with httpx.stream("GET", f"{app.url}/gradio_api/heartbeat/looker", timeout=30) as heart:
        beats = heart.iter_lines()  # closed with the last reference to it
        next(beats)
        assert '"data":[null,1]' in app.call("count", None, session="looker")
        app.call("widen", session="looker")
        app.sessions.let_go(later(days=30))
        assert '"data":[null,2]' in app.call("count", None, session="looker")
        assert '"success":true' in app.call("choose", "b", session="looker"), "its dropdown has the new choice"
    assert "looker" in app.sessions.session_data, "it may come back"
    app.sessions.let_go(later(seconds=module.AN_HOUR - 60))
    assert "looker" in app.sessions.session_data
    eventually(lambda: app.sessions.let_go(later(seconds=module.AN_HOUR + 60)))
    assert not app.left


def test_a_page_that_changed_nothing_is_forgotten_when_it_closes(app: App) -> None:
    with httpx.stream("GET", f"{app.url}/gradio_api/heartbeat/passer", timeout=30) as heart:
        beats = heart.iter_lines()  # closed with the last reference to it
        next(beats)
        app.call("choose", "a", session="passer")
        assert "passer" in app.sessions.session_data
    eventually(lambda: not app.left)


def test_what_a_closed_page_did_not_fetch_goes_soon_and_its_own_stays(app: App) -> None:
    with httpx.stream("GET", f"{app.url}/gradio_api/heartbeat/leaver", timeout=30) as heart:
        beats = heart.iter_lines()  # closed with the last reference to it
        next(beats)
        app.call("count", None, session="leaver")
        app.ask("choose", "a", session="leaver")
        eventually(lambda: "messages" in app.left and "events" not in app.left)
        app.sessions.let_go(later(seconds=module.LEFT + 1))
        assert "messages" in app.left, "the page is still there"
    eventually(lambda: app.sessions.let_go(later(seconds=module.LEFT + 1)) == 0 and "messages" not in app.left)
    assert '"data":[null,2]' in app.call("count", None, session="leaver"), "it was cut off for long, and is back"


def test_what_one_session_changes_is_not_seen_by_another(app: App) -> None:
    app.call("widen", session="one")
    assert '"success":true' in app.call("choose", "b", session="one")
    assert '"success":false' in app.call("choose", "b", session="other")
    assert app.sessions["one"].blocks_config.blocks[app.box._id] is not app.blocks.blocks[app.box._id]
    assert app.sessions["other"].blocks_config.blocks[app.box._id] is app.blocks.blocks[app.box._id]


def test_of_more_sessions_than_have_room_the_longest_unused_go(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.sessions, "capacity", 20)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(app.sessions, "_next_look", 0.0)
    with app.sessions.held("page"):
        _ = app.sessions["page"]
        for number in range(50):
            _ = app.sessions[f"visitor {number}"]
        kept = list(app.sessions.session_data)
    assert len(kept) <= 22 and {"page", "visitor 49"} <= set(kept) and "visitor 0" not in kept


def test_a_session_describes_no_component(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    described: list[Any] = []
    monkeypatch.setattr(type(app.blocks.default_config), "config_for_block", lambda *given: described.append(given))
    session = LightSession(app.blocks)
    session._update_config(app.box._id)
    session._update_value_in_config(app.box._id, "a")
    session[app.box._id] = gr.Dropdown(["c"], render=False)
    assert described == [] and session.own


def test_a_page_that_only_names_its_tabs_anew_keeps_nothing_of_its_own(app: App) -> None:
    assert "Again" in app.call("speak", session="speaking")
    app.sessions.let_go(later(seconds=module.IDLE + 1))
    assert not app.left
