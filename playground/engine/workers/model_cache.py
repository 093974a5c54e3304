"""The models that stay loaded, least recently used out, under a budget of bytes."""

from __future__ import annotations

import contextlib
import gc
import io
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.failures import as_checkpoint_error, free_memory, give_back
from playground.families.base import Device, Family


@dataclass(frozen=True)
class Kept:
    """A loaded model.

    Attributes:
        checkpoint: What it was read from.
        model: The model.
        bytes: What it holds.
        mode: How it is kept in the device's memory.
    """

    checkpoint: Checkpoint
    model: Any
    bytes: int
    mode: str


class ModelCache:
    """Loaded models of one device, by their checkpoints' ids. Only its worker touches it.

    Args:
        device: Where models are put.
        budget: Bytes that all of them together may hold; one model alone may hold more.
    """

    def __init__(self, device: Device, budget: int) -> None:
        self._device, self._budget = device, budget
        self._models: OrderedDict[str, Kept] = OrderedDict()
        self._lowered: dict[str, str] = {}
        self._in_use: set[str] = set()

    @property
    def bytes(self) -> int:
        """Bytes that the loaded models hold."""
        return sum(kept.bytes for kept in self._models.values())

    @property
    def free(self) -> int:
        """Bytes that more models may take."""
        return max(0, self._budget - self.bytes)

    @property
    def modes(self) -> dict[str, str]:
        """How each loaded checkpoint is kept in the device's memory, least recently used first."""
        return {id: kept.mode for id, kept in self._models.items()}

    def get(self, checkpoint: Checkpoint, family: Family[Any]) -> Any:
        """Return a checkpoint's model; reads it if it is not there.

        Raises:
            CheckpointError: The checkpoint is missing or damaged.
        """
        id = checkpoint.id
        if id not in self._models:
            try:
                checkpoint.verify()
                self._make_room(checkpoint.weights)
                keep = self._lowered.get(id, self._device.keep)
                with contextlib.redirect_stdout(io.StringIO()):  # huggingface_hub prints where weights come from
                    model = family.load(checkpoint, replace(self._device, keep=keep))
            except Exception as error:  # what a damaged folder makes the libraries raise cannot be listed
                raise as_checkpoint_error(error, checkpoint) from error
            give_back()
            self._models[id] = Kept(checkpoint, model, family.memory(model), family.mode(model))
        self._models.move_to_end(id)
        return self._models[id].model

    def lower(self, checkpoint: Checkpoint, family: Family[Any]) -> str:
        """Let go of a model, and load it in a way that needs less of the device's memory from now on.

        Returns:
            The way, in the words of ``Device.keep``; empty, and the model stays, where there is none.
        """
        mode = family.lower_mode(self._models[checkpoint.id].model, self._device)
        if mode:
            self._lowered[checkpoint.id] = mode
            del self._models[checkpoint.id]
            free_memory()
        return mode

    @contextmanager
    def in_use(self, checkpoint: Checkpoint) -> Iterator[None]:
        """Keep a checkpoint from being evicted while something runs in it."""
        self._in_use.add(checkpoint.id)
        try:
            yield
        finally:
            self._in_use.discard(checkpoint.id)

    def evict_others(self, checkpoint: Checkpoint) -> bool:
        """Evict all models but one; tells whether there were others."""
        others = [id for id in self._models if id != checkpoint.id and id not in self._in_use]
        for other in others:
            del self._models[other]
        gc.collect()
        return bool(others)

    def _make_room(self, size: int) -> None:
        for id in [id for id in self._models if id not in self._in_use]:
            if self.bytes + size <= self._budget:
                return
            del self._models[id]
            gc.collect()
