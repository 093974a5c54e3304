"""One worker as its driver holds it: started, started again, asked; what it holds, and whether it still breathes."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.workers.home import Home, WorkerLost
from playground.engine.workers.messages import (
    Answer,
    Began,
    Begin,
    Failed,
    Held,
    Made,
    Meet,
    News,
    Order,
    Read,
    Refused,
)
from playground.families.base import Device
from playground.language import Text

UNMEASURED, READING, STARTING, SHORTEST = 120.0, 900.0, 180.0, 10.0
"""Seconds without a sign of life: of a checkpoint that was never measured; while one is read; of a worker that starts;
and those that no worker is denied, as a busy machine may hold it up so long."""
SLOWER_THAN_EVER = 10.0
"""So many times the longest step that a checkpoint ever took is not slow any more: it hangs."""
HUNG = Text("gave no sign of life for {:.0f} seconds", "已有 {:.0f} 秒没有响应")


class WorkerLink:
    """The connection to one worker.

    Args:
        home: Where it lives.
        begin: What it is told first.
        died: Called on a thread of its own when the worker dies.

    Attributes:
        home: As given.
        device: What the worker works on; None until it has found it.
        held: What it holds.
        start_seconds: What its latest start took.
    """

    def __init__(self, home: Home, begin: Begin, died: Callable[[], None]) -> None:
        self.home, self._begin, self._died = home, begin, died
        self.device: Device | None = None
        self.held = Held()
        self.start_seconds = 3.0
        self.known: dict[str, Checkpoint] = {}
        self._longest: dict[str, float] = {}
        self._numbers = itertools.count(1)

    @property
    def name(self) -> str:
        """What a person calls the device."""
        return self.device.name if self.device else self.home.device

    def start(self) -> None:
        """Start the worker, in place of an earlier one.

        Raises:
            WorkerLost: It did not come up.
            PlaygroundError: It cannot work here: there is no such device.
        """
        started = time.monotonic()
        self.known.clear()
        self.held = Held()
        self.home.start(self._died)
        self.home.send(replace(self._begin, device=self.home.device))
        while True:
            match self.home.receive(STARTING):
                case Began(device, held):
                    self.device, self.held = device, held
                    self.start_seconds = time.monotonic() - started
                    return
                case Refused(error):
                    raise error
                case None:
                    raise WorkerLost(HUNG.format(STARTING))

    def keep(self, how: str) -> None:
        """Keep large models in the device's memory in another way, from the worker's next start on."""
        self._begin = replace(self._begin, keep=how)

    @property
    def loaded(self) -> list[Checkpoint]:
        """The checkpoints that the worker has loaded, least recently used first."""
        return [self.known[id] for id in self.held.modes if id in self.known]

    def next_number(self) -> int:
        """Return a number for a pass."""
        return next(self._numbers)

    def meet(self, checkpoint: Checkpoint) -> None:
        """Let the worker know a checkpoint, unless it does."""
        if checkpoint.id not in self.known:
            self.home.send(Meet(checkpoint))
            self.known[checkpoint.id] = checkpoint

    def send(self, order: Order) -> None:
        """Give an order.

        Raises:
            WorkerLost: The worker is not there any more.
        """
        self.home.send(order)

    def receive(self, checkpoint: Checkpoint) -> News:
        """Wait for what the worker says next about a checkpoint's pass.

        Raises:
            WorkerLost: It died, or hangs: nothing comes for longer than this checkpoint ever took, ten times over.
        """
        read = checkpoint.id in self.held.modes
        longest, waited = self._longest.get(checkpoint.id), time.monotonic()
        patience = UNMEASURED if longest is None else max(SHORTEST, longest * SLOWER_THAN_EVER)
        news = self._receive(patience if read else READING)
        if read:
            self._longest[checkpoint.id] = max(longest or 0.0, time.monotonic() - waited)
        return news

    def ask(self, order: Order) -> Any:
        """Give an order and wait for its answer.

        Raises:
            WorkerLost: The worker died, or hangs.
        """
        self.home.send(order)
        while not isinstance(news := self._receive(READING), Answer):
            continue
        return news.value

    def _receive(self, patience: float) -> News:
        news = self.home.receive(patience)
        if news is None:
            raise WorkerLost(HUNG.format(patience))
        if isinstance(news, (Read, Made, Failed, Answer)):
            self.held = news.held
        return news
