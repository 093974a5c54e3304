"""Where a worker lives, as the engine sees it: orders go in, news come out, and the worker may die."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from playground.engine.workers.messages import News, Order
from playground.language import Text


class WorkerLost(Exception):
    """A worker is not there any more.

    Attributes:
        how: What happened to it, as the end of a sentence that begins with the worker.
    """

    def __init__(self, how: Text) -> None:
        super().__init__(how.en)
        self.how = how


class Home(Protocol):
    """One worker's place: a process, or an actor on another machine. Used by one thread, ``send`` and ``stop`` by any.

    Attributes:
        device: What it is asked to work on, as ``--device`` takes it.
    """

    device: str

    def start(self, died: Callable[[], None]) -> None:
        """Start a worker, which waits for its orders, in place of an earlier one.

        Args:
            died: Called on a thread of its own as soon as the worker is not there any more, unless it was stopped.

        Raises:
            WorkerLost: It cannot be started now.
        """

    def send(self, order: Order) -> None:
        """Give an order; does not wait until it is carried out.

        Raises:
            WorkerLost: The worker is not there any more.
        """

    def receive(self, timeout: float | None = None) -> News | None:
        """Wait for the next news; None when none came in time.

        Raises:
            WorkerLost: The worker is not there any more.
        """

    def stop(self) -> None:
        """End the worker, whatever it does, and what was needed for it alone."""
