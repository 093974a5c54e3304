"""A model that does not fit the device's memory is kept there in parts, and what that is is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.engine import Engine, Job
from playground.errors import OutOfMemory
from playground.ui.shell.header import status_html
from tests.dummies import OUT_OF_MEMORY, Controls, DummyRequest

WAYS = ["whole", "model_offload", "sequential_offload"]
MakeEngine = Callable[..., Engine]


def submit(engine: Engine, **values: object) -> Job:
    return engine.submit("ann", DummyRequest, values)


def test_one_sample_that_does_not_fit_is_tried_again_with_the_model_in_parts(engine: Engine, dummy: Controls) -> None:
    dummy.ways = WAYS[:2]
    done = submit(engine, num_images=2, seed=7).result(60)
    assert [picture.getpixel((0, 0)) for picture in done.made] == [7, 8]
    assert [len(samples) for samples in dummy.passes] == [2, 1, 1, 1], "halved first, then in parts, then the rest"
    assert dummy.loads == ["dummy-weights"] * 2 and engine.status.modes == {"dummy-weights": "model_offload"}
    (notice,) = done.report.notices
    assert notice.en.startswith("The device's memory ran out") and "分部分" in notice.zh
    later = submit(engine).result(60)
    assert not later.report.notices and len(dummy.loads) == 2, "it stays so"


def test_it_goes_down_as_far_as_it_must_and_the_header_tells_it(engine: Engine, dummy: Controls) -> None:
    assert "time)" not in status_html(engine.status, "en")["html"]
    dummy.ways = WAYS
    assert submit(engine).result(60).made
    assert "loaded: dummy-weights (one layer at a time)" in status_html(engine.status, "en")["html"]
    assert "dummy-weights（逐层载入）" in status_html(engine.status, "zh")["html"]


def test_what_fits_in_no_way_is_told_and_the_next_job_runs(engine: Engine, dummy: Controls) -> None:
    dummy.ways = WAYS
    with pytest.raises(OutOfMemory):
        submit(engine, trouble=OUT_OF_MEMORY).result(60)
    assert submit(engine).result(60).made and engine.status.modes == {"dummy-weights": "sequential_offload"}


def test_who_starts_the_app_may_choose(make_engine: MakeEngine, dummy: Controls) -> None:
    dummy.ways = WAYS
    engine = make_engine(memory="model_offload")
    assert engine.status.modes == {"dummy-weights": "model_offload"}


def test_it_may_be_changed_while_the_app_runs(make_engine: MakeEngine, dummy: Controls) -> None:
    dummy.ways = WAYS[:2]
    engine = make_engine(memory="model_offload")
    dummy.ways = WAYS
    engine.keep_memory("sequential_offload")
    done = submit(engine, seed=7).result(60)
    assert done.made[0].getpixel((0, 0)) == 7 and not done.report.notices
    assert engine.status.modes == {"dummy-weights": "sequential_offload"} and engine.memory == "sequential_offload"


def test_another_checkpoint_starts_with_what_fits(make_engine: MakeEngine, dummy: Controls) -> None:
    dummy.ways = WAYS[:2]
    engine = make_engine("a", "b")
    assert submit(engine).result(60).made
    dummy.ways = ["whole"]
    engine.submit("ann", DummyRequest, {}, "b").result(60)
    assert engine.status.modes == {"a": "model_offload", "b": "whole"}
