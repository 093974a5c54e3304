"""How well the language models foretell text that none of them saw, and how fast they write.

``python -m playground.training.words_evaluate`` prints one line a model. Every held-out text is read alone, from the
token before it to its end; perplexity a token is over tokens and ends, a character over characters and ends.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from playground.networks.language_models import LSTMReader, NGramReader, Reader
from playground.networks.opening_words import open_reader
from playground.networks.writing import Drawing, Writing
from playground.training.words_corpus import Corpus, load_words

KINDS = {"words-ngram": "NGram", "words-lstm": "WordLSTM", "words-gpt2": ""}
WRITTEN = 200


def perplexity(reader: Reader, corpus: Corpus, texts: Sequence[str]) -> tuple[float, float]:
    """Measure the perplexity of texts, a token and a character.

    Args:
        reader: The model.
        corpus: Gives the tokenizer.
        texts: At least one.
    """
    surprise, tokens, characters = 0.0, 0, 0
    for text in texts:
        ids = corpus.tokenizer(text)["input_ids"]
        logits, _ = reader.read([corpus.end, *ids])
        chances = torch.log_softmax(logits, 1)
        surprise -= float(chances[torch.arange(len(ids) + 1), torch.tensor([*ids, corpus.end])].sum())
        tokens += len(ids) + 1
        characters += len(text) + 1
    return math.exp(surprise / tokens), math.exp(surprise / characters)


def speed(reader: Reader, corpus: Corpus) -> float:
    """Measure the tokens that are written in a second, one text alone, the ends not heeded."""
    writing = Writing(reader, Drawing(0.8, 40, 0.95), torch.Generator().manual_seed(0), frozenset(), [corpus.end])
    writing.begin(8)
    start = time.perf_counter()
    for _ in range(WRITTEN):
        writing.go_on(8)
    return WRITTEN / (time.perf_counter() - start)


def parameters(reader: Reader) -> int:
    """Count a network's weights, or an n-gram's runs."""
    if isinstance(reader, NGramReader):
        return reader.model.size
    model = reader.model if isinstance(reader, LSTMReader) else reader.model  # type: ignore[attr-defined]
    return sum(weight.numel() for weight in model.parameters())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="read the data from here, fetch nothing")
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"))
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    corpus = load_words(chosen.data)
    everything = [text for texts in corpus.held_out.values() for text in texts]
    sources = {"all": everything, **corpus.held_out}
    counts = ", ".join(f"{name} {len(texts)}" for name, texts in sources.items())
    print(f"{len(corpus.train):,} tokens to learn from, {len(corpus.tokenizer)} different; held out: {counts}")
    for name, kind in KINDS.items():
        reader, _ = open_reader(chosen.checkpoints / name, kind, "cpu", "float32")
        rates = f"{speed(reader, corpus):.0f} tokens/s"
        for order in (*range(1, reader.model.order), None) if isinstance(reader, NGramReader) else (None,):
            read = NGramReader(reader.model, order) if isinstance(reader, NGramReader) else reader
            measured = {source: perplexity(read, corpus, texts) for source, texts in sources.items()}
            said = "; ".join(f"{source} {token:.2f} / {char:.3f}" for source, (token, char) in measured.items())
            print(f"{name}{f' n = {order}' if order else ''}: {parameters(reader):,} numbers; {said}; {rates}")


if __name__ == "__main__":
    main()
