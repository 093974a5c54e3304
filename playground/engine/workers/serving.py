"""What a worker does, wherever it lives: carries out orders on one device, whose models only it touches.

A pass of many steps, such as a clip's, holds the device for a long time, and sliders of other tabs would stand still.
So where a short pass is said to wait, the running one pauses after its step, inside the call that reports it, and
carries out what it is given until it may go on. All of that takes at most as long as the running pass took so far: it
is slowed down to a half, never starved. What is let in lets nobody in.
"""

from __future__ import annotations

import pickle
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from playground.catalog import Checkpoint
from playground.engine.devices import cores, find_device, use_cores
from playground.engine.failures import as_checkpoint_error, as_sentence, free_memory, give_back, is_out_of_memory
from playground.engine.workers.messages import (
    Answer,
    Began,
    Begin,
    Drop,
    Evict,
    Failed,
    GetReady,
    GoOn,
    Held,
    Knock,
    Lower,
    Made,
    Meet,
    News,
    Order,
    Paused,
    Read,
    Refused,
    Run,
    Stepped,
    Why,
)
from playground.engine.workers.model_cache import ModelCache
from playground.errors import Cancelled, OutOfMemory, PlaygroundError
from playground.families.base import REGISTRY, Device, Family, find_family, register

MEMORY_SHARE = 0.5
REST = 2.0
"""Seconds without an order after which the system gets back what passes left free."""
TELL_EVERY = 0.1
"""Seconds between two steps that are told, unless they bring a preview: the telling takes time from the steps."""


class Inbox(Protocol):
    """Where orders come from."""

    def get(self, patience: float | None = None) -> Order | None:
        """Wait for the next order; None where none came within so many seconds."""


