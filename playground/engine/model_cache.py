"""The models that stay loaded, least recently used out, under a budget of bytes."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.failures import as_checkpoint_error, free_memory
from playground.families.base import Device, Family
from playground.language import Text

SLOWER = Text(
    "The device's memory ran out: the checkpoint is now kept there in parts, which is slower.",
    "设备内存不足：该检查点现改为分部分放入显存，速度较慢。",
)


class ModelCache:
    """Loaded models of one device. Only its worker touches it.

    Args:
        device: Where models are put.
        budget: Bytes that all of them together may hold; one model alone may hold more.
    """

    def __init__(self, device: Device, budget: int) -> None:
        self._device, self._budget = device, budget
        self._models: OrderedDict[Checkpoint, tuple[Any, int, str]] = OrderedDict()
        self._lowered: dict[Checkpoint, str] = {}
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
        return sum(size for _, size, _ in self._models.values())

    @property
    def modes(self) -> dict[str, str]:
        """How each loaded checkpoint is kept in the device's memory, by id."""
        return {checkpoint.id: mode for checkpoint, (_, _, mode) in list(self._models.items())}

    def get(self, checkpoint: Checkpoint, family: Family[Any]) -> Any:
        """Return a checkpoint's model; reads it if it is not there.

        Raises:
            CheckpointError: The checkpoint is missing or damaged.
        """
        if checkpoint not in self._models:
            try:
                checkpoint.verify()
                self._make_room(checkpoint.weights)
                keep = self._lowered.get(checkpoint, self._device.keep)
                model = family.load(checkpoint, replace(self._device, keep=keep))
            except Exception as error:  # what a damaged folder makes the libraries raise cannot be listed
                raise as_checkpoint_error(error, checkpoint) from error
            self._models[checkpoint] = (model, family.memory(model), family.mode(model))
        self._models.move_to_end(checkpoint)
        return self._models[checkpoint][0]

    def lower(self, checkpoint: Checkpoint, family: Family[Any]) -> str:
        """Let go of a model, and load it in a way that needs less of the device's memory from now on.

        Returns:
            The way, in the words of ``Device.keep``; empty, and the model stays, where there is none.
        """
        mode = family.lower_mode(self._models[checkpoint][0], self._device)
        if mode:
            self._lowered[checkpoint] = mode
            del self._models[checkpoint]
            free_memory()
        return mode

    def warm_up(self, checkpoint: Checkpoint, family: Family[Any]) -> None:
        """Load a family's first checkpoint; of its others only see whether they are whole."""
        if any(loaded.family == checkpoint.family for loaded in self._models):
            checkpoint.verify()
        else:
            self.get(checkpoint, family)

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
