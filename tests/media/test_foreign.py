"""Settings of ComfyUI, InvokeAI, NovelAI, Fooocus and SwarmUI, in the forms in which these programs write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from playground.media.a1111 import Parameters
from playground.media.foreign import read_foreign
from playground.media.metadata import Metadata
from playground.media.png import write_png
from tests.media.foreign_files import FILES as SET
from tests.media.foreign_files import ForeignFile


def png(folder: Path, **chunks: object) -> Path:
    """Write a PNG with texts, as these programs do."""
    known = PngInfo()
    for name, text in chunks.items():
        known.add_text(name.replace("_slash_", "-"), text if isinstance(text, str) else json.dumps(text))
    Image.new("RGB", (16, 16)).save(folder / "foreign.png", pnginfo=known)
    return folder / "foreign.png"


def read(path: Path) -> Parameters:
    found = read_foreign(path)
    assert found is not None
    return found


def comfy(**sampler: Any) -> dict[str, Any]:
    """Return the graph of ComfyUI's first example, with a LoRA in it."""
    told = {"seed": 8566257, "steps": 20, "cfg": 8.5, "sampler_name": "euler_ancestral", "scheduler": "normal"}
    prompt = {
        "3": {"class_type": "KSampler", "inputs": told | {"denoise": 1, "model": ["9", 0], "positive": ["6", 0],
                                                          "negative": ["7", 0], "latent_image": ["5", 0]} | sampler},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dreamshaper_8.safetensors"}},
        "5": {"class_type": "EmptyLatentImage", "inputs": {"batch_size": 1, "height": 640, "width": 512}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["9", 1], "text": "a red apple, 苹果"}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["9", 1], "text": "blurry"}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
        "9": {"class_type": "LoraLoader", "inputs": {"lora_name": "ink.safetensors", "strength_model": 0.7,
                                                     "strength_clip": 1.0, "model": ["4", 0], "clip": ["4", 1]}},
        "10": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}},
    }  # fmt: skip
    links = [
        [1, 4, 0, 9, 0, "MODEL"], [2, 4, 1, 9, 1, "CLIP"], [3, 9, 0, 3, 0, "MODEL"], [4, 9, 1, 6, 0, "CLIP"],
        [5, 9, 1, 7, 0, "CLIP"], [6, 6, 0, 3, 1, "CONDITIONING"], [7, 7, 0, 3, 2, "CONDITIONING"],
        [8, 5, 0, 3, 3, "LATENT"], [9, 3, 0, 8, 0, "LATENT"], [10, 4, 2, 8, 1, "VAE"], [11, 8, 0, 10, 0, "IMAGE"],
    ]  # fmt: skip
    return {"prompt": prompt, "workflow": {"nodes": [], "links": links}}


INVOKE = {
    "app_version": "5.4.1", "generation_mode": "txt2img", "positive_prompt": "a red apple", "negative_prompt": "blurry",
    "width": 512, "height": 640, "seed": 8566257, "rand_device": "cpu", "cfg_scale": 8.5, "steps": 20,
    "scheduler": "euler_a", "clip_skip": 0, "model": {"key": "1", "name": "dreamshaper", "base": "sd-1"},
    "loras": [{"model": {"name": "ink"}, "weight": 0.7}],
}  # fmt: skip
NOVEL = {
    "steps": 20, "height": 640, "width": 512, "scale": 8.5, "seed": 8566257, "sampler": "k_euler_ancestral",
    "uc": "blurry", "n_samples": 1, "noise_schedule": "native",
}  # fmt: skip
FOOOCUS = {
    "prompt": "a red apple", "negative_prompt": "blurry", "performance": "Speed", "steps": 20, "guidance_scale": 8.5,
    "resolution": "(512, 640)", "sharpness": 2.0, "seed": "8566257", "sampler": "euler_ancestral",
    "scheduler": "karras", "base_model": "juggernautXL", "base_model_hash": "aeb7e9e689", "styles": "['Fooocus V2']",
    "version": "v2.5.5",
}  # fmt: skip
SWARM = {
    "prompt": "a red apple <lora:brush:0.4>", "negativeprompt": "blurry", "model": "OfficialStableDiffusion/sd_xl",
    "seed": 8566257, "steps": 20, "cfgscale": 8.5, "aspectratio": "Custom", "width": 512, "height": 640,
    "sampler": "euler_ancestral", "scheduler": "normal", "loras": ["ink"], "loraweights": ["0.7"],
    "refinermethod": "PostApply", "swarm_version": "0.9.3",
}  # fmt: skip
FILES: dict[str, dict[str, Any]] = {
    "ComfyUI": comfy(),
    "InvokeAI": {"invokeai_metadata": INVOKE},
    "NovelAI": {
        "Title": "AI generated image", "Description": "a red apple", "Software": "NovelAI",
        "Source": "Stable Diffusion XL 9CC2F394", "Comment": NOVEL,
    },
    "Fooocus": {"parameters": FOOOCUS, "fooocus_scheme": "fooocus"},
    "SwarmUI": {"parameters": {"sui_image_params": SWARM, "sui_extra_data": {"date": "2026-01-01"}}},
}  # fmt: skip
MODELS = {
    "ComfyUI": "dreamshaper_8.safetensors", "InvokeAI": "", "NovelAI": "Stable Diffusion XL",
    "Fooocus": "juggernautXL", "SwarmUI": "OfficialStableDiffusion/sd_xl",
}  # fmt: skip


