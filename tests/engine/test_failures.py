"""Whatever goes wrong ends as one sentence for whoever asked, and the next job runs."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from socket import gethostname

import pytest

from playground.engine import Engine, Failed, Job
from playground.errors import CheckpointError, GenerationError, OutOfMemory, PlaygroundError
from tests.dummies import (
    BROKEN,
    NO_ORDINARY_MEMORY,
    NO_PICTURES,
    NOT_A_NUMBER,
    OUT_OF_MEMORY,
    TOO_FEW,
    Controls,
    DummyRequest,
)

Busy = Callable[..., Job]


def submit(engine: Engine, owner: str, **values: object) -> Job:
    return engine.submit(owner, DummyRequest, values)


def test_an_exception_becomes_a_sentence_in_both_languages_and_the_next_job_runs(engine: Engine) -> None:
    with pytest.raises(GenerationError) as failed:
        submit(engine, "ann", trouble=BROKEN).result(60)
    assert failed.value.en == (
        "The model could not make this (ArithmeticError: the dummy fell over). "
        "Try another seed or milder settings; the app goes on."
    )
    assert "模型无法完成（ArithmeticError" in failed.value.zh
    assert len(submit(engine, "ann").result(60).made) == 1


@pytest.mark.parametrize(
    ("trouble", "kind"), [(BROKEN, GenerationError), (NOT_A_NUMBER, GenerationError), (OUT_OF_MEMORY, OutOfMemory)]
)
def test_only_the_culprit_of_a_batch_fails(
    engine: Engine, dummy: Controls, busy: Busy, trouble: str, kind: type[PlaygroundError]
) -> None:
    busy(engine)
    innocent = [submit(engine, f"innocent {seed}", seed=seed) for seed in range(3)]
    culprit = submit(engine, "culprit", trouble=trouble)
    innocent += [submit(engine, f"innocent {seed}", seed=seed) for seed in range(3, 6)]
    dummy.may_go.set()
    with pytest.raises(kind):
        culprit.result(60)
    assert [job.result(60).made[0].getpixel((0, 0)) for job in innocent] == list(range(6))
    assert len(dummy.passes[1]) == 7, "they were in one pass"


def test_a_failed_jobs_other_samples_are_not_made(engine: Engine, dummy: Controls) -> None:
    job = submit(engine, "ann", trouble=BROKEN, num_images=100)
    with pytest.raises(GenerationError):
        job.result(60)
    submit(engine, "ann", group="next").result(60)
    assert [len(samples) for samples in dummy.passes] == [8, 1]


def test_pixels_that_are_not_numbers_are_told(engine: Engine) -> None:
    with pytest.raises(GenerationError) as failed:
        submit(engine, "ann", trouble=NOT_A_NUMBER).result(60)
    assert failed.value.en.startswith("The model gave values that are not numbers instead of a picture")
    assert "不是有效数值" in failed.value.zh


def test_a_batch_that_does_not_fit_is_halved_until_it_does_and_stays_small(engine: Engine, dummy: Controls) -> None:
    dummy.fits = 3
    done = submit(engine, "ann", num_images=8).result(60)
    assert [picture.getpixel((0, 0)) for picture in done.made] == list(range(8))
    assert [len(samples) for samples in dummy.passes] == [8, 4, 2, 2, 4, 2, 2]
    assert [(shape.size, shape.position) for shape in done.report.batches] == [(2, 0), (2, 1)] * 4
    dummy.forget_passes()
    submit(engine, "ann", num_images=6).result(60)
    assert [len(samples) for samples in dummy.passes] == [2, 2, 2], "what did not fit once is not tried again"


def test_one_sample_that_does_not_fit_says_what_to_lower_and_the_next_job_runs(engine: Engine, dummy: Controls) -> None:
    dummy.fits = 0
    with pytest.raises(OutOfMemory) as failed:
        submit(engine, "ann", num_images=2).result(60)
    assert failed.value.en.startswith("There is not enough memory for even one sample: ask for fewer or smaller")
    assert "内存连一个样本都放不下" in failed.value.zh
    dummy.fits = 8
    assert submit(engine, "ann").result(60).made


def test_running_out_of_ordinary_memory_counts_as_out_of_memory(engine: Engine) -> None:
    with pytest.raises(OutOfMemory):
        submit(engine, "ann", trouble=NO_ORDINARY_MEMORY).result(60)


def test_a_checkpoint_that_cannot_be_loaded_fails_its_own_jobs_only(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine("good", "bad", start=False)
    (engine.catalog.find("bad", "dummy").path / "config.json").unlink()
    engine.start()
    with pytest.raises(CheckpointError, match=r"Checkpoint bad cannot be used: config\.json is missing"):
        engine.submit("ann", DummyRequest, {}, checkpoint="bad").result(60)
    assert "bad" in engine.status.problems and "good" not in engine.status.problems
    assert engine.submit("ann", DummyRequest, {}, checkpoint="good").result(60).made


def test_a_worker_without_the_checkpoints_folder_says_on_which_machine(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine("good", "bad", start=False)
    shutil.rmtree(engine.catalog.find("bad", "dummy").path)
    engine.start()
    with pytest.raises(CheckpointError, match=f"bad cannot be used: its folder is not on the machine {gethostname()}"):
        engine.submit("ann", DummyRequest, {}, checkpoint="bad").result(60)
    assert engine.submit("ann", DummyRequest, {}, checkpoint="good").result(60).made


def test_a_folder_that_goes_while_the_app_runs_is_told_and_serves_again_once_it_is_back(
    make_engine: Callable[..., Engine], tmp_path: Path
) -> None:
    engine = make_engine("good", "bad")
    folder = engine.catalog.find("bad", "dummy").path
    away = folder.rename(tmp_path / "away")
    with pytest.raises(CheckpointError, match=f"its folder is not on the machine {gethostname()}") as told:
        engine.submit("ann", DummyRequest, {}, checkpoint="bad").result(60)
    assert "上没有它的文件夹" in told.value.zh
    assert engine.submit("ann", DummyRequest, {}, checkpoint="good").result(60).made
    away.rename(folder)
    assert engine.submit("ann", DummyRequest, {}, checkpoint="bad").result(60).made


def test_a_file_that_is_damaged_while_the_app_runs_is_told(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine("good", "bad", start=False)
    weights = engine.catalog.find("bad", "dummy").path / "model.safetensors"
    sealed = f"{hashlib.sha256(weights.read_bytes()).hexdigest()}  {weights.name}\n"
    (weights.parent / "SHA256SUMS").write_text(sealed)
    engine.start()
    assert engine.wait_until_ready(60) and not engine.status.problems
    weights.write_bytes(bytes(999) + b"1")
    with pytest.raises(CheckpointError, match=r"Checkpoint bad cannot be used: model\.safetensors is damaged"):
        engine.submit("ann", DummyRequest, {}, checkpoint="bad").result(60)
    assert engine.submit("ann", DummyRequest, {}, checkpoint="good").result(60).made


def test_checksums_that_cannot_be_read_do_not_stop_the_engine(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine("good", "bad", start=False)
    (engine.catalog.find("bad", "dummy").path / "SHA256SUMS").write_bytes(b"\xff\xfe junk")
    engine.start()
    assert engine.wait_until_ready(60)
    assert isinstance(engine.status.problems["bad"], CheckpointError)
    assert engine.submit("ann", DummyRequest, {}, checkpoint="good").result(60).made


def test_a_repaired_checkpoint_works_without_a_restart(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine("good", "bad", start=False)
    config = engine.catalog.find("bad", "dummy").path / "config.json"
    config.unlink()
    engine.start()
    assert engine.wait_until_ready(60)
    assert engine.status.problems["bad"].zh
    config.write_text("{}")
    assert engine.submit("ann", DummyRequest, {}, checkpoint="bad").result(60).made
    assert not engine.status.problems


def test_a_broken_loader_of_any_kind_is_told_and_the_worker_lives(
    make_engine: Callable[..., Engine], dummy: Controls
) -> None:
    engine = make_engine("good", "odd", start=False)
    dummy.fails_to_load = True
    engine.start()
    assert engine.wait_until_ready(60), "warming up survives it"
    job = engine.submit("ann", DummyRequest, {})
    with pytest.raises(PlaygroundError):
        job.result(60)
    assert isinstance(job.latest, Failed)
    dummy.fails_to_load = False
    assert engine.submit("ann", DummyRequest, {}).result(60).made


def test_a_family_that_gives_too_few_pictures_is_told(engine: Engine) -> None:
    with pytest.raises(GenerationError, match="0 results for 1 samples"):
        submit(engine, "ann", trouble=TOO_FEW).result(60)
    assert submit(engine, "ann").result(60).made


def test_a_family_that_makes_something_else_than_pictures_is_told_and_the_next_job_runs(engine: Engine) -> None:
    with pytest.raises(GenerationError, match="has no attribute 'info'"):
        submit(engine, "ann", trouble=NO_PICTURES).result(60)
    assert submit(engine, "ann").result(60).made
