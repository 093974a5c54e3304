"""A running mean of a network's weights, young at first."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel


def averaged(model: nn.Module, decay: float) -> AveragedModel:
    """Follow a network's weights with an exponential mean, as generators are kept since Yazıcı et al. 2019.

    Early on the mean is shorter, (1 + n) / (10 + n) after n updates, so that the random start fades quickly.
    Buffers, the batch norms' statistics, are copied.
    """
    return AveragedModel(model, multi_avg_fn=_exponential(decay))


def _exponential(decay: float) -> Callable[[list[Tensor], list[Tensor], Tensor | int], None]:
    @torch.no_grad()
    def update(means: list[Tensor], weights: list[Tensor], updates: Tensor | int) -> None:
        count = float(updates)
        torch._foreach_lerp_(means, weights, 1 - min(decay, (1 + count) / (10 + count)))

    return update
