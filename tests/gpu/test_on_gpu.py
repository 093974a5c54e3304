"""On a GPU: every way to keep a pipeline makes the same picture in less memory, and running out of memory is mended."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from playground.catalog import Catalog
from playground.engine import Engine
from playground.engine.devices import find_device
from playground.families import find_family
from playground.families.text_to_image import PromptRequest
from playground.networks.opening import MODES
from tests.families.alike import assert_alike
from tests.gpu.sized import write_sized

pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU with CUDA, and there is none here"),
]
ID = "sd-sized"
LEFT = 2_200_000_000
"""Bytes that another process leaves of the GPU: a worker's CUDA context, and too little for the whole pipeline."""


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return write_sized(tmp_path_factory.mktemp("sized"))


def test_every_way_makes_the_same_picture_in_less_memory(sized: Catalog) -> None:
    family, checkpoint = find_family("text_to_image"), sized.find(ID, "text_to_image")
    peaks: dict[str, int] = {}
    pictures: dict[str, Image.Image] = {}
    device = find_device("cuda")
    samples = family.read(PromptRequest, checkpoint, {"seed": 5, "num_inference_steps": 4}).samples(checkpoint)
    for mode in MODES:
        model = family.load(checkpoint, replace(device, keep=mode))
        assert family.mode(model) == mode
        torch.cuda.reset_peak_memory_stats()
        (pictures[mode],) = family.generate(model, samples, lambda *_: None)
        peaks[mode] = torch.cuda.max_memory_allocated()
        del model
        gc.collect()
        torch.cuda.empty_cache()
    print({mode: f"{peak / 1e9:.2f} GB" for mode, peak in peaks.items()})
    assert peaks["whole"] > peaks["model_offload"] > peaks["sequential_offload"]
    assert peaks["float8_offload"] <= peaks["model_offload"]
    for mode in ("model_offload", "sequential_offload"):
        assert_alike(pictures["whole"], pictures[mode], device.dtype)


def test_a_gpu_that_is_too_small_gives_the_picture_in_parts_and_says_so(sized: Catalog) -> None:
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info()
    held = torch.empty(max(0, free - LEFT), dtype=torch.uint8, device="cuda")  # the worker is a process of its own
    engine = Engine(sized, device="cuda", memory="whole")
    try:
        engine.start()
        done = engine.submit("ann", PromptRequest, {"num_inference_steps": 2, "seed": 1}, ID).result(900)
        assert done.made[0].size == (512, 512) and engine.status.modes[ID] != "whole"
        later = engine.submit("ann", PromptRequest, {"num_inference_steps": 2, "seed": 1}, ID).result(900)
        assert later.report.seeds == [1]
    finally:
        engine.stop()
        del held
        torch.cuda.empty_cache()


def test_switching_checkpoints_frees_the_memory(sized: Catalog, tmp_path: Path) -> None:
    engine = Engine(sized, device="cuda", budget=3_000_000_000)
    try:
        engine.start()
        for id, task in ((ID, PromptRequest), ("wan-sized", find_family("text_to_video").requests[0])) * 2:
            engine.submit("ann", task, {"num_inference_steps": 1, "seed": 1}, id).result(900)
            assert id in engine.status.loaded and len({ID, "wan-sized"} & set(engine.status.loaded)) == 1
    finally:
        engine.stop()
