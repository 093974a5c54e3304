"""Clips from pictures through the API: odd pictures begin one or are named, odd values told, steps shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

from tests.api import raw
from tests.server import Server

QUICK: dict[str, Any] = {"num_inference_steps": 2, "num_frames": 8, "width": 96, "height": 96, "seed": 3}


@pytest.fixture(scope="module")
def visitor(server: Server) -> Client:
    return server.client()


def drawn(size: tuple[int, int] = (128, 128)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).ellipse((size[0] // 3, size[1] // 3, size[0] * 2 // 3, size[1] * 2 // 3), fill="red")
    return picture


def saved(folder: Path, picture: Image.Image, format: str = "PNG", **options: Any) -> Any:
    file = folder / f"picture.{format.lower()}"
    picture.save(file, format=format, **options)
    return handle_file(str(file))


@pytest.mark.parametrize("size", [(1, 1), (9000, 100), (100, 9000)], ids=str)
def test_a_picture_of_any_proportions_begins_a_clip_and_needs_no_words(
    visitor: Client, tmp_path: Path, size: tuple[int, int]
) -> None:
    files, report = visitor.predict(image=saved(tmp_path, drawn(size)), prompt="", **QUICK, api_name="/image_to_video")
    assert [Path(file).suffix for file in files] == [".mp4", ".gif", ".webp"]
    assert report["request"]["prompt"] == ""


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF"])
def test_of_a_picture_that_moves_the_first_frame_is_taken_and_that_is_said(
    visitor: Client, tmp_path: Path, format: str
) -> None:
    moving = saved(tmp_path, drawn(), format, save_all=True, append_images=[Image.new("RGB", (128, 128), "blue")] * 3)
    _, report = visitor.predict(image=moving, prompt="rising", **QUICK, api_name="/image_to_video")
    assert any("its first frame of" in notice for notice in report["notices"])


def test_what_a_phone_saves_beside_a_photo_is_no_frame(visitor: Client, tmp_path: Path) -> None:
    photo = saved(tmp_path, drawn(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 64), "grey")])
    _, report = visitor.predict(image=photo, prompt="rising", **QUICK, api_name="/image_to_video")
    assert not any("moves by itself" in notice for notice in report["notices"])


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\0\0\0\x20ftypisom" + bytes(200), "an MP4 video"),
        (b"\0\0\0\x20ftypheic" + bytes(200), "a HEIC photo"),
        (b"\0\0\0\x20ftypavif" + bytes(200), "an AVIF picture"),
        (b"\x1aE\xdf\xa3" + bytes(200), "a WebM or MKV video"),
        (b"BM" + bytes(200), "a BMP picture"),
        (b"II*\0" + bytes(200), "a TIFF picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a text file"),
        (b"", "an empty file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_to_begin_with_is_named(visitor: Client, tmp_path: Path, content: bytes, named: str) -> None:
    (tmp_path / "picture.png").write_bytes(content)
    with pytest.raises(AppError) as refused:
        visitor.predict(image=handle_file(str(tmp_path / "picture.png")), **QUICK, api_name="/image_to_video")
    assert str(refused.value).startswith(f"This is {named}; a drawing must be a PNG, JPEG, WebP or GIF picture.")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"strength": "NaN"},
            "How closely to follow the picture (strength) must be a number from 0 to 1; you sent nan.",
        ),
        (
            {"strength": "1e999"},
            "How closely to follow the picture (strength) must be a number from 0 to 1; you sent inf.",
        ),
        ({"num_frames": "65"}, "Frames (num_frames) must be from 8 to 64 for this checkpoint; you sent 65."),
        ({"num_frames": "NaN"}, "Frames (num_frames) must be a whole number from 8 to 128; you sent nan."),
        ({"loop": '"perhaps"'}, "Loop (loop) must be true or false; you sent 'perhaps'."),
        (
            {"longer": '"backwards"'},
            "A longer clip (longer) must be one of: slower, again, windows; you sent 'backwards'.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_is_told_over_plain_http_before_anything_is_made(
    server: Server, tmp_path: Path, values: dict[str, str], sentence: str
) -> None:
    drawn().save(tmp_path / "picture.png")
    with (tmp_path / "picture.png").open("rb") as file:
        (path,) = httpx.post(f"{server.url}/gradio_api/upload", files={"files": file}).json()
    known = httpx.get(f"{server.url}/gradio_api/info").json()["named_endpoints"]["/image_to_video"]["parameters"]
    image = {"path": path, "meta": {"_type": "gradio.FileData"}}
    sent = [json.dumps(image if each["parameter_name"] == "image" else each["parameter_default"]) for each in known]
    for at, each in enumerate(known):
        sent[at] = values.get(each["parameter_name"], sent[at])
    ending, answer = raw.outcome(server.url, "image_to_video", f'{{"data": [{", ".join(sent)}]}}')
    assert (ending, answer["error"]) == ("error", sentence)


def test_a_clip_from_a_picture_shows_its_steps_and_the_frames_that_look_at_frames(
    visitor: Client, tmp_path: Path
) -> None:
    asked = QUICK | {"prompt": "rolling left", "num_inference_steps": 6}
    image = saved(tmp_path, drawn())
    files, report = visitor.predict(image=image, **asked, api_name="/image_to_video_film")
    assert Path(files[0]).suffix == ".png" and report["seeds"] == [3]
    assert any("Steps 1 to 2 begin with noise" in notice for notice in report["notices"])
    with Image.open(files[0]) as sheet:
        assert sheet.width == 8 * 96 and sheet.height % 96 == 0
    _, report = visitor.predict(image=image, **asked, across=0.5, down=0.7, api_name="/image_to_video_looks")
    (table,) = report["scores"]
    assert table["rows"] == table["columns"] == [str(frame) for frame in range(1, 9)]
    assert all(sum(row) == pytest.approx(1, abs=0.01) for row in table["values"])
    with pytest.raises(AppError, match="There is no picture to begin with"):
        visitor.predict(**asked, api_name="/image_to_video_film")
