"""A LoRA is put on with its weight and taken off without a trace; one that does not fit is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from gradio_client.exceptions import AppError
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from playground.catalog import Checkpoint, read_catalog
from playground.errors import InvalidInput, SettingsError
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_image import PromptRequest
from playground.media.reading import read_metadata
from playground.settings import read_settings
from tests.families.lines import far, run_lines
from tests.hub.pipelines import tiny_stable_diffusion
from tests.server import ROOT, Server

FAMILY = find_family("text_to_image")
ENTRY = """
[tiny]
family = "text_to_image"
title = { en = "tiny", zh = "tiny" }
licence = "MIT"
folder = "tiny"
side = 64
defaults = { prompt = "red apple", num_inference_steps = 2, width = 64, height = 64, scheduler = "Euler" }
"""


def write_lora(unet: Path, file: Path, rank: int = 2, wider: int = 0) -> Path:
    """Write a strong LoRA of random numbers for a U-Net's attention, in the layout of diffusers."""
    random, numbers = torch.Generator().manual_seed(0), dict[str, torch.Tensor]()
    with safe_open(unet / "diffusion_pytorch_model.safetensors", "pt") as weights:
        for name in weights.keys():  # noqa: SIM118
            if name.endswith((".to_q.weight", ".to_v.weight")):
                out, into = weights.get_slice(name).get_shape()
                part = f"unet.{name.removesuffix('.weight')}"
                numbers[f"{part}.lora_A.weight"] = torch.randn(rank, into + wider, generator=random)
                numbers[f"{part}.lora_B.weight"] = torch.randn(out, rank, generator=random)
    assert numbers
    file.parent.mkdir(exist_ok=True)
    save_file(numbers, file)
    return file


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, one_core: None) -> Checkpoint:
    folder = tmp_path_factory.mktemp("lora")
    tiny_stable_diffusion(folder / "tiny")
    write_lora(folder / "tiny" / "unet", folder / "loras" / "style.safetensors")
    write_lora(folder / "tiny" / "unet", folder / "loras" / "other.safetensors", wider=3)
    (folder / "loras" / "damaged.safetensors").write_bytes(b"no weights")
    (folder / "mine.toml").write_text(ENTRY)
    catalog = read_catalog(ROOT / "checkpoints", more=folder / "mine.toml", loras=folder / "loras")
    return catalog.find("tiny", "text_to_image")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 1 << 33, "float32"))


def made(model: Any, checkpoint: Checkpoint, **values: Any) -> Image.Image:
    request = FAMILY.read(PromptRequest, checkpoint, {"seed": 5, **values})
    return FAMILY.generate(model, request.samples(checkpoint), lambda *_: None)[0]


def test_it_changes_the_picture_by_its_weight_and_leaves_no_trace(checkpoint: Checkpoint, model: Any) -> None:
    plain = made(model, checkpoint)
    whole, half = (made(model, checkpoint, lora="style", lora_weight=weight) for weight in (1.0, 0.5))
    assert min(far(plain, whole), far(plain, half), far(half, whole)) > 2
    assert far(made(model, checkpoint, lora="style"), whole) == 0, "as it was trained"
    assert far(made(model, checkpoint, lora="style", lora_weight=0), plain) == 0
    assert far(made(model, checkpoint), plain) == 0


def test_one_that_does_not_fit_or_is_damaged_is_told_and_the_next_picture_is_made(
    checkpoint: Checkpoint, model: Any
) -> None:
    plain = made(model, checkpoint)
    for name in ("other", "damaged"):
        with pytest.raises(InvalidInput) as refused:
            made(model, checkpoint, lora=name)
        assert refused.value.en.startswith(f"The LoRA {name} does not fit tiny, or its file is damaged")
        assert far(made(model, checkpoint), plain) == 0
    with pytest.raises(InvalidInput, match=r"LoRA \(lora\) must be one of: \"\", damaged, other, style"):
        FAMILY.read(PromptRequest, checkpoint, {"lora": "nobody"})


def test_unlike_loras_share_no_batch(checkpoint: Checkpoint) -> None:
    asked = ({}, {"lora": "style"}, {"lora": "style", "lora_weight": 0.5}, {"lora": "other"})
    samples = [FAMILY.read(PromptRequest, checkpoint, {"seed": 5, **values}).samples(checkpoint)[0] for values in asked]
    assert len({FAMILY.batch_key(sample) for sample in samples}) == 4


def test_the_python_lines_make_the_same_picture(checkpoint: Checkpoint, model: Any, tmp_path: Path) -> None:
    request = FAMILY.read(PromptRequest, checkpoint, {"seed": 5, "lora": "style", "lora_weight": 0.5})
    run_lines(FAMILY.code(checkpoint, request, None), tmp_path)
    with Image.open(tmp_path / "picture-0.png") as saved:
        assert far(saved, made(model, checkpoint, lora="style", lora_weight=0.5)) <= 1


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--loras .* is no folder"):
        read_settings(["--loras", str(tmp_path / "none")])


def test_through_the_api_it_is_named_in_the_report_and_the_file(tmp_path: Path) -> None:
    write_lora(ROOT / "checkpoints" / "emoji-diffusion" / "unet", tmp_path / "loras" / "style.safetensors")
    with Server(tmp_path, "--loras", str(tmp_path / "loras"), "--device", "cpu") as app:
        values = {"num_inference_steps": 1, "seed": 5, "lora": "style", "lora_weight": 0.25}
        files, report = app.client().predict(**values, api_name="/text_to_image")
        assert values.items() <= report["request"].items()
        assert read_metadata(files[0]).request == report["request"]
        with pytest.raises(AppError, match="must be one of"):
            app.client().predict(lora="nobody", api_name="/text_to_image")
