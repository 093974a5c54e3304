"""Reads what a visitor drops: our own files for their settings, and drawings for their pixels.

Trusts nothing: not the name, not the length, not the size in the header.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np
from PIL import Image, ImageOps

from playground.errors import UnreadableFile
from playground.language import Text
from playground.media import kinds
from playground.media.containers import find_settings
from playground.media.metadata import Metadata
from playground.media.pictures import FRAMES

MAX_FILE_BYTES = 200_000_000
_DRAWINGS = {kinds.PNG: "PNG", kinds.JPEG: "JPEG", kinds.WEBP: "WEBP", kinds.GIF: "GIF"}
_MISSING = Text("The file could not be opened ({reason}). Choose it again.", "文件无法打开（{reason}）。请重新选择。")
_NOT_OURS = Text(
    "This is {kind}, which carries no settings. Use a PNG, MP4, GIF, WebP or JSON that the playground made.",
    "收到的是{kind}，里面没有设置。请使用本应用生成的 PNG、MP4、GIF、WebP 或 JSON。",
)
_NO_SETTINGS = Text(
    "This is {kind} without the playground's settings: another program made it, or a chat app removed them. "
    "Use the file as it was downloaded here.",
    "这个{kind}里没有本应用的设置：可能由其他程序生成，或被聊天软件压缩后丢失。请使用从这里下载的原始文件。",
)
_DAMAGED = Text(
    "This is {kind}, but it is damaged or cut short. Use the original file.",
    "这个{kind}已损坏或不完整。请使用原始文件。",
)
_TOO_LONG = Text(
    "This file is {size}; at most {limit} can be read. Use a smaller one.",
    "文件大小为 {size}，超过上限 {limit}。请换一个较小的文件。",
)
_NOT_A_DRAWING = Text(
    "This is {kind}; a drawing must be a PNG, JPEG, WebP or GIF picture. Export it as one of these.",
    "收到的是{kind}；手绘图必须是 PNG、JPEG、WebP 或 GIF 图片。请导出为其中一种格式。",
)
_TOO_MANY_PIXELS = Text(
    "This picture has {pixels} pixels; at most {limit} can be read. Make it smaller.",
    "图片有 {pixels} 个像素，超过上限 {limit}。请先缩小图片。",
)


def read_metadata(path: str | Path) -> Metadata:
    """Read the settings out of a PNG, MP4, GIF, WebP or JSON that the playground made, whatever its name.

    Raises:
        UnreadableFile: It is something else, carries no settings, is damaged or too long.
    """
    with _opened(path, MAX_FILE_BYTES) as (file, head, size):
        kind = kinds.kind_of(head)
        if kind not in (kinds.PNG, kinds.GIF, kinds.WEBP, kinds.MP4, kinds.JSON):
            _refuse(_NOT_OURS, kind=kind)
        try:
            settings = find_settings(file, kind, size)
        except (ValueError, OSError) as error:
            _refuse(_DAMAGED, error, kind=kind)
    if settings is None:
        _refuse(_NO_SETTINGS, kind=kind)
    return Metadata.from_json(settings)


def open_picture(path: str | Path, max_bytes: int = 10_000_000, max_pixels: int = 25_000_000) -> Image.Image:
    """Open a visitor's drawing, upright, as mode L, RGB or RGBA.

    Args:
        path: A PNG, JPEG, WebP or GIF file, whatever its name; of a moving one the first frame is taken, and its
            ``info`` says of how many (``pictures.FRAMES``).
        max_bytes: The longest file that is read.
        max_pixels: The largest picture that is decoded.

    Raises:
        UnreadableFile: It is something else, damaged, too long or too large.
    """
    with _opened(path, max_bytes) as (file, head, _):
        kind = kinds.kind_of(head)
        if kind not in _DRAWINGS:
            _refuse(_NOT_A_DRAWING, kind=kind)
        if kind == kinds.WEBP:
            _check_pixels(kinds.webp_size(head) or (0, 0), max_pixels)
        try:
            with Image.open(file, formats=(_DRAWINGS[kind],)) as picture:
                _check_pixels(picture.size, max_pixels)
                # What a JPEG has more than one of, as phones save it, are not frames: depth, brightness, a preview.
                count = 1 if kind == kinds.JPEG else getattr(picture, "n_frames", 1)
                plain = _plain(ImageOps.exif_transpose(picture))
                return _told(plain, count)
        except UnreadableFile:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            least = f"> {Image.MAX_IMAGE_PIXELS or max_pixels:,}"
            _refuse(_TOO_MANY_PIXELS, error, pixels=least, limit=f"{max_pixels:,}")
        except Exception as error:  # damaged input raises SyntaxError, struct.error, OSError, IndexError, …
            _refuse(_DAMAGED, error, kind=kind)


@contextmanager
def _opened(path: str | Path, max_bytes: int) -> Iterator[tuple[BinaryIO, bytes, int]]:
    """Open a file at its start, with its first bytes and its length."""
    try:
        file = Path(path).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        _refuse(_MISSING, error, reason=error.strerror or type(error).__name__)
    with file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            _refuse(_TOO_LONG, size=_megabytes(size), limit=_megabytes(max_bytes))
        head = file.read(kinds.HEAD_BYTES)
        file.seek(0)
        yield file, head, size


def _check_pixels(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        _refuse(_TOO_MANY_PIXELS, pixels=f"{size[0]:,} × {size[1]:,}", limit=f"{max_pixels:,}")


def _plain(picture: Image.Image) -> Image.Image:
    """Decode, and bring every pixel format to L, RGB or RGBA."""
    if picture.mode.startswith("I"):  # 16 bits a pixel, of which Pillow's own conversion keeps the wrong ones
        return Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8))
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _told(picture: Image.Image, frames: int) -> Image.Image:
    picture.info.pop(FRAMES, None)
    if frames > 1:
        picture.info[FRAMES] = frames
    return picture


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def _refuse(sentence: Text, cause: Exception | None = None, **values: object) -> NoReturn:
    raise UnreadableFile(*sentence.format(**values)) from cause