@pytest.mark.parametrize("program", FILES)
def test_prompt_seed_steps_guidance_sampler_and_size_come_back(tmp_path: Path, program: str) -> None:
    found = read(png(tmp_path, **FILES[program]))
    assert str(found.values.pop("prompt")).startswith("a red apple")
    assert found.values == {
        "negative_prompt": "blurry", "seed": 8566257, "num_inference_steps": 20, "guidance_scale": 8.5,
        "width": 512, "height": 640, "scheduler": "Euler a",
    }  # fmt: skip
    assert found.model == MODELS[program]


@pytest.mark.parametrize("file", SET, ids=lambda file: file.program)
def test_each_of_thirty_files_restores_what_it_says_and_names_the_rest(tmp_path: Path, file: ForeignFile) -> None:
    found = read(file.write(tmp_path))
    assert found.values == file.values
    assert found.loras == file.loras and found.left_out == file.left_out


def test_there_are_thirty_of_them_and_each_program_has_some() -> None:
    programs = {file.program.partition(" ")[0] for file in SET}
    assert len(SET) >= 30 and programs >= {"A1111", "Forge", "ComfyUI", "InvokeAI", "NovelAI", "Fooocus", "SwarmUI"}


@pytest.mark.parametrize(
    ("program", "loras"),
    [
        ("ComfyUI", {("ink.safetensors", 0.7)}),
        ("InvokeAI", {("ink", 0.7)}),
        ("SwarmUI", {("ink", 0.7), ("brush", 0.4)}),
    ],
)
def test_loras_are_named_with_their_weights(tmp_path: Path, program: str, loras: set[tuple[str, float]]) -> None:
    found = read(png(tmp_path, **FILES[program]))
    assert set(found.loras) == loras and "<" not in str(found.values["prompt"])


def test_what_cannot_be_taken_over_is_named(tmp_path: Path) -> None:
    assert read(png(tmp_path, **FILES["Fooocus"])).left_out == ("styles", "sharpness")
    assert read(png(tmp_path, **FILES["SwarmUI"])).left_out == ("refinermethod",)
    graph = comfy(denoise=0.55)
    graph["prompt"]["20"] = {"class_type": "ControlNetApply", "inputs": {"strength": 0.8, "image": ["5", 0]}}
    graph["prompt"]["21"] = graph["prompt"]["3"] | {"inputs": graph["prompt"]["3"]["inputs"] | {"steps": 9}}
    found = read(png(tmp_path, **graph))
    assert found.left_out == ("denoise", "ControlNetApply", "1 × euler_ancestral")
    assert found.values["num_inference_steps"] == 20, "the first sampler's"
    assert read(png(tmp_path, **comfy())).left_out == ()


def test_texts_of_a1111_files_of_ours_and_plain_pictures_are_what_they_were(tmp_path: Path, metadata: Metadata) -> None:
    text = "{red|blue} apple\nSteps: 7, Sampler: Euler a, CFG scale: 7, Seed: 1"
    assert read(png(tmp_path, parameters=text)).values["prompt"] == "{red|blue} apple"
    assert read_foreign(write_png(Image.new("RGB", (16, 16)), tmp_path / "ours.png", metadata)) is None
    assert read_foreign(png(tmp_path)) is None
    (tmp_path / "a.txt").write_text("hello")
    assert read_foreign(tmp_path / "a.txt") is None


@pytest.mark.parametrize(
    "chunks",
    [
        {"prompt": {"1": {"class_type": 3, "inputs": [1]}}, "workflow": {"links": [[1]]}},
        {"prompt": "[" * 100_000, "workflow": "{}"},
        {"parameters": {"sui_image_params": {"prompt": {"a": 1}, "seed": float("nan"), "loras": 7, "steps": "x"}}},
        {"parameters": '{"sui_image_params": 7}'},
        {"invokeai_metadata": {"scheduler": ["euler"], "model": 3, "seed": 10**40, "steps": -1, "cfg_scale": "1e999"}},
        {"Comment": NOVEL | {"sampler": None}, "Description": "", "Source": ""},
        comfy(positive=["3", 0], negative=["3", 0]),
        {"prompt": "x" * 9_000_000, "workflow": "{}"},
        {
            "prompt": {
                str(number): {
                    "class_type": "StringConcatenate",
                    "inputs": {"string_a": [str(number), 0], "string_b": [str(number), 0], "text": [str(number), 0]},
                }
                for number in range(2000)
            }
        },
        {"prompt": {str(number): {"class_type": None, "inputs": {"a": [number, []]}} for number in range(9000)}},
    ],
)
def test_what_nobody_would_write_does_no_harm(tmp_path: Path, chunks: dict[str, Any]) -> None:
    try:
        found = read_foreign(png(tmp_path, **chunks))
    except Exception as error:  # too long for settings: said in a sentence
        assert type(error).__name__ == "UnreadableFile"
        return
    for value in found.values.values() if found else ():
        assert isinstance(value, str | int | float)
