"""A language model of long short-term memory: two layers, with the words' embedding as its output too.

Implements the LSTM (Hochreiter & Schmidhuber 1997) with forget gates (Gers et al. 2000), as torch spells it, and tied
embeddings (Press & Wolf 2017). Knows nothing about data, training or files.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn

GATES = ("input", "forget", "cell", "output")
"""In the order in which torch stacks their weights."""


class Memory(NamedTuple):
    """What is carried from token to token.

    Attributes:
        hidden: (layers, B, width), what each layer says.
        cell: (layers, B, width), what each layer keeps.
    """

    hidden: Tensor
    cell: Tensor


class WordLSTM(nn.Module, PyTorchModelHubMixin):
    """Reads token by token; what it remembers has one size, however long the text."""

    def __init__(self, vocab_size: int, embedding: int = 128, width: int = 256, layers: int = 2, end: int = 0) -> None:
        """Build it with random weights.

        Args:
            vocab_size: How many tokens there are.
            embedding: Length of a token's vector.
            width: Cells in each layer.
            layers: How many.
            end: The token that stands before and after every text.
        """
        super().__init__()
        self.vocab_size, self.end = vocab_size, end
        self.embed = nn.Embedding(vocab_size, embedding)
        nn.init.normal_(self.embed.weight, std=0.05)
        self.lstm = nn.LSTM(embedding, width, layers, batch_first=True)
        for name, weight in self.lstm.named_parameters():
            if name.startswith("bias_ih"):
                nn.init.zeros_(weight)
                nn.init.ones_(weight.data[width : 2 * width])  # at first it forgets little
        self.narrow = nn.Linear(width, embedding)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, tokens: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Read tokens (B, T).

        Returns:
            Logits of each next token (B, T, V), and the memory behind the last one.
        """
        said, (hidden, cell) = self.lstm(self.embed(tokens), memory)
        return F.linear(self.narrow(said), self.embed.weight, self.bias), Memory(hidden, cell)

    def gates(self, tokens: Tensor) -> Tensor:
        """Give how far each gate opens at every token of one text (T,), step by step as the equations say.

        Returns:
            (T, layers, 4, width): input, forget and output from 0 to 1, the new content from -1 to 1.
        """
        read = self.embed(tokens)
        opened = []
        for layer in range(self.lstm.num_layers):
            weights = [cast(Tensor, getattr(self.lstm, f"{name}_l{layer}"))
                       for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]  # fmt: skip
            hidden = cell = read.new_zeros(self.lstm.hidden_size)
            said, steps = [], []
            for vector in read:
                parts = F.linear(vector, weights[0], weights[2]) + F.linear(hidden, weights[1], weights[3])
                enter, forget, content, leave = parts.chunk(4)
                enter, forget, content, leave = enter.sigmoid(), forget.sigmoid(), content.tanh(), leave.sigmoid()
                cell = forget * cell + enter * content
                hidden = leave * cell.tanh()
                said.append(hidden)
                steps.append(torch.stack([enter, forget, content, leave]))
            read = torch.stack(said)
            opened.append(torch.stack(steps))
        return torch.stack(opened, 1)
