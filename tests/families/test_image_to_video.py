"""Clips that begin with a picture: its round trip first, the words' path after it, and odd pictures refused or told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import InvalidInput, UnreadableFile
from playground.families import find_family
from playground.families.base import Device
from playground.families.image_to_video_requests import ImageToVideoRequest
from playground.families.text_to_video import Loaded
from playground.media.pictures import data_url
from playground.networks.carrying import carry, measure_path
from tests.hub.pipelines import tiny_stable_diffusion
from tests.hub.video_pipelines import tiny_motion

FAMILY = find_family("image_to_video")
CPU = Device("cpu", "CPU", 1 << 33, "float32")


def ball(side: int = 128, right: float = 0.0, size: float = 0.4, ground: str = "white") -> Image.Image:
    """A red ball with a dark stripe."""
    picture = Image.new("RGB", (side, side), ground)
    pen, middle, radius = ImageDraw.Draw(picture), side * (0.5 + right), side * size / 2
    pen.ellipse((middle - radius, side / 2 - radius, middle + radius, side / 2 + radius), fill=(220, 50, 40))
    pen.line((middle, side / 2 - radius, middle, side / 2 + radius), fill=(60, 20, 20), width=max(1, side // 32))
    return picture


QUICK = {"image": data_url(ball()), "prompt": "red apple rolling right", "seed": 7, "num_inference_steps": 6}


@pytest.fixture(scope="module")
def checkpoint(catalog: Catalog) -> Checkpoint:
    return catalog.find("", "image_to_video")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Loaded:
    return FAMILY.load(checkpoint, CPU)


def make(model: Any, **values: Any) -> list[Image.Image]:
    request = FAMILY.read(ImageToVideoRequest, model.checkpoint, QUICK | values)
    frames: list[Image.Image] = FAMILY.generate(model, request.samples(model.checkpoint), lambda *_, **__: None)[0]
    return frames


def far(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def round_trip(model: Any, picture: Image.Image) -> Image.Image:
    vae = model.network.pipe.vae
    with torch.inference_mode():
        pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
        made = vae.decode(vae.encode(pixels).latent_dist.mode()).sample.clamp(-1, 1)[0] / 2 + 0.5
    return Image.fromarray((made.permute(1, 2, 0) * 255).round().byte().numpy())


def middle(picture: Image.Image) -> float:
    """Where the thing is, from the left, 0 to 1."""
    dark = 255 - np.asarray(picture.convert("L"), dtype=float)
    dark *= dark > 40
    return float((dark.sum(0) * np.arange(dark.shape[1])).sum() / dark.sum() / dark.shape[1])


@pytest.mark.parametrize("scheduler", ["DPM++ 2M", "Euler a"])
def test_a_clip_begins_with_the_pictures_round_trip_and_goes_where_the_words_say(model: Loaded, scheduler: str) -> None:
    frames = make(model, scheduler=scheduler)
    assert len(frames) == 16 and far(frames[0], round_trip(model, ball())) < 1
    assert middle(frames[-1]) - middle(frames[0]) > 0.1


def test_the_less_closely_it_is_followed_the_farther_the_clip_goes_from_it(model: Loaded) -> None:
    close, loose, not_at_all = (make(model, strength=strength, num_frames=8) for strength in (1, 0.5, 0))
    assert far(close[0], ball()) < far(loose[0], ball()) < far(not_at_all[0], ball())


def test_a_loop_comes_back_to_its_first_frame_without_showing_an_end_twice(model: Loaded) -> None:
    plain, loop = make(model, num_frames=8), make(model, num_frames=8, loop=True)
    assert [frame.tobytes() for frame in loop[:8]] == [frame.tobytes() for frame in plain]
    assert len(loop) == 14 and loop[-1].tobytes() == plain[1].tobytes()


@pytest.mark.parametrize("size", [(1, 1), (9000, 100)], ids=str)
def test_any_size_is_taken_whole_and_no_words_are_needed(model: Loaded, size: tuple[int, int]) -> None:
    thumbnail = Image.new("RGB", size, "navy")
    thumbnail.thumbnail((256, 256))
    frames = make(model, image=data_url(thumbnail), prompt="", num_frames=8, num_inference_steps=3)
    assert [frame.size for frame in frames] == [(128, 128)] * 8


def test_who_sends_a_moving_picture_is_told_that_its_first_frame_was_taken(model: Loaded) -> None:
    first = ball()
    first.info["frames"] = 12
    assert "its first frame of 12 was taken" in make(model, image=data_url(first), num_frames=8)[0].info["notice"].en
    assert "notice" not in make(model, num_frames=8)[0].info


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"image": ""}, "image", "no picture to begin with"),
        ({"strength": float("nan")}, "strength", "from 0 to 1"),
        ({"strength": 1.01}, "strength", "from 0 to 1"),
        ({"num_frames": 65}, "num_frames", "from 8 to 64 for this checkpoint"),
        ({"loop": "perhaps"}, "loop", "true or false"),
    ],
    ids=str,
)
def test_what_cannot_be_made_is_refused(checkpoint: Checkpoint, values: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FAMILY.read(ImageToVideoRequest, checkpoint, QUICK | values)
    assert refused.value.field == field and words in refused.value.en


def test_a_damaged_picture_is_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(UnreadableFile):
        FAMILY.read(ImageToVideoRequest, checkpoint, QUICK | {"image": QUICK["image"][:60]})


def as_tensor(picture: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255


def test_a_path_is_measured_and_a_picture_carried_along_it() -> None:
    places = [0.05 * frame for frame in range(8)]
    path = measure_path(torch.stack([as_tensor(ball(right=place)) for place in places]))
    assert path.right[-1] > 0.2 and path.down.abs().max() < 0.01 and torch.equal(path.size, torch.ones(8))
    carried = carry(as_tensor(ball(size=0.6, ground="gold")), path)
    assert torch.equal(carried[0], as_tensor(ball(size=0.6, ground="gold"))) or (
        (carried[0] - as_tensor(ball(size=0.6, ground="gold"))).abs().max() < 0.01
    )
    assert (carried[-1, :, 0, 0] - as_tensor(ball(ground="gold"))[:, 0, 0]).abs().max() < 0.01
    grown = measure_path(torch.stack([as_tensor(ball(size=0.2 + 0.08 * frame)) for frame in range(8)]))
    assert 1.3 < grown.size[-1] <= 1.6 and grown.strength.min() == 1
    faded = measure_path(torch.stack([1 - (1 - frame / 8) * (1 - as_tensor(ball())) for frame in range(8)]))
    assert faded.strength[0] == 1 and faded.strength[-1] < 0.5


def test_nothing_seen_is_a_picture_that_stays() -> None:
    path = measure_path(torch.ones(8, 3, 32, 32))
    assert torch.allclose(carry(as_tensor(ball(32)), path)[-1], as_tensor(ball(32)), atol=0.01)


def test_other_motion_modules_begin_every_frame_with_the_picture_and_say_that_it_is_the_weaker_way(
    tmp_path: Path,
) -> None:
    tiny_motion(tmp_path / "tiny")
    tiny_stable_diffusion(tmp_path / "base")
    shared = 'title = { en = "t", zh = "t" }\nlicence = "MIT"\nside = 64\n'
    defaults = 'defaults = { scheduler = "DDIM", guidance_scale = 3.0, num_frames = 8, width = 64, height = 64 }\n'
    (tmp_path / "mine.toml").write_text(
        f'[tiny-base]\nfamily = "text_to_image"\nfolder = "base"\n{shared}'
        f'[tiny]\nfamily = "image_to_video"\nfolder = "tiny"\nbase = "tiny-base"\n{shared}{defaults}'
    )
    tiny = read_catalog(tmp_path, more=tmp_path / "mine.toml").find("tiny", "image_to_video")
    loaded = FAMILY.load(tiny, CPU)
    frames = make(loaded, num_inference_steps=4)
    assert "not taught to begin with a picture" in frames[0].info["notice"].en
    assert far(frames[0], round_trip(loaded, ball(128).resize((64, 64), Image.Resampling.BICUBIC))) < 2
