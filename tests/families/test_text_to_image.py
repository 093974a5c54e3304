"""Text → image: its arithmetic is the bare pipeline's, batches do not matter, and odd prompts come with a notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchmetrics.functional.image import structural_similarity_index_measure

from playground.catalog import Catalog, Checkpoint, read_catalog
from playground.engine.devices import find_device
from playground.engine.workers.model_cache import ModelCache
from playground.errors import Cancelled, CheckpointError, InvalidInput
from playground.families.base import Device
from playground.families.prompts import clean_prompt
from playground.families.text_to_image import FilmRequest, Loaded, PromptRequest
from playground.networks.denoising_film import ROWS, Recording, Recordings
from playground.networks.schedulers import make_scheduler
from tests.families.prompting import FAMILY, far, ignore, load, make, samples

SCHEDULERS = [
    "DDIM", "Euler", "Euler a", "DPM++ 2M", "DPM++ 2M Karras", "DPM++ 2M SDE", "DPM++ 3M SDE", "UniPC", "Heun",
    "DPM++ SDE", "DPM++ SDE Karras",
]  # fmt: skip


@pytest.fixture(scope="module")
def checkpoint(catalog: Catalog) -> Checkpoint:
    return catalog.find("", "text_to_image")


@pytest.fixture(
    scope="module",
    params=[
        "float32",
        pytest.param(
            "bfloat16", marks=pytest.mark.skipif(find_device("cpu").dtype != "bfloat16", reason="no bfloat16 here")
        ),
    ],
)
def model(request: pytest.FixtureRequest, checkpoint: Checkpoint) -> Loaded:
    return load(checkpoint, request.param)


@pytest.fixture(scope="module")
def quick(checkpoint: Checkpoint) -> Loaded:
    return load(checkpoint, find_device("cpu").dtype)


def bare(model: Loaded, scheduler: str = "DPM++ 2M", **values: Any) -> Image.Image:
    """Make the picture with the pipeline as diffusers has it."""
    pipe = model.denoiser.pipe
    other = type(pipe)(**pipe.components, requires_safety_checker=False)
    other.set_progress_bar_config(disable=True)
    other.scheduler = make_scheduler(scheduler, pipe.scheduler)
    other.scheduler.noise_sampler_seed = 7
    asked = {"prompt": "red apple", "guidance_scale": 4.0, "num_inference_steps": 5} | values
    picture: Image.Image = other(**asked, generator=torch.Generator("cpu").manual_seed(7)).images[0]
    return picture


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_it_is_the_bare_pipelines_picture(model: Loaded, scheduler: str) -> None:
    ours = make(model, scheduler=scheduler, num_inference_steps=5, guidance_scale=4.3)[0]
    assert far(ours, bare(model, scheduler, guidance_scale=4.3)).max() == 0


def test_with_a_negative_prompt_too(quick: Loaded) -> None:
    ours = make(quick, negative_prompt="green", num_inference_steps=5)[0]
    assert far(ours, bare(quick, negative_prompt="green")).max() == 0
    assert far(ours, make(quick, num_inference_steps=5)[0]).max() > 0


@pytest.mark.parametrize("guidance", [0.0, 0.5, 1.0])
def test_no_guidance_pass_is_made_at_one_and_below(
    quick: Loaded, guidance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    forward = quick.denoiser.pipe.unet.forward
    monkeypatch.setattr(
        quick.denoiser.pipe.unet,
        "forward",
        lambda latents, *a, **k: (seen.append(len(latents)), forward(latents, *a, **k))[1],
    )
    ours = make(quick, guidance_scale=guidance, num_inference_steps=3)[0]
    assert seen == [1, 1, 1]
    make(quick, num_inference_steps=1)
    assert seen[3:] == [2]
    assert far(ours, bare(quick, guidance_scale=guidance, num_inference_steps=3)).max() == 0


def test_visitors_with_different_guidance_share_a_batch_and_get_the_picture_of_being_alone(model: Loaded) -> None:
    asked = [
        {"prompt": prompt, "seed": seed, "guidance_scale": guidance, "num_inference_steps": 6}
        for prompt, seed, guidance in (("red apple", 1, 4.0), ("cat face", 2, 7.5), ("house", 3, 1.4), ("猫", 4, 12.0))
    ]
    together = [sample for values in asked for sample in samples(model.checkpoint, **values)]
    assert len({FAMILY.batch_key(sample) for sample in together}) == 1
    pictures = FAMILY.generate(model, together, ignore)
    assert [p.tobytes() for p in FAMILY.generate(model, together, ignore)] == [p.tobytes() for p in pictures]
    for values, picture in zip(asked, pictures, strict=True):
        alone = make(model, **values)[0]
        assert far(alone, picture).mean() <= 1
        pair = [torch.tensor(np.asarray(p)).permute(2, 0, 1)[None] / 255 for p in (alone, picture)]
        assert structural_similarity_index_measure(*pair, data_range=1.0) >= 0.98


def test_samples_that_cannot_share_a_run_have_other_keys(checkpoint: Checkpoint) -> None:
    plain = FAMILY.batch_key(samples(checkpoint)[0])
    others = [{"num_inference_steps": 24}, {"scheduler": "DDIM"}, {"width": 96}, {"height": 136}, {"guidance_scale": 1}]
    assert all(FAMILY.batch_key(samples(checkpoint, **values)[0]) != plain for values in others)
    assert FAMILY.batch_key(samples(checkpoint, prompt="cat", seed=9, guidance_scale=9)[0]) == plain


@pytest.mark.parametrize(
    ("scheduler", "steps"), [(name, steps) for name in SCHEDULERS for steps in (1, 2)] + [("DPM++ 2M Karras", 100)]
)
def test_every_scheduler_paints_at_any_number_of_steps(quick: Loaded, scheduler: str, steps: int) -> None:
    picture = make(quick, scheduler=scheduler, num_inference_steps=steps)[0]
    assert picture.size == (128, 128) and np.asarray(picture).std() > 10


@pytest.mark.parametrize(("width", "height"), [(96, 128), (104, 136), (192, 192)])
def test_other_sizes_come_with_a_notice(quick: Loaded, width: int, height: int) -> None:
    picture = make(quick, width=width, height=height, num_inference_steps=2)[0]
    assert picture.size == (width, height)
    assert "learned at 128 × 128" in picture.info["notice"].en and "128 × 128" in picture.info["notice"].zh


@pytest.mark.parametrize("prompt", ["", "   ", "\x00\x07\x1b", "\n\t"])
def test_an_empty_prompt_is_an_unguided_sample_that_says_so(quick: Loaded, prompt: str) -> None:
    picture = make(quick, prompt=prompt, num_inference_steps=2)[0]
    assert "Empty prompt" in picture.info["notice"].en and "提示词为空" in picture.info["notice"].zh


@pytest.mark.parametrize("prompt", ["🍎", "🍎🎉👨‍👩‍👧", "a\x00b\ud800c", "ﷺ" * 300, "<|endoftext|>", "x" * 2000])
def test_odd_prompts_make_pictures(quick: Loaded, prompt: str) -> None:
    sample = FAMILY.read(PromptRequest, quick.checkpoint, {"prompt": clean_prompt(prompt), "num_inference_steps": 1})
    assert FAMILY.generate(quick, sample.samples(quick.checkpoint), ignore)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prompt", "x" * 10_000, "text of at most 2000 characters"),
        ("prompt", "\ud800", "text"),
        ("num_inference_steps", 0, "from 1 to 100"),
        ("num_inference_steps", 10_000, "from 1 to 100"),
        ("guidance_scale", -1, "from 0 to 20"),
        ("guidance_scale", float("nan"), "from 0 to 20"),
        ("width", 100, "a multiple of 8 from 64 to 2048"),
        ("width", 1024, "from 96 to 192 for this checkpoint"),
        ("height", 64, "from 96 to 192 for this checkpoint"),
        ("scheduler", "PLMS", "one of: DDIM, Euler"),
        ("scheduler", "LCM", "one of: DDIM, Euler"),
        ("num_images", 10, "from 1 to 9"),
    ],
    ids=str,
)
def test_what_cannot_be_made_is_refused(checkpoint: Checkpoint, field: str, value: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FAMILY.read(PromptRequest, checkpoint, {field: value})
    assert refused.value.field == field and words in refused.value.en


def test_previews_show_the_picture_forming(quick: Loaded) -> None:
    previews: list[Sequence[Image.Image]] = []

    def step(index: int, of: int, preview: Sequence[Image.Image] | None = None) -> None:
        assert of == 12
        previews.extend([preview] if preview else [])

    finished = make(quick, step, num_images=2, num_inference_steps=12)
    assert 3 <= len(previews) <= 8
    assert all(len(pair) == 2 and pair[0].size == (128, 128) for pair in previews)
    first, last = (far(pair[0], finished[0]).mean() for pair in (previews[0], previews[-1]))
    assert last < first and last < 60


def test_stopping_half_way_leaves_the_pipeline_as_it_was(quick: Loaded) -> None:
    before = make(quick, num_inference_steps=5)[0]

    def stop(index: int, of: int, preview: Sequence[Image.Image] | None = None) -> None:
        if index == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        make(quick, stop, num_inference_steps=5)
    assert make(quick, num_inference_steps=5)[0].tobytes() == before.tobytes()


def test_a_film_shows_noise_and_beliefs_and_ends_in_the_picture(quick: Loaded) -> None:
    asked = {"prompt": "red apple", "seed": 7, "num_inference_steps": 16}
    request = FAMILY.read(FilmRequest, quick.checkpoint, asked)
    steps: list[tuple[int, int]] = []
    (film,) = FAMILY.generate(quick, request.samples(quick.checkpoint), lambda index, of: steps.append((index, of)))
    frames = film.info["frames"]
    assert film.size == (128 * len(frames), 128 * len(ROWS)) and len(frames) == 13
    assert [frames[0]["step"], frames[-1]["step"]] == [1, 16] and frames[0]["noise"] > 0.99 > frames[-1]["noise"]
    assert steps[-1][0] == steps[-1][1] and [index for index, _ in steps] == list(range(1, len(steps) + 1))
    guided = film.crop((film.width - 128, film.height - 128, film.width, film.height))
    assert far(guided, make(quick, num_inference_steps=16)[0]).mean() < 6


def test_a_film_is_recorded_while_its_picture_is_made(quick: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"prompt": "red apple", "seed": 11, "num_inference_steps": 6}
    request = FAMILY.read(FilmRequest, quick.checkpoint, asked)

    def film() -> Image.Image:
        return FAMILY.generate(quick, request.samples(quick.checkpoint), ignore)[0]

    run_again = film()
    make(quick, num_inference_steps=6, seed=11)
    monkeypatch.setattr(quick.denoiser, "denoise", None)
    recorded = film()
    assert recorded.info["frames"] == run_again.info["frames"] and len(recorded.info["frames"]) == 6
    assert far(recorded, run_again).max() <= 1


def test_the_oldest_recordings_give_way() -> None:
    recordings = Recordings(most_bytes=3 * 4 * 5 * 16 * 4)
    for seed in range(5):
        recordings.keep(seed, Recording(torch.zeros(4, 5, 4, 2, 2), [{"step": 1.0}]))
    assert [recordings.get(seed) is not None for seed in range(5)] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("unet/diffusion_pytorch_model.safetensors", None, "a file of it is missing"),
        ("tokenizer/tokenizer.json", None, "a file of it is missing"),
        ("tokenizer/tokenizer_config.json", "{}", "a file of it is missing"),
        ("text_encoder/model.safetensors", "nonsense", "its weights are damaged"),
        ("vae/config.json", "{", "its weights are damaged"),
        ("model_index.json", "{", "model_index.json cannot be read"),
    ],
)
def test_a_damaged_folder_is_refused_in_one_sentence(
    copy_checkpoints: Callable[[], Path], file: str, content: str | None, words: str
) -> None:
    folder = copy_checkpoints()
    damaged = read_catalog(folder).find("", "text_to_image")
    (damaged.path / "SHA256SUMS").unlink(missing_ok=True)
    (damaged.path / file).unlink()
    if content is not None:
        (damaged.path / file).write_text(content)
    with pytest.raises(CheckpointError) as refused:
        ModelCache(Device("cpu", "CPU", 1, "bfloat16"), 1 << 40).get(damaged, FAMILY)
    assert words in refused.value.en and str(folder) not in refused.value.en


def test_prompts_are_encoded_once(quick: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    encode = quick.denoiser.pipe.encode_prompt

    def count(prompt: str, *words: Any) -> Any:
        encoded.append(prompt)
        return encode(prompt, *words)

    monkeypatch.setattr(quick.denoiser.pipe, "encode_prompt", count)
    for _ in range(2):
        make(quick, prompt="a penguin never asked for before", num_images=3, num_inference_steps=1)
    assert encoded.count("a penguin never asked for before") == 1
