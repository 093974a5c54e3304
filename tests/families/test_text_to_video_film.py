"""How a clip forms and which frames look at which: watched without a change, kept for the next question, refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_video import ClipFilmRequest, FramesLensRequest, Loaded, VideoRequest
from playground.families.text_to_video_passes import run_settings
from playground.networks.clip_film import FRAMES, STEPS, record_clip
from playground.networks.text_to_image import Look
from playground.networks.text_to_video import ClipRun
from tests.families.filming import made_at_once

FAMILY = find_family("text_to_video")
ASKED = {"prompt": "red apple rising", "seed": 7, "num_inference_steps": 8, "width": 96, "height": 96}


@pytest.fixture(scope="module")
def model(catalog: Catalog, one_core: None) -> Loaded:
    return FAMILY.load(catalog.find("", "text_to_video"), Device("cpu", "CPU", 1 << 33, "float32"))


def made(model: Loaded, task: Any, told: list[tuple[int, int]] | None = None, **values: Any) -> Any:
    return made_at_once(FAMILY, model, task, told, **ASKED | values)


def run_of(model: Loaded, **values: Any) -> ClipRun:
    request = FAMILY.read(VideoRequest, model.checkpoint, ASKED | values)
    return ClipRun(**run_settings(model.checkpoint, request.samples(model.checkpoint)[0]))


def test_watching_changes_no_bit_and_leaves_nothing_behind(model: Loaded) -> None:
    animator: Any = model.network
    before = sum(len(module._forward_hooks) for module in animator.pipe.unet.modules())
    run, seen = run_of(model, num_frames=9), list[Look]()
    animator.animate(run, seen.append, lambda: None)
    recording = record_clip(animator, run, lambda index, of: None)
    assert torch.equal(recording.beliefs[-1, -1], seen[-1].belief(seen[-1].guided)[0, :, -1])
    assert recording.steps == [1, 2, 4, 5, 7, 8] and recording.of == 8 and len(recording.steps) == STEPS
    assert recording.frames == [1, 2, 3, 4, 6, 7, 8, 9] and len(recording.frames) == FRAMES
    assert sum(len(module._forward_hooks) for module in animator.pipe.unet.modules()) == before


@pytest.mark.parametrize(("longer", "frames"), [("slower", 18), ("windows", 22), ("slower", 9)])
def test_what_a_frame_looks_at_adds_up_to_one(model: Loaded, longer: str, frames: int) -> None:
    animator: Any = model.network
    recording = record_clip(
        animator, run_of(model, num_frames=frames, num_inference_steps=1, longer=longer), lambda *_: None
    )
    assert [each.shape[1:] for each in recording.looks] == [(side, side, frames, frames) for side in (12, 6, 3)], (
        "as many places as latents, a quarter, a sixteenth"
    )
    for each in recording.looks:
        assert torch.allclose(each.float().sum(-1), torch.ones(()), atol=0.01)
    looks, step, places = recording.looks_from(1.0, 0.0, 40, 1.0)
    assert (looks.shape, step, places) == ((frames, frames), 1, (3, 3))
    if longer == "windows":
        assert looks[0, 16:].max() == 0 and looks[-1, : frames - 16].max() == 0, "no window reaches so far"
        assert looks[0, 8:16].max() > 0 and looks[-1, frames - 16 : frames - 8].max() > 0
    else:
        assert looks[0, 1:].max() > 0 and looks[-1, :-1].max() > 0


def test_the_films_last_row_is_the_clip(model: Loaded) -> None:
    page: Image.Image = made(model, ClipFilmRequest, num_frames=8)
    frames = made(model, VideoRequest, num_frames=8)
    assert page.size == (8 * 96, 6 * 96) and page.info["frames"] == list(range(1, 9)) and page.info["of"] == 8
    last = [page.crop((column * 96, 5 * 96, column * 96 + 96, 6 * 96)) for column in range(8)]
    apart = [
        np.abs(np.asarray(one, int) - np.asarray(other, int)).mean() for one, other in zip(last, frames, strict=True)
    ]
    assert max(apart) < 1
    first = np.asarray(page.crop((0, 0, 96, 96)), int)
    assert np.abs(first - np.asarray(frames[0], int)).mean() > 5, "what is believed first is far from it"


def test_a_place_that_is_asked_for_behind_a_film_needs_no_second_run(model: Loaded) -> None:
    told: list[tuple[int, int]] = []
    made(model, ClipFilmRequest, num_frames=8, seed=21)
    near = made(model, FramesLensRequest, told, num_frames=8, seed=21, across=0.5, down=0.5, at_step=8)
    assert told == [(1, 1)]
    assert near.rows == near.columns == tuple(str(frame) for frame in range(1, 9))
    assert "Step 8 of 8, layers of 6 × 6 places" in near.info["notice"].en and "第 8 步" in near.info["notice"].zh
    corner = made(model, FramesLensRequest, num_frames=8, seed=21, across=0.0, down=1.0, at_step=8)
    early = made(model, FramesLensRequest, num_frames=8, seed=21, at_step=1)
    coarse = made(model, FramesLensRequest, num_frames=8, seed=21, at_step=8, level="coarse")
    assert len({near.values, corner.values, early.values, coarse.values}) == 4
    assert "layers of 3 × 3" in coarse.info["notice"].en
    other: list[tuple[int, int]] = []
    made(model, FramesLensRequest, other, num_frames=8, seed=22)
    assert other[-1] == (9, 9) and len(other) > 9, "another clip is made to be watched"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"across": float("nan")}, "across"),
        ({"down": 1.1}, "down"),
        ({"level": "deep"}, "level"),
        ({"at_step": 0}, "at_step"),
    ],
    ids=str,
)
def test_a_place_that_is_none_is_refused(model: Loaded, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FAMILY.read(FramesLensRequest, model.checkpoint, ASKED | values)
    assert refused.value.field == field


def test_a_pipeline_without_motion_modules_has_no_film(catalog: Catalog) -> None:
    whole = catalog.find("wan-2-1-1-3b", "text_to_video")
    with pytest.raises(InvalidInput, match="no motion modules to turn down or to look into"):
        FAMILY.read(ClipFilmRequest, whole, {"scheduler": "Own", "prompt": "a boat"})
