"""Image → video through pipelines of the hub: opened by the class that the catalogue names, with what each takes."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
from PIL import Image

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import Cancelled, InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.image_to_image_requests import painting_of
from playground.families.image_to_video_requests import ImageToVideoRequest
from playground.families.whole_videos import GUIDED_BY_A_PART, LEAST_FRAMES, NOT_WORDED, OF_A_PICTURE, OWN_SIZE
from playground.media.pictures import data_url
from tests.hub.chat_video_pipelines import tiny_hunyuan_video_of_pictures, tiny_kandinsky_of_pictures
from tests.hub.gemma_pipelines import tiny_ltx2
from tests.hub.video_pipelines import tiny_cogvideox_of_pictures, tiny_ltx, tiny_stable_video, tiny_wan_of_both

FAMILY = find_family("image_to_video")
TINY: dict[str, Callable[[Path], Path]] = {
    "WanImageToVideoPipeline": tiny_wan_of_both, "LTXImageToVideoPipeline": tiny_ltx,
    "CogVideoXImageToVideoPipeline": tiny_cogvideox_of_pictures, "StableVideoDiffusionPipeline": tiny_stable_video,
    "HunyuanVideo15ImageToVideoPipeline": tiny_hunyuan_video_of_pictures, "LTX2ImageToVideoPipeline": tiny_ltx2,
    "Kandinsky5I2VPipeline": tiny_kandinsky_of_pictures,
}  # fmt: skip
SHARED = 'title = { en = "t", zh = "t" }\nlicence = "MIT"\nside = 64\n'
DEFAULTS = "num_inference_steps = 2, guidance_scale = 3.0, num_frames = FRAMES, width = 64, height = 64"
PICTURE = data_url(Image.new("RGB", (80, 60), "tomato"))


@pytest.fixture(scope="module", params=TINY)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    kind: str = request.param
    folder = tmp_path_factory.mktemp(kind)
    TINY[kind](folder / "tiny")
    (folder / "mine.toml").write_text(
        f'[tiny]\nfamily = "image_to_video"\nfolder = "tiny"\n{SHARED}pipeline = "{kind}"\n'
        f'defaults = {{ scheduler = "Own", {DEFAULTS.replace("FRAMES", str(LEAST_FRAMES.get(kind, 9)))} }}\n'
    )
    return read_catalog(folder, more=folder / "mine.toml").find("tiny", "image_to_video")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 8 << 30, "float32"))


def ask(checkpoint: Checkpoint, **values: Any) -> Any:
    worded = {} if checkpoint.entry.pipeline in NOT_WORDED else {"prompt": "red apple", "negative_prompt": "dog"}
    return FAMILY.read(ImageToVideoRequest, checkpoint, {"seed": 5, "image": PICTURE} | worded | values)


def test_a_picture_becomes_a_clip_step_by_step_and_a_stop_stops_it(checkpoint: Checkpoint, model: Any) -> None:
    told: list[int] = []
    sample = ask(checkpoint).samples(checkpoint)
    (frames,) = FAMILY.generate(model, sample, lambda index, of, preview=None: told.append(index))
    assert type(model.network.pipe).__name__ == checkpoint.entry.pipeline
    assert [frame.size for frame in frames] == [(64, 64)] * checkpoint.defaults["num_frames"] and told == [1, 2, 3]

    def stop(index: int, of: int, preview: Any = None) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        FAMILY.generate(model, sample, stop)
    assert FAMILY.generate(model, ask(checkpoint, loop=True).samples(checkpoint), lambda *_: None)[0][8:9]


def test_the_python_lines_make_the_same_frames(checkpoint: Checkpoint, model: Any, tmp_path: Path) -> None:
    request = ask(checkpoint)
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        painting_of(PICTURE, 64, 64).save("picture.png")
        exec(compile(FAMILY.code(checkpoint, request, None), "lines", "exec"), {})
    finally:
        os.chdir(here)
    (ours,) = FAMILY.generate(model, request.samples(checkpoint), lambda *_: None)
    files = sorted(tmp_path.glob("frame-*.png"))
    assert len(files) == len(ours)
    for file, frame in zip(files, ours, strict=True):
        with Image.open(file) as saved:
            assert np.abs(np.asarray(saved, dtype=int) - np.asarray(frame, dtype=int)).max() <= 1


def test_fewer_frames_than_it_can_liken_to_each_other_are_refused(checkpoint: Checkpoint) -> None:
    least = LEAST_FRAMES.get(checkpoint.entry.pipeline, 8)
    with pytest.raises(InvalidInput, match=rf"Frames \(num_frames\) must be .*from {least} to"):
        ask(checkpoint, num_frames=least - 1)


def test_a_size_that_is_not_as_asked_is_told(checkpoint: Checkpoint, model: Any) -> None:
    if checkpoint.entry.pipeline not in OWN_SIZE:
        assert not {"width", "height"} & set(FAMILY.unused(checkpoint))
        return
    assert {"width", "height"} <= set(FAMILY.unused(checkpoint))
    (frames,) = FAMILY.generate(model, ask(checkpoint, width=96, height=64).samples(checkpoint), lambda *_: None)
    width, height = frames[0].size
    assert width > height and (width, height) != (96, 64)
    assert f"chooses its size by the picture's proportions: {width} × {height}" in frames[0].info["notice"].en


def test_every_pipeline_of_the_catalogue_exists_and_takes_what_the_form_shows(catalog: Catalog) -> None:
    assert set(TINY) == set(OF_A_PICTURE)
    named_otherwise = {"seed", "scheduler", "fps", "loop", "guidance_scale"}
    for entry in catalog.of_family("image_to_video"):
        assert FAMILY.runs(entry)
        if entry.entry.base:
            continue
        takes = set(inspect.signature(getattr(diffusers, entry.entry.pipeline).__call__).parameters)
        shown = set(ImageToVideoRequest.model_fields) - set(FAMILY.unused(entry)) - named_otherwise
        assert shown <= takes, entry.id
        assert set(entry.entry.call) <= takes
        if entry.entry.pipeline in GUIDED_BY_A_PART:
            continue  # guided by the guider, and followed by the scheduler's steps
        assert takes & {"guidance_scale", "max_guidance_scale"} and "callback_on_step_end" in takes
