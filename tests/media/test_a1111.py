"""Settings of other programs: ten texts as they are found in the wild, and what sd-parsers reads in our PNGs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sd_parsers import ParserManager

from playground.errors import UnreadableFile
from playground.media.a1111 import parse_parameters, read_parameters, scheduler_named
from playground.media.clips import write_clip
from playground.media.metadata import Metadata
from playground.media.png import write_png

BASE = {"num_inference_steps": 20, "guidance_scale": 7.0, "seed": 1234, "width": 512, "height": 768}
TAIL = "CFG scale: 7, Seed: 1234, Size: 512x768"
TEXTS = [
    (f"a red apple\nSteps: 20, Sampler: Euler a, {TAIL}, Model hash: 6ce0161689, Model: v1-5-pruned",
     {"prompt": "a red apple", "scheduler": "Euler a"}),
    (f"一只猫, (masterpiece:1.2), <lora:ink:0.8>\nNegative prompt: blurry, 低质量\nSteps: 20, Sampler: DDIM, {TAIL}",
     {"prompt": "一只猫, (masterpiece:1.2)", "negative_prompt": "blurry, 低质量", "scheduler": "DDIM"}),
    (f"first line\nsecond line\nNegative prompt: one\ntwo\nSteps: 20, Sampler: DPM++ 2M Karras, {TAIL}, Version: 1",
     {"prompt": "first line\nsecond line", "negative_prompt": "one\ntwo", "scheduler": "DPM++ 2M Karras"}),
    (f"a\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, {TAIL}",
     {"prompt": "a", "scheduler": "DPM++ 2M Karras"}),
    (f"a\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Automatic, {TAIL}",
     {"prompt": "a", "scheduler": "DPM++ 2M Karras"}),
    (f'a\nSteps: 20, Sampler: UniPC, {TAIL}, Lora hashes: "ink: 1f2e, Steps: 99", Hires upscaler: "a, b"',
     {"prompt": "a", "scheduler": "UniPC"}),
    (f"a\nSteps: 20, Sampler: DPM++ 2M SDE Karras, {TAIL}", {"prompt": "a", "scheduler": "DPM++ 2M SDE Karras"}),
    (f"a: b, Seed: 5 in the words\nSteps: 20, Sampler: Euler, Schedule type: Simple, {TAIL}",
     {"prompt": "a: b, Seed: 5 in the words", "scheduler": "Euler"}),
    (f"\r\na\r\nNegative prompt: \r\nSteps: 20, Sampler: Restart, {TAIL}\r\n", {"prompt": "a"}),
    (f"Steps: 20, Sampler: k_euler_ancestral, {TAIL}", {"prompt": "", "scheduler": "Euler a"}),
    (f"<b>bold</b><script>alert(1)</script>\nSteps: 20, Sampler: DPM++ SDE Karras, {TAIL}, Clip skip: 2, ENSD: 31337",
     {"prompt": "<b>bold</b><script>alert(1)</script>", "scheduler": "DPM++ SDE Karras"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TEXTS, ids=range(len(TEXTS)))
def test_ten_texts_of_other_programs_are_understood(text: str, said: dict[str, object]) -> None:
    assert parse_parameters(text).values == BASE | said


@pytest.mark.parametrize(
    ("sampler", "spacing", "ours"),
    [
        ("Heun", "", "Heun"),
        ("heun", "normal", "Heun"),
        ("DPM++ SDE", "Karras", "DPM++ SDE Karras"),
        ("dpmpp_sde_gpu", "karras", "DPM++ SDE Karras"),
        ("dpmpp_sde", "normal", "DPM++ SDE"),
        ("DPM++ 3M SDE", "Karras", "DPM++ 3M SDE Karras"),
        ("dpmpp_2m_sde_gpu", "simple", "DPM++ 2M SDE"),
        ("DPM++ 3M SDE Exponential", "", None),
        ("PLMS", "", None),
    ],
)
def test_samplers_that_files_in_the_wild_name(sampler: str, spacing: str, ours: str | None) -> None:
    assert scheduler_named(sampler, spacing) == ours


def test_a_text_without_settings_is_a_prompt() -> None:
    assert parse_parameters("just words, nothing: else").values == {"prompt": "just words, nothing: else"}
    assert parse_parameters("a\nSteps: many, Sampler: DDIM, CFG scale: nan, Seed: 1e9, Size: big").values == {
        "prompt": "a",
        "scheduler": "DDIM",
    }
    found = parse_parameters("a\nSteps: 8, Sampler: PLMS, Model: mine")
    assert (found.sampler, found.model) == ("PLMS", "mine") and "scheduler" not in found.values


SETTINGS = "Steps: 20, Sampler: Euler a, Seed: 5, Size: 64x96"
READ = {"num_inference_steps": 20, "seed": 5, "width": 64, "height": 96, "scheduler": "Euler a"}


@pytest.mark.parametrize(
    "settings",
    [
        f'{SETTINGS}, Template: "a\nmulti line", Version: v1.7',
        f'{SETTINGS}, Template: "a\n\nSteps: 3, Seed: 9", Negative Template: "b\nc",\nVersion: v1.7',
        f'{SETTINGS}, Template: "a \\"quoted\\"\nline", ADetailer prompt: "x, y\nz",',
        f"{SETTINGS}\nVersion: v1.7\n",
    ],
)
def test_a_quoted_value_with_line_breaks_stays_one_value(settings: str) -> None:
    found = parse_parameters(f"a cat\nSteps: 12 of them\nNegative prompt: blurry\n{settings}")
    assert found.values == READ | {"prompt": "a cat\nSteps: 12 of them", "negative_prompt": "blurry"}


@pytest.mark.parametrize(
    ("prompt", "words", "loras", "left_out"),
    [
        ("a cat <lora:add-detail:0.8>", "a cat", (("add-detail", 0.8),), ()),
        ("<lora:ink:1>, a cat, <LoRA: sub/mine : -0.5>, 1 < 2", "a cat, 1 < 2", (("ink", 1.0), ("sub/mine", -0.5)), ()),
        ("a <lyco:x:0.6:0.2>cat<lora:y:.5:lbw=OUTD><lora:z>", "a cat", (("x", 0.6), ("y", 0.5), ("z", 1.0)), ()),
        ("a cat <hypernet:anime:1>", "a cat", (), ("hypernet anime",)),
        ("<b>a</b> cat, , <loraine>", "<b>a</b> cat, , <loraine>", (), ()),
    ],
)
def test_tags_of_added_weights_are_no_words_of_the_prompt(
    prompt: str, words: str, loras: tuple[tuple[str, float], ...], left_out: tuple[str, ...]
) -> None:
    found = parse_parameters(f"{prompt}\n{SETTINGS}")
    assert (found.values["prompt"], found.loras, found.left_out) == (words, loras, left_out)


def test_a_variation_seed_is_a_walk_and_what_has_no_name_here_is_listed() -> None:
    found = parse_parameters(
        f"a\n{SETTINGS}, Variation seed: 2, Variation seed strength: 0.4, Denoising strength: 0.5, Clip skip: 2, "
        'Hires upscale: 2, ControlNet 0: "Module: canny, Weight: 1", Lora hashes: "ink: 1f2e", Version: v1.10.1, '
        "Model hash: 6ce0161689, Model: v1-5, Face restoration: None, Token merging ratio: 0.5"
    )
    assert found.values == READ | {"prompt": "a", "second_seed": 2, "walk": 0.4}
    assert found.left_out == ("Denoising strength", "Clip skip", "Hires upscale", "ControlNet 0", "Token merging ratio")
    for strange in ("Variation seed: 2", "Variation seed: x, Variation seed strength: 9"):
        assert "walk" not in parse_parameters(f"a\n{SETTINGS}, {strange}").values


TEXT = f"a red apple, 红苹果\nNegative prompt: blurry\n{SETTINGS}"


@pytest.mark.parametrize("ending", ["JPEG", "WEBP"])
@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + TEXT.encode("utf-16-be"),
        b"UNICODE\0" + TEXT.encode("utf-16-le"),
        b"UNICODE\0" + TEXT.encode("utf-16"),
        b"UNICODE\0" + TEXT.encode(),
        b"\0\0\0\0\0\0\0\0" + TEXT.encode(),
        b"ASCII\0\0\0" + TEXT.encode(),
        TEXT.encode(),
    ],
)
def test_jpeg_and_webp_carry_the_same_text_in_exif(tmp_path: Path, ending: str, comment: bytes) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    path = tmp_path / "picture.png"  # what it is called tells nothing
    Image.new("RGB", (8, 8)).save(path, ending, exif=exif)
    found = read_parameters(path)
    assert found and found.values == READ | {"prompt": "a red apple, 红苹果", "negative_prompt": "blurry"}


def test_a_photograph_with_a_comment_and_a_webp_of_ours_are_no_such_files(tmp_path: Path, metadata: Metadata) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0Steps to the house"
    Image.new("RGB", (8, 8)).save(tmp_path / "photo.jpg", exif=exif)
    assert read_parameters(tmp_path / "photo.jpg") is None
    frames = [Image.new("RGB", (16, 16), (shade, 0, 0)) for shade in (0, 200)]
    clip = write_clip(frames, tmp_path / "ours.webp", 8, metadata)
    assert read_parameters(clip) is None


def save(path: Path, **texts: str) -> Path:
    settings = PngInfo()
    for name, text in texts.items():
        settings.add_text(name, text)
    Image.new("RGB", (8, 8)).save(path, pnginfo=settings)
    return path


def test_only_files_of_other_programs_are_read(tmp_path: Path, metadata: Metadata) -> None:
    assert read_parameters(write_png(Image.new("L", (8, 8)), tmp_path / "ours.png", metadata)) is None
    assert read_parameters(save(tmp_path / "none.png")) is None
    (tmp_path / "text.png").write_text("Steps: 20")
    assert read_parameters(tmp_path / "text.png") is None
    found = read_parameters(save(tmp_path / "theirs.png", parameters=TEXTS[0][0]))
    assert found and found.model == "v1-5-pruned"


def test_a_huge_text_is_refused_and_a_tricky_one_costs_no_time(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="2,000,000 characters long; at most 1,500,000"):
        read_parameters(save(tmp_path / "huge.png", parameters="a" * 2_000_000))
    tricky = ["Steps: 1, " + 'x: "\\",' * 100_000, "Steps: 1\n" * 100_000, "<lora:" * 150_000]
    for text in (
        *tricky,
        "Steps: 1" + ", " * 400_000,
        "a: " * 200_000,
        '"' * 500_000,
        "Steps: 1, " + 'x: "\\' * 100_000,
        "\n" * 900_000,
    ):
        parse_parameters(text)


def test_sd_parsers_reads_our_pictures(tmp_path: Path, metadata: Metadata) -> None:
    record = metadata.model_copy(update={"request": metadata.request | {"scheduler": "DPM++ 2M Karras"}})
    found = ParserManager().parse(write_png(Image.new("RGB", (128, 128)), tmp_path / "ours.png", record))
    assert found is not None
    (sampler,) = found.samplers
    assert [prompt.value for prompt in found.prompts] == [metadata.request["prompt"]]
    assert [prompt.value for prompt in found.negative_prompts] == ["blurry, dark\nsecond line"]
    assert sampler.name == "DPM++ 2M Karras" and int(sampler.parameters["seed"]) == metadata.seed
    assert (float(sampler.parameters["cfg_scale"]), int(sampler.parameters["steps"])) == (7.5, 25)
