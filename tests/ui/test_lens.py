"""Light falls where a word acts, whatever the picture's colour; atlases hold every small picture."""

from __future__ import annotations

import io

from PIL import Image

from playground.ui.film.lens import shade_of
from playground.ui.gallery.map import COLUMNS, SIDE, atlas


def test_where_a_word_acts_nothing_is_shaded() -> None:
    page = Image.new("L", (2, 1))
    page.putpixel((1, 0), 255)
    shade = shade_of(page)
    assert shade.getpixel((1, 0))[3] == 0 and shade.getpixel((0, 0))[3] > 180


def test_an_atlas_has_a_place_for_each_picture_also_for_one_that_is_gone() -> None:
    content = io.BytesIO()
    Image.new("RGB", (104, 52), "red").save(content, format="WEBP", lossless=True)
    with Image.open(io.BytesIO(atlas([content.getvalue(), b""] * COLUMNS))) as whole:
        assert whole.size == (COLUMNS * SIDE, 2 * SIDE)
        red, grey = whole.convert("RGB").getpixel((20, 10)), whole.convert("RGB").getpixel((SIDE + 20, 10))
    assert red[0] > 200 > 80 > red[1] and max(grey) - min(grey) < 12
    assert Image.open(io.BytesIO(atlas([]))).size == (COLUMNS * SIDE, SIDE)
