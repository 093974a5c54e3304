"""Clips on OpenVINO are torch's, let others in and stop within a step, and leave to torch what was not compiled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from playground.catalog import Catalog
from playground.errors import Cancelled
from playground.families import compiling as beginning
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_video import MotionWeightsRequest, VideoRequest
from playground.families.text_to_video_film import FramesLensRequest
from playground.networks import compiled as networks
from playground.networks import compiling_behind
from playground.networks.compiled import FOUND, place_of
from playground.networks.compiling import compile_checkpoint

FAMILY = find_family("text_to_video")
CPU = Device("cpu", "CPU", 1 << 33, "float32", threads=1)
QUICK = {"prompt": "red apple rising", "seed": 7, "num_inference_steps": 3, "num_frames": 8, "width": 96, "height": 96}


@pytest.fixture(scope="module")
def model(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory, one_core: None) -> Any:
    """The bundled motion modules, compiled, as if that had been found to be faster."""
    cache, checkpoint = tmp_path_factory.mktemp("compiled"), catalog.find("", "text_to_video")
    base = checkpoint.base.path if checkpoint.base else None
    folder = place_of(cache, checkpoint.path, CPU.dtype, CPU.threads, base)
    found = compile_checkpoint(checkpoint.path, folder, CPU.dtype, CPU.threads, base)
    assert set(found) == {"unet", "vae_decoder"}
    assert all(part["as_good"] and part["distance"][1] < 1e-3 for part in found.values())
    assert set(found["unet"]["faster"]) == {"2"} and set(found["vae_decoder"]["faster"]) == {"8"}
    for part in found.values():
        part["faster"] = dict.fromkeys(part["faster"], 2.0)
    (folder / FOUND).write_text(json.dumps(found))
    return FAMILY.load(checkpoint, replace(CPU, compiled=str(cache)))


def ignore(index: int, of: int, preview: Sequence[Any] | None = None) -> None:
    """Take a step's report."""


def make(model: Any, kind: Any = VideoRequest, step: Any = ignore, **values: Any) -> Any:
    request = FAMILY.read(kind, model.checkpoint, QUICK | values)
    return FAMILY.generate(model, request.samples(model.checkpoint), step)[0]


def pixels(frames: Any) -> Any:
    return np.stack([np.asarray(frame, dtype=int) for frame in frames])


def test_the_clip_is_torchs_and_torch_makes_its_own_again(model: Any) -> None:
    ours = pixels(make(model))
    assert FAMILY.runtime(model) == "openvino"
    FAMILY.use_runtime(model, "torch")
    torchs = pixels(make(model))
    assert FAMILY.runtime(model) == "torch" and np.abs(ours - torchs).max() <= 2
    FAMILY.use_runtime(model, "")
    assert (pixels(make(model)) == ours).all() and FAMILY.runtime(model) == "openvino"


def test_others_are_let_in_while_a_step_lasts_and_a_stop_waits_for_none(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "BETWEEN_PAUSES", 1)
    told: list[int] = []
    make(model, step=lambda index, of, preview=None: told.append(index))
    assert told.count(0) >= 3, "several times within the first step"

    def stop(index: int, of: int, preview: Any = None) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        make(model, step=stop)
    assert len(make(model)) == 8, "the network is free again"


def test_motion_that_is_turned_down_or_looked_into_is_torchs(model: Any) -> None:
    make(model, motion_scale=0.5)
    assert model.network.use_compiled and FAMILY.runtime(model) == "openvino", "its decoder still is"
    called: list[int] = []
    hook = model.network.pipe.unet.register_forward_hook(lambda *given: called.append(1))
    try:
        make(model)
        assert not called
        make(model, MotionWeightsRequest, num_inference_steps=2)
        assert len(called) == 4, "of three weights one is as learned"
        called.clear()
        make(model, FramesLensRequest, across=0.5, down=0.5)
        assert len(called) == 3
    finally:
        hook.remove()


def test_more_frames_than_were_learned_are_torchs(model: Any) -> None:
    called: list[int] = []
    hook = model.network.pipe.unet.register_forward_hook(lambda *given: called.append(1))
    try:
        assert len(make(model, num_frames=24, num_inference_steps=1, width=96, height=96)) == 24
    finally:
        hook.remove()
    assert called == [1]


def test_a_clip_that_begins_with_a_picture_uses_the_same_folder(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(compiling_behind, "start_compiling", lambda *what: asked.append(what))
    device = replace(CPU, compiled=str(tmp_path))
    for name in ("text_to_video", "image_to_video"):
        family = find_family(name)
        pipe = type("Pipe", (), {"unet": torch.nn.Linear(1, 1)})
        assert beginning.compiled_for(catalog.find("", name), pipe, device) is None
        assert family.runs(catalog.find("", name))
    assert asked[0] == asked[1] and asked[0][-1].name == "emoji-diffusion"
