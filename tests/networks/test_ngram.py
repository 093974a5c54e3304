"""Counts become probabilities: they sum to one, back off where nothing was seen, and survive a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.networks.ngram import NGram
from playground.training.words_ngram import count

END, A, B, C, D = range(5)
TEXT = np.array([END, A, B, C, END, A, B, C, END, A, B, D, END, B, C, END, A, B, C, END])


@pytest.fixture(scope="module")
def model() -> NGram:
    return count(TEXT, 5, END, (1, 1, 1, 1, 1))


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("history", [[END], [END, A], [END, A, B], [END, D, D], [END, C, A, B, D], [B, END]])
def test_probabilities_sum_to_one_and_none_is_zero(model: NGram, order: int, history: list[int]) -> None:
    chances = model.next(history, order)
    assert chances.sum() == pytest.approx(1) and (chances > 0).all()


def test_what_was_seen_often_is_likely_and_a_longer_context_knows_better(model: NGram) -> None:
    chances = model.next([END, A, B])
    assert chances.argmax() == C and chances[C] > chances[D] > chances[A]
    assert model.next([END, A], 3)[B] > model.next([END, A], 1)[B]


def test_an_unseen_context_says_what_its_end_says(model: NGram) -> None:
    found = model.lookups([END, C, C, A])
    assert [each.seen > 0 for each in found] == [True, True, False, False, False]
    assert np.allclose(model.next([END, C, C, A]), model.next([END, C, C, A], 2))


def test_a_text_does_not_remember_the_one_before_it(model: NGram) -> None:
    assert np.array_equal(model.next([END, A, B, C, END]), model.next([END]))


def test_the_shares_of_all_orders_are_the_whole_but_for_what_is_spread_evenly(model: NGram) -> None:
    shares = [each.share for each in model.lookups([END, A, B])]
    assert len(shares) == 4 and 0.9 < sum(shares) <= 1


def test_it_is_the_same_after_it_was_written_and_read(model: NGram, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    read = NGram.from_pretrained(tmp_path)
    assert read.size == model.size and read.order == 5
    assert np.allclose(read.next([END, A, B]), model.next([END, A, B]), atol=1e-7)


def test_rare_runs_can_be_left_out_and_all_still_sums_to_one() -> None:
    pruned = count(TEXT, 5, END, (1, 1, 2, 2, 2))
    assert pruned.size < count(TEXT, 5, END, (1, 1, 1, 1, 1)).size
    assert pruned.next([END, A, B]).sum() == pytest.approx(1)
