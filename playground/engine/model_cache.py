"""The models that stay loaded, least recently used out, under a budget of bytes."""

from __future__ import annotations

import gc
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from playground.catalog import Checkpoint
from playground.engine.failures import as_checkpoint_error, free_memory
from playground.families.base import Device, Family


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
                self._make_room(checkpoint.size)
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

    def _make_room(self, size: int) -> None:
        while self._models and self.bytes + size > self._budget:
            self._models.popitem(last=False)
            gc.collect()
