"""Training the networks among the language models: the LSTM and GPT-2, on the same text, in the same way.

Matrices inside a network are trained with Muon (Jordan 2024), which needs about half as many tokens here; embeddings,
biases and norms with AdamW.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.networks.language_models import LSTMReader, Reader, TransformerReader
from playground.networks.word_lstm import WordLSTM
from playground.training.exporting import halved, write_checkpoint
from playground.training.options import Options
from playground.training.resumable import Resumable, rise_and_fall, set_rate
from playground.training.words_corpus import Corpus
from playground.training.words_samples import cards, write_tokenizer

LENGTH = 128
"""Tokens that are read together; GPT-2 never sees more."""


class _WordsRecipe(Resumable):
    """One step: rows cut out of the text anywhere, each token foretold from those before it."""

    rate, muon_rate = 3e-3, 0.02

    def __init__(self, corpus: Corpus, options: Options) -> None:
        torch.manual_seed(options.seed)
        self.corpus, self.options = corpus, options
        self.model = self.build().to(options.device)
        inside = [weight for name, weight in self.model.named_parameters() if self.is_inside(name, weight)]
        known = {id(weight) for weight in inside}
        others = [weight for weight in self.model.parameters() if id(weight) not in known]
        self.muon = torch.optim.Muon(inside, lr=self.muon_rate, weight_decay=0.01)
        self.adam = torch.optim.AdamW(others, lr=self.rate, betas=(0.9, 0.95), weight_decay=0.0)

    @abstractmethod
    def build(self) -> nn.Module:
        """Make the network with random weights."""

    @abstractmethod
    def logits(self, tokens: Tensor) -> Tensor:
        """Read (B, T) and give (B, T, V)."""

    @abstractmethod
    def reader(self) -> Reader:
        """Give what writes with the network."""

    def is_inside(self, name: str, weight: Tensor) -> bool:
        """Tell whether a weight is a matrix between two layers."""
        return weight.dim() == 2 and not any(part in name for part in ("wte", "wpe", "embed"))

    def parts(self) -> dict[str, Any]:
        """Network and optimisers."""
        return {"model": self.model, "muon": self.muon, "adam": self.adam}

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of rows; gives the loss in nats a token, and what it means as a perplexity."""
        self.model.train()
        rows = self.corpus.batch(self.options.batch_size, LENGTH, generator).to(self.options.device)
        share = rise_and_fall(progress)
        set_rate(self.muon, share * self.muon_rate)
        set_rate(self.adam, share * self.rate)
        with self.options.autocast():
            logits = self.logits(rows[:, :-1])
        loss = F.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())
        self.model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.muon.step()
        self.adam.step()
        return {"loss": loss.item(), "perplexity": math.exp(min(20.0, loss.item()))}

    def sheet(self) -> Tensor:
        """Give cards with texts that the network writes."""
        self.model.eval()
        return cards(self.reader(), self.corpus.tokenizer, self.corpus.end)

    def export(self, folder: Path) -> None:
        """Write weights in float16, settings and tokenizer."""
        write_checkpoint(halved(self.model), folder)
        write_tokenizer(self.corpus.tokenizer, folder)


class LSTMRecipe(_WordsRecipe):
    """The LSTM: 128 numbers a token, two layers of 256 cells."""

    model: WordLSTM

    def build(self) -> WordLSTM:
        """Make the network with random weights."""
        return WordLSTM(len(self.corpus.tokenizer), end=self.corpus.end)

    def logits(self, tokens: Tensor) -> Tensor:
        """Read (B, T) and give (B, T, V)."""
        logits: Tensor = self.model(tokens)[0]
        return logits

    def reader(self) -> LSTMReader:
        """Give what writes with the network."""
        return LSTMReader(self.model)


class GPT2Recipe(_WordsRecipe):
    """GPT-2: 128 numbers a token, four layers of four heads."""

    model: Any

    def build(self) -> nn.Module:
        """Make the network with random weights."""
        from transformers import GPT2Config, GPT2LMHeadModel

        end = self.corpus.end
        config = GPT2Config(
            vocab_size=len(self.corpus.tokenizer), n_positions=LENGTH, n_embd=128, n_layer=4, n_head=4,
            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=end, eos_token_id=end,
        )  # fmt: skip
        return GPT2LMHeadModel(config)

    def logits(self, tokens: Tensor) -> Tensor:
        """Read (B, T) and give (B, T, V)."""
        logits: Tensor = self.model(tokens, use_cache=False).logits
        return logits

    def reader(self) -> TransformerReader:
        """Give what writes with the network."""
        return TransformerReader(self.model)
