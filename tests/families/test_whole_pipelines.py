"""Text → image through a pipeline's own call: reported, stopped, seeded one by one, with what the pipeline takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import pytest
from PIL import Image

from playground.catalog import Catalog, Checkpoint
from playground.engine import Engine
from playground.entries import Entry, Memory, Title
from playground.errors import Cancelled, InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.text_to_image import FilmRequest, PromptRequest
from playground.families.whole_pictures import WHOLE
from playground.networks.opening import choose_mode
from tests.families.lines import far, run_lines
from tests.hub.chat_picture_pipelines import tiny_qwen_image21, tiny_qwen_image21_turbo
from tests.hub.gemma_pipelines import tiny_sana_sprint
from tests.hub.pipelines import (
    forbidding_checker,
    tiny_flux,
    tiny_flux2_klein,
    tiny_qwen_image,
    tiny_sd3,
    tiny_sdxl,
    tiny_stable_diffusion,
)

FAMILY = find_family("text_to_image")
TINY: dict[str, Callable[[Path], Path]] = {
    "StableDiffusionXLPipeline": tiny_sdxl,
    "StableDiffusion3Pipeline": tiny_sd3,
    "FluxPipeline": tiny_flux,
    "Flux2KleinPipeline": tiny_flux2_klein,
    "QwenImagePipeline": tiny_qwen_image,
    "QwenImage21Pipeline": tiny_qwen_image21,
    "SanaSprintPipeline": tiny_sana_sprint,
}
WITHOUT_NEGATIVE = ("Flux2KleinPipeline", "SanaSprintPipeline")
DISTILLED = ("FluxPipeline", "Flux2KleinPipeline")
GIB = 1 << 30


@pytest.fixture(scope="module", params=TINY)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    kind: str = request.param
    folder = tmp_path_factory.mktemp(kind)
    TINY[kind](folder / "tiny")
    entry = Entry(
        family="text_to_image", title=Title(en=kind, zh=kind), licence="MIT", folder="tiny", pipeline=kind, side=64,
        guidance=kind not in DISTILLED, negative_prompt=kind not in WITHOUT_NEGATIVE,
        defaults={
            "prompt": "red apple", "num_inference_steps": 3, "width": 64, "height": 64,
            "guidance_scale": 0.0 if kind in DISTILLED else 3.0,
            "scheduler": "Euler" if kind == "StableDiffusionXLPipeline" else "Own",
        },
    )  # fmt: skip
    return Checkpoint(kind, entry, folder, bundled=False)


@pytest.fixture(scope="module")
def model(checkpoint: Checkpoint, one_core: None) -> Any:
    return FAMILY.load(checkpoint, Device("cpu", "CPU", 8 * GIB, "float32"))


def samples(checkpoint: Checkpoint, **values: Any) -> list[Any]:
    return FAMILY.read(PromptRequest, checkpoint, {"seed": 5} | values).samples(checkpoint)


def test_it_reports_its_steps_and_each_seed_makes_its_picture(checkpoint: Checkpoint, model: Any) -> None:
    steps: list[tuple[int, int]] = []
    asked = samples(checkpoint, num_images=2)
    together = FAMILY.generate(model, asked, lambda index, of, preview=None: steps.append((index, of)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert [picture.size for picture in together] == [(64, 64)] * 2 and far(*together) > 0
    alone = [FAMILY.generate(model, [sample], lambda *_: None)[0] for sample in asked]
    assert max(far(one, other) for one, other in zip(together, alone, strict=True)) <= 1


def test_it_stops_at_its_next_step_and_goes_on_with_the_next_job(checkpoint: Checkpoint, model: Any) -> None:
    def stop(index: int, of: int, preview: Any = None) -> None:
        if index == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        FAMILY.generate(model, samples(checkpoint), stop)
    assert FAMILY.generate(model, samples(checkpoint), lambda *_: None)


def test_what_the_pipeline_does_not_take_is_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(InvalidInput, match="The steps of .* cannot be looked into"):
        FAMILY.read(FilmRequest, checkpoint, {})
    if not checkpoint.entry.guidance:
        with pytest.raises(InvalidInput, match="takes no negative prompt: leave negative_prompt empty"):
            samples(checkpoint, negative_prompt="blurry")
        with pytest.raises(InvalidInput, match="takes no guidance: set guidance_scale to 0, or leave it out"):
            samples(checkpoint, guidance_scale=3.0)


def test_unlike_guidance_shares_no_batch(checkpoint: Checkpoint) -> None:
    one, other = samples(checkpoint, guidance_scale=0.2)[0], samples(checkpoint, guidance_scale=0.8)[0]
    assert FAMILY.batch_key(one) != FAMILY.batch_key(other)


def test_the_python_lines_make_the_same_picture(checkpoint: Checkpoint, model: Any, tmp_path: Path) -> None:

    request = FAMILY.read(PromptRequest, checkpoint, {"seed": 5})
    lines = FAMILY.code(checkpoint, request, None)
    run_lines(lines, tmp_path)
    ours = FAMILY.generate(model, request.samples(checkpoint), lambda *_: None)[0]
    with Image.open(tmp_path / "picture-0.png") as saved:
        assert far(saved, ours) <= 1


def test_every_pipeline_of_the_catalogue_exists_and_takes_what_the_form_asks(catalog: Catalog) -> None:
    named = {entry.entry.pipeline for entry in catalog.all() if entry.family == "text_to_image"} - {""}
    offered = {entry.id for entry in Engine(catalog).catalog.of_family("text_to_image")}
    assert {"sdxl", "sd-3-5-medium", "flux-1-schnell", "z-image-turbo", "sana-600m"} <= offered
    for kind in named | set(WHOLE):
        takes = set(inspect.signature(getattr(diffusers, kind).__call__).parameters)
        takes |= {"guidance_scale"} if "true_cfg_scale" in takes else set()
        needed = {"prompt", "guidance_scale", "num_inference_steps", "height", "width", "generator", "output_type"}
        assert needed <= takes, kind
        assert takes & {"callback_on_step_end", "callback"}, kind
        assert "negative_prompt" in takes or kind in WITHOUT_NEGATIVE, kind
    named_otherwise = {"seed", "num_images", "scheduler"}
    for entry in [entry for entry in catalog.all() if entry.family == "text_to_image" and entry.origin]:
        shown = set(PromptRequest.model_fields) - set(FAMILY.unused(entry)) - named_otherwise
        takes = set(inspect.signature(getattr(diffusers, entry.entry.pipeline).__call__).parameters)
        takes |= {"guidance_scale"} if "true_cfg_scale" in takes else set()
        own = {"walk", "second_seed"} if entry.entry.pipeline == "StableDiffusionPipeline" else set()
        assert shown - takes - {"best_of"} == own, f"{entry.id} shows what its pipeline does not know"


def test_where_its_author_says_where_steps_lie_another_number_is_made_evenly(tmp_path: Path, one_core: None) -> None:
    tiny_qwen_image21_turbo(tmp_path / "tiny")
    entry = Entry(
        family="text_to_image", title=Title(en="t", zh="t"), licence="MIT", folder="tiny", side=64, guidance=False,
        pipeline="QwenImage21Pipeline",
        defaults={"prompt": "red apple", "num_inference_steps": 3, "width": 64, "height": 64, "guidance_scale": 0.0,
                  "scheduler": "Own"},
    )  # fmt: skip
    checkpoint = Checkpoint("t", entry, tmp_path, bundled=False)
    loaded = FAMILY.load(checkpoint, Device("cpu", "CPU", 8 * GIB, "float32"))
    for steps in (3, 5):
        told: list[int] = []
        request = FAMILY.read(PromptRequest, checkpoint, {"seed": 5, "num_inference_steps": steps})
        (ours,) = FAMILY.generate(loaded, request.samples(checkpoint), lambda index, of, into=told: into.append(index))
        assert told == list(range(1, steps + 1))
        run_lines(FAMILY.code(checkpoint, request, None), tmp_path)
        with Image.open(tmp_path / "picture-0.png") as saved:
            assert far(saved, ours) <= 1
    with pytest.raises(InvalidInput, match="a multiple of 32 for this checkpoint; you sent 72"):
        samples(checkpoint, width=72)


def test_distilled_checkpoints_hide_what_makes_no_difference_to_them(catalog: Catalog) -> None:
    of_walks, of_loras = {"walk", "second_seed"}, {"lora", "lora_weight"}
    for id in ("sd-turbo", "sdxl-turbo", "flux-1-schnell", "z-image-turbo"):
        hidden = set(FAMILY.unused(catalog.find(id, "text_to_image")))
        assert hidden - of_walks == {"negative_prompt", "guidance_scale"} | of_loras
        assert bool(hidden & of_walks) == (id != "sd-turbo")
    assert set(FAMILY.unused(catalog.find("stable-diffusion-1-5", "text_to_image"))) == of_loras
    assert set(FAMILY.unused(catalog.find("sdxl", "text_to_image"))) == of_walks | of_loras


def test_what_fits_is_chosen_from_the_free_memory() -> None:
    needs = Memory(whole=10, model_offload=6, sequential_offload=2)
    assert [choose_mode(needs, free) for free in (12, 8, 3)] == ["whole", "model_offload", "sequential_offload"]
    needs = Memory(whole=10, model_offload=6, float8_offload=4, sequential_offload=2)
    assert [choose_mode(needs, free) for free in (5, 3, 1)] == ["float8_offload"] + ["sequential_offload"] * 2
    assert choose_mode(None, 0) == choose_mode(Memory(whole=10), 1) == "whole"


def test_what_a_checkpoints_own_safety_checker_holds_back_becomes_a_notice(tmp_path: Path) -> None:
    tiny_stable_diffusion(tmp_path / "tiny", forbidding_checker())
    entry = Entry(
        family="text_to_image", title=Title(en="s", zh="s"), licence="MIT", folder="tiny", side=64,
        defaults={"prompt": "red apple", "num_inference_steps": 2, "width": 64, "height": 64, "scheduler": "Euler"},
    )  # fmt: skip
    checkpoint = Checkpoint("s", entry, tmp_path, bundled=False)
    loaded = FAMILY.load(checkpoint, Device("cpu", "CPU", 8 * GIB, "float32"))
    for picture in FAMILY.generate(loaded, samples(checkpoint, num_images=2), lambda *_: None):
        assert "safety checker" in picture.info["notice"].en and picture.getpixel((0, 0)) == (226, 232, 240)
    loaded.denoiser.pipe.run_safety_checker = lambda image, device, dtype: (image, [True, False])
    first, second = FAMILY.generate(loaded, samples(checkpoint, num_images=2), lambda *_: None)
    assert "notice" in first.info and "notice" not in second.info, "others of the batch are shown"
    assert second.getpixel((0, 0)) != (226, 232, 240)
