"""Three kinds of model, one verb: what was read stays read, and the inside is shown as it computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.networks.inside_words import SHARE, inside
from playground.networks.language_models import LSTMReader, NGramReader, Reader, TransformerReader
from playground.networks.word_lstm import WordLSTM
from playground.networks.writing import Drawing, Writing, pieces
from playground.training.words_ngram import count

TOKENS = [0, 3, 5, 2, 7, 1]


def reader_of(kind: str) -> Reader:
    torch.manual_seed(0)
    if kind == "ngram":
        text = np.array([0, 3, 5, 2, 0, 3, 5, 7, 1, 0, 2, 7, 1, 0])
        return NGramReader(count(text, 12, 0, (1, 1, 1, 1, 1)))
    if kind == "lstm":
        return LSTMReader(WordLSTM(12, embedding=8, width=16).eval())
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(vocab_size=12, n_positions=8, n_embd=16, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
    config._attn_implementation = "eager"
    return TransformerReader(GPT2LMHeadModel(config).eval())


@pytest.mark.parametrize("kind", ["ngram", "lstm", "transformer"])
def test_reading_in_two_parts_says_what_reading_at_once_says(kind: str) -> None:
    reader = reader_of(kind)
    whole, _ = reader.read(TOKENS)
    first, state = reader.read(TOKENS[:2])
    rest, _ = reader.read(TOKENS[2:], state)
    assert whole.shape == (6, 12)
    assert torch.allclose(whole, torch.cat([first, rest]), atol=1e-5)
    assert reader.nbytes() > 0


def test_a_transformer_reads_on_where_a_text_is_longer_than_it_reads() -> None:
    reader = reader_of("transformer")
    logits, (history, _) = reader.read([1, 2, 3] * 7)
    assert logits.shape == (21, 12) and logits.isfinite().all() and len(history) <= 8


def test_the_gates_open_as_the_network_computes_them() -> None:
    model = WordLSTM(12, embedding=8, width=16).eval()
    said, _ = model.lstm(model.embed(torch.tensor([TOKENS])))
    opened = model.gates(torch.tensor(TOKENS))
    cell = torch.zeros(16)
    for enter, forget, content, leave in opened[:, 1]:
        cell = forget * cell + enter * content
        hidden = leave * cell.tanh()
    assert opened.shape == (6, 2, 4, 16)
    assert torch.allclose(hidden, said[0, -1], atol=1e-6)


@pytest.mark.parametrize(("kind", "columns", "rows"), [("ngram", 3, 5), ("lstm", 8, 6), ("transformer", 4, 6)])
def test_the_inside_is_a_table(kind: str, columns: int, rows: int) -> None:
    table = inside(reader_of(kind), TOKENS, [str(token) for token in TOKENS])
    assert (len(table.columns), len(table.rows), len(table.values)) == (columns, rows, rows)
    if kind == "transformer":
        assert np.allclose(np.sum(table.values, axis=0), 1, atol=1e-3), "a head looks at all tokens together once"
    if kind == "ngram":
        assert 0 < sum(row[table.columns.index(SHARE)] for row in table.values) <= 1


def test_temperature_top_k_top_p_and_penalty_do_to_the_chances_what_they_say() -> None:
    logits = torch.tensor([2.0, 1.0, 0.0, -1.0])
    plain = Drawing().chances([3], logits)
    assert torch.allclose(plain, torch.softmax(logits, 0))
    assert (
        Drawing(temperature=0.5).chances([3], logits)[0] > plain[0] > Drawing(temperature=2.0).chances([3], logits)[0]
    )
    assert (Drawing(top_k=2).chances([3], logits) > 0).sum() == 2
    assert (Drawing(top_p=0.6).chances([3], logits) > 0).sum() == 1
    assert Drawing(repetition_penalty=2.0).chances([0], logits)[0] < plain[0]


def test_the_same_noise_draws_the_same_text_and_temperature_0_the_likeliest() -> None:
    def write(how: Drawing, seed: int) -> list[int]:
        writing = Writing(reader_of("lstm"), how, torch.Generator().manual_seed(seed), frozenset(), [0])
        writing.begin(3)
        for _ in range(12):
            writing.go_on(3)
        return writing.tokens

    assert write(Drawing(), 1) == write(Drawing(), 1) != write(Drawing(), 2)
    assert write(Drawing(temperature=0), 1) == write(Drawing(temperature=0), 2)


class Bytes:
    """A tokenizer of which each token is a byte."""

    def decode(self, tokens: list[int]) -> str:
        return bytes(tokens).decode("utf-8", "replace")


@pytest.mark.parametrize("text", ["red", "红 apple", "😀!", ""])
def test_pieces_join_to_the_text_also_where_a_character_is_several_tokens(text: str) -> None:
    said = pieces(Bytes(), list(text.encode()))
    assert "".join(said) == text and len(said) == len(text.encode())
