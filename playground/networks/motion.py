"""Motion modules in a U-Net: attention between the frames at one place, whose weight can be turned down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


def motion_modules(network: Any) -> list[Any]:
    """Return the motion modules of a network; there are none where it is no ``UNetMotionModel``, or None."""
    from diffusers.models.unets.unet_motion_model import AnimateDiffTransformer3D

    modules = network.modules() if network is not None else ()
    return [module for module in modules if isinstance(module, AnimateDiffTransformer3D)]


class MotionWeight:
    """How strongly the motion modules of a network act. What they add to the frames is multiplied by it.

    Args:
        network: A ``UNetMotionModel``; other networks have no motion modules, and nothing changes.

    Attributes:
        value: 1 is what was learned; at 0 every frame is a picture of its own.
    """

    def __init__(self, network: Any) -> None:
        self.value = 1.0
        for module in motion_modules(network):
            # Its input is added behind this layer.
            module.proj_out.register_forward_hook(self._weigh)

    def _weigh(self, layer: Any, inputs: Any, output: Tensor) -> Tensor | None:
        return None if self.value == 1 else output * self.value
