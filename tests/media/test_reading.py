"""What a visitor drops is read by its content, bounded, and refused with a sentence that names it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from playground.errors import UnreadableFile
from playground.media import reading
from playground.media.clips import ENCODERS, write_clip
from playground.media.metadata import Metadata
from playground.media.pictures import FRAMES
from playground.media.png import write_png
from playground.media.reading import open_picture, read_metadata

Frames = Callable[..., list[Image.Image]]


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, format=format, **options)
    return content.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def huge_png(side: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")


def huge_webp() -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xfe\x3f\0" * 2
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def refused(read: Callable[[Path], object], path: Path, content: bytes) -> UnreadableFile:
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    assert caught.value.zh.endswith("。") and "{" not in caught.value.en
    return caught.value


FOREIGN = [
    (b"", "an empty file", "空文件"),
    ("猫 hello\n".encode() * 20, "a text file", "文本文件"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a text file", "文本文件"),
    (b"%PDF-1.7\n", "a PDF", "PDF"),
    (b"\0\0\0\x20ftypheic" + bytes(80), "a HEIC photo", "HEIC"),
    (b"\0\0\0\x20ftypavif" + bytes(80), "an AVIF picture", "AVIF"),
    (b"\0\0\0\x20ftypavis" + bytes(80), "an AVIF picture", "AVIF"),
    (b"PK\x03\x04" + bytes(40), "ZIP", "ZIP"),
    (bytes(range(256)), "another kind", "其他类型"),
]


@pytest.mark.parametrize(("content", "en", "zh"), FOREIGN)
@pytest.mark.parametrize("read", [read_metadata, open_picture])
def test_a_file_of_another_kind_is_named_in_both_languages(
    tmp_path: Path, read: Callable[[Path], object], content: bytes, en: str, zh: str
) -> None:
    error = refused(read, tmp_path / "drawing.png", content)
    assert en in error.en and zh in error.zh


@pytest.mark.parametrize("read", [read_metadata, open_picture])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, read: Callable[[Path], object]) -> None:
    for path in (tmp_path / "gone.png", tmp_path):
        with pytest.raises(UnreadableFile, match="could not be opened"):
            read(path)


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP"])
def test_a_picture_without_settings_says_so(tmp_path: Path, format: str) -> None:
    picture = Image.new("RGB", (8, 8))
    assert "without the playground's settings" in refused(read_metadata, tmp_path / "a", saved(picture, format)).en
    note = saved(picture, "GIF", comment=b"made by another program")
    assert "without the playground's settings" in refused(read_metadata, tmp_path / "a", note).en


def test_a_jpeg_carries_no_settings(tmp_path: Path) -> None:
    assert "a JPEG picture" in refused(read_metadata, tmp_path / "a", saved(Image.new("L", (8, 8)), "JPEG")).en


@pytest.mark.parametrize("ending", [".png", *ENCODERS])
def test_any_cut_or_flipped_byte_ends_in_a_record_or_a_sentence(
    tmp_path: Path, metadata: Metadata, frames: Frames, ending: str
) -> None:
    path = tmp_path / f"a{ending}"
    write_png(frames(1)[0], path, metadata) if ending == ".png" else write_clip(frames(2), path, 8, metadata)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    sentences = 0
    for trial in range(300):
        damaged = bytearray(whole)
        if trial % 2:
            damaged = damaged[: rng.integers(len(whole))]
        else:
            for place in rng.integers(min(len(whole), 3000), size=3):
                damaged[place] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        try:
            read_metadata(path)
        except UnreadableFile:
            sentences += 1
    assert sentences > 20


def test_settings_in_a_picture_of_hostile_size_cost_nothing(tmp_path: Path, metadata: Metadata) -> None:
    """Settings are found without decoding: a header that claims 60,000 × 60,000 pixels is not believed."""
    for content in (huge_png(60_000), huge_webp()):
        refused(read_metadata, tmp_path / "a", content)


def test_a_text_chunk_that_grows_is_refused(tmp_path: Path) -> None:
    bomb = PngInfo()
    bomb.add_text("playground", "{" + " " * 3_000_000, zip=True)
    refused(read_metadata, tmp_path / "a.png", saved(Image.new("L", (1, 1)), "PNG", pnginfo=bomb))
    long = PngInfo()
    long.add_text("playground", "{" + " " * 3_000_000)
    error = refused(read_metadata, tmp_path / "a.png", saved(Image.new("L", (1, 1)), "PNG", pnginfo=long))
    assert "3,000,001 characters" in error.en


def test_boxes_and_chunks_that_lie_about_their_size_are_damaged(tmp_path: Path) -> None:
    ftyp = b"\0\0\0\x10ftypisom\0\0\0\0"
    moov = struct.pack(">I", 2**31) + b"moov"
    for content in (ftyp + moov, ftyp + b"\0\0\0\x04moov", ftyp + b"\0\0\0\x01moov" + b"\xff" * 8):
        assert "damaged" in refused(read_metadata, tmp_path / "a.mp4", content).en
    lying = b"RIFF\0\0\0\0WEBPXMP " + b"\xff\xff\xff\x7f" + b"x" * 50
    assert "damaged" in refused(read_metadata, tmp_path / "a.webp", lying).en


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1000)
    path = tmp_path / "a.png"
    error = refused(read_metadata, path, saved(Image.new("L", (1, 1)), "PNG") + bytes(2_000_000))
    assert "2.0 MB" in error.en


MODES = {
    "PNG": ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"],
    "JPEG": ["1", "L", "RGB", "CMYK"],
    "WEBP": ["1", "L", "P", "LA", "RGB", "RGBA"],
}


@pytest.mark.parametrize(("format", "mode"), [(format, mode) for format in MODES for mode in MODES[format]])
def test_a_drawing_opens_in_one_of_three_modes(tmp_path: Path, format: str, mode: str) -> None:
    deep = mode == "I;16"
    picture = Image.new(mode, (30, 20), 200 << 8) if deep else Image.new("L", (30, 20), 200).convert(mode)
    content = saved(picture, format)
    path = tmp_path / "drawing"
    path.write_bytes(content)
    opened = open_picture(path)
    assert opened.size == (30, 20)
    assert opened.mode in ("L", "RGB", "RGBA")
    if mode not in ("1", "LA", "RGBA"):
        assert abs(np.asarray(opened.convert("L")).astype(int) - 200).max() <= 6


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "a.jpg").write_bytes(saved(Image.new("L", (30, 20)), "JPEG", exif=exif))
    assert open_picture(tmp_path / "a.jpg").size == (20, 30)


def test_a_drawing_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(50_000_000)
    with pytest.raises(UnreadableFile, match=r"50\.0 MB; at most 10\.0 MB") as caught:
        open_picture(path)
    assert "50.0 MB" in caught.value.zh


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("content", [huge_png(6000), huge_png(10_000), huge_png(60_000), huge_webp()])
def test_a_drawing_of_hostile_size_is_refused_before_decoding(tmp_path: Path, content: bytes) -> None:
    error = refused(open_picture, tmp_path / "a", content)
    assert "pixels; at most 25,000,000" in error.en


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_any_damaged_drawing_ends_in_a_picture_or_a_sentence(tmp_path: Path, format: str) -> None:
    whole = saved(Image.effect_noise((64, 64), 90), format)
    rng = np.random.default_rng(1)
    sentences = 0
    for trial in range(200):
        damaged = bytearray(whole)
        if trial % 2:
            damaged = damaged[: rng.integers(len(whole))]
        else:
            damaged[rng.integers(min(len(whole), 400))] ^= 1 << rng.integers(8)
        (tmp_path / "a").write_bytes(damaged)
        try:
            open_picture(tmp_path / "a")
        except UnreadableFile:
            sentences += 1
    assert sentences > 20


@pytest.mark.parametrize("format", ["BMP", "TIFF"])
def test_a_drawing_of_another_picture_format_is_named(tmp_path: Path, format: str) -> None:
    error = refused(open_picture, tmp_path / "a.png", saved(Image.new("L", (9, 9)), format))
    assert format in error.en and "PNG, JPEG, WebP or GIF" in error.en


@pytest.mark.parametrize(("format", "frames"), [("GIF", 2), ("WEBP", 2), ("PNG", 2), ("MPO", None)])
def test_of_what_moves_the_first_frame_is_taken_and_what_a_phone_saves_beside_a_photo_is_no_frame(
    tmp_path: Path, format: str, frames: int | None
) -> None:
    file, beside = tmp_path / "picture", Image.new("RGB", (20, 20), "blue")
    Image.new("RGB", (20, 20), "red").save(file, format=format, save_all=True, append_images=[beside])
    picture = open_picture(file)
    assert picture.info.get(FRAMES) == frames
    red, _, blue = picture.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    assert red > 200 and blue < 50
