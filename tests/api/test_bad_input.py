"""Bad input through the API: one sentence that names the field, and the app goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from tests.api import raw
from tests.server import Server

NUMBERS = "a whole number from 1 to 100"
SEEDS = "a whole number from 0 to 4294967295, or -1 for a random one"
CLASSES = "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot"
HUGE = "9" * 200_000


@pytest.fixture(scope="module")
def visitor(server: Server) -> Client:
    return server.client()


def refusal(visitor: Client, endpoint: str, **values: Any) -> str:
    with pytest.raises(AppError) as refused:
        visitor.predict(**values, api_name=endpoint)
    return str(refused.value)


@pytest.mark.parametrize(
    ("endpoint", "values", "sentence"),
    [
        ("/digits_cvae", {"digit": 11}, "Digit (digit) must be a whole number from 0 to 9; you sent 11."),
        ("/digits_cvae", {"digit": 3.5}, "Digit (digit) must be a whole number from 0 to 9; you sent 3.5."),
        ("/digits_cvae", {"digit": [1]}, "Digit (digit) must be a whole number from 0 to 9; you sent [1]."),
        ("/digits_cvae", {"digit": {"a": 1}}, "Digit (digit) must be a whole number from 0 to 9; you sent {'a': 1}."),
        ("/digits_cvae", {"digit": None}, "Digit (digit) must be a whole number from 0 to 9; you sent None."),
        ("/digits_cvae", {"spread": "nan"}, "Spread (spread) must be a number from 0 to 2; you sent 'nan'."),
        ("/digits_cvae", {"spread": -0.1}, "Spread (spread) must be a number from 0 to 2; you sent -0.1."),
        ("/digits_cvae", {"num_images": -1}, f"Number of samples (num_images) must be {NUMBERS}; you sent -1."),
        ("/digits_cvae", {"num_images": 0}, f"Number of samples (num_images) must be {NUMBERS}; you sent 0."),
        ("/digits_cvae", {"num_images": 10_000}, f"Number of samples (num_images) must be {NUMBERS}; you sent 10000."),
        ("/class_gan", {"num_images": 10_000}, f"Number of samples (num_images) must be {NUMBERS}; you sent 10000."),
        ("/digits_cvae", {"seed": 2**70}, f"Seed (seed) must be {SEEDS}; you sent {2**70}."),
        ("/class_gan", {"seed": -2}, f"Seed (seed) must be {SEEDS}; you sent -2."),
        ("/class_gan", {"class_name": "Unicorn"}, f"Class (class_name) must be one of: {CLASSES}; you sent 'Unicorn'."),
        ("/class_gan", {"class_name": 3}, "Class (class_name) must be a name from the list; you sent 3."),
        (
            "/class_gan",
            {"mix_class_name": "Unicorn"},
            f"Second class (mix_class_name) must be one of: \"\", {CLASSES}; you sent 'Unicorn'.",
        ),
        ("/class_gan", {"truncation": 0}, "Truncation (truncation) must be a number from 0.1 to 1; you sent 0."),
        (
            "/digits_number",
            {"number": "20x6"},
            "Number (number) must be 1 to 12 digits from 0 to 9 of at most 12 characters; you sent '20x6'.",
        ),
        ("/digits_morph", {"fps": 1000}, "Frames per second (fps) must be a whole number from 1 to 60; you sent 1000."),
        (
            "/digits_cvae",
            {"checkpoint": "stable-diffusion"},
            "checkpoint must be one of: digits-cvae, digits-cvae-2d; you sent 'stable-diffusion'.",
        ),
        (
            "/digits_cvae",
            {"checkpoint": "../../etc"},
            "checkpoint must be one of: digits-cvae, digits-cvae-2d; you sent '../../etc'.",
        ),
        (
            "/digits_map",
            {"checkpoint": "digits-cvae"},
            "The map needs a checkpoint whose latents have 2 numbers, such as digits-cvae-2d; "
            "those of digits-cvae have 32.",
        ),
        (
            "/compare",
            {"data": "clothes", "class_name": "7"},
            f"7 is no class of clothes; those are: {CLASSES}.",
        ),
        (
            "/compare",
            {"data": "clothes", "generators": ","},
            "Generators (generators) must be some of: vae, gan, pixelcnn, diffusion, flow; you sent ','.",
        ),
        (
            "/compare",
            {"num_images": 100_000},
            "Samples of each (num_images) must be a whole number from 1 to 500; you sent 100000.",
        ),
        (
            "/pixelcnn",
            {"checkpoint": "fashion-pixelcnn", "class_name": "7"},
            f"Class (class_name) must be one of: {CLASSES}; you sent '7'.",
        ),
        (
            "/pixelcnn",
            {"checkpoint": "fashion-pixelcnn", "temperature": 9},
            "Temperature (temperature) must be a number from 0.1 to 2; you sent 9.",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_value_that_is_not_allowed_is_refused_in_one_sentence(
    visitor: Client, endpoint: str, values: dict[str, Any], sentence: str
) -> None:
    told = refusal(visitor, endpoint, **values)
    assert re.sub(r"have \d+\.", "have 32.", told) == sentence


@pytest.mark.parametrize("field", ["digit", "spread", "seed", "num_images", "checkpoint"])
@pytest.mark.parametrize("value", [[], {}, [[1]], HUGE, "\x00", "\ud800"], ids=lambda value: repr(value)[:12])
def test_wrong_types_and_huge_words_are_told_briefly(server: Server, field: str, value: Any) -> None:
    values = {"checkpoint": "digits-cvae", "digit": 1, "spread": 1, "seed": 1, "num_images": 1}
    values |= {"second_seed": 0, "walk": 0} | {field: value}
    ending, answer = raw.outcome(server.url, "digits_cvae", json.dumps({"data": list(values.values())}))
    if field == "checkpoint" and not value:
        assert ending == "complete", "an empty checkpoint is the default one"
        return
    assert ending == "error" and field in answer["error"] and "must be" in answer["error"]
    assert len(answer["error"]) < 400 and "Traceback" not in answer["error"]


@pytest.mark.parametrize(
    ("literal", "shown"),
    [("NaN", "nan"), ('"nan"', "'nan'"), ("Infinity", "inf"), ("-Infinity", "-inf"), ("1e999", "inf")],
)
def test_a_spread_that_is_no_number_is_refused_over_plain_http(server: Server, literal: str, shown: str) -> None:
    ending, answer = raw.outcome(server.url, "digits_cvae", f'{{"data": ["digits-cvae", 3, {literal}, 5, 1, 0, 0]}}')
    assert ending == "error"
    assert answer["error"] == f"Spread (spread) must be a number from 0 to 2; you sent {shown}."


@pytest.mark.parametrize("body", ["", "nonsense", "{}", "[]", '{"data": 3}', '{"data": {"digit": 3}}', b"\xff\xfe"])
def test_a_body_that_is_no_request_is_refused(server: Server, body: str | bytes) -> None:
    answer = raw.post(server.url, "digits_cvae", body)
    assert answer.status_code in (400, 422)
    assert "Traceback" not in answer.text


def test_too_few_values_end_in_an_error_and_the_next_request_is_served(server: Server, visitor: Client) -> None:
    ending, answer = raw.outcome(server.url, "digits_cvae", '{"data": []}')
    assert ending == "error"
    assert answer["error"].startswith("/digits_cvae takes 7 values: checkpoint, digit, spread")
    assert answer["error"].endswith("you sent 0.")
    assert visitor.predict(digit=1, api_name="/digits_cvae")[1]["request"]["digit"] == 1


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_unknown_parameter_never_reaches_the_app(server: Server, language: str) -> None:
    with pytest.raises(TypeError, match="sede"):
        server.client(language).predict(sede=3, api_name="/digits_cvae")


def test_a_drawing_of_fifty_megabytes_is_refused(visitor: Client, tmp_path: Path) -> None:
    file = tmp_path / "big.png"
    Image.new("L", (8, 8)).save(file)
    with file.open("ab") as more:
        more.truncate(50_000_000)
    told = refusal(visitor, "/digits_drawing", drawing=handle_file(file))
    assert told == "This file is 50.0 MB; at most 10.0 MB can be read. Use a smaller one."


def test_a_picture_of_too_many_pixels_is_refused(visitor: Client, tmp_path: Path) -> None:
    file = tmp_path / "bomb.png"
    Image.new("1", (12_000, 12_000)).save(file)
    assert file.stat().st_size < 100_000
    told = refusal(visitor, "/digits_drawing", drawing=handle_file(file))
    assert "pixels; at most 25,000,000 can be read. Make it smaller." in told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"This is a letter, not a picture.\n", "a drawing must be a PNG, JPEG, WebP or GIF picture. Export it as one"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is damaged or cut short. Use the original file."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a drawing must be a PNG, JPEG, WebP or GIF picture."),
        (b"%PDF-1.7\n", "a drawing must be a PNG, JPEG, WebP or GIF picture."),
    ],
)
def test_a_file_that_is_no_picture_is_refused_whatever_its_name(
    visitor: Client, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "seven.png"
    file.write_bytes(content)
    assert sentence in refusal(visitor, "/digits_drawing", drawing=handle_file(file))


def test_a_text_file_as_drawing_is_refused_in_chinese(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "seven.txt"
    file.write_text("seven")
    told = refusal(server.client("zh-CN"), "/digits_drawing", drawing=handle_file(file))
    assert "手绘图必须是 PNG、JPEG、WebP 或 GIF 图片" in told


@pytest.mark.parametrize("colour", ["white", "black"])
def test_an_empty_drawing_is_refused(visitor: Client, tmp_path: Path, colour: str) -> None:
    file = tmp_path / "empty.png"
    Image.new("RGB", (280, 280), colour).save(file)
    told = refusal(visitor, "/digits_drawing", drawing=handle_file(file))
    assert told == "The drawing is empty: draw one digit, large and in one colour."


@pytest.mark.parametrize(
    "drawing",
    [None, {}, "", [], "a seven", "/etc/passwd", "\x00", 7, ["/etc/passwd"], {"path": 7}, {"path": "/etc/passwd"},
     {"path": "app.py"}, {"path": "\x00"}, {"composite": "/etc/passwd"}, {"path": HUGE}, {"url": "http://127.0.0.1/x"},
     {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
     {"path": "http://127.0.0.1:9/x.png", "meta": {"_type": "gradio.FileData"}}],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_what_is_no_uploaded_file_is_no_drawing(server: Server, drawing: Any) -> None:
    ending, answer = raw.outcome(server.url, "digits_drawing", json.dumps({"data": ["digits-cvae", drawing]}))
    assert ending == "error", answer
    told = answer["error"] or ""
    assert "root:" not in told and "import" not in told, "nothing of the file is told"
    assert "drawing" in told.lower() and told.endswith("."), told
