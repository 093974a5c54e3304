"""What a person writes for an axis becomes cells, or one sentence that says what is wrong."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family, in_order
from playground.families.base import Family
from playground.families.grid import Grid, plan_grid, plan_row
from playground.families.grid_axes import MOST_CELLS, axis_fields, example, read_axis
from playground.families.grid_records import as_record, from_record
from playground.families.vary import neighbours
from playground.language import Text
from playground.networks.imagenet import imagenet_class_names
from tests.families.askable import name_of, values_for
from tests.server import ROOT

START = {"text": "red apple", "class_name": "Bag", "prompt": "red apple", "seed": 7}


def plan(catalog: Catalog, family: str, *axes: tuple[str, str], **values: Any) -> Grid:
    task = find_family(family).requests[0]
    start = {name: value for name, value in START.items() if name in task.model_fields}
    return plan_grid(task, catalog.find("", family), start | values, axes)


def written(family: str, field: str, text: str, catalog: Catalog) -> list[Any]:
    task = find_family(family).requests[0]
    options = find_family(family).options(catalog.find("", family)).get(field)
    return [point.value for point in read_axis(task, field, text, options).points]


@pytest.mark.parametrize(
    ("family", "field", "text", "values"),
    [
        ("digits_cvae", "digit", "3, 0,3", [3, 0]),
        ("digits_cvae", "digit", "1..9 step 3", [1, 4, 7]),
        ("digits_cvae", "digit", "9..1 step 4; 0", [9, 5, 1, 0]),
        ("digits_cvae", "digit", "2．．4，7、8", [2, 3, 4, 7, 8]),
        ("digits_cvae", "spread", "0, .5, 1.25", [0.0, 0.5, 1.25]),
        ("digits_cvae", "spread", "0..0.3 step 0.1", [0.0, 0.1, 0.2, 0.3]),
        ("digits_cvae", "seed", "4..2", [4, 3, 2]),
        ("class_gan", "class_name", "bag, 短靴, Dress", ["Bag", "Ankle boot", "Dress"]),
        ("class_gan", "mix_class_name", "（无）\nBag", ["", "Bag"]),
        ("text_to_image", "prompt", "a cat\n\n一只狗, 大", ["a cat", "一只狗, 大"]),
        ("text_to_image", "prompt", "{red|blue} apple\ncat", ["red apple", "blue apple", "cat"]),
        ("text_to_image", "prompt", "{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("text_to_image", "prompt", "{a|b} __c__", ["a __c__", "b __c__"]),
        ("text_to_image", "scheduler", "ddim, Euler a", ["DDIM", "Euler a"]),
        ("class_gan", "class_name", '"Bag", “短靴”', ["Bag", "Ankle boot"]),
        ("text_to_image", "prompt", "{2$$red|blue} apple", ["red, blue apple", "blue, red apple"]),
        (
            "text_to_image",
            "prompt",
            "{1-2$$red|blue} apple",
            ["red apple", "blue apple", "red, blue apple", "blue, red apple"],
        ),
        ("text_to_image", "prompt", "{2$$ and $$red|blue} apple", ["red and blue apple", "blue and red apple"]),
        # As AUTOMATIC1111 writes ranges.
        ("digits_cvae", "seed", "5-20(+5)", [5, 10, 15, 20]),
        ("digits_cvae", "digit", "1-9 [5]", [1, 3, 5, 7, 9]),
        ("digits_cvae", "seed", "1-10 [5], 99", [1, 3, 5, 7, 10, 99]),
        ("digits_cvae", "seed", "10-5 (-3)", [10, 7]),
        ("digits_cvae", "digit", "5－7（＋2）、1～3", [5, 7, 1, 2, 3]),
        ("digits_cvae", "spread", "0-1 [3]; 0.5–1.5 (+0.5)", [0.0, 0.5, 1.0, 1.5]),
        ("text_to_image", "width", "96-192 [4]", [96, 128, 160, 192]),
    ],
)
def test_an_axis_is_read_as_written(family: str, field: str, text: str, values: list[Any], catalog: Catalog) -> None:
    assert written(family, field, text, catalog) == values


@pytest.mark.parametrize("turn", range(40))
def test_any_range_holds_its_steps_and_nothing_beyond(turn: int, catalog: Catalog) -> None:
    dice = random.Random(turn)
    step = Decimal(dice.randint(1, 50)) / 100
    first, last = (Decimal(dice.randint(0, 200)) / 100 for _ in range(2))
    values = written("digits_cvae", "spread", f"{first}..{last} step {step}", catalog)
    sign = 1 if last >= first else -1
    assert values == [float(first + sign * index * step) for index in range(len(values))]
    assert abs(last - first) - step < step * (len(values) - 1) <= abs(last - first)


@pytest.mark.parametrize(
    ("family", "axes", "words"),
    [
        ("digits_cvae", [("digit", "abc")], "Digit (digit) must be a whole number from 0 to 9; you sent 'abc'"),
        ("digits_cvae", [("digit", "1, 10")], "from 0 to 9; you sent 10"),
        ("digits_cvae", [("digit", "1.5")], "you sent 1.5"),
        ("digits_cvae", [("spread", "nan")], "from 0 to 2; you sent 'nan'"),
        ("digits_cvae", [("spread", "9" * 5000)], "from 0 to 2"),
        ("digits_cvae", [("digit", "")], "has no values: write some, such as 0..9"),
        ("digits_cvae", [("spread", "0..2 step 0")], "has a step of 0"),
        ("digits_cvae", [("spread", "0..2 step -1")], "has a step of -1"),
        ("digits_cvae", [("seed", "1..1000000")], "1,000,000 cells, and 400 is the limit"),
        ("digits_cvae", [("seed", "1..100"), ("digit", "0..9")], "1,000 cells, and 400 is the limit"),
        ("digits_cvae", [("num_images", "1..3")], "cannot be an axis; these can: digit, spread"),
        ("digits_cvae", [], "at least one control"),
        ("class_gan", [("class_name", "bag, hat")], "must be one of: T-shirt/top, "),
        ("text_to_image", [("prompt", "pear => apple")], "“pear” does not stand in Prompt “red apple”"),
        ("text_to_image", [("prompt", "a\nb"), ("prompt", "c")], "stands on two axes"),
        ("text_to_image", [("prompt", "{a|b")], "every bracket closed"),
        ("text_to_image", [("prompt", "{a|" * 60 + "}" * 60)], "every bracket closed"),
        ("text_to_image", [("prompt", "{a|b|c|d|e|f|g|h}" * 5)], "400 is the limit"),
        ("text_to_image", [("prompt", "x" * 3000)], "at most 2000 characters"),
        ("text_to_image", [("prompt", "x\n" * 30000)], "60,000 characters long"),
        ("text_to_image", [("width", "64, 128")], "from 96 to 192 for this checkpoint"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    family: str, axes: list[tuple[str, str]], words: str, catalog: Catalog
) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(catalog, family, *axes)
    assert words in refused.value.en
    assert refused.value.zh != refused.value.en


def test_cells_run_along_the_columns_first(catalog: Catalog) -> None:
    grid = plan(catalog, "digits_cvae", ("digit", "1, 2"), ("spread", "0, 1"), ("seed", "5, 6"))
    assert grid.sizes == (2, 2, 2)
    assert [(c.request.digit, c.request.spread, c.request.seed) for c in grid.cells[:5]] == [
        (1, 0, 5), (2, 0, 5), (1, 1, 5), (2, 1, 5), (1, 0, 6),
    ]  # fmt: skip


def test_a_seed_that_nobody_chose_is_drawn_once_for_all_cells(catalog: Catalog) -> None:
    grid = plan(catalog, "digits_cvae", ("digit", "0..9"), seed=-1, num_images=9)
    assert len({cell.request.seed for cell in grid.cells}) == 1
    assert {cell.request.num_images for cell in grid.cells} == {1}


def test_equal_cells_are_made_once(catalog: Catalog) -> None:
    grid = plan(catalog, "text_to_image", ("prompt", "red apple\ncat\nred\x01apple"), ("seed", "7, 8"))
    assert [cell.twin for cell in grid.cells] == [0, 1, 0, 3, 4, 3]
    assert len(grid.wanted) == 4


def test_replacements_cross_with_prompts_and_with_each_other(catalog: Catalog) -> None:
    grid = plan(catalog, "text_to_image", ("prompt", "red => red, blue"), ("prompt", "apple → pear，"))
    assert [cell.request.prompt for cell in grid.cells] == ["red pear", "blue pear", "red", "blue"]
    grid = plan(catalog, "text_to_image", ("prompt", "x => 1, 2"), ("prompt", "an x\nthe x"))
    assert [cell.request.prompt for cell in grid.cells] == ["an 1", "an 2", "the 1", "the 2"]


@pytest.mark.parametrize(
    ("text", "searched", "values"),
    [
        ('"cat, large robot" => "dog, small pig", "cow, 8K"', "cat, large robot", ["dog, small pig", "cow, 8K"]),
        (r"cat => a\, b, c", "cat", ["a, b", "c"]),
        ("cat, robot => dog, pig || cow", "cat, robot", ["dog, pig", "cow"]),
        ("猫，狗 → “甲，乙”、丙", "猫，狗", ["甲，乙", "丙"]),
        ('cat => the "big, red" dog, a 5" disk, ', "cat", ['the "big, red" dog', 'a 5" disk', ""]),
        ('cat => "a, b" || "c || d"', "cat", ["a, b", "c || d"]),
        ('"a => b" => c', "a => b", ["c"]),
    ],
)
def test_commas_in_quotes_behind_a_backslash_or_beside_bars_do_not_split(
    text: str, searched: str, values: list[str]
) -> None:
    points = read_axis(find_family("text_to_image").requests[0], "prompt", text).points
    assert [point.value for point in points] == values
    assert {point.searched for point in points} == {searched}


NAMES = ["Cardigan", "cardigan", "All", "hat, red", "hat"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Cardigan", ["Cardigan"]),
        ("cardigan, Cardigan", ["cardigan", "Cardigan"]),
        ("HAT", ["hat"]),
        ("All", ["All"]),
        ("*", NAMES),
        ("hat, red", ["hat, red"]),
        ('"hat, red", hat', ["hat, red", "hat"]),
        (r"hat\, red, hat", ["hat, red", "hat"]),
        ("hat, red\nhat", ["hat, red", "hat"]),
    ],
)
def test_names_that_differ_in_capitals_or_hold_commas_are_each_reachable(text: str, names: list[str]) -> None:
    task, options = find_family("class_gan").requests[0], {name: Text(name, name) for name in NAMES}
    assert [point.value for point in read_axis(task, "class_name", text, options).points] == names


def test_a_name_that_may_be_two_is_asked_back() -> None:
    task, options = find_family("class_gan").requests[0], {name: Text(name, name) for name in NAMES}
    with pytest.raises(InvalidInput, match="“CARDIGAN” may be any of Cardigan, cardigan: write it exactly"):
        read_axis(task, "class_name", "CARDIGAN", options)


def test_every_class_of_imagenet_is_reachable_by_the_name_that_the_page_shows() -> None:
    task, options = find_family("class_gan").requests[0], {name: Text(name, name) for name in imagenet_class_names()}
    for name in options:
        assert [point.value for point in read_axis(task, "class_name", name, options).points] == [name]
    everything = [point.value for start in range(0, 1000, 100) for point in read_axis(
        task, "class_name", "\n".join(list(options)[start:start + 100]), options).points]  # fmt: skip
    assert everything == list(options)


def test_cells_that_may_share_a_pass_are_wanted_side_by_side(catalog: Catalog) -> None:
    grid = plan(catalog, "text_to_image", ("num_inference_steps", "4, 8"), ("seed", "1..3"))
    assert grid.wanted == [0, 2, 4, 1, 3, 5]


def test_a_row_differs_as_told(catalog: Catalog) -> None:
    task = find_family("digits_cvae").requests[0]
    grid = plan_row(task, catalog.find("", "digits_cvae"), {"seed": 3}, [{"digit": 1}, {"digit": 2}])
    assert grid.sizes == (2, 1, 1) and [cell.request.digit for cell in grid.cells] == [1, 2]


@pytest.mark.parametrize("family", in_order(), ids=name_of)
def test_every_control_of_every_family_can_be_an_axis_with_the_values_offered(
    family: Family[Any], catalog: Catalog
) -> None:
    task, checkpoint = family.requests[0], catalog.find("", family.name)
    options = family.options(checkpoint)
    start = values_for(task) | {name: value for name, value in START.items() if name in task.model_fields}
    if task.family != "class_gan":  # the others' first checkpoint is of digits, and has classes of its own
        start.pop("class_name", None)
    unused = family.unused(checkpoint)
    for field, control in axis_fields(task).items():
        if field in unused:  # its form and its grid do not show it
            continue
        offered = example(control, options.get(field))
        axis = read_axis(task, field, offered, options.get(field))
        assert 2 <= len(axis.points) <= MOST_CELLS, (field, offered)
        if field not in ("width", "height", "negative_prompt"):  # what these take depends on more than the control
            assert plan_grid(task, checkpoint, start, [(field, offered)]).cells


def test_the_library_of_alternatives_is_loaded_when_it_is_needed() -> None:
    code = "import sys, playground.ui.page; print('dynamicprompts' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_neighbours_lie_around_a_picture_and_along_the_walk_that_it_is_on() -> None:
    around = neighbours(0.2)
    assert {change["walk"] for change in around} == {0.2} and len({change["second_seed"] for change in around}) == 4
    assert neighbours(0.2, 0.5) == [{"walk": place} for place in (0.3, 0.4, 0.6, 0.7)]
    for walk in (0.02, 0.3, 0.98, 1.0):
        places = [change["walk"] for change in neighbours(0.5, walk)]
        assert len(set(places)) == 4 and walk not in places and 0 <= min(places) < max(places) <= 1


def test_a_grid_that_was_written_down_is_read_as_it_was(catalog: Catalog) -> None:
    axes = [("prompt", "apple => apple, pear"), ("seed", "-1, 5"), ("scheduler", "all")]
    grid = plan(catalog, "text_to_image", *axes, prompt="an apple")
    record = json.loads(json.dumps(as_record(grid)))
    assert from_record(record, catalog) == grid
    with pytest.raises(InvalidInput, match="no task"):
        from_record(record | {"task": "gone"}, catalog)
