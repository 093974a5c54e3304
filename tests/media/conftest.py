"""A record and pictures that the media tests share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from playground.media.metadata import Metadata


@pytest.fixture
def metadata() -> Metadata:
    return Metadata(
        family="text_to_image",
        checkpoint="emoji-diffusion",
        revision=None,
        task="text_to_image",
        request={
            "prompt": '一只"猫"，戴着帽子 <b>&amp;</b>',
            "negative_prompt": "blurry, dark\nsecond line",
            "guidance_scale": 7.5,
            "num_inference_steps": 25,
            "scheduler": "DPM++ 2M, Karras",
            "seed": -1,
            "tile": True,
            "note": None,
        },
        seed=2**40 + 7,
        seconds=1.25,
        device="cpu",
        dtype="float32",
        batch_size=8,
        batch_position=3,
        versions={"torch": "2.13.0", "pillow": "12.3.0"},
    )


@pytest.fixture
def frames() -> Callable[..., list[Image.Image]]:
    def make(count: int, width: int = 28, height: int = 28) -> list[Image.Image]:
        """Grey frames, each different from the one before."""
        ramp = np.linspace(0, 255, width * height).reshape(height, width)
        return [Image.fromarray(np.roll(ramp, 3 * index, axis=0).astype(np.uint8)) for index in range(count)]

    return make
