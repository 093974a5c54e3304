"""A grid as one picture: every cell's pixels are there, and headings never run out of the page."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from playground.media.grid import Table, labelled_grid

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255)]
TILES: list[Image.Image | None] = [Image.new("RGB", (28, 28), colour) for colour in COLOURS]
SIDE = 28 * 4


def count(page: Image.Image, colour: tuple[int, int, int]) -> int:
    return int((np.asarray(page) == colour).all(axis=-1).sum())


@pytest.mark.parametrize("rows", [["1", "2"], ["一只红色的猫", "x" * 500], ["a b " * 100, ""]])
def test_every_picture_is_on_the_page_once_and_whole(rows: list[str]) -> None:
    page = labelled_grid([Table("Steps 5 步", ["a", "猫" * 60, "long words " * 20], rows, TILES)], "Digit")
    assert [count(page, colour) for colour in COLOURS] == [SIDE * SIDE] * 6


def test_headings_are_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    bare = labelled_grid([Table("", [""] * 3, [""], TILES[:3])])
    headed = labelled_grid([Table("", ["0", "猫", "1"], [""], TILES[:3])])
    dark = [int((np.asarray(page.convert("L")) < 60).sum()) for page in (bare, headed)]
    assert dark[1] > dark[0]


def test_a_missing_picture_leaves_an_empty_frame_and_tables_stand_below_each_other() -> None:
    table = Table("", ["a", "b", "c"], ["1", "2"], [None, *TILES[1:]])
    one, two = labelled_grid([table]), labelled_grid([table, table])
    assert count(one, COLOURS[0]) == 0
    assert (two.width, two.height) == (one.width, 2 * one.height)


def test_pictures_of_other_sizes_and_modes_fit() -> None:
    odd: list[Image.Image | None] = [Image.new("L", (128, 96), 30), Image.new("RGBA", (64, 64), (0, 0, 0, 0))]
    page = labelled_grid([Table("", ["a", "b"], [""], odd)])
    assert count(page, (30, 30, 30)) == 128 * 96


def test_a_grid_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        labelled_grid([Table("", ["a"], ["b"], [None])])
