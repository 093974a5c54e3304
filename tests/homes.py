"""A worker's home that outlives engines: starting a process for each test would take longer than all the tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from playground.engine.workers.home import Home, WorkerLost
from playground.engine.workers.messages import Began, Begin, News, Order, Refused
from playground.language import Text

LEFT = Text("was left", "已离开")


class LastingHome:
    """Keeps a worker when an engine stops it; the next engine's ``Begin`` makes it forget what it held.

    Args:
        home: Where the worker lives.
    """

    def __init__(self, home: Home) -> None:
        self.home, self.device = home, home.device
        self._alive = self._left = False
        self._died: Callable[[], None] = lambda: None
        self._begin = Begin(home.device)
        self._unread = 0
        # On Linux a process dies with the thread that started it, and an engine's threads end with the engine.
        self._starter = ThreadPoolExecutor(1)

    def start(self, died: Callable[[], None]) -> None:
        """Start the worker, unless it lives."""
        self.stop()
        self._died, self._left = died, False
        if not self._alive:
            self._starter.submit(self.home.start, self._tell_death).result()
            self._alive, self._unread = True, 0

    def send(self, order: Order) -> None:
        """Pass it on."""
        if isinstance(order, Begin):
            self._begin = order
            self._unread += 1
        self.home.send(order)

    def receive(self, timeout: float | None = None) -> News | None:
        """Pass on the news of the engine that is here now."""
        while True:
            news = self.home.receive(timeout)
            if isinstance(news, (Began, Refused)):
                self._unread -= 1
            if self._left:
                raise WorkerLost(LEFT)
            if news is None or not self._unread:
                return news

    def stop(self) -> None:
        """Let the worker end what it does; whoever waits for its news leaves."""
        if self._alive and not self._left:
            self._left = True
            try:
                self.send(self._begin)
            except WorkerLost:
                self._alive = False

    def _tell_death(self) -> None:
        self._alive = False
        self._died()
