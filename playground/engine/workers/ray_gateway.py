"""Between the page and Ray: a child process that joins a cluster, starts actors there and passes on what is said.

Ray ends a process whose cluster's head has gone, within a minute and with the process's own exit: so it must not be the
page's. The actor carries out orders on a thread of its own and streams its news; orders reach it beside that stream.

What is larger than 100 kB, Ray puts into /dev/shm, and where that has no room a node dies, and with a head its cluster.
So both go in pieces, which Ray sends as they are.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from playground.engine.workers.messages import News, Order
from playground.language import Text

HEAD_GONE = 17
"""What this process ends with when the cluster's head has gone."""
WATCH_EVERY, ANSWERS_WITHIN = 2.0, 10.0
"""Seconds between two looks at the head, and those that a busy one may take to answer."""
PIECE = 90_000
"""Bytes of what goes through Ray at once."""
GONE = Text("is out of reach ({})", "无法联系（{}）")


class Key(NamedTuple):
    """Which actor is meant.

    Attributes:
        home: Number of the home that it works for.
        life: How often that home had one before.
    """

    home: int
    life: int


@dataclass(frozen=True)
class Open:
    """Start an actor, as soon as there is room for it."""

    key: Key
    resources: dict[str, float]


@dataclass(frozen=True)
class Close:
    """Kill an actor."""

    key: Key


@dataclass(frozen=True)
class Leave:
    """Leave the cluster and end; one of this process's own ends with it."""


@dataclass(frozen=True)
class Give:
    """Give an actor an order."""

    key: Key
    order: Order


@dataclass(frozen=True)
class Joined:
    """The cluster is there.

    Attributes:
        gpus: How many GPUs its machines have in all.
    """

    gpus: int


@dataclass(frozen=True)
class NotJoined:
    """There is no cluster, or none that can be joined.

    Attributes:
        reason: What Ray says.
    """

    reason: str


@dataclass(frozen=True)
class Said:
    """What an actor says."""

    key: Key
    news: News


@dataclass(frozen=True)
class Lost:
    """An actor is not there any more, as ``home.WorkerLost`` says it."""

    key: Key
    how: Text


class QueueInbox:
    """Orders out of a queue."""

    def __init__(self) -> None:
        self.orders: queue.Queue[Order] = queue.Queue()

    def get(self, patience: float | None = None) -> Order | None:
        """Wait for an order; None where none came within so many seconds."""
        try:
            return self.orders.get(timeout=patience)
        except queue.Empty:
            return None


class Piece(NamedTuple):
    """A part of a pickled message.

    Attributes:
        part: The part.
        last: Whether the message ends with it.
    """

    part: bytes
    last: bool


def cut(message: Any) -> list[Piece]:
    """Cut a message into pieces."""
    whole = pickle.dumps(message)
    starts = range(0, len(whole), PIECE)
    return [Piece(whole[start : start + PIECE], start == starts[-1]) for start in starts]


class Joiner:
    """Puts pieces together as they come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, piece: Piece) -> Iterator[Any]:
        """Take the next piece, and yield the message that ends with it."""
        self._parts.append(piece.part)
        if piece.last:
            whole = b"".join(self._parts)
            self._parts.clear()
            yield pickle.loads(whole)


class Actor:
    """What runs as a Ray actor."""

    def __init__(self) -> None:
        self._inbox, self._orders = QueueInbox(), Joiner()
        self._news: queue.Queue[Piece] = queue.Queue()

    def news(self) -> Iterator[Piece]:
        """Be a worker, and yield the pieces of its news until killed."""
        from playground.engine.workers.serving import Serving

        threading.Thread(target=Serving(self._inbox, self._say).run, name="worker", daemon=True).start()
        while True:
            yield self._news.get()

    def order(self, piece: Piece) -> None:
        """Take a piece of an order."""
        for order in self._orders.add(piece):
            self._inbox.orders.put(order)

    def _say(self, news: News) -> None:
        for piece in cut(news):
            self._news.put(piece)


def live(pipe: Connection[Any, Any], address: str) -> None:
    """Join a cluster and serve the page until it is gone: what the child process does.

    Args:
        pipe: Where the page's messages come from and those of the actors go to.
        address: As ``ray.init`` takes it.

    Raises:
        EOFError: The page is gone.
    """
    import ray

    library: Any = ray  # whose types do not know all that is used here
    try:
        library.init(
            address=address, namespace="playground", log_to_driver=False, logging_level=logging.ERROR,
            include_dashboard=False if address == "local" else None,
        )  # fmt: skip
    except Exception as error:  # ConnectionError, RuntimeError, ValueError, as the reason is
        pipe.send(NotJoined(_said(error)))
        return
    pipe.send(Joined(int(library.cluster_resources().get("GPU", 0))))
    _Gateway(pipe, library).run()


class _Gateway:
    """Passes messages on.

    Args:
        pipe: To the page.
        ray: The library, joined.
    """

    def __init__(self, pipe: Connection[Any, Any], ray: Any) -> None:
        self._pipe, self._ray = pipe, ray
        self._sending = threading.Lock()
        self._actors: dict[Key, Any] = {}
        host, _, port = ray.get_runtime_context().gcs_address.rpartition(":")
        self._head = (host, int(port))

    def run(self) -> None:
        """Carry out what the page says, until it lets us leave.

        Raises:
            EOFError: The page is gone.
        """
        threading.Thread(target=self._watch_head, name="head", daemon=True).start()
        while True:
            match self._pipe.recv():
                case Open(key, resources):
                    self._open(key, resources)
                case Give(key, order):
                    if key in self._actors:  # else its loss is on the way to the page
                        for piece in cut(order):
                            self._actors[key].order.options(concurrency_group="orders").remote(piece)
                case Close(key):
                    if actor := self._actors.pop(key, None):
                        self._ray.kill(actor)
                case Leave():
                    self._ray.shutdown()
                    return

    def _open(self, key: Key, resources: dict[str, float]) -> None:
        groups = {"orders": 1, "news": 1}  # threads: orders must arrive while the stream goes on
        as_actor = self._ray.remote(concurrency_groups=groups, max_restarts=0, **resources)
        self._actors[key] = actor = as_actor(Actor).remote()
        news = actor.news.options(num_returns="streaming", concurrency_group="news").remote()
        threading.Thread(target=self._pass_on, args=(key, news), name=f"news {key}", daemon=True).start()

    def _pass_on(self, key: Key, news: Any) -> None:
        """Tell the page what an actor says until it ends, and that it has ended."""
        heard = Joiner()
        try:
            for piece in news:
                for said in heard.add(self._ray.get(piece)):
                    self._tell(Said(key, said))
            how = "its stream ended"
        except Exception as error:
            how = _said(error)
        self._actors.pop(key, None)
        self._tell(Lost(key, GONE.format(how)))

    def _watch_head(self) -> None:
        """End this process when the head has gone: what is asked of Ray after that hangs."""
        while True:
            time.sleep(WATCH_EVERY)
            try:
                socket.create_connection(self._head, timeout=ANSWERS_WITHIN).close()
            except OSError:
                os._exit(HEAD_GONE)

    def _tell(self, message: Said | Lost) -> None:
        with self._sending:
            self._pipe.send(message)


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
