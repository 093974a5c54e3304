"""PNG files carry their settings; sheets and strips keep every pixel."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.media.metadata import Metadata
from playground.media.parameters import parameters_text
from playground.media.pictures import data_url, enlarge, opaque, sheet, strip
from playground.media.png import write_png
from playground.media.reading import read_metadata


def colours(*names: str, size: tuple[int, int] = (3, 2)) -> list[Image.Image]:
    return [Image.new("RGB", size, name) for name in names]


def test_a_png_carries_both_texts_and_the_same_pixels(tmp_path: Path, metadata: Metadata) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 31, 3), dtype=np.uint8)
    path = write_png(Image.fromarray(pixels), tmp_path / "图 1.png", metadata)
    with Image.open(path) as picture:
        assert (np.asarray(picture) == pixels).all()
        assert picture.info["parameters"] == parameters_text(metadata, (31, 20))
    assert read_metadata(path) == metadata
    assert [file.name for file in tmp_path.iterdir()] == ["图 1.png"], "no temporary file may stay"


def test_what_utf8_cannot_hold_does_not_lose_the_picture(tmp_path: Path, metadata: Metadata) -> None:
    odd = metadata.model_copy(update={"request": {"prompt": "a\ud800\0 猫"}})
    path = write_png(Image.new("L", (2, 2)), tmp_path / "a.png", odd)
    assert read_metadata(path) == odd
    with Image.open(path) as picture:
        assert picture.info["parameters"].startswith("a   猫\n")


def test_a_data_url_is_a_png_of_the_same_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    head, body = data_url(Image.fromarray(pixels)).split(",")
    assert head == "data:image/png;base64"
    assert (np.asarray(Image.open(io.BytesIO(base64.b64decode(body)))) == pixels).all()


def test_a_sheet_places_every_picture_pixel_by_pixel() -> None:
    page = np.asarray(sheet(colours("red", "lime", "blue"), columns=2, scale=2, gap=1, background="gray"))
    assert page.shape == (1 + 2 * (4 + 1), 1 + 2 * (6 + 1), 3)
    expected = np.full(page.shape, 128, dtype=np.uint8)
    expected[1:5, 1:7] = (255, 0, 0)
    expected[1:5, 8:14] = (0, 255, 0)
    expected[6:10, 1:7] = (0, 0, 255)
    assert (page == expected).all()


@pytest.mark.parametrize(("count", "grid"), [(1, (1, 1)), (4, (2, 2)), (5, (3, 2)), (10, (4, 3))])
def test_a_sheet_without_columns_is_about_square(count: int, grid: tuple[int, int]) -> None:
    assert sheet([Image.new("L", (4, 4))] * count, gap=0).size == (4 * grid[0], 4 * grid[1])


def test_smaller_pictures_are_centred_and_transparent_ones_lie_on_the_background() -> None:
    clear = Image.new("RGBA", (2, 2), (255, 0, 0, 0))
    page = np.asarray(sheet([Image.new("L", (4, 4), 0), clear], gap=0, columns=2, background="#010203"))
    assert (page[:, :4] == 0).all()
    assert (page[:, 4:] == (1, 2, 3)).all()


@pytest.mark.parametrize("background", ["white", "black"])
def test_labels_are_written_under_their_pictures_in_a_colour_that_shows(background: str) -> None:
    pictures = [Image.new("L", (60, 30), 128)] * 2
    plain = np.asarray(sheet(pictures, 2, background=background))
    labelled = np.asarray(sheet(pictures, 2, background=background, labels=["digit 7", "运动鞋"]))
    assert labelled.shape[0] == plain.shape[0] + 20
    assert (labelled[:34] == plain[:34]).all(), "labels must not touch the pictures"
    for cell in (labelled[34:, :66], labelled[34:, 66:]):
        assert abs(cell.astype(int) - plain[0, 0]).max() > 200


def test_a_long_label_stays_in_its_cell() -> None:
    page = np.asarray(sheet([Image.new("L", (40, 8))] * 3, 3, gap=6, labels=["", "W" * 80, ""]))
    below = page[16:]
    assert (below[:, :50] == 255).all() and (below[:, -50:] == 255).all()


def test_a_strip_is_one_row_without_a_margin() -> None:
    assert (
        np.asarray(strip(colours("red", "lime", size=(1, 1)), scale=2)).tolist()
        == [[[255, 0, 0]] * 2 + [[0, 255, 0]] * 2] * 2
    )
    assert strip(colours("red", "lime"), gap=5).size == (11, 2)


def test_enlarging_repeats_pixels() -> None:
    assert np.asarray(enlarge(Image.fromarray(np.array([[1, 2]], np.uint8)), 2)).tolist() == [[1, 1, 2, 2]] * 2


def test_opaque_lays_a_transparent_palette_picture_on_white() -> None:
    picture = Image.new("P", (1, 1), 0)
    picture.putpalette([255, 0, 0])
    picture.info["transparency"] = 0
    assert opaque(picture).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sheet([]),
        lambda: sheet(colours("red"), labels=["a", "b"]),
        lambda: enlarge(Image.new("L", (1, 1)), 0),
    ],
)
def test_a_programming_error_is_said_plainly(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="at least one|labels|scale"):
        call()
