"""Networks on OpenVINO make torch's picture, say so, and are not taken where torch is asked for or weights changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.engine import Engine
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_image import PromptRequest
from playground.gallery.again import plan, shapes_for, verdict
from playground.gallery.keeping import write_files
from playground.media.reading import read_metadata
from playground.networks import compiled as networks
from playground.networks import compiling, compiling_behind
from playground.networks.compiled import FOUND, fastest_up_to, open_compiled, place_of
from playground.networks.compiling import compile_checkpoint
from tests.families.test_lora import ENTRY
from tests.hub.pipelines import tiny_stable_diffusion

FAMILY = find_family("text_to_image")
CPU = Device("cpu", "CPU", 1, "float32")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("compiled")
    tiny_stable_diffusion(folder / "tiny")
    (folder / "own.toml").write_text(ENTRY)
    return read_catalog(folder, more=folder / "own.toml").find("tiny", "text_to_image")


@pytest.fixture(scope="module")
def cache(checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the checkpoint is compiled, as if that had been found to be faster up to two pictures."""
    cache = tmp_path_factory.mktemp("cache")
    folder = place_of(cache, checkpoint.path, "float32", 0)
    found = compile_checkpoint(checkpoint.path, folder, "float32", 0)
    assert all(part["as_good"] and part["distance"][1] < 1e-3 for part in found.values())
    for part in found.values():
        part["faster"] = {"4": 2.0, "32": 0.5}
    (folder / FOUND).write_text(json.dumps(found))
    return cache


@pytest.fixture
def model(checkpoint: Checkpoint, cache: Path) -> Any:
    return FAMILY.load(checkpoint, replace(CPU, compiled=str(cache)))


def make(model: Any, **values: Any) -> list[np.ndarray[Any, Any]]:
    request = FAMILY.read(PromptRequest, model.checkpoint, {"seed": 3, "num_inference_steps": 3} | values)
    pictures = FAMILY.generate(model, request.samples(model.checkpoint), lambda index, of, preview=None: None)
    return [np.asarray(picture, dtype=int) for picture in pictures]


def test_the_picture_is_torchs_and_torch_makes_its_own_again(checkpoint: Checkpoint, model: Any) -> None:
    torchs = make(FAMILY.load(checkpoint, CPU))[0]
    ours = make(model)[0]
    assert FAMILY.runtime(model) == "openvino" and np.abs(ours - torchs).max() <= 2
    FAMILY.use_runtime(model, "torch")
    assert (make(model)[0] == torchs).all() and FAMILY.runtime(model) == "torch"
    FAMILY.use_runtime(model, "")
    assert (make(model)[0] == ours).all()


def test_batches_that_torch_makes_faster_are_torchs(model: Any) -> None:
    make(model, num_images=2)
    assert FAMILY.runtime(model) == "openvino"
    make(model, num_images=3)
    assert FAMILY.runtime(model) == "openvino", "the decoder still is"
    make(model, num_images=5)
    assert FAMILY.runtime(model) == "torch"


def test_a_lora_is_worn_by_torchs_weights(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.lora, "wear", lambda file, weight: True)
    monkeypatch.setattr(Checkpoint, "loras", {"": None, "style": Path("style")})
    make(model, lora="style", lora_weight=1.0)
    assert FAMILY.runtime(model) == "torch"
    make(model)
    assert FAMILY.runtime(model) == "openvino"


def test_a_damaged_network_is_thrown_away_and_torch_takes_its_place(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / FOUND).write_text((next(cache.iterdir()) / FOUND).read_text())
    (folder / "unet.xml").write_text("<net")
    assert open_compiled(folder, "float32", 0) is None and not folder.exists()


def test_what_was_compiled_belongs_to_weights_dtype_and_threads(checkpoint: Checkpoint, tmp_path: Path) -> None:
    places = {place_of(tmp_path, checkpoint.path, dtype, threads) for dtype in ("a", "b") for threads in (0, 1)}
    assert len(places) == 4
    weights = checkpoint.path / "unet" / "diffusion_pytorch_model.safetensors"
    before = weights.stat()
    weights.touch()
    assert place_of(tmp_path, checkpoint.path, "a", 0) not in places
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert place_of(tmp_path, checkpoint.path, "a", 0) in places


def test_what_was_not_compiled_yet_is_compiled_behind_the_page(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(compiling_behind.subprocess, "Popen", lambda command, **how: asked.append(command[-1]))
    monkeypatch.setattr(compiling, "compile_checkpoint", lambda *what: asked.append(what))
    monkeypatch.setattr(compiling_behind, "REST", 0)
    monkeypatch.setattr(compiling_behind, "_end_with_parent", lambda: None)
    monkeypatch.setattr(os, "nice", asked.append)
    assert FAMILY.load(checkpoint, replace(CPU, compiled=str(tmp_path))).denoiser.compiled is None
    exec(asked[0])  # as the process does
    folder = place_of(tmp_path, checkpoint.path, "float32", 0)
    assert asked[1:] == [19, (checkpoint.path, folder, "float32", 0, None)]
    folder.mkdir()
    exec(asked[0])  # another process for the same, whose turn comes later
    assert asked[2:] == [(checkpoint.path, folder, "float32", 0, None), 19], "it is there already"


def test_what_a_process_left_unfinished_goes_when_it_is_no_more(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, at_work = tmp_path / f".unfinished-{ended.pid}-a", tmp_path / f".unfinished-{os.getppid()}-b"
    older = tmp_path / ".unfinished-x81_ab"
    for folder in (left, at_work, older):
        folder.mkdir()
    monkeypatch.setattr(compiling, "_compare", lambda *given: {"faster": {}, "as_good": True})
    compile_checkpoint(checkpoint.path, tmp_path / "made", "float32", 0)
    assert not left.exists() and not older.exists() and at_work.exists()
    assert {path.name for path in tmp_path.iterdir()} == {at_work.name, "made"}


def test_it_is_taken_as_far_as_it_was_measured_to_be_faster() -> None:
    assert [fastest_up_to(each) for each in ({"2": 1.0}, {"16": 1.05, "2": 1.5}, {"2": 1.5, "16": 1.3})] == [0, 2, 64]


def test_openvino_does_not_report_to_its_makers() -> None:
    networks.import_openvino()
    from openvino.tools.ovc import telemetry_utils

    assert "stub" in telemetry_utils.tm.__name__


def test_a_result_says_what_ran_it_and_is_made_again_by_it(checkpoint: Checkpoint, cache: Path, tmp_path: Path) -> None:
    values = {"seed": 5, "num_inference_steps": 2}
    folder = cache
    engine = Engine(Catalog([checkpoint]), "cpu", dtype="float32", compiled=folder)
    engine.start()
    try:
        done = engine.submit("me", PromptRequest, values).result(120)
        assert done.report.versions["openvino"]
        files = write_files(done, PromptRequest.model_validate(done.report.request), tmp_path, "kept", large=False)
        record = read_metadata(files[0])
        for made_by, same in ((record.versions, True), ({"torch": record.versions["torch"]}, False)):
            planned = plan(record.model_copy(update={"versions": made_by}), files)
            shapes = shapes_for(engine, planned, record.model_copy(update={"versions": made_by}))
            again = engine.submit("me", planned.task, planned.again.values, "", shapes).result(120)
            assert ("openvino" in again.report.versions) is same
            if same:
                assert "bit-equal" in verdict(planned, record, again).en
    finally:
        engine.stop()
