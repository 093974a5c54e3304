"""The start: nothing is looked for that could go, and afterwards everything is as it was."""

from __future__ import annotations

import gc

import pytest

from playground.starting import uncollected


def test_garbage_is_looked_for_again_after_the_start() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.unfreeze()


def test_what_came_in_with_the_start_is_not_looked_at_later() -> None:
    with uncollected():
        kept = [[number] for number in range(10)]
    assert gc.get_freeze_count() > len(kept)
    assert not any(each is kept for each in gc.get_objects())
    gc.unfreeze()


def test_garbage_is_looked_for_again_after_a_start_that_failed() -> None:
    with pytest.raises(ValueError), uncollected():
        raise ValueError
    assert gc.isenabled()
    gc.unfreeze()
