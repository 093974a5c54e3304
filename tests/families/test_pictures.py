"""Law 1, for every family: the same request and seed give the same picture, whoever else is there."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from playground.catalog import Catalog, Checkpoint
from playground.engine import BatchShape, Done, Engine
from playground.families.base import Family
from playground.families.controls import LARGEST_SEED
from playground.families.requests import Request
from playground.outcomes.comparison import Comparison
from tests.families.alike import assert_alike
from tests.families.askable import FAMILIES, SEEDED, TASKS, checkpoint_for, name_of, some_requests, values_for

SEVERAL = [task for task in TASKS if task.makes == "pictures" and "num_images" in task.model_fields]


def make(engine: Engine, task: type[Request], **values: Any) -> Done:
    checkpoint = checkpoint_for(engine.catalog, task)
    return engine.submit("tester", task, values_for(task, **values), checkpoint.id).result(120)


def done_by(engine: Engine, done: Done) -> Checkpoint:
    return engine.catalog.find(done.report.checkpoint, done.report.family)


def bytes_of(done: Done) -> list[Any]:
    """What is made again whenever the same is asked: how long a comparison took is not."""
    return [_bytes(piece) for piece in done.made]


def _bytes(piece: Any) -> Any:
    if isinstance(piece, Comparison):
        return piece.sheets, piece.lasting
    return piece.tobytes() if isinstance(piece, Image.Image) else piece


def pictures_of(done: Done) -> list[Image.Image]:
    found = [one for piece in done.made for one in (piece.sheets if isinstance(piece, Comparison) else [piece])]
    return [one for one in found if isinstance(one, Image.Image)]


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_the_same_request_twice_gives_the_same_bytes(engine: Engine, task: type[Request]) -> None:
    first, second = make(engine, task), make(engine, task)
    assert bytes_of(first) == bytes_of(second)
    assert first.report.seeds == second.report.seeds
    assert first.report.request == second.report.request


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_report_says_everything_that_was_drawn_and_done(engine: Engine, task: type[Request]) -> None:
    done = make(engine, task, **{"seed": -1} if task in SEEDED else {})
    report = done.report
    assert (report.task, report.family) == (task.task, task.family)
    assert set(report.request) == set(task.model_fields)
    assert all(report.request[name] != -1 for name in ("seed", "second_seed") if name in report.request)
    assert len(report.batches) == len(task.model_validate(report.request).samples(done_by(engine, done)))
    assert report.seconds > 0 and report.device and report.dtype in ("float64", "float32", "bfloat16", "float16")
    assert {"playground", "torch", "pillow"} <= set(report.versions)
    assert report.seeds or task not in SEEDED
    assert all(picture.convert("L").getextrema() != (0, 0) for picture in pictures_of(done)), "no picture is black"


@pytest.mark.parametrize("task", SEEDED, ids=name_of)
def test_another_seed_gives_another_picture(engine: Engine, task: type[Request]) -> None:
    assert bytes_of(make(engine, task, seed=1)) != bytes_of(make(engine, task, seed=2))


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.max_batch > 1], ids=name_of)
def test_eight_visitors_share_one_pass_and_each_gets_the_picture_of_being_alone(
    family: Family[Any], catalog: Catalog
) -> None:
    checkpoint = catalog.of_family(family.name)[0]
    asked = some_requests(family, checkpoint, 8)
    engine = Engine(catalog, device="cpu")
    jobs = [engine.submit(f"visitor {turn}", task, values, checkpoint.id) for turn, (task, values) in enumerate(asked)]
    engine.start()
    together = [job.result(120) for job in jobs]
    assert [done.report.batches for done in together] == [[BatchShape(8, position)] for position in range(8)]
    for place, ((task, values), done) in enumerate(zip(asked, together, strict=True)):
        alone = engine.submit("alone", task, values, checkpoint.id).result(120)
        assert alone.report.batches == [BatchShape(1, 0)]
        assert_alike(alone.made[0], done.made[0], done.report.dtype)
        if place not in (0, 7):
            continue  # a pass of eight each
        again = engine.submit("again", task, values, checkpoint.id, shapes=done.report.batches).result(120)
        assert bytes_of(again) == bytes_of(done), "in the recorded batch shape it is equal to the bit"
        assert again.report.batches == done.report.batches
    engine.stop()


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_every_task_run_in_its_recorded_batch_shapes_gives_the_same_bytes(engine: Engine, task: type[Request]) -> None:
    few = {"columns": 3} if "columns" in task.model_fields else {}
    controls = task.controls()
    few |= {name: max(3, controls[name].minimum) for name in ("num_images", "num_frames") if name in controls}  # type: ignore[attr-defined]
    done = make(engine, task, **few)
    checkpoint = checkpoint_for(engine.catalog, task).id
    again = engine.submit("again", task, done.report.request, checkpoint, shapes=done.report.batches).result(120)
    assert bytes_of(again) == bytes_of(done)


@pytest.mark.parametrize("task", SEVERAL, ids=name_of)
def test_the_seeds_of_several_samples_follow_each_other(engine: Engine, task: type[Request]) -> None:
    several = make(engine, task, seed=LARGEST_SEED - 1, num_images=4)
    assert several.report.seeds == [LARGEST_SEED - 1, LARGEST_SEED, 0, 1]
    for seed, picture in zip(several.report.seeds, several.made, strict=True):
        assert_alike(make(engine, task, seed=seed).made[0], picture, several.report.dtype)


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_drawn_seed_can_be_used_again(engine: Engine, task: type[Request]) -> None:
    drawn = make(engine, task, **{"seed": -1} if task in SEEDED else {})
    again = make(engine, task, **drawn.report.request)
    assert bytes_of(again) == bytes_of(drawn)
