"""Classes of pipelines of the catalogue: fetched from a hub, run through the API, made again by what files say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageSequence

from playground.media.reading import read_metadata
from tests.families.test_lora import write_lora
from tests.hub.chat_picture_pipelines import tiny_qwen_image21
from tests.hub.chat_video_pipelines import (
    tiny_hunyuan_video,
    tiny_hunyuan_video_of_pictures,
    tiny_kandinsky,
    tiny_kandinsky_of_pictures,
)
from tests.hub.class_pipelines import tiny_dit
from tests.hub.conftest import environment_for
from tests.hub.gemma_pipelines import tiny_ltx2, tiny_sana_sprint
from tests.hub.server import COMMIT, Hub
from tests.server import ROOT, Server

BUILD = {
    "dit": tiny_dit, "hunyuan": tiny_hunyuan_video, "hunyuan-picture": tiny_hunyuan_video_of_pictures,
    "kandinsky": tiny_kandinsky, "kandinsky-picture": tiny_kandinsky_of_pictures, "ltx2": tiny_ltx2,
    "qwen-2-1": tiny_qwen_image21, "sana-sprint": tiny_sana_sprint,
}  # fmt: skip
SHARED = """
[{id}]
family = "{family}"
title = {{ en = "{id}", zh = "{id}" }}
licence = "MIT"
repo = "acme/{repo}"
revision = "{revision}"
files = ["*.json", "*.txt", "*.jinja", "{weights}"]
download = 1_000_000
side = {side}
{more}
"""
CLIP = "num_inference_steps = 2, guidance_scale = 3.0, num_frames = FRAMES, width = 64, height = 64, scheduler = 'Own'"
DRAWN = "num_inference_steps = 2, width = 64, height = 64, prompt = 'red apple'"
LTX2 = "call = { stg_scale = 0.0, modality_scale = 1.0, use_cross_timestep = false }\n"


def clip(kind: str, frames: int = 9, more: str = "", words: str = "") -> str:
    """What an entry of a class of clips says."""
    return f'pipeline = "{kind}"\n{more}defaults = {{ {words}{CLIP.replace("FRAMES", str(frames))} }}'


SIDES = {"dit": 32, "lcm-lora": 128}
WORDS = "prompt = 'red apple', "
ENTRIES: dict[str, tuple[str, str, str]] = {
    "dit": ("class_dit", "dit", 'pipeline = "DiTPipeline"\npickled = true\ndefaults = { num_inference_steps = 2 }'),
    "hunyuan": ("text_to_video", "hunyuan", clip("HunyuanVideo15Pipeline", words=WORDS)),
    "hunyuan-picture": ("image_to_video", "hunyuan-picture", clip("HunyuanVideo15ImageToVideoPipeline")),
    "kandinsky": ("text_to_video", "kandinsky", clip("Kandinsky5T2VPipeline", words=WORDS)),
    "kandinsky-picture": ("image_to_video", "kandinsky-picture", clip("Kandinsky5I2VPipeline", 17)),
    "ltx2": ("text_to_video", "ltx2", clip("LTX2Pipeline", more=LTX2, words=WORDS)),
    "ltx2-picture": ("image_to_video", "ltx2", clip("LTX2ImageToVideoPipeline", more=LTX2)),
    "qwen-2-1": (
        "text_to_image", "qwen-2-1",
        f'pipeline = "QwenImage21Pipeline"\ndefaults = {{ {DRAWN}, guidance_scale = 1.0, scheduler = \'Own\' }}',
    ),
    "sana-sprint": (
        "text_to_image", "sana-sprint",
        f'pipeline = "SanaSprintPipeline"\nnegative_prompt = false\ndefaults = {{ {DRAWN}, guidance_scale = 4.5, '
        "scheduler = 'Own' }",
    ),
    "lcm-lora": (
        "text_to_image", "lcm-lora",
        'pipeline = "StableDiffusionPipeline"\nbase = "emoji-diffusion"\n'
        f"defaults = {{ {DRAWN.replace('64', '128')}, guidance_scale = 1.0, scheduler = 'LCM' }}",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    for name, build in BUILD.items():
        build(folder / "acme" / name)
    lora = folder / "acme" / "lcm-lora" / "pytorch_lora_weights.safetensors"
    lora.parent.mkdir()
    write_lora(ROOT / "checkpoints" / "emoji-diffusion" / "unet", lora)
    with Hub(folder) as running:
        yield running


@pytest.fixture(scope="module")
def app(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("app")
    written = []
    for id, (family, repo, more) in ENTRIES.items():
        own = {"side": SIDES.get(id, 64), "weights": "*.bin" if id == "dit" else "*.safetensors"}
        written.append(SHARED.format(id=id, family=family, repo=repo, more=more, revision=COMMIT, **own))
    (folder / "mine.toml").write_text("".join(written))
    flags = ("--catalog", str(folder / "mine.toml"), "--device", "cpu")
    with Server(folder, *flags, environment=environment_for(hub, folder / "home")) as running:
        yield running


@pytest.fixture(scope="module")
def visitor(app: Server) -> Client:
    return app.client()


def pictures(file: str) -> list[np.ndarray[Any, Any]]:
    """Decode a picture, or a clip's frames."""
    with Image.open(file) as opened:
        return [np.asarray(frame.convert("RGB"), dtype=int) for frame in ImageSequence.Iterator(opened)]


@pytest.mark.parametrize("id", ENTRIES)
def test_it_is_fetched_draws_and_its_file_makes_it_again(id: str, visitor: Client, tmp_path: Path) -> None:
    family = ENTRIES[id][0]
    Image.new("RGB", (80, 60), "tomato").save(tmp_path / "picture.png")
    begun = {"image": handle_file(tmp_path / "picture.png")} if family == "image_to_video" else {}
    if id != "ltx2-picture":  # whose repository came with the one before
        with pytest.raises(AppError, match="is not on this machine yet"):
            visitor.predict(checkpoint=id, **begun, api_name=f"/{family}")
    assert visitor.predict(checkpoint=id, api_name="/download")["state"] == "done"
    files, report = visitor.predict(checkpoint=id, seed=5, **begun, api_name=f"/{family}")
    assert report["checkpoint"] == id and report["family"] == family and report["seeds"] == [5]
    clips = family.endswith("video")
    shown = next(file for file in files if file.endswith(".webp" if clips else ".png"))
    metadata = read_metadata(shown)
    assert (metadata.checkpoint, metadata.task, metadata.request) == (id, family, report["request"])
    drawn = pictures(shown)
    assert len(drawn) == (report["request"]["num_frames"] if clips else 1)
    again = {name: value for name, value in metadata.request.items() if name != "image"}
    second, _ = visitor.predict(checkpoint=metadata.checkpoint, **again, **begun, api_name=f"/{metadata.task}")
    for one, other in zip(drawn, pictures(second[files.index(shown)]), strict=True):
        assert np.abs(one - other).max() <= 1
    if id.startswith("ltx2"):
        assert any("makes sound" in notice for notice in map(str, report["notices"]))
