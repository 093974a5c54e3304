"""Prompts beyond the text encoder's window, and schedulers whose steps have two parts."""

from __future__ import annotations

import pytest

from playground.catalog import Catalog, Checkpoint
from playground.families.prompts import read_prompt
from playground.families.text_to_image import FilmRequest, Loaded
from playground.networks.prompt_weights import MOST_PARTS
from tests.families.prompting import FAMILY, far, ignore, load, make, samples

LONG = "a cat and a dog and a cow and a red apple on a green tree"


@pytest.fixture(scope="module")
def checkpoint(catalog: Catalog) -> Checkpoint:
    return catalog.find("", "text_to_image")


@pytest.fixture(scope="module")
def quick(checkpoint: Checkpoint) -> Loaded:
    return load(checkpoint, "float32")


def test_a_long_prompt_is_read_in_parts_and_a_notice_says_how_many(quick: Loaded) -> None:
    reading = read_prompt(quick.checkpoint, LONG)
    assert reading and reading.used > reading.room and reading.parts == 2 and not reading.left_out
    picture = make(quick, prompt=LONG, num_inference_steps=2)[0]
    assert "was read in 2 parts" in picture.info["notice"].en and "分 2 段读取" in picture.info["notice"].zh
    other = make(quick, prompt=LONG.replace("green tree", "blue car"), num_inference_steps=2)[0]
    assert far(picture, other).max() > 0, "the words behind the window count"
    assert "notice" not in make(quick, num_inference_steps=1)[0].info


def test_words_beyond_the_last_part_are_named_and_are_not_read(quick: Loaded) -> None:
    prompt = " ".join(f"{LONG} {number}" for number in range(9))
    reading = read_prompt(quick.checkpoint, prompt)
    assert reading and reading.parts == MOST_PARTS and reading.left_out and prompt.endswith(reading.left_out)
    picture = make(quick, prompt=prompt, num_inference_steps=2)[0]
    notice = picture.info["notice"]
    assert reading.left_out[:60] in notice.en and reading.left_out[:60] in notice.zh
    read = make(quick, prompt=prompt.removesuffix(reading.left_out), num_inference_steps=2)[0]
    assert far(picture, read).max() == 0, "what is named is exactly what is not read"


def test_a_prompt_of_several_parts_shares_no_pass_with_one_of_one(checkpoint: Checkpoint) -> None:
    (short,), (long,) = samples(checkpoint), samples(checkpoint, prompt=LONG)
    assert (short.parts, long.parts) == (1, 2) and FAMILY.batch_key(short) != FAMILY.batch_key(long)
    assert samples(checkpoint, negative_prompt=LONG)[0].parts == 2, "both halves of a pass are of one length"


def test_a_scheduler_that_draws_its_own_noise_draws_each_samples_from_its_seed(quick: Loaded) -> None:
    asked = {"scheduler": "DPM++ SDE", "num_inference_steps": 4}
    two = make(quick, seed=7, num_images=2, **asked)
    for seed, picture in zip((7, 8), two, strict=True):
        assert far(make(quick, seed=seed, **asked)[0], picture).mean() <= 1
    assert far(*two).mean() > 5


def test_a_two_part_step_is_told_as_two_and_its_film_reaches_the_end(quick: Loaded) -> None:
    told: list[tuple[int, int]] = []
    make(quick, lambda index, of, preview=None: told.append((index, of)), scheduler="Heun", num_inference_steps=4)
    assert told == [(part, 7) for part in range(1, 8)]
    values = {"prompt": "red apple", "seed": 7, "scheduler": "Heun", "num_inference_steps": 4}
    (film,) = FAMILY.generate(
        quick, FAMILY.read(FilmRequest, quick.checkpoint, values).samples(quick.checkpoint), ignore
    )
    frames = film.info["frames"]
    assert [frame["step"] for frame in frames] == list(range(1, 8))
    assert frames[0]["noise"] > 0.99 > 0.9 > frames[-1]["noise"]
