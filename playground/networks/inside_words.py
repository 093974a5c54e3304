"""What can be seen inside a language model after a text: a table for each kind of model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from playground.networks.language_models import LSTMReader, NGramReader, Reader
from playground.networks.word_lstm import GATES

SEEN, FOLLOWERS, SHARE = "seen", "different followers", "share of the probability"


class Inside(NamedTuple):
    """A table.

    Attributes:
        rows: What was looked at, one name each.
        columns: What looked, one name each.
        values: Row by row.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


def inside(reader: Reader, tokens: Sequence[int], said: Sequence[str]) -> Inside:
    """Look inside after the last token.

    Args:
        reader: The model.
        tokens: The text, with the token that stands before it.
        said: Each of them in words.

    Returns:
        Of a transformer: how much each head looks back at each token. Of an LSTM: how far each layer's gates opened
        at each token, the mean over its cells. Of an n-gram: what each order knows, and what it gives.
    """
    if isinstance(reader, NGramReader):
        return _counts(reader, tokens, said)
    names = tuple(f"{place} {piece}" for place, piece in enumerate(said))
    if isinstance(reader, LSTMReader):
        return _gates(reader, tokens, names)
    return _heads(reader, tokens, names)


def _counts(reader: NGramReader, tokens: Sequence[int], said: Sequence[str]) -> Inside:
    found = reader.model.lookups(tokens, reader.order)
    rows = [f"{len(each.context) + 1}: {''.join(said[len(said) - len(each.context) :])} …" for each in found]
    values = [(float(each.seen), float(len(each.tokens)), each.share) for each in found]
    return Inside(tuple(rows), (SEEN, FOLLOWERS, SHARE), tuple(values))


@torch.inference_mode()
def _gates(reader: LSTMReader, tokens: Sequence[int], names: tuple[str, ...]) -> Inside:
    opened = reader.model.gates(torch.tensor(tokens, device=reader.model.bias.device)).abs().mean(-1)
    columns = [f"layer {layer + 1} {gate}" for layer in range(opened.shape[1]) for gate in GATES]
    return Inside(names, tuple(columns), _rows(opened.flatten(1)))


@torch.inference_mode()
def _heads(reader: Any, tokens: Sequence[int], names: tuple[str, ...]) -> Inside:
    last = list(tokens)[-reader.longest :]
    given = torch.tensor([last], device=reader.model.device)
    attentions = reader.model(input_ids=given, output_attentions=True, use_cache=False).attentions
    looked = torch.stack([layer[0, :, -1] for layer in attentions]).float()  # (layers, heads, T)
    columns = [f"layer {i + 1} head {j + 1}" for i in range(looked.shape[0]) for j in range(looked.shape[1])]
    return Inside(names[-len(last) :], tuple(columns), _rows(looked.flatten(0, 1).T))


def _rows(values: torch.Tensor) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(value, 5) for value in row) for row in values.tolist())
