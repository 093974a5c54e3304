"""Grids: cells share passes, equal ones are made once, and nobody waits for somebody else's grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playground.engine import Done, Engine, Job
from playground.engine import grid as grids
from playground.engine.cells import Made, Notes
from playground.engine.grid import GridRun, Grids
from playground.errors import OutputError
from playground.families.grid import plan_grid
from tests.dummies import BROKEN, Controls, DummyRequest
from tests.eventually import eventually

Busy = Callable[..., Job]


def start(engine: Engine, *axes: tuple[str, str], keep: Any = None, finish: Any = None, **values: Any) -> GridRun:
    grid = plan_grid(DummyRequest, engine.catalog.find("", "dummy"), values, axes)
    return Grids(engine).start("ann", grid, keep or (lambda index, done: done.report.seeds), finish)


def until_finished(run: GridRun) -> None:
    eventually(lambda: (run.look(), run.finished)[1])


def seeds_of_passes(dummy: Controls) -> list[list[int]]:
    return [[sample.seed for sample in samples] for samples in dummy.passes if samples[0].group != "busy"]


def test_one_owners_jobs_of_equal_key_fill_one_pass(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    jobs = [engine.submit("ann", DummyRequest, {"seed": seed}) for seed in range(10)]
    dummy.may_go.set()
    for job in jobs:
        job.result(60)
    assert seeds_of_passes(dummy) == [list(range(8)), [8, 9]]


def test_cells_share_passes_also_where_other_cells_stand_between_them(
    engine: Engine, dummy: Controls, busy: Busy
) -> None:
    busy(engine)
    run = start(engine, ("group", "a\nb"), ("seed", "1..8"))
    dummy.may_go.set()
    until_finished(run)
    assert seeds_of_passes(dummy) == [list(range(1, 9))] * 2
    assert [run[index].kept for index in range(4)] == [[1], [1], [2], [2]]


def test_the_first_pass_is_full_though_nobody_else_is_busy(engine: Engine, dummy: Controls) -> None:
    until_finished(start(engine, ("seed", "1..8")))
    assert seeds_of_passes(dummy) == [list(range(1, 9))]


def test_more_cells_than_an_owner_may_have_jobs_are_fed_little_by_little(
    make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    engine = make_engine(most_jobs=5)
    run = start(engine, ("seed", "1..100"))
    until_finished(run)
    assert (run.done, run.left) == (100, 0)


def test_equal_cells_are_made_once(engine: Engine, dummy: Controls) -> None:
    run = start(engine, ("group", "ab\nabb"), ("group", "b =>"), seed=3)
    until_finished(run)
    assert sum(map(len, dummy.passes)) == 1
    assert run[0].kept == run[1].kept == [3]


def test_whoever_plays_while_a_grid_runs_does_not_wait_for_it(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    dummy.max_batch = 1
    run = start(engine, ("seed", "1..10"))
    engine.submit("ann", DummyRequest, {"seed": 99})
    dummy.may_go.set()
    until_finished(run)
    assert seeds_of_passes(dummy)[0] == [99]


def test_a_cell_is_left_out_and_the_others_are_made(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    run = start(engine, ("seed", "1..4"))
    run.cancel(2)
    dummy.may_go.set()
    until_finished(run)
    assert [run[index].state for index in range(4)] == ["done", "done", "stopped", "done"]


def test_stop_leaves_what_is_made_and_makes_nothing_more(engine: Engine, dummy: Controls, busy: Busy) -> None:
    busy(engine)
    run = start(engine, ("seed", "1..50"))
    run.stop()
    dummy.may_go.set()
    until_finished(run)
    assert (run.done, run.left) == (0, 0)
    assert seeds_of_passes(dummy) == []


def test_a_stopped_grid_goes_on_with_what_was_left_out_and_writes_its_files_again(
    engine: Engine, dummy: Controls, busy: Busy
) -> None:
    busy(engine)
    run = start(engine, ("seed", "1..20"), finish=lambda run: run.done)
    run.cancel(3)
    run.stop()
    until_finished(run)
    assert (run.done, run.left_out, run.files) == (0, 20, None)
    run.go_on()
    assert not run.finished and run.left == 20
    dummy.may_go.set()
    until_finished(run)
    assert (run.done, run.left_out, run.files) == (20, 0, 20)
    version = run.version
    run.go_on()
    assert run.finished and run.version == version, "nothing is left to make"


def test_what_failed_is_tried_again_when_a_grid_goes_on(engine: Engine, dummy: Controls) -> None:
    refuse = [OutputError("The disk is full.", "磁盘已满。")]

    def keep(index: int, done: Done) -> str:
        if refuse:
            raise refuse.pop()
        return "kept"

    run = start(engine, ("seed", "1, 2"), keep=keep)
    until_finished(run)
    assert (run.done, run.left_out) == (1, 1)
    run.go_on()
    until_finished(run)
    assert [(run[index].kept, run[index].error) for index in range(2)] == [("kept", None)] * 2


def test_a_grid_that_goes_on_while_its_files_are_written_writes_them_again(
    engine: Engine, dummy: Controls, busy: Busy
) -> None:
    busy(engine)
    written = []

    def finish(run: GridRun) -> int:
        written.append(run.done)
        if len(written) == 1:
            run.go_on()
        return run.done

    run = start(engine, ("seed", "1..4"), finish=finish)
    run.cancel(0)
    dummy.may_go.set()
    until_finished(run)
    assert (written, run.files, run.left_out) == ([3, 4], 4, 0)


def test_a_cell_that_fails_says_why_and_the_others_are_made(engine: Engine, dummy: Controls) -> None:
    def keep(index: int, done: Done) -> str:
        if index == 1:
            raise OutputError("The disk is full.", "磁盘已满。")
        return "kept"

    run = start(engine, ("trouble", f"{BROKEN}\nfine\nok"), keep=keep, finish=lambda run: run.done)
    until_finished(run)
    assert [run[index].state for index in range(3)] == ["failed", "failed", "done"]
    assert "fell over" in str(run[0].error) and str(run[1].error) == "The disk is full."
    assert run.files == 1


def test_a_grid_that_nobody_looks_at_waits_until_somebody_does(
    engine: Engine, dummy: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grids, "MOST_WAITING", 2)
    monkeypatch.setattr(grids, "LEFT_ALONE", -1.0)
    run = start(engine, ("seed", "1..6"))
    assert (run.done, run.left) == (0, 6)
    monkeypatch.setattr(grids, "LEFT_ALONE", 60.0)
    until_finished(run)
    assert run.done == 6


def test_grids_are_found_by_their_id_and_dropped_after_a_while(
    engine: Engine, dummy: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Grids(engine)
    grid = plan_grid(DummyRequest, engine.catalog.find("", "dummy"), {}, [("seed", "1, 2")])
    run = known.start("ann", grid, lambda index, done: None)
    assert known.find(run.id) is run and known.find("guess") is None and known.find(None) is None
    monkeypatch.setattr(grids, "AN_HOUR", -1.0)
    assert known.find(run.id) is None


def test_a_grid_goes_on_with_what_was_made_before_a_restart_under_names_of_its_own(
    engine: Engine, dummy: Controls
) -> None:
    told: list[tuple[int, str]] = []
    names: list[str] = []

    def job(index: int) -> str:
        names.append(f"{index:012d}")
        return names[-1]

    known, grid = Grids(engine), plan_grid(DummyRequest, engine.catalog.find("", "dummy"), {}, [("seed", "1..4")])
    made = {0: Made("done", kept="there"), 1: Made("stopped")}
    notes = Notes("f" * 24, job, made, lambda index, made: told.append((index, made.state)))
    run = known.start("ann", grid, lambda index, done: "new", lambda run: run.done, notes)
    assert known.start("ann", grid, lambda index, done: "twice", notes=notes) is run, "its name is one grid's"
    until_finished(run)
    assert [run[index].kept for index in range(4)] == ["there", None, "new", "new"]
    assert (run.done, run.left_out, run.files) == (3, 1, 3) and known.find("f" * 24) is run
    run.go_on()
    until_finished(run)
    assert names == ["000000000002", "000000000003", "000000000001"] and run.files == 4
    assert [state for index, state in told if index == 1][0] == "waiting" and told[-1] == (1, "done")


def test_a_grid_that_was_complete_writes_its_files_when_somebody_looks(engine: Engine, dummy: Controls) -> None:
    dropped: list[bool] = []
    known, grid = Grids(engine), plan_grid(DummyRequest, engine.catalog.find("", "dummy"), {}, [("seed", "1, 2")])
    made = {index: Made("done", kept=index) for index in range(2)}
    notes = Notes(made=made, drop=lambda: dropped.append(True))
    run = known.start("ann", grid, lambda index, done: None, lambda run: run.done, notes)
    assert not run.finished and run.files is None
    until_finished(run)
    assert run.files == 2 and dummy.passes == []
    run.looked_at -= 2 * grids.AN_HOUR
    assert known.find(run.id) is None
    eventually(lambda: dropped)
