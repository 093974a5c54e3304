"""Every endpoint, through gradio_client: its parameters, and ``(files, report)`` whose files carry their settings."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from PIL import Image, ImageDraw

import playground
from playground.families import in_order
from playground.media.reading import read_metadata
from tests.api import raw
from tests.server import Server

DIGITS = {
    "checkpoint": "digits-cvae", "digit": 7, "spread": 1.0, "seed": -1, "num_images": 1, "second_seed": 0, "walk": 0.0,
}  # fmt: skip
CLASSES = {
    "checkpoint": "fashion-gan", "class_name": None, "mix_class_name": "", "mix": 0.0, "truncation": None,
    "seed": -1, "num_images": 1, "second_seed": 0, "walk": 0.0,
}  # fmt: skip
TASKS = [task for family in in_order() for task in family.requests]
REPORTED = {"seeds", "seconds", "device", "dtype", "checkpoint", "request", "notices", "versions"}


@pytest.fixture(scope="module")
def visitor(server: Server) -> Client:
    return server.client()


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    paper = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(paper).line([(130, 60), (270, 60), (180, 240)], fill="black", width=24, joint="curve")
    paper.save(tmp_path / "seven.jpg")
    return tmp_path / "seven.jpg"


@pytest.mark.parametrize(("endpoint", "expected"), [("/digits_cvae", DIGITS), ("/class_gan", CLASSES)])
def test_parameters_have_their_names_in_order_and_defaults(
    visitor: Client, endpoint: str, expected: dict[str, Any]
) -> None:
    described = visitor.view_api(return_format="dict", print_info=False)["named_endpoints"][endpoint]
    given = {parameter["parameter_name"]: parameter["parameter_default"] for parameter in described["parameters"]}
    assert list(given.items()) == list(expected.items())
    assert all(parameter["parameter_has_default"] for parameter in described["parameters"])
    assert len(described["returns"]) == 2


def test_there_is_one_endpoint_a_request_type_and_no_other(visitor: Client) -> None:
    described = visitor.view_api(return_format="dict", print_info=False)
    others = {"/download", "/map", "/round_trip", "/search"}
    assert set(described["named_endpoints"]) == {f"/{task.task}" for task in TASKS} | others
    assert described["unnamed_endpoints"] == {}


def test_the_description_names_every_field_and_its_range(server: Server) -> None:
    api = json.loads(raw.httpx.get(f"{server.url}/gradio_api/info").text)["named_endpoints"]
    description = api["/digits_cvae"]["description"]
    assert "digit: a whole number from 0 to 9" in description and "Gives (files, report)" in description


def test_a_digit_is_a_png_that_carries_its_request_and_its_own_seed(visitor: Client) -> None:
    files, report = visitor.predict(digit=3, spread=0.5, seed=41, num_images=3, api_name="/digits_cvae")
    assert set(report) >= REPORTED
    assert report["seeds"] == [41, 42, 43]
    assert report["request"] == {"digit": 3, "spread": 0.5, "seed": 41, "num_images": 3, "second_seed": 0, "walk": 0}
    assert (report["checkpoint"], report["family"], report["notices"]) == ("digits-cvae", "digits_cvae", [])
    assert report["seconds"] > 0 and report["device"] and report["dtype"] in ("float32", "bfloat16")
    assert report["versions"]["playground"] == playground.__version__ and "torch" in report["versions"]
    assert len(files) == 3
    for position, file in enumerate(files):
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("PNG", (28, 28))
            parameters = picture.info["parameters"]
        metadata = read_metadata(file)
        assert metadata.request == report["request"]
        assert (metadata.seed, metadata.task, metadata.checkpoint) == (41 + position, "digits_cvae", "digits-cvae")
        assert metadata.batch_position == report["batches"][position]["position"]
        assert f"Seed: {41 + position}" in parameters and "digits-cvae" in parameters
        assert str(41 + position) in Path(file).name


def test_a_class_is_a_png_that_carries_its_request_and_its_own_seed(visitor: Client) -> None:
    files, report = visitor.predict(class_name="Bag", truncation=0.6, seed=7, num_images=2, api_name="/class_gan")
    assert set(report) >= REPORTED
    assert report["seeds"] == [7, 8] and report["request"]["class_name"] == "Bag"
    for seed, file in zip((7, 8), files, strict=True):
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("PNG", (28, 28))
            assert "Bag" in picture.info["parameters"] and f"Seed: {seed}" in picture.info["parameters"]
        assert read_metadata(file).request == report["request"]
        assert read_metadata(file).seed == seed


@pytest.mark.parametrize("kind", ["vae", "pixelcnn", "diffusion", "flow"])
def test_each_generator_of_clothes_is_served_alone(visitor: Client, kind: str) -> None:
    asked = {"checkpoint": f"fashion-{kind}", "class_name": "Bag", "seed": 3, "num_images": 2}
    files, report = visitor.predict(**asked, api_name="/pixelcnn" if kind == "pixelcnn" else f"/class_{kind}")
    assert report["checkpoint"] == f"fashion-{kind}" and report["seeds"] == [3, 4]
    for file in files:
        with Image.open(file) as picture:
            assert picture.size == (28, 28) and picture.convert("L").getextrema()[1] > 100


def test_a_seed_of_minus_one_is_drawn_told_and_gives_the_same_picture_again(visitor: Client) -> None:
    (first,), drawn = visitor.predict(digit=8, api_name="/digits_cvae")
    assert drawn["seeds"] == [drawn["request"]["seed"]] and drawn["seeds"][0] >= 0
    (second,), again = visitor.predict(**drawn["request"], checkpoint=drawn["checkpoint"], api_name="/digits_cvae")
    assert again["seeds"] == drawn["seeds"]
    with Image.open(first) as one, Image.open(second) as other:
        assert one.tobytes() == other.tobytes()


def test_parameters_may_be_given_by_position(visitor: Client) -> None:
    _, report = visitor.predict("digits-cvae-2d", 2, 0.25, 9, 1, api_name="/digits_cvae")
    assert report["checkpoint"] == "digits-cvae-2d"
    assert report["request"] == {"digit": 2, "spread": 0.25, "seed": 9, "num_images": 1, "second_seed": 0, "walk": 0}


@pytest.mark.parametrize(
    ("task", "values", "kinds", "size"),
    [
        ("digits_number", {"number": "2026", "seed": 1}, ["PNG"], None),
        ("digits_strength", {"digit": 5, "seed": 1}, ["PNG"], None),
        ("digits_map", {"checkpoint": "digits-cvae-2d", "columns": 3}, ["PNG"], None),
        ("digits_point", {"checkpoint": "digits-cvae-2d", "x": 1.0, "y": -2.0}, ["PNG"], (28, 28)),
        ("digits_morph", {"num_frames": 4, "seed": 1, "second_seed": 2}, ["MP4", "GIF", "WEBP"], None),
        ("class_gan_sheet", {"seed": 1}, ["PNG"], None),
        ("class_gan_strength", {"class_name": "Coat", "seed": 1}, ["PNG"], None),
        ("class_gan_morph", {"mix_class_name": "Bag", "num_frames": 4, "seed": 1}, ["MP4", "GIF", "WEBP"], None),
    ],
)
def test_every_other_endpoint_gives_files_that_bring_their_settings_back(
    visitor: Client, task: str, values: dict[str, Any], kinds: list[str], size: tuple[int, int] | None
) -> None:
    files, report = visitor.predict(**values, api_name=f"/{task}")
    assert set(report) >= REPORTED and report["task"] == task
    assert [Path(file).suffix.removeprefix(".").upper() for file in files] == kinds
    for file, kind in zip(files, kinds, strict=True):
        assert read_metadata(file).request == report["request"] and read_metadata(file).task == task
        if kind != "MP4":
            with Image.open(file) as picture:
                assert picture.format == kind
                assert size is None or picture.size == size
                assert kind == "PNG" or picture.n_frames == 4  # type: ignore[attr-defined]
    known = {name: value for name, value in values.items() if name != "checkpoint"}
    assert known.items() <= report["request"].items()


def test_a_drawing_is_read_and_rewritten(visitor: Client, seven: Path) -> None:
    (file,), report = visitor.predict(drawing=handle_file(seven), api_name="/digits_drawing")
    assert report["notices"] == ["Read as a 7."]
    with Image.open(file) as picture:
        assert picture.format == "PNG" and picture.width > 10 * picture.height
    assert read_metadata(file).task == "digits_drawing"


def test_the_outputs_folder_keeps_every_file(visitor: Client, server: Server) -> None:
    files, _ = visitor.predict(num_images=2, api_name="/digits_cvae")
    kept = {path.name: path for path in server.outputs.rglob("*.png")}
    for file in files:
        assert kept[Path(file).name].read_bytes() == Path(file).read_bytes()


def test_a_job_tells_its_states_before_its_result(visitor: Client) -> None:
    job = visitor.submit(prompt="tree", num_images=2, num_inference_steps=30, api_name="/text_to_image")
    files, _ = job.result(120)
    *progress, last = job.outputs()
    assert len(files) == 2 and len(last[0]) == 2
    assert progress and all(files == [] for files, _ in progress)
    assert {state["state"] for _, state in progress} <= {"queued", "loading", "step"}


def test_a_visitor_is_answered_in_the_language_they_ask_for(server: Server) -> None:
    body = json.dumps({"data": ["digits-cvae", 11, 1, 5, 1, 0, 0]})
    sentences = {
        language: raw.outcome(server.url, "digits_cvae", body, **{"accept-language": language})[1]["error"]
        for language in ("zh-CN,zh;q=0.9", "ZH", "en-US", "fr", "")
    }
    chinese = "数字（digit）必须是0 到 9 之间的整数；收到的是 11。"
    english = "Digit (digit) must be a whole number from 0 to 9; you sent 11."
    assert [sentences["zh-CN,zh;q=0.9"], sentences["ZH"]] == [chinese, chinese]
    assert [sentences["en-US"], sentences["fr"], sentences[""]] == [english] * 3


def test_gradio_client_is_answered_in_chinese_and_so_are_notices(server: Server, seven: Path) -> None:
    visitor = server.client("zh-CN")
    with pytest.raises(Exception, match="数字（digit）必须是"):
        visitor.predict(digit=11, api_name="/digits_cvae")
    _, report = visitor.predict(drawing=handle_file(seven), api_name="/digits_drawing")
    assert len(report["notices"]) == 1 and re.fullmatch(r"识别为 \d。", report["notices"][0])
