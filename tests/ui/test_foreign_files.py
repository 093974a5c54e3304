"""Settings from elsewhere leave a form whose Generate can be pressed, and every loss is told in one line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.families import find_family
from playground.media.a1111 import parse_parameters
from playground.media.metadata import Metadata
from playground.ui.restoring.fitting import fit_settings
from playground.ui.restoring.foreign import foreign_settings, lora_named
from playground.ui.restoring.restore import settings_back
from tests.server import ROOT

FAMILY = find_family("text_to_image")
TASK = FAMILY.requests[0]


def restored(catalog: Catalog, text: str, chosen: str = "", language: str = "en") -> tuple[dict[str, Any], str]:
    back = foreign_settings(SimpleNamespace(catalog=catalog), parse_parameters(text), language, chosen)
    FAMILY.read(TASK, catalog.find(chosen, "text_to_image"), back["values"])  # it can be pressed
    assert set(back["values"]) == set(TASK.model_fields) and back["parent"] == ""
    return back["values"], back["toast"]


def text(prompt: str = "a red apple", **settings: Any) -> str:
    pairs = {"Steps": 20, "Sampler": "Euler a", "CFG scale": 7, "Seed": 5, "Size": "128x128"} | settings
    return f"{prompt}\n" + ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in pairs.items())


@pytest.mark.parametrize(
    ("size", "now"),
    [
        ("512x768", (128, 192)),
        ("1024x1024", (192, 192)),
        ("64x64", (96, 96)),
        ("32x320", (96, 192)),
        ("130x98", (128, 96)),
    ],
)
def test_a_size_becomes_the_nearest_of_the_same_shape_that_the_checkpoint_can_make(
    catalog: Catalog, size: str, now: tuple[int, int]
) -> None:
    values, told = restored(catalog, text(Size=size))
    assert (values["width"], values["height"]) == now
    assert f"The size {size.replace('x', ' × ')} became {now[0]} × {now[1]}" in told
    assert "已改为该检查点能生成的最接近尺寸" in restored(catalog, text(Size=size), language="zh")[1]


def test_a_size_that_can_be_made_stays_and_nothing_is_said(catalog: Catalog) -> None:
    values, told = restored(catalog, text(Size="96x192"))
    assert (values["width"], values["height"]) == (96, 192) and "size" not in told


def test_what_the_file_does_not_name_is_as_usual(catalog: Catalog) -> None:
    values, _ = restored(catalog, "only words")
    usual = TASK.defaults() | dict(catalog.find("", "text_to_image").defaults)
    assert values == {name: usual[name] for name in TASK.model_fields} | {"prompt": "only words", "seed": -1}


@pytest.mark.parametrize("seed", [4_294_967_296, 124263196777517, 10**19])
def test_a_seed_that_is_too_large_is_told_and_a_random_one_drawn(catalog: Catalog, seed: int) -> None:
    values, told = restored(catalog, text(Seed=seed))
    assert values["seed"] == -1
    assert f"Seed {seed} is above 4,294,967,295, the largest here, so that picture cannot be made again" in told
    assert "None" not in told


def test_a_variation_seed_that_is_too_large_is_told_too(catalog: Catalog) -> None:
    values, told = restored(catalog, text(**{"Variation seed": 2**32, "Variation seed strength": 0.4}))
    assert values["second_seed"] == 0 and "Second seed 4294967296 is above" in told


def test_long_prompts_are_cut_and_only_how_much_is_told(catalog: Catalog) -> None:
    values, told = restored(catalog, text("x" * 3500 + "\nNegative prompt: " + "y" * 2600))
    assert (len(values["prompt"]), len(values["negative_prompt"])) == (2000, 2000)
    assert "Prompt: the last 1,500 of 3,500 characters were left out." in told
    assert "Negative prompt: the last 600 of 2,600 characters were left out." in told
    assert "xx" not in told and "yy" not in told and len(told) < 300


def test_what_has_no_name_here_is_listed_once(catalog: Catalog) -> None:
    values, told = restored(
        catalog,
        text(
            **{"Variation seed": 2, "Variation seed strength": 0.4, "Clip skip": 2, "Hires upscale": 2, "CFG scale": 35}
        ),
    )
    assert (values["second_seed"], values["walk"], values["guidance_scale"]) == (2, 0.4, 20)
    assert "left out: Clip skip, Hires upscale." in told and "Guidance 35.0 → 20" in told


def test_an_unknown_sampler_is_told_with_the_one_that_is_used(catalog: Catalog) -> None:
    values, told = restored(catalog, text(Sampler="Restart"))
    assert f"The sampler Restart is not known here; {values['scheduler']} is used." in told


def test_a_checkpoint_without_negative_prompt_or_guidance_takes_what_it_can(catalog: Catalog) -> None:
    distilled = [entry for entry in catalog.of_family("text_to_image") if not entry.entry.guidance]
    for entry in distilled:
        fitted = fit_settings(TASK, entry, {"prompt": "a", "negative_prompt": "b", "guidance_scale": 7.0})
        assert fitted.values["negative_prompt"] == "" and fitted.values["guidance_scale"] <= 1
        assert "Negative prompt" in fitted.sentences("en")[-1]
    assert distilled


@pytest.fixture
def with_loras(tmp_path: Path) -> Checkpoint:
    for name in ("add-detail", "styles/Ink", "styles/add-detail"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.safetensors").write_bytes(b"")
    return read_catalog(ROOT / "checkpoints", loras=tmp_path).find("", "text_to_image")


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("add-detail", "add-detail"),
        ("ink", "styles/Ink"),
        ("old\\Ink.safetensors", "styles/Ink"),
        ("none", ""),
        ("in", ""),
    ],
)
def test_a_lora_is_found_by_its_name_in_any_folder(with_loras: Checkpoint, name: str, here: str) -> None:
    assert lora_named(with_loras, name) == here


def test_a_tag_puts_a_lora_on_or_is_taken_out_and_said(tmp_path: Path, with_loras: Checkpoint) -> None:
    catalog = read_catalog(ROOT / "checkpoints", loras=with_loras.lora_folder)
    values, told = restored(catalog, text("a cat <lora:ink:0.8>, <lora:nobody:1>, <lora:add-detail:1>"))
    assert (values["prompt"], values["lora"], values["lora_weight"]) == ("a cat", "styles/Ink", 0.8)
    assert "LoRA nobody, add-detail" in told
    values, told = restored(read_catalog(ROOT / "checkpoints"), text("a cat <lora:ink:0.8>"))
    assert (values["prompt"], values["lora"]) == ("a cat", "") and "LoRA ink" in told


def test_a_file_of_ours_whose_checkpoint_is_not_here_fits_the_first(catalog: Catalog) -> None:
    request = {"prompt": "a", "width": 512, "height": 768, "seed": 7, "lora": "gone", "scheduler": "Euler"}
    record = Metadata(
        family="text_to_image", checkpoint="not-here", task="text_to_image", request=request, seconds=1.0,
        device="cpu", dtype="float32",
    )  # fmt: skip
    back = settings_back(SimpleNamespace(catalog=catalog), record, "en")
    FAMILY.read(TASK, catalog.find(back["checkpoint"], "text_to_image"), back["values"])
    assert (back["values"]["width"], back["values"]["height"], back["values"]["seed"]) == (128, 192, 7)
    assert "not-here is not here" in back["toast"] and "LoRA" in back["toast"]


def test_a_file_of_ours_comes_back_as_it_was(catalog: Catalog) -> None:
    request = {"digit": 4, "spread": 1.234567, "seed": 7, "num_images": 3, "second_seed": 9, "walk": 0.123456}
    record = Metadata(
        family="digits_cvae", checkpoint="digits-cvae", task="digits_cvae", request=request, seconds=1.0,
        device="cpu", dtype="float32",
    )  # fmt: skip
    back = settings_back(SimpleNamespace(catalog=catalog), record, "en")
    assert back["values"] == request and back["toast"].count(".") == 1
