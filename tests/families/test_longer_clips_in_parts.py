"""However motion modules and their base are kept in memory, clips of more frames than they learned are the same.

The parts wait in the same memory here, as in ``test_memory_modes``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.catalog import Catalog, read_catalog
from playground.families import find_family
from playground.families.base import Device
from playground.families.image_to_video_film import PictureFilmRequest
from playground.families.text_to_video import ClipFilmRequest
from playground.media.pictures import data_url
from playground.networks.longer_clips import WAYS
from tests.families.filming import made_at_once
from tests.hub.pipelines import tiny_stable_diffusion
from tests.hub.video_pipelines import tiny_motion

pytestmark = pytest.mark.usefixtures("one_core", "offloads_to_here")
MODES = ("whole", "model_offload", "sequential_offload")
FILMS = {"text_to_video": ClipFilmRequest, "image_to_video": PictureFilmRequest}
BEGUN = {"image_to_video": {"image": data_url(Image.new("RGB", (64, 64), "tomato"))}, "text_to_video": {}}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Motion modules as the hub has them, with their base, for clips from words and from a picture."""
    folder = tmp_path_factory.mktemp("mine")
    tiny_motion(folder / "tiny")
    tiny_stable_diffusion(folder / "base")
    shared = (
        'title = { en = "t", zh = "t" }\nlicence = "MIT"\nside = 64\n'
        "memory = { whole = 8.0, model_offload = 4.0, float8_offload = 2.0, sequential_offload = 1.0 }\n"
    )
    defaults = "defaults = { scheduler = 'DDIM', guidance_scale = 3.0, num_frames = 8, width = 64, height = 64 }\n"
    entries = [f'[tiny-base]\nfamily = "text_to_image"\nfolder = "base"\n{shared}']
    entries += [f'[{family}]\nfamily = "{family}"\nfolder = "tiny"\nbase = "tiny-base"\nframes = 16\n{shared}{defaults}'
                for family in FILMS]  # fmt: skip
    (folder / "mine.toml").write_text("".join(entries))
    return read_catalog(folder, more=folder / "mine.toml")


def load(known: Catalog, family: str, keep: str) -> Any:
    return find_family(family).load(known.find(family, family), Device("cpu", "CPU", 8 << 30, "float32", keep))


def make(model: Any, task: Any = None, **values: Any) -> Any:
    family = find_family(model.checkpoint.entry.family)
    asked = {"seed": 7, "num_inference_steps": 1, "num_frames": 18, **BEGUN[family.name]} | values
    return made_at_once(family, model, task or family.requests[0], **asked)


def pixels(frames: list[Image.Image]) -> np.ndarray[Any, Any]:
    return np.stack([np.asarray(frame, dtype=int) for frame in frames])


@pytest.mark.parametrize("family", FILMS)
def test_every_way_makes_the_same_clip_and_the_next_short_one_is_as_learned(known: Catalog, family: str) -> None:
    found = []
    for mode in MODES:
        model = load(known, family, mode)
        assert find_family(family).mode(model) == mode
        clips = [*(make(model, longer=way) for way in WAYS), make(model, num_frames=8)]
        assert [len(clip) for clip in clips] == [18, 18, 18, 8]
        found.append(np.concatenate([pixels(clip) for clip in clips]))
    # In parts, the autoencoder takes its pictures one by one, which rounds.
    assert max(np.abs(found[0] - other).max() for other in found[1:]) <= 1
    slower, again, windows = found[0][:54].reshape(3, -1)
    assert (slower != again).any() and (again != windows).any()


@pytest.mark.parametrize("family", FILMS)
def test_its_steps_are_watched_in_parts_too(known: Catalog, family: str) -> None:
    films = [make(load(known, family, mode), FILMS[family], longer="windows") for mode in MODES]
    assert max(np.abs(pixels([films[0]]) - pixels([other])).max() for other in films[1:]) <= 2


def test_weights_in_eight_bits_make_nearly_the_same_frames(known: Catalog) -> None:
    ours, small = (
        pixels(make(load(known, "text_to_video", mode), longer="windows"))
        for mode in ("model_offload", "float8_offload")
    )
    assert len(small) == 18 and 0 < np.abs(ours - small).mean() < 12
