"""Emoji characters become tokens that mean what their names mean, and words stay what they were."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from transformers import CLIPTextModel, CLIPTokenizer

from playground.training.emoji_characters import add_merges, characters, teach
from playground.training.emoji_sources import Concept
from tests.hub.pipelines import tiny_text_encoder
from tests.server import ROOT

BUNDLED = ROOT / "checkpoints" / "emoji-diffusion"
APPLE = Concept("1F34E", "red apple", 4, (), None, ())
PERSON = Concept("1F468-200D-1F373", "man cook", 1, (), None, ())
TYPED = "🍎🚀🐱❤🎃🍕🏠👻🌳😢👑🐙🐶🐟🐦🦋🌷🌻🍌🍓🍉🍇🍒🍋🍐🍑🍍🥕🍅🍔🍟🎂🍩🍪🍞☕🥚🧀🥑🌽"


def test_the_bundled_tokenizer_reads_each_of_forty_emoji_as_one_token_alone_and_beside_others() -> None:
    words = CLIPTokenizer.from_pretrained(BUNDLED / "tokenizer")
    assert len(TYPED) == 40 and all(len(words.tokenize(character)) == 1 for character in (*TYPED, "❤️"))
    assert len(words.tokenize("🍎🚀")) == 2 and len(words.tokenize("blue 🍎")) == 2


def test_the_bundled_encoder_makes_of_an_emoji_what_it_makes_of_its_name() -> None:
    words = CLIPTokenizer.from_pretrained(BUNDLED / "tokenizer")
    text = CLIPTextModel.from_pretrained(BUNDLED / "text_encoder").eval()

    def end(prompt: str) -> torch.Tensor:
        with torch.inference_mode():
            return text(**words(prompt, return_tensors="pt")).last_hidden_state[0, -1]

    names = {"🍎": "apple", "🚀": "rocket", "🐱": "cat", "👻": "ghost", "🐙": "octopus", "🏠": "house"}
    ends = torch.stack([end(name) for name in names.values()])
    for index, character in enumerate(names):
        likeness = torch.nn.functional.cosine_similarity(end(character)[None], ends)
        assert likeness.argmax() == index and likeness[index] > 0.8


def test_people_of_several_code_points_are_left_out_and_the_colourful_form_is_taken_too() -> None:
    assert set(characters([APPLE, PERSON])) == {"🍎", "🍎\ufe0f"}


def test_new_merges_leave_words_as_they_were() -> None:
    settings = json.loads((BUNDLED / "tokenizer" / "tokenizer.json").read_text(encoding="utf-8"))
    before = dict(settings["model"]["vocab"])
    (ids,) = add_merges(settings, ["🏴‍☠️"]).values()
    assert len(set(ids)) == 2 and before.items() <= settings["model"]["vocab"].items()
    assert add_merges(settings, ["🏴‍☠️"]) == {"🏴‍☠️": ids}, "what is one token already stays it"


def test_teaching_brings_a_character_near_its_name(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED / "tokenizer", tmp_path / "tokenizer")
    words = CLIPTokenizer.from_pretrained(tmp_path / "tokenizer")
    torch.manual_seed(0)
    tiny_text_encoder(words).save_pretrained(tmp_path / "text_encoder")
    concepts = {"a": Concept("1F0A1", "red apple", 4, (), None, ())}
    before = CLIPTextModel.from_pretrained(tmp_path / "text_encoder").get_input_embeddings().weight
    assert teach(tmp_path, concepts, 20) > 0.9
    after = CLIPTextModel.from_pretrained(tmp_path / "text_encoder").get_input_embeddings().weight
    assert torch.equal(after[: len(before)], before) and after[len(before) :].abs().sum() > 0
    assert len(CLIPTokenizer.from_pretrained(tmp_path / "tokenizer").tokenize("\U0001f0a1")) == 1
    assert (tmp_path / "SHA256SUMS").exists()
