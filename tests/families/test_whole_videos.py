"""Text → video through pipelines of the hub: reported, stopped, seeded, with what each takes; and motion modules."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import pytest
from PIL import Image

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import Cancelled, InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_video import MotionWeightsRequest, VideoRequest
from playground.families.whole_videos import GUIDED_BY_A_PART, OF_WORDS, SILENT, WITH_SOUND
from tests.families.lines import far, run_lines
from tests.hub.chat_video_pipelines import tiny_hunyuan_video, tiny_kandinsky
from tests.hub.gemma_pipelines import tiny_ltx2
from tests.hub.pipelines import tiny_stable_diffusion
from tests.hub.video_pipelines import tiny_cogvideox, tiny_ltx, tiny_mochi, tiny_motion, tiny_wan

FAMILY = find_family("text_to_video")
TINY: dict[str, Callable[[Path], Path]] = {
    "WanPipeline": tiny_wan, "LTXPipeline": tiny_ltx, "CogVideoXPipeline": tiny_cogvideox, "MochiPipeline": tiny_mochi,
    "HunyuanVideo15Pipeline": tiny_hunyuan_video, "LTX2Pipeline": tiny_ltx2,
    "Kandinsky5T2VPipeline": tiny_kandinsky, "motion": tiny_motion,
}  # fmt: skip
SHARED = 'title = { en = "t", zh = "t" }\nlicence = "MIT"\nside = 64\n'
DEFAULTS = "num_inference_steps = 2, guidance_scale = 3.0, num_frames = FRAMES, width = 64, height = 64"
CATALOG = f"""
[tiny-base]
family = "text_to_image"
folder = "base"
{SHARED}
[tiny]
family = "text_to_video"
folder = "tiny"
{SHARED}"""


@pytest.fixture(scope="module", params=TINY)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    kind: str = request.param
    folder = tmp_path_factory.mktemp(kind)
    TINY[kind](folder / "tiny")
    tiny_stable_diffusion(folder / "base")
    source = 'base = "tiny-base"\nscheduler = { beta_schedule = "linear" }\n' if kind == "motion" else ""
    source = source or f'pipeline = "{kind}"\n'
    frames = "13" if kind == "MochiPipeline" else "9"
    scheduler = "DDIM" if kind == "motion" else "Own"
    defaults = (
        f'defaults = {{ prompt = "red apple", scheduler = "{scheduler}", {DEFAULTS.replace("FRAMES", frames)} }}\n'
    )
    call = "call = { stg_scale = 0.0, use_cross_timestep = false }\n" if kind in WITH_SOUND else ""
    (folder / "mine.toml").write_text(CATALOG + source + call + defaults)
    return read_catalog(folder, more=folder / "mine.toml").find("tiny", "text_to_video")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 8 << 30, "float32"))


def samples(checkpoint: Checkpoint, **values: Any) -> list[Any]:
    return FAMILY.read(VideoRequest, checkpoint, {"seed": 5} | values).samples(checkpoint)


def test_a_seed_makes_its_clip_step_by_step(checkpoint: Checkpoint, model: Any) -> None:
    told: list[tuple[int, int]] = []
    (frames,) = FAMILY.generate(model, samples(checkpoint), lambda index, of, preview=None: told.append((index, of)))
    assert [frame.size for frame in frames] == [(64, 64)] * checkpoint.defaults["num_frames"]
    silent = SILENT.en in getattr(frames[0].info.get("notice"), "en", "")
    assert silent == (checkpoint.entry.pipeline in WITH_SOUND), "what is left out is told"
    steps = sorted({index for index, _ in told} - {0})
    assert steps == list(range(1, told[-1][1] + 1)) and steps[:2] == [1, 2]
    again = FAMILY.generate(model, samples(checkpoint), lambda *_: None)[0]
    assert [frame.tobytes() for frame in again] == [frame.tobytes() for frame in frames]
    other = FAMILY.generate(model, samples(checkpoint, seed=6), lambda *_: None)[0]
    assert max(far(a, b) for a, b in zip(other, frames, strict=True)) > 0


def test_it_stops_at_its_next_step_and_goes_on_with_the_next_job(checkpoint: Checkpoint, model: Any) -> None:
    def stop(index: int, of: int, preview: Any = None) -> None:
        if index == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        FAMILY.generate(model, samples(checkpoint), stop)
    assert FAMILY.generate(model, samples(checkpoint), lambda *_: None)


def test_the_python_lines_make_the_same_frames(checkpoint: Checkpoint, model: Any, tmp_path: Path) -> None:
    request = FAMILY.read(VideoRequest, checkpoint, {"seed": 5, "negative_prompt": "dog"})
    run_lines(FAMILY.code(checkpoint, request, None), tmp_path)
    (ours,) = FAMILY.generate(model, request.samples(checkpoint), lambda *_: None)
    files = sorted(tmp_path.glob("*.png"))
    assert len(files) == len(ours)
    for file, frame in zip(files, ours, strict=True):
        with Image.open(file) as saved:
            assert far(saved, frame) <= 1


def test_a_number_of_frames_that_it_cannot_make_is_told(checkpoint: Checkpoint, model: Any) -> None:
    (frames,) = FAMILY.generate(model, samples(checkpoint, num_frames=8, num_inference_steps=2), lambda *_: None)
    if len(frames) == 8:
        assert "notice" not in frames[0].info or "frames" not in frames[0].info["notice"].en
    else:
        assert f"makes {len(frames)} frames of the 8 asked for" in frames[0].info["notice"].en


def test_only_motion_modules_can_be_turned_down(checkpoint: Checkpoint) -> None:
    if checkpoint.base:
        assert samples(checkpoint, motion_scale=0.5)[0].motion_scales == (0.5,)
        return
    with pytest.raises(InvalidInput, match="has no motion modules whose weight could be changed"):
        samples(checkpoint, motion_scale=0.5)
    with pytest.raises(InvalidInput, match="has no motion modules to turn down or to look into"):
        FAMILY.read(MotionWeightsRequest, checkpoint, {})


def test_every_pipeline_of_the_catalogue_exists_and_takes_what_the_form_asks(catalog: Catalog) -> None:
    known = catalog.of_family("text_to_video")
    of_the_hub = {"animatediff-sd-1-5", "wan-2-1-1-3b", "wan-2-2-5b", "ltx-video", "cogvideox-2b"} | {
        "wan-2-2-a14b",
        "mochi-1",
        "hunyuan-video-1-5",
        "ltx-2",
        "kandinsky-5-lite",
    }
    assert {"emoji-motion"} | of_the_hub == {c.id for c in known}
    assert all(FAMILY.runs(checkpoint) for checkpoint in known)
    assert set(TINY) == {*OF_WORDS, "motion"}
    for kind in (*OF_WORDS, "AnimateDiffPipeline"):
        takes = set(inspect.signature(getattr(diffusers, kind).__call__).parameters)
        needed = {"prompt", "negative_prompt", "num_inference_steps", "num_frames", "height", "width"}
        assert needed | {"generator", "output_type"} <= takes, kind
        if kind in GUIDED_BY_A_PART:
            takes |= {"guidance_scale", "callback_on_step_end"}  # told by the guider, and by the scheduler
            assert "guider" in inspect.signature(getattr(diffusers, kind).__init__).parameters
        assert {"guidance_scale", "callback_on_step_end"} <= takes, kind
    for checkpoint in known:
        if checkpoint.entry.pipeline:
            call = inspect.signature(getattr(diffusers, checkpoint.entry.pipeline).__call__)
            assert set(checkpoint.entry.call) <= set(call.parameters), checkpoint.id
