"""Writing with a language model: token by token, each drawn by its text's own generator.

What transformers' ``generate`` does to the logits is done by its own processors, in its own order; the loop is here
because a batch needs a generator for each text. A text is read alone, so it never depends on its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from playground.networks.language_models import Reader

UNFINISHED = "�"
"""What a decoder says for bytes that are no whole character yet."""


class Thought(NamedTuple):
    """What a model thought of one token.

    Attributes:
        token: The token.
        probability: What the model gave it, at temperature 1 and without any cut.
        alternatives: The likeliest others with their probabilities.
    """

    token: int
    probability: float
    alternatives: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Drawing:
    """How the next token is drawn."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0

    def chances(self, tokens: Sequence[int], logits: Tensor) -> Tensor:
        """Give the probabilities (V,) that the next token is drawn with, after transformers' processors.

        Args:
            tokens: The text so far.
            logits: (V,).
        """
        from transformers import LogitsProcessorList, RepetitionPenaltyLogitsProcessor
        from transformers.generation import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

        steps = LogitsProcessorList()
        if self.repetition_penalty != 1:
            steps.append(RepetitionPenaltyLogitsProcessor(self.repetition_penalty))
        if self.temperature not in (0, 1):
            steps.append(TemperatureLogitsWarper(float(self.temperature)))
        if self.top_k:
            steps.append(TopKLogitsWarper(self.top_k))
        if self.top_p < 1:
            steps.append(TopPLogitsWarper(self.top_p))
        scores = steps(torch.tensor([list(tokens)]), logits[None].clone())[0]
        return torch.softmax(scores, 0)


@dataclass
class Writing:
    """One text in the making.

    Attributes:
        reader: What writes it.
        how: How its tokens are drawn.
        noise: The generator that all its randomness comes from.
        ends: The tokens that end a text.
        tokens: All of it.
        thoughts: What the model thought of every token after the first.
        ended: Whether it came to its end.
    """

    reader: Reader
    how: Drawing
    noise: torch.Generator
    ends: frozenset[int]
    tokens: list[int]
    thoughts: list[Thought] = field(default_factory=list)
    ended: bool = False
    _state: Any = None
    _logits: Tensor = field(default_factory=lambda: torch.empty(0))

    def begin(self, shown: int) -> None:
        """Read what is given, and note what the model thinks of it.

        Args:
            shown: How many others are noted for each token.
        """
        logits, self._state = self.reader.read(self.tokens)
        chances = torch.softmax(logits, 1)
        for row, token in zip(chances, self.tokens[1:], strict=False):
            self.thoughts.append(_thought(row, token, shown))
        self._logits = logits[-1]

    def go_on(self, shown: int) -> None:
        """Draw one more token, if the text has not come to its end.

        Args:
            shown: How many others are noted beside it.
        """
        if self.ended:
            return
        chances = self.how.chances(self.tokens, self._logits)
        if self.how.temperature == 0:
            token = int(chances.argmax())
        else:
            token = int(torch.multinomial(chances, 1, generator=self.noise))
        if token in self.ends:
            self.ended = True
            return
        self.thoughts.append(_thought(torch.softmax(self._logits, 0), token, shown))
        self.tokens.append(token)
        logits, self._state = self.reader.read([token], self._state)
        self._logits = logits[-1]

    def next(self, shown: int) -> tuple[tuple[int, float], ...]:
        """Give what is likeliest to come next, with its probabilities."""
        return _likeliest(torch.softmax(self._logits, 0), shown)


def _thought(chances: Tensor, token: int, shown: int) -> Thought:
    others = tuple(pair for pair in _likeliest(chances, shown + 1) if pair[0] != token)[:shown]
    return Thought(token, float(chances[token]), others)


def _likeliest(chances: Tensor, shown: int) -> tuple[tuple[int, float], ...]:
    values, tokens = chances.topk(min(shown, len(chances)))
    return tuple(zip(tokens.tolist(), values.tolist(), strict=True))


def pieces(tokenizer: Any, tokens: Sequence[int]) -> list[str]:
    """Say what each token adds to the text; joined they are the whole.

    A character of several tokens is said by the last of them; bytes that are none at the end stay what they are.
    """
    said: list[str] = []
    begin = done = 0
    for place in range(len(tokens)):
        before = tokenizer.decode(tokens[begin:done])
        now = tokenizer.decode(tokens[begin : place + 1])
        if now.endswith(UNFINISHED) and place + 1 < len(tokens) and place - done < 3:
            said.append("")
            continue
        said.append(now[len(before) :])
        begin, done = done, place + 1
    return said
