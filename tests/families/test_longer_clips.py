"""Clips of more frames than motion modules learned: three ways, each that of the lines shown, each told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.embeddings import SinusoidalPositionalEmbedding
from PIL import Image

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.image_to_video_requests import ImageToVideoRequest
from playground.families.text_to_video import Loaded, MotionWeightsRequest, VideoRequest
from playground.media.pictures import data_url
from playground.networks.longer_clips import WAYS, WINDOW, frame_numbers, positions, shuffle_windows
from playground.settings import Settings
from tests.families.lines import far
from tests.hub.pipelines import tiny_stable_diffusion
from tests.hub.video_pipelines import tiny_motion

pytestmark = pytest.mark.usefixtures("one_core")
FAMILY = find_family("text_to_video")
CPU = Device("cpu", "CPU", 1 << 33, "float32")
QUICK = {"prompt": "red apple rising", "seed": 7, "num_inference_steps": 2, "num_frames": 21, "width": 96, "height": 96}


@pytest.fixture(scope="module")
def model(catalog: Catalog) -> Loaded:
    return FAMILY.load(catalog.find("", "text_to_video"), CPU)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Motion modules of somebody else, whose entry says nothing of noise in common."""
    folder = tmp_path_factory.mktemp("mine")
    tiny_motion(folder / "tiny")
    tiny_stable_diffusion(folder / "base")
    shared = 'title = { en = "t", zh = "t" }\nlicence = "MIT"\nside = 64\n'
    defaults = 'defaults = { scheduler = "DDIM", guidance_scale = 3.0, num_frames = 8, width = 64, height = 64 }\n'
    (folder / "mine.toml").write_text(
        f'[tiny-base]\nfamily = "text_to_image"\nfolder = "base"\n{shared}'
        f'[tiny]\nfamily = "text_to_video"\nfolder = "tiny"\nbase = "tiny-base"\n{shared}{defaults}'
    )
    return FAMILY.load(read_catalog(folder, more=folder / "mine.toml").find("tiny", "text_to_video"), CPU)


def make(model: Loaded, **values: Any) -> list[Image.Image]:
    request = FAMILY.read(VideoRequest, model.checkpoint, QUICK | values)
    return FAMILY.generate(model, request.samples(model.checkpoint), lambda *_, **__: None)[0]


def bytes_of(frames: list[Image.Image]) -> list[bytes]:
    return [frame.tobytes() for frame in frames]


def by_lines(checkpoint: Checkpoint, folder: Path, **values: Any) -> list[Image.Image]:
    """Run the Python lines that the page shows."""
    request = FAMILY.read(VideoRequest, checkpoint, QUICK | values)
    here = Path.cwd()
    if not (folder / "checkpoints").exists():
        (folder / "checkpoints").symlink_to(Settings.checkpoints.absolute())
    os.chdir(folder)
    try:
        exec(compile(FAMILY.code(checkpoint, request, None), "lines", "exec"), {})
    finally:
        os.chdir(here)
    return [Image.open(file) for file in sorted(folder.glob("frame-*.png"))]


@pytest.mark.parametrize("way", WAYS)
def test_the_python_lines_make_the_same_frames(model: Loaded, way: str, tmp_path: Path) -> None:
    ours, theirs = make(model, longer=way), by_lines(model.checkpoint, tmp_path, longer=way)
    assert len(ours) == len(theirs) == 21
    if way == "windows":  # the pipeline with FreeNoise blends a prompt with itself, which rounds
        assert max(far(one, other) for one, other in zip(ours, theirs, strict=True)) <= 1
    else:
        assert bytes_of(ours) == bytes_of(theirs)


def test_windows_of_somebody_elses_modules_are_diffusers_own_with_its_shuffled_noise(
    tiny: Loaded, tmp_path: Path
) -> None:
    asked = {"longer": "windows", "num_frames": 38, "width": 64, "height": 64, "scheduler": "DDIM"}
    ours, theirs = make(tiny, **asked), by_lines(tiny.checkpoint, tmp_path, **asked)
    assert max(far(one, other) for one, other in zip(ours, theirs, strict=True)) <= 1
    plain = make(tiny, **asked | {"longer": "slower"})
    assert max(far(one, other) for one, other in zip(ours, plain, strict=True)) > 1


