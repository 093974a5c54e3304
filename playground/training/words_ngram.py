"""Counting an n-gram model's runs in the training text, all in one step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.networks.ngram import Level, NGram
from playground.training.options import Options
from playground.training.words_corpus import Corpus
from playground.training.words_samples import cards, write_tokenizer

Keys = NDArray[np.int64]
NONE = np.zeros(0, np.uint32)


class NGramRecipe:
    """Counts; needs no gradient and no second step.

    Args:
        corpus: The text.
        options: Nothing of it matters: counting is not random.
        order: The longest runs.
        seen_at_least: How often a run must be met to be kept, by its length from 1.
    """

    def __init__(
        self, corpus: Corpus, options: Options, order: int = 5, seen_at_least: tuple[int, ...] = (1, 1, 1, 2, 2)
    ) -> None:
        """Keep the text until the step."""
        self.corpus, self.order, self.seen_at_least = corpus, order, seen_at_least
        self.model: NGram | None = None

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Count everything."""
        self.model = count(self.corpus.train.numpy(), len(self.corpus.tokenizer), self.corpus.end, self.seen_at_least)
        return {"runs": float(self.model.size)}

    def sheet(self) -> Tensor:
        """Give cards with texts that the model writes."""
        from playground.networks.language_models import NGramReader

        return cards(NGramReader(self._counted()), self.corpus.tokenizer, self.corpus.end)

    def state_dict(self) -> dict[str, Any]:
        """Keep nothing: counting again takes seconds."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Count again."""
        self.step(torch.Generator(), 1.0)

    def export(self, folder: Path) -> None:
        """Write the arrays and the tokenizer."""
        self._counted().save_pretrained(folder)
        write_tokenizer(self.corpus.tokenizer, folder)

    def _counted(self) -> NGram:
        if self.model is None:
            self.step(torch.Generator(), 1.0)
        assert self.model is not None
        return self.model


def count(text: NDArray[np.int64], vocabulary: int, end: int, seen_at_least: tuple[int, ...]) -> NGram:
    """Count the runs of a text.

    Args:
        text: (N,), texts one after another, ``end`` before the first and after each.
        vocabulary: How many tokens there are.
        end: The token between texts.
        seen_at_least: How often a run must be met to be kept, by its length from 1; no longer one less often.

    Raises:
        ValueError: A run does not fit into 63 bits.
    """
    order = len(seen_at_least)
    if vocabulary**order >= 2**63:
        raise ValueError(f"Runs of {order} of {vocabulary} tokens are too many to be counted.")
    runs = [_runs(text, length, vocabulary, end) for length in range(1, order + 1)]
    adjusted = [_adjusted(runs, length, vocabulary, end) for length in range(1, order + 1)]
    discounts = np.array([_discounts(counts) for counts in adjusted])
    kept_keys = [np.arange(vocabulary, dtype=np.int64)]
    dense = np.zeros(vocabulary, np.int64)
    dense[runs[0][0]] = adjusted[0]
    kept_counts = [dense]
    for length in range(2, order + 1):
        chosen = runs[length - 1][1] >= seen_at_least[length - 1]
        kept_keys.append(runs[length - 1][0][chosen])
        kept_counts.append(adjusted[length - 1][chosen])
    levels = []
    for length in range(1, order + 1):
        keys = kept_keys[length - 1]
        starts = totals = NONE
        if length < order:
            parents = kept_keys[length] // vocabulary
            starts = np.searchsorted(parents, np.append(keys, keys[-1] + 1)).astype(np.uint32)
            everything = np.zeros(len(keys) + 1, np.int64)
            places = np.searchsorted(keys, runs[length][0] // vocabulary)
            places[(places == len(keys)) | (keys[places % len(keys)] != runs[length][0] // vocabulary)] = len(keys)
            np.add.at(everything, places, adjusted[length])
            totals = everything[:-1].astype(np.uint32)
        tokens = (keys % vocabulary).astype(np.uint16)
        levels.append(Level(tokens, kept_counts[length - 1].astype(np.uint32), starts, totals))
    return NGram(levels, int(adjusted[0].sum()), discounts, end)


def _runs(text: NDArray[np.int64], length: int, vocabulary: int, end: int) -> tuple[Keys, Keys]:
    """Give the runs of one length, as numbers in rising order, and how often each was met; none crosses an end."""
    windows = np.lib.stride_tricks.sliding_window_view(text, length)
    within = ~(windows[:, 1:-1] == end).any(1) if length > 2 else np.ones(len(windows), bool)
    keys = np.zeros(int(within.sum()), np.int64)
    for place in range(length):
        keys = keys * vocabulary + windows[within, place]
    found, counts = np.unique(keys, return_counts=True)
    return found, counts.astype(np.int64)


def _adjusted(runs: list[tuple[Keys, Keys]], length: int, vocabulary: int, end: int) -> Keys:
    """Give, for runs of one length, how often they were met, or after how many tokens where they are shorter."""
    keys, counts = runs[length - 1]
    if length == len(runs):
        return counts
    followers = runs[length][0] % vocabulary**length
    found, different = np.unique(followers, return_counts=True)
    adjusted = np.zeros(len(keys), np.int64)
    adjusted[np.searchsorted(keys, found)] = different
    begins = (keys // vocabulary ** (length - 1) == end) & (length > 1)
    adjusted[begins] = counts[begins]  # nothing stands before a text's beginning
    return adjusted


def _discounts(counts: Keys) -> list[float]:
    """Give what is taken off counts of 1, 2 and more (Chen & Goodman 1999, eq. 26)."""
    met = [float((counts == number).sum()) or 1.0 for number in range(1, 5)]
    share = met[0] / (met[0] + 2 * met[1])
    return [
        min(number, max(0.05, number - (number + 1) * share * met[number] / met[number - 1])) for number in (1, 2, 3)
    ]
