"""Compiled blocks draw the same picture; the first pass is told as one that compiles; torch alone may be asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.catalog import Catalog
from playground.families import find_family
from playground.families.base import TORCH, TRITON, Device
from playground.families.text_to_image import PromptRequest
from playground.networks.regional import compile_blocks
from playground.settings import Settings, read_settings
from playground.ui.shell.texts import MODES

FAMILY = find_family("text_to_image")


def make(model: Any) -> np.ndarray[Any, Any]:
    request = FAMILY.read(PromptRequest, model.checkpoint, {"prompt": "red apple", "seed": 7, "num_inference_steps": 3})
    samples = request.samples(model.checkpoint)
    return np.asarray(FAMILY.generate(model, samples, lambda index, of, preview=None: None)[0], dtype=int)


@pytest.mark.timeout(900)
def test_compiled_blocks_draw_the_same_picture_and_say_that_the_first_one_compiles(catalog: Catalog) -> None:
    checkpoint = catalog.find("", "text_to_image")
    plain = make(FAMILY.load(checkpoint, Device("cpu", "CPU", 1, "float32")))
    model = FAMILY.load(checkpoint, Device("cpu", "CPU", 1, "float32", regional=True))
    blocks = [block for block in model.denoiser.pipe.unet.modules() if type(block).__name__ == "BasicTransformerBlock"]
    assert blocks and all(block._compiled_call_impl is not None for block in blocks)
    assert FAMILY.mode(model) == "compiling" and "compiling" in MODES["compiling"].en
    compiled = make(model)
    assert FAMILY.mode(model) == "whole" and FAMILY.runtime(model) == TRITON
    assert abs(compiled - plain).max() <= 2 and abs(compiled - plain).mean() < 0.1
    FAMILY.use_runtime(model, TORCH)
    assert (make(model) == plain).all(), "what torch made is made again by torch"
    assert FAMILY.runtime(model) == TORCH


def test_what_waits_elsewhere_or_has_no_blocks_is_left_as_it_is(catalog: Catalog) -> None:
    model = FAMILY.load(catalog.find("", "text_to_image"), Device("cpu", "CPU", 1, "float32"))
    assert model.regional is None
    for mode in ("float8_offload", "sequential_offload"):
        assert compile_blocks(model.denoiser.pipe, mode) is None
    assert compile_blocks(object(), "whole") is None


def test_it_is_asked_for_by_a_flag() -> None:
    assert not Settings().regional and read_settings(["--compile", "--port", "7999"]).regional
