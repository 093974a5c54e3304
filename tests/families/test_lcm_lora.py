"""A LoRA of the catalogue: a part of its base for good, with a scheduler of its own, and LoRAs of one's own on top."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.errors import CheckpointError
from playground.families import find_family
from playground.families.base import Device
from playground.families.image_to_image_requests import ImageToImageRequest
from playground.families.prompts import read_prompt
from playground.families.text_to_image import FilmRequest, PromptRequest
from playground.media.pictures import data_url
from playground.networks.lora import wear_for_good
from playground.networks.opening import open_pipeline
from tests.families.lines import far, run_lines
from tests.families.test_lora import write_lora
from tests.hub.pipelines import tiny_sdxl, tiny_stable_diffusion
from tests.server import ROOT

FAMILY = find_family("text_to_image")
BASES: dict[str, Callable[[Path], Path]] = {
    "StableDiffusionPipeline": tiny_stable_diffusion, "StableDiffusionXLPipeline": tiny_sdxl,
}  # fmt: skip
SHARED = 'family = "text_to_image"\ntitle = { en = "t", zh = "t" }\nlicence = "MIT"\nside = 64\n'
DEFAULTS = 'defaults = { prompt = "red apple", num_inference_steps = 3, guidance_scale = 1.0, width = 64, height = 64'


@pytest.fixture(scope="module", params=BASES)
def catalog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    kind: str = request.param
    folder = tmp_path_factory.mktemp(kind)
    BASES[kind](folder / "base")
    write_lora(folder / "base" / "unet", folder / "fast" / "pytorch_lora_weights.safetensors")
    write_lora(folder / "base" / "unet", folder / "loras" / "style.safetensors", rank=3)
    (folder / "mine.toml").write_text(
        f'[base]\nfolder = "base"\n{SHARED}pipeline = "{kind}"\n{DEFAULTS}, scheduler = "Euler" }}\n'
        f'[fast]\nfolder = "fast"\nbase = "base"\n{SHARED}pipeline = "{kind}"\n{DEFAULTS}, scheduler = "LCM" }}\n'
    )
    return read_catalog(folder, more=folder / "mine.toml", loras=folder / "loras")


@pytest.fixture(scope="module")
def checkpoint(catalog: Catalog) -> Checkpoint:
    return catalog.find("fast", "text_to_image")


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 1 << 33, "float32"))


def made(model: Any, checkpoint: Checkpoint, **values: Any) -> list[Image.Image]:
    request = FAMILY.read(PromptRequest, checkpoint, {"seed": 5, **values})
    return list(FAMILY.generate(model, request.samples(checkpoint), lambda *_: None))


def test_it_draws_otherwise_than_its_base_and_each_seed_its_own(
    catalog: Catalog, checkpoint: Checkpoint, model: Any
) -> None:
    base = catalog.find("base", "text_to_image")
    plain = FAMILY.load(base, Device("cpu", "CPU", 1 << 33, "float32"))
    assert "LCM" in FAMILY.options(checkpoint)["scheduler"] and "LCM" not in FAMILY.options(base)["scheduler"]
    own = {"scheduler": "Euler"}
    assert far(made(model, checkpoint, **own)[0], made(plain, base, **own)[0]) > 2
    together = made(model, checkpoint, num_images=2)
    assert far(*together) > 2
    assert far(made(model, checkpoint, seed=6)[0], together[1]) <= 1, "its scheduler's noise is each sample's own"


def test_a_lora_of_ones_own_goes_on_top_and_leaves_what_is_there_for_good(checkpoint: Checkpoint, model: Any) -> None:
    before = made(model, checkpoint)[0]
    assert far(made(model, checkpoint, lora="style")[0], before) > 2
    assert far(made(model, checkpoint)[0], before) == 0


def test_the_python_lines_make_the_same_picture(checkpoint: Checkpoint, model: Any, tmp_path: Path) -> None:
    request = FAMILY.read(PromptRequest, checkpoint, {"seed": 5})
    run_lines(FAMILY.code(checkpoint, request, None), tmp_path)
    with Image.open(tmp_path / "picture-0.png") as saved:
        assert far(saved, made(model, checkpoint)[0]) <= 1


def test_its_base_reads_the_words_and_opens_the_steps(catalog: Catalog, checkpoint: Checkpoint, model: Any) -> None:
    base = catalog.find("base", "text_to_image")
    assert checkpoint.body is base and checkpoint.config == base.config and checkpoint.revision != base.revision
    assert read_prompt(checkpoint, "a red apple") == read_prompt(base, "a red apple")
    checkpoint.verify()
    if checkpoint.entry.pipeline == "StableDiffusionPipeline":
        film = FAMILY.read(FilmRequest, checkpoint, {"seed": 5}).samples(checkpoint)
        assert FAMILY.generate(model, film, lambda *_: None)
        drawing = data_url(Image.new("RGB", (64, 64), "tomato"))
        values = {"seed": 5, "image": drawing, "strength": 0.7}
        begun = FAMILY.read(ImageToImageRequest, checkpoint, values).samples(checkpoint)
        assert FAMILY.generate(model, begun, lambda *_: None)[0].size == (64, 64)


def test_a_lora_that_does_not_fit_or_is_not_alone_is_told(tmp_path: Path) -> None:
    tiny_stable_diffusion(tmp_path / "base")
    write_lora(tmp_path / "base" / "unet", tmp_path / "wide" / "weights.safetensors", wider=3)
    pipe = open_pipeline(tmp_path / "base", "float32")
    with pytest.raises(ValueError, match=r"weights\.safetensors"):
        wear_for_good(pipe, tmp_path / "wide")
    (tmp_path / "none").mkdir()
    with pytest.raises(FileNotFoundError, match="0 files of weights where a LoRA has one"):
        wear_for_good(pipe, tmp_path / "none")


def test_the_catalogues_own_name_their_base_and_their_scheduler() -> None:
    bundled = read_catalog(ROOT / "checkpoints")
    for id, base in (("lcm-lora-sd-1-5", "stable-diffusion-1-5"), ("lcm-lora-sdxl", "sdxl")):
        entry = bundled.find(id, "text_to_image")
        assert entry.base is not None and entry.base.id == base and entry.defaults["scheduler"] == "LCM"
        assert entry.entry.pipeline == entry.base.entry.pipeline and "LCM" in FAMILY.options(entry)["scheduler"]
        with pytest.raises(CheckpointError, match="is not on this machine yet"):
            _ = entry.path
