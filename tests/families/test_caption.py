"""Captions from every kind of captioner through one code path: words, probabilities, maps of where it looked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.caption import GREEDY, PROBABILITY
from playground.families.caption_requests import CaptionRequest
from playground.media.pictures import data_url
from playground.networks.captioning import maps_of
from playground.outcomes.text import Passage
from tests.families.askable import drawn_seven
from tests.families.tiny_words import caption_checkpoint


class Writer:
    """The family with one loaded captioner."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.checkpoint = caption_checkpoint(folder, kind)
        self.family = find_family("caption")
        self.model = self.family.load(self.checkpoint, Device("cpu", "CPU", 10**9, "float32"))

    def write(self, **values: Any) -> Passage:
        """Write a caption of a drawn seven."""
        asked = {"image": drawn_seven(), "seed": 1} | values
        samples = self.family.read(CaptionRequest, self.checkpoint, asked).samples(self.checkpoint)
        (made,) = self.family.generate(self.model, samples, lambda index, of, preview=None: None)
        assert isinstance(made, Passage)
        return made


@pytest.fixture(scope="module", params=["vit", "convolutions", "blip", "git"])
def writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Writer:
    return Writer(tmp_path_factory.mktemp("words"), request.param)


def test_every_token_has_its_probability_its_alternatives_and_where_the_model_looked(writer: Writer) -> None:
    made = writer.write(temperature=1.0, num_beams=1)
    assert made.tokens and "".join(token.text for token in made.tokens).strip() == made.text
    for token in made.tokens:
        chances = [token.probability, *(chance for _, chance in token.alternatives)]
        assert len(token.alternatives) == 5 and all(0 <= chance <= 1 for chance in chances) and sum(chances) <= 1.001
        assert len(token.looked) == 64 and max(token.looked) == 1 and min(token.looked) >= 0


def test_the_same_seed_writes_the_same_and_another_one_something_else(writer: Writer) -> None:
    one, again, other = (writer.write(temperature=2.0, num_beams=1, seed=seed) for seed in (1, 1, 2))
    assert one == again and one != other


def test_temperature_0_takes_the_likeliest_whatever_the_seed_and_says_so(writer: Writer) -> None:
    one, other = (writer.write(num_beams=1, seed=seed) for seed in (1, 2))
    assert one == other and one.info["notice"] == GREEDY
    for token in one.tokens:
        assert all(token.probability >= chance for _, chance in token.alternatives)


def test_as_many_beams_come_back_as_were_followed(writer: Writer) -> None:
    made = writer.write(num_beams=3)
    assert len(made.alternatives) == 2 and 0 < made.scores[PROBABILITY] < 1


@pytest.mark.parametrize("value", [9, 0, float("nan"), "wide"])
def test_a_beam_that_is_none_is_refused(writer: Writer, value: Any) -> None:
    with pytest.raises(InvalidInput, match="Beam width"):
        writer.write(num_beams=value)


def test_a_picture_of_noise_is_captioned_and_told(writer: Writer) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    notice = writer.write(image=data_url(Image.fromarray(noise)), temperature=1.0).info["notice"]
    assert "looks like noise" in notice.en and "噪声" in notice.zh


def test_without_a_picture_there_is_nothing_to_say(writer: Writer) -> None:
    with pytest.raises(InvalidInput, match="no picture to look at"):
        writer.write(image="")


def test_where_a_model_looked_at_the_margin_of_a_view_is_left_out_of_the_map() -> None:
    looked = torch.zeros(1, 2, 64)
    looked[0, 0, 0], looked[0, 0, 3 * 8 + 3] = (
        9,
        1,
    )  # most at a corner, which a quarter of margin puts beyond the picture
    looked[0, 1, 3 * 8 + 3] = 1
    whole, within = maps_of(looked, 0.0), maps_of(looked, 0.25)
    assert whole[0, 0, 0, 0] == 1 and whole[0, 0, 3, 3] == pytest.approx(1 / 9) and whole[0, 1].argmax() == 3 * 8 + 3
    assert within.shape == (1, 2, 8, 8) and torch.allclose(within[0, 0], within[0, 1])
    assert within[0, 1].max() == 1 and within[0, 1].argmax() == 3 * 8 + 3
