"""Convolutions whose weights are turned once into the order that the CPU's kernels read, not anew at every call.

oneDNN lays a convolution's weights out in blocks before it multiplies. For one small picture that is a tenth of a
U-Net's step. The kernel stays the same, and with it every bit of the result.

The weights are held twice then, so large networks, whose steps are long against it, are left as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

MOST_BYTES = 128 << 20
"""Of a network's convolutions that are packed."""


def pack_convolutions(network: nn.Module) -> int:
    """Let a network's convolutions keep their weights in the kernels' order, besides the plain ones.

    Only where that was found to change no bit: bfloat16 weights in channels_last on a CPU; and nothing of a network
    with more than ``MOST_BYTES``. The modules stay what they are, so that a LoRA can still be put on them. Whoever
    changes the weights afterwards must pack anew.

    Args:
        network: Ready to run, in its final dtype, layout and place.

    Returns:
        How many convolutions were packed.
    """
    wanted = [module for module in network.modules() if isinstance(module, nn.Conv2d) and _can_be_packed(module)]
    if sum(module.weight.nbytes for module in wanted) > MOST_BYTES:
        return 0
    for module in wanted:
        module.forward = _Packed(module)  # type: ignore[method-assign]
    return len(wanted)


def _can_be_packed(convolution: nn.Conv2d) -> bool:
    weight = convolution.weight
    return (
        torch.backends.mkldnn.is_available()
        and weight.device.type == "cpu"
        and weight.dtype == torch.bfloat16
        and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        and weight.is_contiguous(memory_format=torch.channels_last)
        and convolution.padding_mode == "zeros"
        and not isinstance(convolution.padding, str)
    )


class _Packed:
    """A convolution's forward."""

    def __init__(self, convolution: nn.Conv2d) -> None:
        self._convolution = convolution
        self._how = convolution.padding, convolution.stride, convolution.dilation, convolution.groups
        self._weight: Tensor | None = None

    def __call__(self, inputs: Tensor) -> Tensor:
        if self._weight is None:  # the best order depends on the size of the pictures
            weight = self._convolution.weight.detach().to_mkldnn()
            self._weight = torch._C._nn.mkldnn_reorder_conv2d_weight(weight, *self._how, list(inputs.shape))
        made: Tensor = torch.ops.mkldnn._convolution_pointwise(
            inputs, self._weight, self._convolution.bias, *self._how, "none", [], ""
        )
        return made
