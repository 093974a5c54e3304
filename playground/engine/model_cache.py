"""The models that stay loaded, least recently used out, under a budget of bytes."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.failures import as_checkpoint_error
from playground.families.base import Device, Family


class ModelCache:
    """Loaded models of one device. Only its worker touches it.

    Args:
        device: Where models are put.
        budget: Bytes that all of them together may hold; one model alone may hold more.
    """

    def __init__(self, device: Device, budget: int) -> None:
        self._device, self._budget = device, budget
        self._models: OrderedDict[Checkpoint, tuple[Any, int]] = OrderedDict()
        self._in_use: set[Checkpoint] = set()

    def __contains__(self, checkpoint: Checkpoint) -> bool:
        """Tell whether a checkpoint is loaded."""
        return checkpoint in self._models

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """The loaded checkpoints, least recently used first."""
        return list(self._models)

    @property
    def bytes(self) -> int:
        """Bytes that the loaded models hold."""
        return sum(size for _, size in self._models.values())

    def get(self, checkpoint: Checkpoint, family: Family[Any]) -> Any:
        """Return a checkpoint's model; reads it if it is not there.

        Raises:
            CheckpointError: The checkpoint is missing or damaged.
        """
        if checkpoint not in self._models:
            try:
                checkpoint.verify()
                self._make_room(checkpoint.weights)
                model = family.load(checkpoint, self._device)
            except Exception as error:  # what a damaged folder makes the libraries raise cannot be listed
                raise as_checkpoint_error(error, checkpoint) from error
            self._models[checkpoint] = (model, family.memory(model))
        self._models.move_to_end(checkpoint)
        return self._models[checkpoint][0]

    @contextmanager
    def in_use(self, checkpoint: Checkpoint) -> Iterator[None]:
        """Keep a checkpoint from being evicted while something runs in it."""
        self._in_use.add(checkpoint)
        try:
            yield
        finally:
            self._in_use.discard(checkpoint)

    def evict_others(self, checkpoint: Checkpoint) -> bool:
        """Evict all models but one; tells whether there were others."""
        others = [other for other in self._models if other is not checkpoint and other not in self._in_use]
        for other in others:
            del self._models[other]
        gc.collect()
        return bool(others)

    def _make_room(self, size: int) -> None:
        for checkpoint in [checkpoint for checkpoint in self._models if checkpoint not in self._in_use]:
            if self.bytes + size <= self._budget:
                return
            del self._models[checkpoint]
            gc.collect()
