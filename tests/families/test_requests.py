"""What may be asked: every field of every request type says and keeps its range, in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.catalog import Catalog
from playground.errors import InvalidInput, UnreadableFile
from playground.families import find_family
from playground.families.base import REGISTRY, register
from playground.families.controls import LARGEST_SEED, Choice, Drawing, Seed, Slider
from playground.families.requests import Request, following_seeds, there_and_back
from tests.families.askable import FAMILIES, SEEDED, TASKS, checkpoint_for, drawn_seven, name_of, refused_by, values_for

FIELDS = [(task, field) for task in TASKS for field in task.model_fields]
SLIDERS = [(task, field) for task, field in FIELDS if isinstance(task.controls()[field], Slider)]
REFUSED = [(task, field, value) for task, field in FIELDS for value in refused_by(task.controls()[field])]


def shown(value: Any) -> str:
    return value.task if isinstance(value, type) else str(value)[:20]


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_the_defaults_are_taken_by_the_checkpoint(task: type[Request], catalog: Catalog) -> None:
    checkpoint = checkpoint_for(catalog, task)
    request = find_family(task.family).read(task, checkpoint, values_for(task))
    assert request.samples(checkpoint)


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_request_survives_json(task: type[Request], catalog: Catalog) -> None:
    request = find_family(task.family).read(task, checkpoint_for(catalog, task), values_for(task))
    written = json.dumps(request.model_dump(mode="json"), allow_nan=False)
    assert task.parse(json.loads(written)) == request
    assert task.model_validate(json.loads(written)) == request


@pytest.mark.parametrize(("task", "field", "value"), REFUSED, ids=shown)
def test_what_is_out_of_range_or_no_value_is_refused_by_name_in_both_languages(
    task: type[Request], field: str, value: Any, catalog: Catalog
) -> None:
    family, checkpoint, control = find_family(task.family), checkpoint_for(catalog, task), task.controls()[field]
    with pytest.raises(InvalidInput) as refused:
        family.read(task, checkpoint, values_for(task, **{field: value}))
    error = refused.value
    assert error.field == field
    if isinstance(control, Drawing) and value == "":
        missing = {
            "drawing": "The drawing is empty",
            "image": (
                "The picture is missing",
                "The canvas is empty",
                "There is no picture",
                "There is nothing to embed",
            ),
            "mask": ("The mask is missing", "The mask covers nothing"),
        }
        assert error.en.startswith(missing[field])
        return
    assert error.en.startswith(f"{control.label.en} ({field}) must be ") and "; you sent " in error.en
    assert error.zh.startswith(f"{control.label.zh}（{field}）必须是") and "收到的是" in error.zh
    assert len(error.en) < 500, "a long value is cut short"
    if isinstance(control, Slider):
        assert f"from {control.minimum:g} to {control.maximum:g}" in error.en
        assert f"{control.minimum:g} 到 {control.maximum:g}" in error.zh
    elif isinstance(control, Seed):
        assert f"0 to {LARGEST_SEED}" in error.en and f"0 到 {LARGEST_SEED}" in error.zh
    elif isinstance(control, Choice) and isinstance(value, str) and len(value) <= 200:
        assert all(name in error.en for name in list(family.options(checkpoint)[field])[:5])


@pytest.mark.parametrize(("task", "field"), SLIDERS, ids=shown)
def test_both_ends_of_a_range_are_taken(task: type[Request], field: str) -> None:
    control = task.controls()[field]
    assert isinstance(control, Slider)
    for end in (control.minimum, control.maximum):
        assert getattr(task.parse(values_for(task, **{field: end})), field) == end


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_an_unknown_field_is_refused_with_the_known_ones(task: type[Request]) -> None:
    with pytest.raises(InvalidInput) as refused:
        task.parse(values_for(task, sede=3))
    known = ", ".join(task.model_fields)
    assert refused.value.field == "sede"
    assert refused.value.en == f"There is no field 'sede'; the fields are: {known}."
    assert refused.value.zh == f"没有字段 'sede'；可用字段：{known}。"


@pytest.mark.parametrize("task", SEEDED, ids=name_of)
def test_a_seed_of_minus_one_draws_a_new_one_each_time(task: type[Request]) -> None:
    drawn = {task.parse(values_for(task, seed=-1)).seed for _ in range(8)}  # type: ignore[attr-defined]
    assert len(drawn) > 1 and all(0 <= seed <= LARGEST_SEED for seed in drawn)
    assert task.parse(values_for(task, seed=0)).seed == 0  # type: ignore[attr-defined]
    assert task.parse(values_for(task, seed=LARGEST_SEED)).seed == LARGEST_SEED  # type: ignore[attr-defined]


@pytest.mark.parametrize("task", [t for t in TASKS if "drawing" in t.model_fields], ids=name_of)
@pytest.mark.parametrize("drawing", ["a seven", "/etc/passwd", "data:image/png;base64,AAAA", "data:image/png;base64,%"])
def test_words_are_no_drawing(task: type[Request], drawing: str, catalog: Catalog) -> None:
    with pytest.raises(
        UnreadableFile, match="The drawing cannot be read: draw it again, or send a PNG, JPEG, WebP or GIF"
    ):
        find_family(task.family).read(task, checkpoint_for(catalog, task), {"drawing": drawing})


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_request_cannot_be_changed_after_it_was_checked(task: type[Request]) -> None:
    request = task.parse(values_for(task))
    field = next(iter(task.model_fields))
    with pytest.raises(Exception, match="frozen"):
        setattr(request, field, getattr(request, field))


@pytest.mark.parametrize("family", FAMILIES, ids=name_of)
def test_the_examples_are_taken(family: Any, catalog: Catalog) -> None:
    drawn = {name: drawn_seven() for name in ("image",) if name in family.requests[0].model_fields}
    for _, values in family.examples:
        checkpoint = catalog.find(str(values.get("checkpoint", "")), family.name)
        given = {name: value for name, value in values.items() if name != "checkpoint"}
        family.read(family.requests[0], checkpoint, drawn | given)
    assert family.examples
    assert family.process in family.requests or family.name in ("compare", "write_text") or family.within


def test_every_task_has_one_name_in_the_whole_playground() -> None:
    assert len({task.task for task in TASKS}) == len(TASKS)
    assert all(task.family in REGISTRY and find_family(task.family).requests.count(task) == 1 for task in TASKS)


@pytest.mark.parametrize("family", FAMILIES, ids=name_of)
def test_a_taken_name_cannot_be_registered_again(family: Any) -> None:
    before = dict(REGISTRY)
    with pytest.raises(ValueError, match="is taken; choose another name"):
        register(type(family))
    assert before == REGISTRY


def test_seeds_follow_and_start_again_after_the_largest() -> None:
    assert following_seeds(5, 3) == [5, 6, 7]
    assert following_seeds(LARGEST_SEED, 3) == [LARGEST_SEED, 0, 1]


@pytest.mark.parametrize("count", [2, 3, 8, 97])
def test_a_loop_goes_there_and_back_without_a_stutter(count: int) -> None:
    way = there_and_back(count)
    assert len(way) == count and way[0] == 0 and min(way) >= 0 and max(way) <= 1
    steps = [abs(b - a) for a, b in zip(way, way[1:] + way[:1], strict=True)]
    assert min(steps) > 0 or count % 2, "no two neighbours are alike"
