"""A worker in a process of its own on this machine."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection

from playground.engine.workers.child import Child
from playground.engine.workers.messages import News, Order


class ProcessHome:
    """A spawned child process.

    Args:
        device: What it works on, as ``--device`` takes it.
    """

    def __init__(self, device: str = "auto") -> None:
        self.device = device
        self._child = Child(f"worker {device}", live)

    @property
    def pid(self) -> int | None:
        """Its number among the system's processes."""
        return self._child.pid

    def start(self, died: Callable[[], None]) -> None:
        """Start the child; on Linux it dies with the thread that calls this."""
        self._child.stop()
        self._child.start(died)

    def send(self, order: Order) -> None:
        """Write it into the pipe."""
        self._child.send(order)

    def receive(self, timeout: float | None = None) -> News | None:
        """Read the pipe; it ends with the child."""
        news: News | None = self._child.receive(timeout)
        return news

    def stop(self) -> None:
        """Kill the child: it holds nothing that could be lost."""
        self._child.stop()


class PipeInbox:
    """Orders out of a pipe.

    Args:
        pipe: The worker's end of it.
    """

    def __init__(self, pipe: Connection[News, Order]) -> None:
        self._pipe = pipe

    def get(self, patience: float | None = None) -> Order | None:
        """Wait for an order; None where none came within so many seconds.

        Raises:
            EOFError: Nobody gives orders any more.
        """
        return self._pipe.recv() if patience is None or self._pipe.poll(patience) else None


def live(pipe: Connection[News, Order]) -> None:
    """Be a worker until nobody gives orders any more: what the child process does.

    Args:
        pipe: Where orders come from and news go to.

    Raises:
        EOFError: Nobody gives orders any more.
    """
    from playground.engine.workers.serving import Serving

    Serving(PipeInbox(pipe), pipe.send).run()
