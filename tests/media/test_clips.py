"""Clips are what players expect: H.264 that every browser shows, GIF and WebP that loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

from playground.errors import OutputError
from playground.media.clips import ENCODERS, with_one_palette, write_clip, write_clips
from playground.media.metadata import MAX_JSON_BYTES, Metadata
from playground.media.reading import read_metadata

Frames = Callable[..., list[Image.Image]]


@pytest.mark.parametrize("ending", [*ENCODERS, ".MP4"])
@pytest.mark.parametrize("length", [0, 700_000])
def test_settings_come_back_from_every_format(
    tmp_path: Path, metadata: Metadata, frames: Frames, ending: str, length: int
) -> None:
    long = metadata.model_copy(update={"request": {**metadata.request, "prompt": "猫" * (length // 3) + '"}\\'}})
    assert len(long.to_json()) < MAX_JSON_BYTES
    path = write_clip(frames(3), tmp_path / f"片段{ending}", 8, long)
    assert read_metadata(path) == long
    anonymous = path.rename(tmp_path / "without-an-ending")
    assert read_metadata(anonymous) == long
    assert len(list(tmp_path.iterdir())) == 1, "no temporary file may stay"


@pytest.mark.parametrize("fps", [8, 12.5, 30])
def test_an_mp4_is_h264_with_its_index_in_front(tmp_path: Path, metadata: Metadata, frames: Frames, fps: float) -> None:
    path = write_clip(frames(16), tmp_path / "a.mp4", fps, metadata)
    with av.open(path) as clip:
        (stream,) = clip.streams
        assert (stream.codec.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert float(stream.average_rate) == pytest.approx(fps)
        assert len(list(clip.decode(video=0))) == 16
        assert (stream.width, stream.height) == (280, 280)
        assert float(stream.duration * stream.time_base) == pytest.approx(16 / fps, rel=0.01)
        assert "猫" in clip.metadata["comment"]
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_an_mp4_shows_the_colours_that_went_in(tmp_path: Path, metadata: Metadata) -> None:
    asked = [(200, 30, 90), (20, 180, 240), (250, 250, 250)]
    path = write_clip([Image.new("RGB", (64, 64), c) for c in asked], tmp_path / "a.mp4", 8, metadata)
    with av.open(path) as clip:
        for colour, frame in zip(asked, clip.decode(video=0), strict=True):
            assert abs(frame.to_ndarray(format="rgb24").mean((0, 1)) - colour).max() < 4


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((28, 28), (280, 280)),
        ((33, 25), (364, 276)),
        ((112, 28), (1120, 280)),
        ((300, 257), (300, 258)),
        ((1, 1), (256, 256)),
        ((2000, 9), (2000, 10)),
    ],
)
def test_small_frames_are_enlarged_by_a_whole_number_and_sides_are_even(
    tmp_path: Path, metadata: Metadata, frames: Frames, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    path = write_clip(frames(2, *size), tmp_path / "a.mp4", 8, metadata)
    with av.open(path) as clip:
        assert (clip.streams.video[0].width, clip.streams.video[0].height) == shown


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_gif_and_webp_loop_for_ever_with_every_frame_in_time(
    tmp_path: Path, metadata: Metadata, frames: Frames, ending: str
) -> None:
    made = frames(13)
    with Image.open(write_clip(made, tmp_path / f"a{ending}", 12, metadata)) as clip:
        assert (clip.n_frames, clip.info["loop"], clip.size) == (13, 0, (280, 280))
        duration = 0
        for index, frame in enumerate(made):
            clip.seek(index)
            pixels = np.asarray(clip.convert("L"))
            assert (pixels[5::10, 5::10] == np.asarray(frame)).all(), "grey and enlarged frames are kept exactly"
            duration += clip.info["duration"]
        assert duration == pytest.approx(13 * 1000 / 12, abs=10)


@pytest.mark.parametrize("ending", ENCODERS)
def test_one_frame_is_a_clip_too(tmp_path: Path, metadata: Metadata, frames: Frames, ending: str) -> None:
    assert read_metadata(write_clip(frames(1), tmp_path / f"a{ending}", 8, metadata)) == metadata


def test_a_gif_of_many_colours_has_one_palette_and_a_still_background(tmp_path: Path, metadata: Metadata) -> None:
    y, x = np.mgrid[:256, :256]
    ground = Image.fromarray(np.stack([x, y, (x + y) // 2], axis=-1).astype(np.uint8))
    made = [ground.copy() for _ in range(4)]
    for index, frame in enumerate(made):
        ImageDraw.Draw(frame).ellipse((40 * index, 90, 40 * index + 60, 150), fill="white")
    shown = [np.asarray(frame.convert("RGB")) for frame in with_one_palette(made)]
    assert all((frame[:80] == shown[0][:80]).all() for frame in shown)
    error = np.mean([(a.astype(float) - np.asarray(b)) ** 2 for a, b in zip(shown, made, strict=True)])
    assert 10 * np.log10(255**2 / error) > 28
    assert abs(shown[1][120, 70].astype(int) - 255).max() <= 3, "white stays white"


@pytest.mark.parametrize(
    ("name", "count", "fps", "reason"),
    [
        ("a.avi", 2, 8, "ends in"),
        ("a.gif", 0, 8, "needs frames"),
        ("a.gif", 2, 0, "fps"),
        ("a.gif", 2, float("nan"), "fps"),
        ("a.gif", 2, 61, "fps"),
    ],
)
def test_a_programming_error_is_said_plainly(
    tmp_path: Path, metadata: Metadata, frames: Frames, name: str, count: int, fps: float, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        write_clip(frames(count), tmp_path / name, fps, metadata)


def test_frames_of_two_sizes_are_no_clip(tmp_path: Path, metadata: Metadata, frames: Frames) -> None:
    with pytest.raises(ValueError, match="one size"):
        write_clip([*frames(1), *frames(1, 14, 14)], tmp_path / "a.mp4", 8, metadata)


def test_of_several_files_all_are_written_or_none(tmp_path: Path, metadata: Metadata, frames: Frames) -> None:
    paths = [tmp_path / f"clip.{ending}" for ending in ("mp4", "gif", "webp")]
    assert write_clips(frames(4), dict.fromkeys(paths, metadata), 8) == paths and all(path.exists() for path in paths)
    elsewhere = [tmp_path / "new.mp4", tmp_path / "missing" / "new.gif", tmp_path / "new.webp"]
    with pytest.raises(OutputError, match="does not exist"):
        write_clips(frames(4), dict.fromkeys(elsewhere, metadata), 8)
    assert sorted(tmp_path.iterdir()) == sorted(paths)
