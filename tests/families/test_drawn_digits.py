"""A photographed digit is read as a person reads it, whatever the light, the paper and the pen."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from playground.api.uploads import LONGEST_SIDE
from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.digits_cvae import read_drawing
from playground.media.drawings import ink_of, on_paper
from playground.media.pictures import data_url
from playground.networks.class_vae import ConditionalVAE
from tests.families.photographs import paper, photographs, transparent, with_specks, written


@pytest.fixture(scope="module")
def model(catalog: Catalog) -> ConditionalVAE:
    device = Device("cpu", "CPU", 1 << 33, "float32")
    return find_family("digits_cvae").load(catalog.find("", "digits_cvae"), device)


def sent(picture: Image.Image) -> str:
    """Return a picture as it comes from a visitor."""
    small = picture.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return data_url(on_paper(small))


def read(model: ConditionalVAE, picture: Image.Image) -> int:
    with torch.inference_mode():
        return read_drawing(model, sent(picture))[1]


def test_nineteen_of_twenty_photographs_are_read_as_a_person_reads_them(model: ConditionalVAE) -> None:
    wrong = [
        f"{name}: {digit} as {seen}" for name, digit, photo in photographs() if (seen := read(model, photo)) != digit
    ]
    assert len(photographs()) == 20
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("digit", range(10))
def test_pens_papers_and_signs_make_no_difference_to_a_digit(model: ConditionalVAE, digit: int) -> None:
    pictures = {
        "a pen": written(digit, paper()),
        "a fine pen": written(digit, paper(), pen=3),
        "white on black": written(digit, paper((0, 0, 0)), (255, 255, 255), 18),
        "black on transparent": transparent(digit, (0, 0, 0)),
        "white on transparent": transparent(digit, (255, 255, 255)),
        "specks": with_specks(written(digit, paper())),
    }
    assert {name: read(model, picture) for name, picture in pictures.items()} == dict.fromkeys(pictures, digit)


def test_a_digit_fills_its_square_whatever_lies_beside_it() -> None:
    for name, _, photo in photographs():
        ink = np.asarray(ink_of(sent(photo)))
        rows, columns = (np.flatnonzero((ink > 60).any(axis=axis)) for axis in (1, 0))
        assert max(np.ptp(rows), np.ptp(columns)) >= 17, f"{name} is small"
        assert ink.max() > 200 and np.median(ink) == 0, f"{name} is grey"


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (128, 120, 90)])
def test_a_paper_with_nothing_on_it_is_empty(colour: tuple[int, int, int]) -> None:
    for nothing in (paper(colour), Image.new("RGBA", (40, 40), (*colour, 0)), Image.new("RGB", (1, 1), colour)):
        with pytest.raises(InvalidInput, match="The drawing is empty"):
            ink_of(sent(nothing))


def test_a_four_of_two_strokes_keeps_both(model: ConditionalVAE) -> None:
    four = paper()
    strokes = ImageDraw.Draw(four)
    strokes.line([(110, 60), (80, 180), (170, 180)], (20, 20, 20), 14, joint="curve")
    strokes.line([(190, 110), (185, 270)], (20, 20, 20), 14)
    assert read(model, four) == 4
