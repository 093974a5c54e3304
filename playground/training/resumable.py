"""What recipes do alike: starting from other weights, keeping their parts between two runs, one step downhill."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.errors import DataError
from playground.language import Text


class Resumable(ABC):
    """A recipe whose state is that of its parts: networks, running means, optimisers.

    Attributes:
        steps: Taken so far, where the recipe counts them.
    """

    steps = 0

    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """Give by name everything that the next step depends on; each has ``state_dict`` and its inverse."""

    def state_dict(self) -> dict[str, Any]:
        """Give the state of every part, and the steps."""
        return {name: part.state_dict() for name, part in self.parts().items()} | {"steps": self.steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what ``state_dict`` gave."""
        for name, part in self.parts().items():
            part.load_state_dict(state[name])
        self.steps = state["steps"]


@contextmanager
def starting_from(start: Path, kind: Text) -> Iterator[None]:
    """Read the weights that a training starts from.

    Args:
        start: Their folder, named like the checkpoint.
        kind: What must be there.

    Raises:
        DataError: What is done inside finds none there, or one of another shape.
    """
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{start} is no {kind.en} to start from ({error}); train {start.name} first.",
            f"{start} 不是可作为起点的{kind.zh}（{error}）；请先训练 {start.name}。",
        ) from error


def descend(loss: Tensor, optimizer: torch.optim.Optimizer, longest: float | None = None) -> None:
    """Take one step of an optimiser down a loss, its gradient cut to a length if one is given."""
    optimizer.zero_grad()
    loss.backward()
    if longest is not None:
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        torch.nn.utils.clip_grad_norm_(weights, longest)
    optimizer.step()


def rise_and_fall(progress: float, rise: float = 0.03) -> float:
    """Give the share of the highest learning rate: it rises over the first part of a run, then falls as a cosine."""
    return min((progress + 1e-3) / rise, max(0.01, 0.5 + 0.5 * math.cos(math.pi * progress)))


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Let an optimiser learn at a rate from now on."""
    for group in optimizer.param_groups:
        group["lr"] = rate
