"""What families of large pipelines have in common: a loaded one knows in which way it was put into the memory."""

from __future__ import annotations

from typing import Protocol, TypeVar

from playground.families.base import Device, Family


class Placed(Protocol):
    """A loaded checkpoint."""

    @property
    def mode(self) -> str:
        """How it was placed, one of ``opening.MODES``."""


Model = TypeVar("Model", bound=Placed)


class PlacedFamily(Family[Model]):
    """A family whose checkpoints are placed whole, or with parts that wait in the computer's memory."""

    def mode(self, model: Model) -> str:
        """As it was placed."""
        return model.mode

    def lower_mode(self, model: Model, device: Device) -> str:
        """Parts wait in the computer's memory, which saves nothing where the device has no memory of its own."""
        from playground.networks.opening import LOWER_MODE

        return LOWER_MODE[model.mode] if device.type.startswith("cuda") else ""
