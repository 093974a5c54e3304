"""A training that is interrupted and taken up again ends like one that was not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from playground.training.loop import Budget, train


def assert_resumes(recipe: Callable[[], Any], folder: Path, steps: int, after: int) -> None:
    """Train whole, and in two parts with another recipe of the same kind each; both end in the same state.

    Args:
        recipe: Builds one.
        folder: For the runs.
        steps: Of the training.
        after: After how many of them the first part is interrupted.
    """
    whole, first, second = recipe(), recipe(), recipe()
    train(whole, folder / "whole", Budget(steps=steps), seed=3, quiet=True)
    _interrupt_after(first, after)
    with pytest.raises(KeyboardInterrupt):
        train(first, folder / "parts", Budget(steps=steps), seed=3, save_minutes=0, quiet=True)
    train(second, folder / "parts", Budget(steps=steps), seed=3, quiet=True)
    assert_same(whole.state_dict(), second.state_dict())


def assert_same(one: Any, other: Any) -> None:
    """Compare two states, part by part, to the bit."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list):
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    elif one is None:
        assert other is None
    else:
        assert torch.equal(torch.as_tensor(one), torch.as_tensor(other))


def _interrupt_after(recipe: Any, steps: int) -> None:
    step, done = recipe.step, list[int]()

    def interrupted(*arguments: Any) -> Any:
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(1)
        return step(*arguments)

    recipe.step = interrupted
