"""Text → video: its arithmetic is the bare pipeline's, motion can be turned down, and what cannot be is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AnimateDiffPipeline, MotionAdapter, StableDiffusionPipeline
from PIL import Image

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.engine.workers.model_cache import ModelCache
from playground.errors import Cancelled, CatalogError, CheckpointError, InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_video import Loaded, MotionWeightsRequest, VideoRequest
from playground.networks.latents import mixed_noise
from playground.networks.schedulers import make_scheduler
from playground.settings import Settings

FAMILY = find_family("text_to_video")
CPU = Device("cpu", "CPU", 1 << 33, "float32")
QUICK = {"prompt": "red apple rising", "seed": 7, "num_inference_steps": 2, "num_frames": 8, "width": 96, "height": 96}


@pytest.fixture(scope="module")
def checkpoint(catalog: Catalog) -> Checkpoint:
    return catalog.find("", "text_to_video")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Loaded:
    return FAMILY.load(checkpoint, CPU)


@pytest.fixture(scope="module")
def bare(checkpoint: Checkpoint) -> Any:
    """The pipeline as diffusers has it, of the same files."""
    assert checkpoint.base
    parts = StableDiffusionPipeline.from_pretrained(checkpoint.base.path, local_files_only=True).components
    kept = {name: parts[name] for name in ("vae", "text_encoder", "tokenizer", "unet", "scheduler")}
    modules = MotionAdapter.from_pretrained(checkpoint.path, local_files_only=True)
    pipe = AnimateDiffPipeline(**kept, motion_adapter=modules)
    pipe.vae.to(memory_format=torch.channels_last)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def ignore(index: int, of: int, preview: Sequence[Image.Image] | None = None) -> None:
    """Take a step's report."""


def make(model: Loaded, step: Any = ignore, **values: Any) -> list[Image.Image]:
    request = FAMILY.read(VideoRequest, model.checkpoint, QUICK | values)
    return FAMILY.generate(model, request.samples(model.checkpoint), step)[0]


def spread(frames: list[Image.Image]) -> float:
    """How far the frames are from their mean."""
    pixels = np.stack([np.asarray(frame, dtype=float) for frame in frames])
    return float(np.abs(pixels - pixels.mean(0)).mean())


@pytest.mark.parametrize(
    ("scheduler", "values"),
    [("DPM++ 2M", {}), ("Euler a", {"negative_prompt": "dog"}), ("DDIM", {"guidance_scale": 1.0})],
)
def test_it_is_the_bare_pipelines_clip(model: Loaded, bare: Any, scheduler: str, values: dict[str, Any]) -> None:
    kept, bare.scheduler = bare.scheduler, make_scheduler(scheduler, bare.scheduler)
    values = {"guidance_scale": 5.0} | values
    asked = {name: value for name, value in QUICK.items() if name != "seed"} | values
    generator, share = torch.Generator("cpu").manual_seed(7), model.checkpoint.entry.shared_noise
    own, common = (torch.randn(1, 4, frames, 12, 12, generator=generator) for frames in (8, 1))
    noise = (1 - share) ** 0.5 * own + share**0.5 * common
    theirs = bare(**asked, decode_chunk_size=8, generator=generator, latents=noise).frames[0]
    bare.scheduler = kept
    ours = make(model, scheduler=scheduler, **values)
    assert [frame.tobytes() for frame in ours] == [frame.tobytes() for frame in theirs]


def test_frames_have_as_much_noise_in_common_as_the_entry_says() -> None:
    own, common = torch.randn(1, 4, 8, 64, 64), torch.randn(1, 4, 1, 64, 64)
    one, other = mixed_noise(own, common, 0.7)[0, :, :2].movedim(1, 0)
    assert float(one.std()) == pytest.approx(1, abs=0.05)
    assert float((one * other).mean()) == pytest.approx(0.7, abs=0.05)
    assert torch.equal(mixed_noise(own, common, 0.0), own)


def test_every_block_is_a_place_to_stop_and_the_middle_frame_is_shown(model: Loaded) -> None:
    told: list[tuple[int, int, Any]] = []
    make(model, lambda index, of, preview=None: told.append((index, of, preview)))
    assert [index for index, _, _ in told] == sorted(index for index, _, _ in told) and {of for _, of, _ in told} == {3}
    assert sum(index == 0 for index, _, _ in told) == 7, "three blocks down, one in the middle, three up"
    previews = [preview for _, _, preview in told if preview]
    assert previews and all(len(preview) == 1 and preview[0].width >= 96 for preview in previews)

    def stop(index: int, of: int, preview: Any = None) -> None:
        if len(calls) == 3:
            raise Cancelled
        calls.append(index)

    calls: list[int] = []
    with pytest.raises(Cancelled):
        make(model, stop)
    assert calls == [0, 0, 0]
    assert len(make(model)) == 8


