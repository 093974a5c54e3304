"""An n-gram language model: counts of short runs of tokens, smoothed by interpolated Kneser–Ney.

Implements the modified discounts of Chen & Goodman 1999 (three a length) on continuation counts (Kneser & Ney 1995):
a run of the greatest length counts how often it was seen, a shorter one after how many different tokens. It holds
arrays and no weights that a gradient could move, so numpy is all it needs. Runs never cross a text's end.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

Array = NDArray[np.float64]
WEIGHTS, CONFIG = "model.safetensors", "config.json"


class Level(NamedTuple):
    """What is known of runs of one length.

    Attributes:
        tokens: (N,) uint16, each run's last token; children of one context stand together, in rising order.
        counts: (N,) uint32, how often a run was met.
        starts: (N + 1,) uint32, where each run's continuations begin in the next level; empty in the last level.
        totals: (N,) uint32, what all its continuations counted, those that were left out too; empty in the last level.
    """

    tokens: NDArray[np.uint16]
    counts: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    totals: NDArray[np.uint32]


class Lookup(NamedTuple):
    """What one order knows about the next token.

    Attributes:
        context: The tokens that it looks at.
        seen: What all continuations of them counted; 0 if they were never met.
        tokens: (M,) the continuations that it knows.
        counts: (M,) how often each.
        share: The part of the whole probability that this order gives.
    """

    context: tuple[int, ...]
    seen: int
    tokens: NDArray[np.int64]
    counts: NDArray[np.int64]
    share: float


class NGram:
    """Kneser–Ney over runs of up to ``order`` tokens.

    Args:
        levels: One a length, from 1.
        root_total: What all single tokens count.
        discounts: (order, 3), taken off a count of 1, of 2, and of more.
        end: The token that stands before and after every text.
    """

    def __init__(self, levels: Sequence[Level], root_total: int, discounts: Array, end: int) -> None:
        """Take what was counted."""
        self.levels, self.root_total, self.discounts, self.end = list(levels), root_total, discounts, end

    @property
    def order(self) -> int:
        """The most tokens that it looks at together: the next one and those before it."""
        return len(self.levels)

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return len(self.levels[0].tokens)

    @property
    def size(self) -> int:
        """How many runs it knows."""
        return sum(len(level.tokens) for level in self.levels)

    @property
    def nbytes(self) -> int:
        """Bytes that its arrays hold."""
        return sum(array.nbytes for level in self.levels for array in level)

    def next(self, history: Sequence[int], order: int | None = None) -> Array:
        """Give the next token's probabilities (V,), summing to 1, after all tokens of a text so far.

        Args:
            history: At least the token that stands before every text.
            order: Look at no more tokens than this; the greatest length if None.
        """
        return self._walk(history, order)[0]

    def lookups(self, history: Sequence[int], order: int | None = None) -> list[Lookup]:
        """Tell what every order from 1 up gives to the next token's probabilities; the shares miss 1 by a trifle.

        What is missing is spread evenly over all tokens.
        """
        return self._walk(history, order)[1]

    def _walk(self, history: Sequence[int], order: int | None) -> tuple[Array, list[Lookup]]:
        probabilities = np.full(self.vocabulary, 1 / self.vocabulary)
        context = self._context(history, order or self.order)
        found: list[Lookup] = []
        for length in range(len(context) + 1):
            looked = context[len(context) - length :]
            begin, stop, total = self._continuations(looked)
            level = self.levels[length]
            tokens, counts = level.tokens[begin:stop].astype(np.int64), level.counts[begin:stop].astype(np.int64)
            if not total:
                found.append(Lookup(looked, 0, tokens, counts, 0.0))
                continue
            kept = np.maximum(counts - self.discounts[length][np.minimum(counts, 3) - 1], 0) / total
            share = float(kept.sum())
            probabilities *= 1 - share
            probabilities[tokens] += kept
            found = [each._replace(share=each.share * (1 - share)) for each in found]
            found.append(Lookup(looked, total, tokens, counts, share))
        return probabilities, found

    def _context(self, history: Sequence[int], order: int) -> tuple[int, ...]:
        """Return the tokens that may be looked at: of this text only, with the one before it."""
        last = tuple(history[-(order - 1) :]) if order > 1 else ()
        for place in range(len(last) - 1, -1, -1):
            if last[place] == self.end:
                return last[place:]
        return last

    def _continuations(self, context: tuple[int, ...]) -> tuple[int, int, int]:
        """Find where a context's continuations stand in the next level, and what they count together."""
        if not context:
            return 0, self.vocabulary, self.root_total
        place, begin, stop = 0, 0, self.vocabulary
        for level, token in zip(self.levels, context, strict=False):
            place = begin + int(np.searchsorted(level.tokens[begin:stop], token))
            if place == stop or level.tokens[place] != token:
                return 0, 0, 0
            begin, stop = int(level.starts[place]), int(level.starts[place + 1])
        return begin, stop, int(self.levels[len(context) - 1].totals[place])

    def save_pretrained(self, folder: Path) -> None:
        """Write the arrays and the settings."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            f"{name}.{length}": array
            for length, level in enumerate(self.levels, 1)
            for name, array in level._asdict().items()
            if array.size
        }
        save_file({**arrays, "discounts": self.discounts.astype(np.float32)}, folder / WEIGHTS)
        settings = {"model_type": "ngram", "order": self.order, "vocab_size": self.vocabulary,
                    "eos_token_id": self.end, "root_total": self.root_total}  # fmt: skip
        (folder / CONFIG).write_text(json.dumps(settings, indent=2) + "\n")

    @classmethod
    def from_pretrained(cls, folder: Path) -> NGram:
        """Read what ``save_pretrained`` wrote.

        Raises:
            OSError, ValueError, KeyError: A file is missing or damaged.
        """
        settings = json.loads((folder / CONFIG).read_text())
        arrays = load_file(folder / WEIGHTS)
        nothing = np.zeros(0, np.uint32)
        levels = [
            Level(
                arrays[f"tokens.{length}"], arrays[f"counts.{length}"],
                arrays.get(f"starts.{length}", nothing), arrays.get(f"totals.{length}", nothing),
            )
            for length in range(1, settings["order"] + 1)
        ]  # fmt: skip
        discounts = arrays["discounts"].astype(np.float64)
        return cls(levels, settings["root_total"], discounts, settings["eos_token_id"])
