"""Sessions that cost nothing: what Gradio remembers of a visitor is small, and goes when they have gone.

For links that we do not use, Gradio describes every component of the page anew for every session, and each call of a
program without a session of its own starts one. It keeps ten thousand, with their empty queues, and computes statistics
over the last ten thousand events after each of them. Here a session shares what all have in common, a page that is open
keeps its own for as long as it is open, a program's goes with its answer, and no statistics are kept.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import ChainMap, Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from gradio.blocks import BlockContext, Blocks, BlocksConfig
from gradio.components import State
from gradio.state_holder import SessionState, StateHolder
from starlette.types import ASGIApp, Receive, Scope, Send

MOST = 2000
"""Sessions that no page holds open: of more, those go that were not used for the longest time."""
IDLE, NOT_FETCHED, AN_HOUR = 30.0, 120.0, 3600.0
"""Seconds without use after which a session goes: usually; with an answer that was not fetched; with values of its own
(as long as Gradio promises a page that was cut off). Who asks and never listens costs memory for so long: a program
asks for its answer at once, and what was made is in the gallery in any case."""
LEFT = 60.0
"""Seconds after which what a closed page did not fetch goes: by then it was not just cut off for a moment."""
LOOK_EVERY = 2.0
"""Seconds between two looks at which sessions may go."""


class LightSession(SessionState):
    """What a session changed; everything else it shares with the others.

    Args:
        blocks: The app.

    Attributes:
        own: Whether it changed anything.
    """

    def __init__(self, blocks: Blocks) -> None:
        shared, own = blocks.default_config, BlocksConfig(blocks)
        own.blocks, own.fns = ChainMap({}, shared.blocks), ChainMap({}, shared.fns)  # type: ignore[assignment]
        own.fn_id, own.renderables = shared.fn_id, list(shared.renderables)
        self.blocks_config = own
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, tuple[Any, datetime]] = {}
        self._said: tuple[int, Any] = (-1, None)
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = int(AN_HOUR)

    @property
    def own(self) -> bool:
        """Whether it changed anything."""
        config: Any = self.blocks_config
        return bool(self.state_data or config.blocks.maps[0] or config.fns.maps[0])

    def __getitem__(self, key: int) -> Any:
        """Return a state's value, or a component as this session has it."""
        return self._said[1] if self._said[0] == key else super().__getitem__(key)

    def __setitem__(self, key: int, value: Any) -> None:
        """Keep a state's value, or a component that was updated."""
        block = self.blocks_config.blocks.get(key)
        if isinstance(block, State):
            self._state_ttl[key] = (block.time_to_live, datetime.now())
            self.state_data[key] = value
        elif isinstance(block, BlockContext):
            self._said = key, value  # Gradio reads it once, and nobody asks the server again what a tab is called
        elif block is not value:
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Describe nothing: nobody asks."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Describe nothing: nobody asks."""


class Sessions(StateHolder):
    """The sessions of an app.

    Args:
        blocks: The app, launched.
    """

    def __init__(self, blocks: Blocks) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.session_data: OrderedDict[str, LightSession] = OrderedDict()  # type: ignore[assignment]
        self.set_blocks(blocks)
        self.capacity = MOST
        self._queue, self._app = blocks._queue, blocks.app
        self._open: Counter[str] = Counter()
        self._left: dict[str, datetime] = {}
        self._next_look = 0.0

    def __getitem__(self, id: str) -> SessionState:
        """Return a session, which begins with its first use."""
        with self.lock:
            session = self.session_data.get(id)
            if session is None:
                session = self.session_data[id] = LightSession(self.blocks)
            self.session_data.move_to_end(id)
            self.time_last_used[id] = datetime.now()
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_EVERY
            self.let_go()
        return session

    @contextmanager
    def held(self, id: str) -> Iterator[None]:
        """Keep a session as long as a page is connected."""
        self._open[id] += 1
        self._left.pop(id, None)
        try:
            yield
        finally:
            self._open[id] -= 1
            if not self._open[id]:
                del self._open[id]
                self._left[id] = datetime.now()
                self.answered(id)

    def answered(self, id: str) -> None:
        """Forget a session at once if nobody is connected, nothing is on its way, and it changed nothing."""
        session = self.session_data.get(id)
        if not self._open[id] and not self._queue.pending_event_ids_session.get(id) and not (session and session.own):
            self.forget(id)

    def let_go(self, now: datetime | None = None) -> int:
        """Forget the sessions that were not used for a while; returns how many.

        Args:
            now: The time; None asks the clock.
        """
        now, gone = now or datetime.now(), 0
        for id, since in list(self._left.items()):
            if (now - since).total_seconds() > LEFT and not self._on_its_way(id):
                self._drop_messages(id)
        for id in list(self.session_data):
            idle = (now - self.time_last_used[id]).total_seconds()
            crowded = len(self.session_data) - len(self._open) > self.capacity
            if idle < IDLE and not crowded:
                break  # the later ones were used later
            if self._open[id] or self._on_its_way(id):
                continue
            if crowded or idle > self._patience(id):
                self.forget(id)
                gone += 1
        for id in [id for id in self._queue.pending_event_ids_session if id not in self.session_data]:
            if not self._open[id] and not self._on_its_way(id):
                self.forget(id)
        self._app.iterators_to_reset.intersection_update(self._queue.event_ids_to_events.copy())
        return gone

    def forget(self, id: str) -> None:
        """Drop everything that Gradio keeps under a session's name."""
        self.delete_state(id)
        with self.lock:
            self.session_data.pop(id, None)
            self.time_last_used.pop(id, None)
        self._drop_messages(id)

    def _drop_messages(self, id: str) -> None:
        self._left.pop(id, None)
        for kept in (
            self._queue.pending_messages_per_session,
            self._queue.pending_event_ids_session,
            self.blocks.pending_streams,
            self.blocks.pending_diff_streams,
        ):
            kept.pop(id, None)

    def _patience(self, id: str) -> float:
        """Return the seconds that a session nobody is connected to may stay without being used."""
        if self.session_data[id].own:
            return AN_HOUR
        queue = self._queue
        waits = queue.pending_event_ids_session.get(id) and id in queue.pending_messages_per_session
        return NOT_FETCHED if waits else IDLE

    def _on_its_way(self, id: str) -> bool:
        """Tell whether an event of a session waits or runs."""
        events = self._queue.pending_event_ids_session.get(id, ())
        return any(event in self._queue.event_ids_to_events for event in list(events))


class _Watch:
    """Tells the sessions which pages are connected, and when an answer was fetched."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app, self._sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
        elif "/heartbeat/" in path:
            with self._sessions.held(path.rpartition("/")[2]):
                await self._app(scope, receive, send)
        elif "/gradio_api/call/" in path or path.endswith("/queue/data"):
            asked = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash")
            try:
                await self._app(scope, receive, send)
            finally:
                self._sessions.answered(asked[0] if asked else path.rpartition("/")[2])
        else:
            await self._app(scope, receive, send)


def bound_sessions(blocks: Blocks) -> Sessions:
    """Make the sessions of an app light and bounded; to be called right after ``launch``.

    Args:
        blocks: The app.
    """
    app = blocks.app
    if importlib.util.find_spec("matplotlib") is None:
        # Gradio looks for it twice in every event; this entry says at once that there is none.
        sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]
    sessions = app.state_holder = Sessions(blocks)
    blocks._queue.ANALYTICS_MAX_EVENTS = 0
    app.middleware_stack = _Watch(app.middleware_stack or app.build_middleware_stack(), sessions)
    return sessions