class Pass:
    """A forward pass on its way.

    Args:
        order: What asked for it.
        inner: Whether it was let in between the steps of another one.

    Attributes:
        lent: Seconds that others had between its steps.
        knocked: Whether a short pass waits.
        dropped: Whether nobody waits for it any more.
        crowded: Whether nothing more fits into memory beside it.
    """

    def __init__(self, order: Run, inner: bool) -> None:
        self.number, self.inner, self.knocked = order.number, inner, order.knocked
        self.dropped = self.crowded = False
        self.lent = 0.0
        self.started = self.told = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds that it took so far, without those that it lent."""
        return time.monotonic() - self.started - self.lent

    @property
    def may_pause(self) -> bool:
        """Whether it lets somebody in now."""
        return self.knocked and not (self.inner or self.crowded) and self.lent < self.seconds


class Serving:
    """One worker.

    Args:
        inbox: Where its orders come from.
        tell: Sends news.
    """

    def __init__(self, inbox: Inbox, tell: Callable[[News], None]) -> None:
        self._inbox, self._tell = inbox, tell
        self._put_back: deque[Order] = deque()
        self._known: dict[str, Checkpoint] = {}
        self._device: Device | None = None
        self._models: ModelCache | None = None
        self._share = 1
        self._passes: list[Pass] = []

    def run(self) -> None:
        """Carry out orders until nobody gives any more."""
        while True:
            self._carry_out(self._next_order())

    def _next_order(self) -> Order:
        if self._put_back:
            return self._put_back.popleft()
        patience: float | None = REST
        while (order := self._inbox.get(patience)) is None:
            give_back()
            patience = None
        return order

    @property
    def _cache(self) -> ModelCache:
        if self._models is None:
            raise RuntimeError("The worker was not told to begin.")
        return self._models

    @property
    def _held(self) -> Held:
        return Held(self._cache.modes, self._cache.free)

    def _carry_out(self, order: Order) -> None:
        match order:
            case Begin():
                self._begin(order)
            case Meet(checkpoint):
                self._known[checkpoint.id] = checkpoint
            case GetReady(id, load):
                self._tell(Answer(self._get_ready(self._known[id], load), self._held))
            case Run():
                self._run(order)
            case Evict(id):
                free_memory()
                self._tell(Answer(self._cache.evict_others(self._known[id]), self._held))
            case Lower(id):
                lowered = self._cache.lower(self._known[id], self._family(id))
                self._tell(Answer(lowered, self._held))
            case Knock() | Drop() | GoOn():
                pass  # the pass that it was for is over

    def _begin(self, order: Begin) -> None:
        for family in order.families:
            if family.name not in REGISTRY:
                register(family)
        try:
            found = find_device(order.device)
            regional = order.regional and found.type.startswith("cuda")
            device = replace(found, keep=order.keep, compiled=order.compiled, regional=regional)
        except PlaygroundError as error:
            self._tell(Refused(error))
            return
        self._device = replace(device, dtype=order.dtype) if order.dtype else device
        if order.share > 1:
            self._device = replace(self._device, threads=cores(order.share))
        self._share = order.share
        self._known.clear()
        memory = device.memory // (order.share if device.type == "cpu" else 1)
        self._models = ModelCache(self._device, order.budget or int(memory * MEMORY_SHARE))
        free_memory()
        self._tell(Began(self._device, self._held))

    def _get_ready(self, checkpoint: Checkpoint, load: bool) -> PlaygroundError | None:
        try:
            if load:
                self._cache.get(checkpoint, find_family(checkpoint.family))
            else:
                checkpoint.verify()
        except Exception as error:  # a folder that somebody damaged makes libraries raise what they like
            return as_checkpoint_error(error, checkpoint)
        return None

    def _run(self, order: Run) -> None:
        checkpoint, family = self._known[order.checkpoint], self._family(order.checkpoint)
        started, was_there = time.monotonic(), order.checkpoint in self._cache.modes
        try:
            model = self._cache.get(checkpoint, family)
        except PlaygroundError as error:
            unread: Why = "memory while loading" if isinstance(error, OutOfMemory) else "checkpoint"
            self._tell(Failed(order.number, unread, error, traceback.format_exc(), self._held))
            return
        if not was_there:
            self._tell(Read(order.number, time.monotonic() - started, self._held))
        here = Pass(order, inner=bool(self._passes))
        self._passes.append(here)
        try:
            with self._cache.in_use(checkpoint):
                made = self._make(family, model, order, here)
            news: News = Made(order.number, made, here.seconds, self._held, family.runtime(model))
        except Cancelled as error:
            news = Failed(order.number, "dropped", error, "", self._held)
        except Exception as error:  # models and libraries raise what they like
            why: Why = "memory" if is_out_of_memory(error) else "other"
            news = Failed(order.number, why, as_sentence(error), traceback.format_exc(), self._held)
        finally:
            self._passes.pop()
        del model  # so that it can be let go of
        if isinstance(news, Failed) and news.why == "memory":
            free_memory()
        try:
            self._tell(news)
        except (TypeError, AttributeError, pickle.PicklingError) as error:  # a family's results are not plain data
            self._tell(Failed(order.number, "other", as_sentence(error), traceback.format_exc(), self._held))

    def _make(self, family: Family[Any], model: Any, order: Run, here: Pass) -> list[Any]:
        size = order.shapes[0].size if order.shapes else len(order.samples)
        family.use_runtime(model, order.runtime)
        single_core = size <= family.single_core

        def step(index: int, of: int, preview: Sequence[Any] | None = None) -> None:
            self._after_step(here, index, of, preview)
            use_cores(single_core, self._share)

        use_cores(single_core, self._share)
        if not order.shapes:
            made = list(family.generate(model, order.samples, step))
            if len(made) != size:
                raise ValueError(f"{len(made)} results for {size} samples")
            return made
        made = []
        for sample, shape in zip(order.samples, order.shapes, strict=True):
            made.append(family.generate(model, [sample] * shape.size, step)[shape.position])
        return made

    def _after_step(self, here: Pass, index: int, of: int, preview: Sequence[Any] | None) -> None:
        """Report a step, as ``families.base.Step`` says, and let short passes in before the next."""
        self._look_for_orders(here)
        if index and (preview or time.monotonic() >= here.told + TELL_EVERY):
            here.told = time.monotonic()
            self._tell(Stepped(here.number, index, of, here.seconds, preview))
        while index < of and here.may_pause:
            self._pause(here)
            self._look_for_orders(here)

    def _look_for_orders(self, here: Pass) -> None:
        """Read what was ordered while a pass runs; anything that is not about passes ends it.

        Raises:
            Cancelled: Nobody waits for this pass any more.
        """
        while not here.dropped and (order := self._inbox.get(0)) is not None:
            match order:
                case Knock():
                    self._passes[0].knocked = True
                case Drop(number):
                    for running in self._passes:
                        running.dropped |= running.number == number
                case _:
                    self._put_back.append(order)
                    for running in self._passes:
                        running.dropped = True
        if here.dropped:
            raise Cancelled

    def _pause(self, here: Pass) -> None:
        """Stand between two steps and carry out what is ordered, until told to go on."""
        paused, going_on = time.monotonic(), False
        self._tell(Paused(here.number))
        while not going_on:
            order = self._next_order()
            match order:
                case GoOn(more, crowded):
                    here.knocked, here.crowded, going_on = more, crowded, True
                case Begin():
                    self._put_back.append(order)
                    here.dropped = going_on = True
                case Drop(number):
                    here.dropped |= number == here.number
                case Knock():
                    here.knocked = True
                case _:
                    self._carry_out(order)
        here.lent += time.monotonic() - paused

    def _family(self, id: str) -> Family[Any]:
        return find_family(self._known[id].family)
