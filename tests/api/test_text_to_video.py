"""Clips through the API: three files that play anywhere, sentences for what cannot be, and nobody is held up."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from playground.media.reading import read_metadata
from tests.api import raw
from tests.server import Server
from tests.small_disk import small_disk

QUICK: dict[str, Any] = {"num_inference_steps": 1, "num_frames": 8, "width": 96, "height": 96, "fps": 12, "seed": 3}
FRAMES, FPS = (
    "Frames (num_frames) must be a whole number from 8 to 128",
    "Frames per second (fps) must be a whole number",
)


@pytest.fixture(scope="module")
def visitor(server: Server) -> Client:
    return server.client()


@pytest.fixture
def elsewhere(server: Server) -> Iterator[Path]:
    """The outputs folder while what is in it is aside."""
    server.outputs.mkdir(exist_ok=True)
    aside = server.outputs.rename(server.outputs.with_name("aside"))
    yield server.outputs
    shutil.rmtree(server.outputs, ignore_errors=True)
    aside.rename(server.outputs)


def test_a_clip_is_an_mp4_a_gif_and_a_webp_that_bring_their_settings_back(visitor: Client) -> None:
    files, report = visitor.predict("emoji-motion", "red apple rising", "", 4.0, **QUICK, api_name="/text_to_video")
    assert [Path(file).suffix for file in files] == [".mp4", ".gif", ".webp"]
    assert (report["task"], report["seeds"], report["request"]["prompt"]) == ("text_to_video", [3], "red apple rising")
    for file in files:
        assert read_metadata(file).request == report["request"]
    content = Path(files[0]).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "it plays before it is all there"
    with av.open(str(files[0])) as clip:
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 12)
        assert (stream.width, stream.height) == (384, 384), "128 or 96 pixels are too small to watch"
        assert sum(1 for _ in clip.decode(stream)) == 8
    for file in files[1:]:
        with Image.open(file) as moving:
            assert (moving.n_frames, moving.size) == (8, (384, 384))  # type: ignore[attr-defined]


def test_an_empty_prompt_is_made_and_says_so(visitor: Client) -> None:
    _, report = visitor.predict(prompt="", **QUICK, api_name="/text_to_video")
    assert any("Empty prompt" in notice for notice in report["notices"])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"num_frames": 0}, f"{FRAMES}; you sent 0."),
        ({"num_frames": 1}, f"{FRAMES}; you sent 1."),
        ({"num_frames": 10_000}, f"{FRAMES}; you sent 10000."),
        ({"num_frames": 65}, "Frames (num_frames) must be from 8 to 64 for this checkpoint; you sent 65."),
        ({"fps": 0}, f"{FPS} from 1 to 60; you sent 0."),
        ({"fps": 1000}, f"{FPS} from 1 to 60; you sent 1000."),
    ],
)
def test_what_is_no_clip_is_refused_in_one_sentence(visitor: Client, values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AppError) as refused:
        visitor.predict(**values, api_name="/text_to_video")
    assert str(refused.value) == sentence


def test_who_hangs_up_in_the_middle_stops_the_clip_and_digits_come_between_its_steps(
    server: Server, visitor: Client
) -> None:
    long = json.dumps(
        {"data": ["emoji-motion", "cat rising", "", 4.0, 100, 1, 16, 8, "DPM++ 2M", 128, 128, 1.0, False, "slower"]}
    )
    with raw.events(server.url, "text_to_video", long) as following:
        state: dict[str, Any] = {}
        for _, (_, state) in following:
            if state["state"] == "step":
                break
        started = time.monotonic()
        assert visitor.predict(digit=4, api_name="/digits_cvae")[1]["request"]["digit"] == 4
        assert time.monotonic() - started < state["seconds_left"] / 2, "not behind the clip"
        assert next(following)[1][1]["state"] == "step", "the clip goes on"
    assert visitor.predict(**QUICK, api_name="/text_to_video")[1]["seeds"] == [3]
    assert time.monotonic() - started < state["seconds_left"], "it was not waited for"


def test_a_disk_that_fills_up_while_a_clip_is_written_leaves_no_half_of_it(visitor: Client, elsewhere: Path) -> None:
    with small_disk(elsewhere, "64k"):
        with pytest.raises(AppError, match="The disk is full: .* could not be saved"):
            visitor.predict(**QUICK, api_name="/text_to_video")
        left = [
            path
            for path in elsewhere.rglob("*")
            if path.is_file() and path.suffix in (".mp4", ".gif", ".webp", ".part")
        ]
        assert left == []
    assert visitor.predict(**QUICK, api_name="/text_to_video")[1]["seeds"] == [3]


def test_a_moving_gif_begins_a_clip_with_its_first_frame_and_says_so(visitor: Client, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "gold")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    image = handle_file(str(tmp_path / "moving.gif"))
    files, report = visitor.predict(image=image, prompt="rolling left", loop=True, **QUICK, api_name="/image_to_video")
    assert [Path(file).suffix for file in files] == [".mp4", ".gif", ".webp"]
    assert any("its first frame of 3 was taken" in notice for notice in report["notices"])
    with Image.open(files[1]) as moving:
        assert moving.n_frames == 14, "there and back"  # type: ignore[attr-defined]
    with pytest.raises(AppError, match="a drawing must be a PNG, JPEG, WebP or GIF picture"):
        visitor.predict(image=handle_file(files[0]), **QUICK, api_name="/image_to_video")
    with pytest.raises(AppError, match="There is no picture to begin with"):
        visitor.predict(prompt="rolling left", **QUICK, api_name="/image_to_video")


def test_a_longer_clip_its_steps_and_the_frames_that_look_at_frames(visitor: Client) -> None:
    longer = QUICK | {"num_frames": 18, "prompt": "red apple rising"}
    files, report = visitor.predict(**longer, longer="again", api_name="/text_to_video")
    assert any("again and again" in notice for notice in report["notices"])
    with Image.open(files[1]) as moving:
        assert moving.n_frames == 18  # type: ignore[attr-defined]
    asked = {name: value for name, value in QUICK.items() if name != "fps"}
    files, report = visitor.predict(**asked, prompt="red apple rising", api_name="/text_to_video_film")
    assert Path(files[0]).suffix == ".png" and report["seeds"] == [3]
    files, report = visitor.predict(
        **asked, prompt="red apple rising", across=0.5, down=0.7, level="fine", api_name="/text_to_video_looks"
    )
    (table,) = report["scores"]
    assert table["rows"] == table["columns"] == [str(frame) for frame in range(1, 9)]
    assert all(sum(row) == pytest.approx(1, abs=0.01) for row in table["values"])
    assert any("12 × 12 places" in notice for notice in report["notices"])
    with pytest.raises(AppError, match="Across \\(across\\) must be a number from 0 to 1; you sent 2"):
        visitor.predict(**asked, across=2, api_name="/text_to_video_looks")
