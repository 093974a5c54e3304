"""What a link asks for is checked in the form's order, and one wrong value takes no other with it."""

from __future__ import annotations

import pytest

from playground.catalog import Catalog
from playground.ui.restoring.links import read_link


@pytest.mark.parametrize("link", ["data=clothes&class_name=Bag", "class_name=Bag&data=clothes"])
def test_a_class_of_the_data_that_the_link_names_is_taken_whichever_comes_first(catalog: Catalog, link: str) -> None:
    opened = read_link(catalog, f"?tab=compare&{link}&seed=5")
    assert opened.values == {"data": "clothes", "class_name": "Bag", "seed": 5} and not opened.ignored


def test_a_class_of_the_other_data_is_left_out_with_its_reason(catalog: Catalog) -> None:
    opened = read_link(catalog, "?tab=compare&class_name=7&data=clothes&num_images=20")
    assert opened.values == {"data": "clothes", "num_images": 20}
    (reason,) = opened.ignored
    assert "7 is no class of clothes" in reason.en and "不是“服装”的类别" in reason.zh