def test_what_was_learned_stays_as_it_was_whatever_was_made_before(model: Loaded, catalog: Catalog) -> None:
    fresh = bytes_of(make(model, num_frames=8))
    for way in WAYS:
        longer = make(model, longer=way, num_frames=17, num_inference_steps=1)
        assert bytes_of(make(model, longer=way, num_frames=17, num_inference_steps=1)) == bytes_of(longer)
        assert bytes_of(make(model, longer=way, num_frames=8)) == fresh, "up to 16 frames the way makes no difference"


@pytest.mark.parametrize(
    ("way", "words"),
    [("slower", "spread over 17, slower"), ("again", "again and again"), ("windows", "more of the same motion")],
)
def test_a_longer_clip_says_how_it_got_longer(model: Loaded, way: str, words: str) -> None:
    notice = make(model, longer=way, num_frames=17, num_inference_steps=1)[0].info["notice"]
    assert words in notice.en and "learned 16 frames" in notice.en and "16 帧" in notice.zh
    assert "learned 16" not in make(model, longer=way, num_frames=16, num_inference_steps=1)[0].info["notice"].en


def test_three_weights_and_a_clip_from_a_picture_get_longer_too(model: Loaded, catalog: Catalog) -> None:
    request = FAMILY.read(MotionWeightsRequest, model.checkpoint, QUICK | {"num_inference_steps": 1, "num_frames": 18})
    assert len(FAMILY.generate(model, request.samples(model.checkpoint), lambda *_: None)[0]) == 18
    family = find_family("image_to_video")
    checkpoint = catalog.find("", "image_to_video")
    loaded = family.load(checkpoint, CPU)
    picture = Image.new("RGB", (96, 96), "white")
    picture.paste("red", (30, 30, 66, 66))
    values = QUICK | {"image": data_url(picture), "num_inference_steps": 3}
    frames = family.generate(
        loaded, family.read(ImageToVideoRequest, checkpoint, values).samples(checkpoint), lambda *_, **__: None
    )[0]
    assert len(frames) == 21 and "spread over 21" in frames[0].info["notice"].en


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"num_frames": 65}, "Frames (num_frames) must be from 8 to 64 for this checkpoint; you sent 65."),
        ({"longer": "for ever"}, "A longer clip (longer) must be one of: slower, again, windows; you sent 'for ever'."),
    ],
    ids=str,
)
def test_what_is_too_long_or_no_way_is_refused(model: Loaded, values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FAMILY.read(VideoRequest, model.checkpoint, QUICK | values)
    assert refused.value.en == sentence


def test_numbers_are_spread_or_come_round_and_whole_ones_are_what_diffusers_has() -> None:
    slower, again = frame_numbers("slower", 64), frame_numbers("again", 40)
    assert slower is not None and again is not None and frame_numbers("windows", 64) is None
    assert slower[0] == 0 and slower[-1] == WINDOW - 1 and len(slower) == 64
    step = float(again[1])
    assert float(again[-1]) + step == pytest.approx(WINDOW), "behind the last frame comes the first"
    assert float(again.max()) < WINDOW
    learned = SinusoidalPositionalEmbedding(64, 32).pe
    assert torch.equal(positions(torch.arange(32), 64), learned)


def test_shuffled_noise_is_that_of_the_first_window() -> None:
    noise = torch.arange(64.0).view(1, 1, 64, 1, 1).clone()
    shuffled = shuffle_windows(noise, torch.Generator().manual_seed(1)).flatten().tolist()
    assert shuffled[:WINDOW] == list(range(WINDOW)) and set(shuffled) == set(range(WINDOW))
    for start in range(WINDOW, 64, 4):
        assert sorted(shuffled[start : start + 4]) == sorted(shuffled[start - WINDOW : start - WINDOW + 4])


def test_a_longer_clip_counts_as_more_steps(model: Loaded) -> None:
    samples = [FAMILY.read(VideoRequest, model.checkpoint, QUICK | {"num_frames": frames}).samples(model.checkpoint)[0]
               for frames in (16, 64)]  # fmt: skip
    assert FAMILY.steps(samples[1]) == 4 * FAMILY.steps(samples[0]) == 8
