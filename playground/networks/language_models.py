"""Three kinds of language model behind one verb: read more tokens, and say what comes next.

A reader takes one text alone, so that what it says never depends on what else is written at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from playground.networks.ngram import NGram
from playground.networks.word_lstm import Memory, WordLSTM


class Reader(Protocol):
    """A language model. What it has read is given in and out, never kept."""

    def read(self, tokens: Sequence[int], state: Any = None) -> tuple[Tensor, Any]:
        """Read on.

        Args:
            tokens: At least one; a text begins with the end token.
            state: What it gave back before; None at the beginning.

        Returns:
            The logits after each of the tokens (T, V), and the state for what follows.
        """

    def nbytes(self) -> int:
        """Return the bytes that it holds."""


class NGramReader:
    """Counts. Its logits are logarithms of its probabilities; its state is all that it has read."""

    def __init__(self, model: NGram, order: int | None = None) -> None:
        """Look at no more than ``order`` tokens together; at the greatest number if None."""
        self.model, self.order = model, order

    def read(self, tokens: Sequence[int], state: Any = None) -> tuple[Tensor, Any]:
        """Read on."""
        history = list(state or ())
        rows = []
        for token in tokens:
            history.append(token)
            rows.append(torch.from_numpy(self.model.next(history, self.order)).log().float())
        return torch.stack(rows), tuple(history)

    def nbytes(self) -> int:
        """Return the bytes of its arrays."""
        return self.model.nbytes


class LSTMReader:
    """A memory of one size."""

    def __init__(self, model: WordLSTM) -> None:
        """Read with this network."""
        self.model = model

    @torch.inference_mode()
    def read(self, tokens: Sequence[int], state: Memory | None = None) -> tuple[Tensor, Memory]:
        """Read on, token by token: as quick for short texts, and the same numbers however a text is cut."""
        rows = []
        device = self.model.bias.device
        for token in tokens:
            logits, state = self.model(torch.tensor([[token]], device=device), state)
            rows.append(logits[0, 0])
        assert state is not None, "there is at least one token"
        return torch.stack(rows).float().cpu(), state

    def nbytes(self) -> int:
        """Return the bytes of its weights."""
        return _nbytes(self.model)


class TransformerReader:
    """Any causal language model of transformers; keeps the keys and values of what it has read.

    A text that grows longer than the model reads is taken up again from its second half.
    """

    def __init__(self, model: Any) -> None:
        """Read with this model."""
        self.model = model
        config = model.config.get_text_config()
        self.longest = int(getattr(config, "max_position_embeddings", 0) or 1024)

    @torch.inference_mode()
    def read(self, tokens: Sequence[int], state: Any = None) -> tuple[Tensor, Any]:
        """Read on."""
        history, kept = state or ((), None)
        rows: list[Tensor] = []
        waiting = list(tokens)
        while waiting:
            room = self.longest - len(history)
            if room <= 0:
                again = history[-(self.longest // 2) :]
                _, kept = self._run(list(again), None)
                history, room = again, self.longest - len(again)
            now, waiting = waiting[:room], waiting[room:]
            logits, kept = self._run(now, kept)
            history = (*history, *now)
            rows.append(logits)
        return torch.cat(rows), (history, kept)

    def _run(self, tokens: list[int], kept: Any) -> tuple[Tensor, Any]:
        given = torch.tensor([tokens], device=self.model.device)
        said = self.model(input_ids=given, past_key_values=kept, use_cache=True)
        return said.logits[0].float().cpu(), said.past_key_values

    def nbytes(self) -> int:
        """Return the bytes of its weights."""
        return _nbytes(self.model)


def _nbytes(model: torch.nn.Module) -> int:
    return sum(part.numel() * part.element_size() for part in [*model.parameters(), *model.buffers()])