def test_the_motion_modules_weight_goes_from_unconnected_pictures_to_what_was_learned(model: Loaded) -> None:
    quick = QUICK | {"num_inference_steps": 1}
    request = FAMILY.read(MotionWeightsRequest, model.checkpoint, quick)
    (three,) = FAMILY.generate(model, request.samples(model.checkpoint), ignore)
    assert len(three) == 8 and three[0].width > 3 * 96 and three[0].height > 96
    spreads = []
    for place, motion in enumerate((0.0, 0.5, 1.0)):
        left = 4 + place * 100
        part = [frame.crop((left, 4, left + 96, 100)) for frame in three]
        alone = make(model, **quick | {"motion_scale": motion})
        assert [frame.tobytes() for frame in part] == [frame.tobytes() for frame in alone]
        spreads.append(spread(part))
    assert len(set(spreads)) == 3


def test_a_prompt_that_is_empty_or_too_long_is_made_and_says_so(model: Loaded) -> None:
    quick = {"num_inference_steps": 1, "guidance_scale": 1.0}
    assert "Empty prompt" in make(model, prompt=" ", **quick)[0].info["notice"].en
    long = "a cat and a dog and a cow and a red apple on a green tree, rolling left"
    assert "rolling left" in make(model, prompt=long, **quick)[0].info["notice"].en
    assert "learned at 128 × 128" in make(model, **quick)[0].info["notice"].en


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"num_frames": 0}, "Frames (num_frames) must be a whole number from 8 to 128; you sent 0."),
        ({"num_frames": 10_000}, "Frames (num_frames) must be a whole number from 8 to 128; you sent 10000."),
        ({"num_frames": 65}, "Frames (num_frames) must be from 8 to 64 for this checkpoint; you sent 65."),
        ({"fps": 0}, "Frames per second (fps) must be a whole number from 1 to 60; you sent 0."),
        ({"width": 512}, "Width (width) must be from 96 to 192 for this checkpoint; you sent 512."),
    ],
)
def test_what_the_checkpoint_cannot_make_is_refused(
    checkpoint: Checkpoint, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        FAMILY.read(VideoRequest, checkpoint, QUICK | values)
    assert refused.value.en == sentence


def test_motion_modules_of_another_network_are_told(tmp_path: Path) -> None:
    shutil.copytree(Settings.checkpoints / "emoji-motion", tmp_path / "emoji-motion")
    (tmp_path / "emoji-motion" / "SHA256SUMS").unlink(missing_ok=True)
    settings = tmp_path / "emoji-motion" / "config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"block_out_channels": [32, 64, 64]}))
    (tmp_path / "emoji-diffusion").symlink_to(Settings.checkpoints / "emoji-diffusion")
    broken = read_catalog(tmp_path).find("emoji-motion", "text_to_video")
    with pytest.raises(CheckpointError, match="Checkpoint emoji-motion cannot be used: its weights are damaged or"):
        ModelCache(CPU, 1 << 30).get(broken, FAMILY)


def test_without_its_folder_the_bundled_entry_is_left_out_and_without_its_base_it_is_told(tmp_path: Path) -> None:
    assert "emoji-motion" not in [checkpoint.id for checkpoint in read_catalog(tmp_path).all()]
    mine = tmp_path / "mine.toml"
    entry = '[mine]\nfamily = "text_to_video"\ntitle = { en = "m", zh = "m" }\nlicence = "MIT"\nfolder = "mine"\n'
    (tmp_path / "mine").mkdir()
    mine.write_text(entry + 'base = "nobody"\n')
    with pytest.raises(CatalogError, match=r"Entry \[mine\]: base must name another entry; there is no \[nobody\]"):
        read_catalog(tmp_path, more=mine)
    mine.write_text(entry + 'base = "stable-diffusion-1-5"\n')
    checkpoint = read_catalog(tmp_path, more=mine).find("mine", "text_to_video")
    with pytest.raises(CheckpointError, match="is put into Stable Diffusion 1.5, 512 px, which is not on this machine"):
        _ = checkpoint.path
