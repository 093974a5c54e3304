"""Language models learn from a text that is split fairly, can be interrupted, and export what the page loads."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from playground.networks.opening_words import open_reader, open_tokenizer
from playground.training.loop import Budget, train
from playground.training.options import Options
from playground.training.words_corpus import END, Corpus, gather, held_out
from playground.training.words_evaluate import parameters, perplexity, speed
from playground.training.words_neural import GPT2Recipe, LSTMRecipe
from playground.training.words_ngram import NGramRecipe
from playground.training.words_prompts import prompts
from tests.training.emoji_archives import write_archives

COLOURS, THINGS = ("red", "blue", "green", "pink"), ("cat", "dog", "sun", "car", "猫", "红苹果")
TEXTS = [f"{colour} {thing} number {number}" for number in range(20) for colour in COLOURS for thing in THINGS]
RECIPES = {
    "words-ngram": (NGramRecipe, "NGram"),
    "words-lstm": (LSTMRecipe, "WordLSTM"),
    "words-gpt2": (GPT2Recipe, ""),
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return gather({"things": TEXTS, "twins": ["cat: a pet", "kitty: a pet", *TEXTS[:9]]}, 340)


def test_no_text_that_is_held_out_is_learned_from_also_not_under_a_synonym(corpus: Corpus) -> None:
    learned = corpus.tokenizer.decode(corpus.train).split(END)
    kept = [text for texts in corpus.held_out.values() for text in texts]
    assert kept and all(held_out(text) and text not in (each.strip() for each in learned) for text in kept)
    assert "kitty: a pet" not in kept and "cat: a pet" not in kept


def test_a_chinese_character_is_a_piece_of_its_own_and_a_word_is_the_same_everywhere(corpus: Corpus) -> None:
    first, second = (corpus.tokenizer(text)["input_ids"] for text in ("red cat", "cat red"))
    assert first == second[::-1]
    assert corpus.tokenizer.decode(corpus.tokenizer("红苹果")["input_ids"]) == "红苹果"


@pytest.mark.parametrize("name", RECIPES)
def test_a_few_steps_are_better_than_chance_and_export_a_checkpoint(name: str, corpus: Corpus, tmp_path: Path) -> None:
    build, kind = RECIPES[name]
    recipe = build(corpus, Options(batch_size=4))
    train(recipe, tmp_path / "run", Budget(1 if kind == "NGram" else 15), quiet=True)
    recipe.export(tmp_path / "out")
    reader, _ = open_reader(tmp_path / "out", kind, "cpu", "float32")
    assert perplexity(reader, corpus, TEXTS[:20])[0] < 0.8 * len(corpus.tokenizer)
    assert parameters(reader) > 100 and speed(reader, corpus) > 0
    assert open_tokenizer(tmp_path / "out").decode(corpus.tokenizer("red cat")["input_ids"]).strip() == "red cat"
    assert (tmp_path / "run" / "sheet.png").stat().st_size > 1000


def test_a_network_that_was_interrupted_goes_on_as_if_it_had_not_been(corpus: Corpus, tmp_path: Path) -> None:
    whole = LSTMRecipe(corpus, Options(batch_size=2))
    train(whole, tmp_path / "whole", Budget(4), quiet=True)
    first = LSTMRecipe(corpus, Options(batch_size=2))
    for step in range(2):
        first.step(torch.Generator().manual_seed(step), step / 4)
    state = first.state_dict()
    second = LSTMRecipe(corpus, Options(batch_size=2, seed=5))
    second.load_state_dict(state)
    for step in range(2, 4):
        second.step(torch.Generator().manual_seed(step), step / 4)
    assert all(torch.equal(a, b) for a, b in zip(whole.model.parameters(), second.model.parameters(), strict=True))


def test_prompts_are_written_from_the_names_of_the_drawings(tmp_path: Path) -> None:
    written = prompts(200, 0, write_archives(tmp_path))
    assert len(written) == 200 and written == prompts(200, 0, tmp_path)
    assert any("apple" in prompt for prompt in written) and any("苹果" in prompt for prompt in written)
