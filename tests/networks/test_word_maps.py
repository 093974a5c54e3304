"""Where words act is watched without changing what is drawn, and the noun's map points at the thing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.ndimage import binary_fill_holes

from playground.networks.text_to_image import Denoiser, Run
from playground.networks.word_maps import MOST_WORDS, TILE, page_of, watch, words_of
from playground.settings import Settings

FOLDER = Settings.checkpoints / "emoji-diffusion"


@pytest.fixture(scope="module")
def denoiser() -> Denoiser:
    return Denoiser.from_pretrained(Path(FOLDER), "cpu", "float32")


def run_of(*prompts: str, steps: int = 6) -> Run:
    return Run(
        list(prompts), [""] * len(prompts), [4.0] * len(prompts), [0] * len(prompts), "DPM++ 2M", steps, 128, 128
    )


def test_watching_changes_no_bit_and_leaves_nothing_behind(denoiser: Denoiser) -> None:
    plain = denoiser.denoise(run_of("red heart", "猫"), lambda seen: None)
    watched, maps = watch(denoiser, run_of("red heart", "猫"), lambda index, of: None)
    assert torch.equal(plain, watched)
    assert [each.words for each in maps] == [["red", "heart"], ["猫"]]
    assert maps[0].maps.shape == (2, 6, 16, 16) and maps[0].frames == [1, 2, 3, 4, 5, 6]
    assert maps[0].maps.amax((1, 2, 3)).tolist() == [1, 1] and maps[0].maps.min() == 0
    assert not any(module._forward_hooks for module in denoiser.pipe.unet.modules())


def test_the_nouns_map_has_its_maximum_on_the_thing_in_nine_of_ten_pictures(denoiser: Denoiser) -> None:
    prompts = [
        "blue apple", "small heart", "purple cat", "green car", "yellow house", "red rocket", "pink ghost",
        "small star", "blue butterfly", "orange fish",
    ]  # fmt: skip
    latents, maps = watch(denoiser, run_of(*prompts, steps=12), lambda index, of: None)
    hits, inside = 0, 0
    for picture, told in zip(denoiser.decode(latents), maps, strict=True):
        shown = np.asarray(picture.convert("RGB"), int)
        thing = binary_fill_holes(np.abs(shown - shown[0, 0]).max(2) > 32)
        assert 0.02 < thing.mean() < 0.99
        noun = np.asarray(Image.fromarray(told.whole[-1].numpy()).resize(picture.size, Image.Resampling.BICUBIC))
        hits += bool(thing[np.unravel_index(noun.argmax(), noun.shape)])
        inside += noun[thing].mean() > noun[~thing].mean()
    assert hits >= 9 and inside >= 9


def test_words_are_found_by_their_tokens_and_signs_are_none(denoiser: Denoiser) -> None:
    tokenizer = denoiser.pipe.tokenizer
    assert [word for word, _ in words_of(tokenizer, "a (red:1.3) heart, three stars!")] == [
        "a", "red", "heart", "three", "stars",
    ]  # fmt: skip
    assert "".join(word for word, _ in words_of(tokenizer, "红色苹果")) == "红色苹果"
    assert len(words_of(tokenizer, "红色苹果")) >= 2, "between Chinese words there are no blanks"
    places = [place for _, own in words_of(tokenizer, "extraordinary rocket") for place in own]
    assert places == list(range(1, len(places) + 1))
    assert words_of(tokenizer, "") == []
    long = words_of(tokenizer, "cat " * 80, parts=6)
    assert len(long) == MOST_WORDS and len(words_of(tokenizer, "cat " * 80)) == tokenizer.model_max_length - 2
    starts = {part * tokenizer.model_max_length for part in range(6)}
    assert not starts & {place for _, own in long for place in own}, "a start token belongs to no word"


def test_a_page_has_a_row_a_word_and_a_column_a_step_and_one_for_all(denoiser: Denoiser) -> None:
    _, (maps, empty) = watch(denoiser, run_of("blue apple", ""), lambda index, of: None)
    page = page_of(maps)
    assert page.size == (7 * TILE, 2 * TILE) and page.info["words"] == ["blue", "apple"]
    assert page_of(empty).info["words"] == []
