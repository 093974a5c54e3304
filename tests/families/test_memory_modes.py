"""However a pipeline is kept in memory, it makes the same pictures; what does not fit goes on in parts.

The parts wait in the same memory here, so that this runs without a GPU: what is moved, when and where to, is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Memory, Title
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_image import FilmRequest, PromptRequest
from playground.families.text_to_image_requests import MOST_PICTURES
from playground.networks import opening
from tests.hub.pipelines import tiny_sdxl, tiny_stable_diffusion

pytestmark = pytest.mark.usefixtures("one_core", "offloads_to_here")
FAMILY = find_family("text_to_image")
WAYS = ("whole", "model_offload", "sequential_offload")
GIB = 1 << 30


def checkpoint_of(build: Callable[[Path], Path], folder: Path) -> Checkpoint:
    build(folder / "tiny")
    start = {"prompt": "red apple", "num_inference_steps": 2, "width": 64, "height": 64, "scheduler": "Euler"}
    entry = Entry(
        family="text_to_image", title=Title(en="t", zh="t"), licence="MIT", folder="tiny", side=64, defaults=start,
        memory=Memory(whole=8, model_offload=4, sequential_offload=1),
    )  # fmt: skip
    return Checkpoint("t", entry, folder, bundled=False)


def made(model: Any, checkpoint: Checkpoint, task: Any = PromptRequest, **values: Any) -> list[bytes]:
    request = FAMILY.read(task, checkpoint, {"seed": 5, **values})
    return [picture.tobytes() for picture in FAMILY.generate(model, request.samples(checkpoint), lambda *_: None)]


def load(checkpoint: Checkpoint, keep: str) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 8 * GIB, "float32", keep))


def test_a_stable_diffusion_makes_the_same_pictures_films_and_walks_in_parts(tmp_path: Path) -> None:
    checkpoint = checkpoint_of(tiny_stable_diffusion, tmp_path)
    found = []
    for way in WAYS:
        model = load(checkpoint, way)
        assert FAMILY.mode(model) == way
        assert model.denoiser.pipe.vae.use_tiling == model.denoiser.pipe.vae.use_slicing == (way != "whole")
        walks = made(model, checkpoint, num_images=2, walk=0.5, second_seed=9)
        found.append((walks, made(model, checkpoint, FilmRequest, num_inference_steps=1)))
    assert found[0] == found[1] == found[2]


def test_a_pipeline_that_is_called_as_a_whole_does_too(tmp_path: Path) -> None:
    checkpoint = checkpoint_of(tiny_sdxl, tmp_path)
    pictures = [made(load(checkpoint, way), checkpoint) for way in WAYS]
    assert pictures[0] == pictures[1] == pictures[2]


def test_weights_in_eight_bits_take_a_fraction_and_change_a_picture_little(tmp_path: Path) -> None:
    checkpoint, found, bytes_ = checkpoint_of(tiny_sdxl, tmp_path), [], []
    for way in ("model_offload", "float8_offload"):
        model = load(checkpoint, way)
        assert FAMILY.mode(model) == way
        found.append(np.frombuffer(made(model, checkpoint, guidance_scale=1.0)[0], dtype=np.uint8).astype(int))
        bytes_.append(sum(weight.numel() * weight.element_size() for weight in model.denoiser.pipe.unet.parameters()))
    assert bytes_[1] < 0.6 * bytes_[0]
    assert 0 < np.abs(found[0] - found[1]).mean() < 8


def test_loading_that_runs_out_of_memory_goes_on_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint, keep, tried = checkpoint_of(tiny_stable_diffusion, tmp_path), opening.keep, list[str]()

    def small(pipe: Any, mode: str, device: str) -> None:
        tried.append(mode)
        if mode == "whole":
            raise torch.OutOfMemoryError("tried to allocate more than there is")
        keep(pipe, mode, device)

    monkeypatch.setattr(opening, "keep", small)
    model = load(checkpoint, "auto")
    assert tried == ["whole", "model_offload"] and FAMILY.mode(model) == "model_offload"
    assert made(model, checkpoint)


def test_parts_save_nothing_where_the_device_has_no_memory_of_its_own(tmp_path: Path) -> None:
    model = load(checkpoint_of(tiny_stable_diffusion, tmp_path), "auto")
    assert FAMILY.mode(model) == "whole" and not FAMILY.lower_mode(model, Device("cpu", "CPU", GIB, "float32"))
    assert FAMILY.lower_mode(model, Device("cuda:0", "GPU", GIB, "float16")) == "model_offload"


def test_small_pictures_share_larger_passes_than_large_ones(catalog: Catalog) -> None:
    small, large = (catalog.find(name, FAMILY.name) for name in ("emoji-diffusion", "stable-diffusion-1-5"))
    assert FAMILY.batch_limit(small) == FAMILY.max_batch == 16
    assert FAMILY.batch_limit(large) == MOST_PICTURES
