"""Finds our JSON in a file without decoding a single pixel, so that hostile sizes cost nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import unescape

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from playground.language import Text
from playground.media import kinds

MAX_SETTINGS_BYTES = 6_000_000  # room for MAX_JSON_BYTES characters in UTF-8, escaped
MAX_SIDECAR_BYTES = 20_000_000  # words and numbers with everything that is known about them
EXIF, USER_COMMENT, MAKE, MODEL = 0x8769, 0x9286, 0x010F, 0x0110
NAMES = {"playground", "parameters", "prompt", "Comment", "Dream", "sd-metadata", "invokeai_metadata"}
"""Of the texts in which programs keep their settings."""
Box = tuple[bytes, int, int]  # name, where its content starts and ends


def find_settings(file: BinaryIO, kind: Text, size: int) -> str | None:
    """Return the settings inside a PNG, GIF, WebP, MP4 or JSON of ``size`` bytes, or None if it carries none.

    Raises:
        ValueError: The file breaks its format, or its text is too long to be settings.
    """
    if kind == kinds.PNG:
        text = _from_pillow(file, "PNG", "playground")
    elif kind == kinds.GIF:
        text = _from_pillow(file, "GIF", "comment")
    elif kind == kinds.WEBP:
        text = _from_webp(file, size)
    elif kind == kinds.JSON:
        text = _from_json(file, size)
    else:
        text = _from_mp4(file, size)
    return text if text and text.lstrip().startswith("{") else None


def find_box(path: Path, uuid: bytes) -> bytes:
    """Return what stands in the box of an MP4 that has this UUID of 16 bytes; empty where there is none.

    Raises:
        ValueError: The file breaks its format, or the box is too long to hold words.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        for name, start, end in _mp4_boxes(file, 0, file.seek(0, 2)):
            if name == b"uuid" and _read(file, start, min(start + 16, end)) == uuid:
                return _read(file, start + 16, end)
    return b""


def find_parameters(path: Path) -> str | None:
    """Return the settings that another program wrote as text, or None.

    PNG has them in a chunk, JPEG and WebP in Exif's UserComment.
    """
    try:
        with path.open("rb") as file, Image.open(file, formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.format == "PNG":
                text = None if "playground" in picture.info else picture.info.get("parameters")
            else:
                ours = picture.format == "WEBP" and _from_webp(file, file.seek(0, 2))
                text = None if ours else _user_comment(picture)
    except Exception:  # another kind of file, or a damaged one: what is wrong with it is said elsewhere
        return None
    return text if isinstance(text, str) and text.strip() else None


def find_texts(path: Path) -> dict[str, str]:
    """Return the texts that other programs wrote, by the names that PNG gives them; JPEG and WebP have some in Exif.

    Raises:
        OSError: It is no PNG, JPEG or WebP.
    """
    with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
        if isinstance(picture, PngImageFile):
            # Only where nothing stands before the pixels are they decoded, to see what stands behind them.
            texts = picture.info if NAMES & picture.info.keys() else picture.text
            return {name: text for name, text in texts.items() if isinstance(name, str) and isinstance(text, str)}
        exif = picture.getexif()
        said = [str(exif.get(tag, "")).partition(":") for tag in (MAKE, MODEL)]  # ComfyUI's, with their names
        found = {name.lower(): text for name, _, text in said if name.lower() in ("prompt", "workflow")}
        comments = [text.strip().rstrip("\0") for text in _comments(picture)]
        if record := next((text for text in comments if text[:1] == "{" and text[-1:] == "}"), None):
            found["parameters"] = record
        return found


def _user_comment(picture: Image.Image) -> str | None:
    """Read Exif's UserComment; a camera's says no steps, and is none of ours."""
    says_steps = re.compile(r"^\s*Steps:\s*\d", re.MULTILINE)
    return next((text.rstrip("\0") for text in _comments(picture) if says_steps.search(text)), None)


def _comments(picture: Image.Image) -> list[str]:
    """Return Exif's UserComment in each way in which it may be meant; its first eight bytes should name its letters.

    ``UNICODE`` is UTF-16 in either order: AUTOMATIC1111 writes the high byte first, others the low one.
    """
    written = picture.getexif().get_ifd(EXIF).get(USER_COMMENT)
    if isinstance(written, str):
        texts = [written]
    elif isinstance(written, bytes) and written[:8] == b"UNICODE\0":
        body = written[8 : MAX_SETTINGS_BYTES + 8]
        marked = body[:2] in (b"\xff\xfe", b"\xfe\xff")
        texts = [body.decode(name, "replace") for name in (("utf-16",) if marked else ("utf-16-be", "utf-16-le"))]
        texts.append(body.decode("utf-8", "replace"))  # some write the name, and other letters
    elif isinstance(written, bytes):
        body = written[8:] if written[:8] in (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", b"\0" * 8) else written
        texts = [body[:MAX_SETTINGS_BYTES].decode("utf-8", "replace")]
    else:
        return []
    return texts


def _from_pillow(file: BinaryIO, name: str, key: str) -> str | None:
    """PNG and GIF are opened up to their first pixels only."""
    try:
        with Image.open(file, formats=(name,)) as picture:
            text = picture.info.get(key)
    except Exception as error:  # damaged input raises SyntaxError, struct.error, OSError, IndexError, …
        raise ValueError(str(error)) from error
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _from_json(file: BinaryIO, size: int) -> str | None:
    if size > MAX_SIDECAR_BYTES:
        raise ValueError("too long to be a result of ours")
    try:
        record = json.loads(file.read(size))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    found = record.get("playground") if isinstance(record, dict) else None
    return json.dumps(found) if isinstance(found, dict) else None


def _from_webp(file: BinaryIO, size: int) -> str | None:
    for name, start, end in _riff_chunks(file, 12, size):
        if name == b"XMP ":
            packet = _read(file, start, end).decode("utf-8", "replace")
            found = re.search(r"<playground:settings>([^<]*)</playground:settings>", packet)
            return unescape(found[1]) if found else None
    return None


def _riff_chunks(file: BinaryIO, at: int, end: int) -> Iterator[Box]:
    while at + 8 <= end:
        head = _read(file, at, at + 8)
        start, length = at + 8, int.from_bytes(head[4:], "little")
        if start + length > end:
            raise ValueError("a chunk is longer than the file")
        yield head[:4], start, start + length
        at = start + length + length % 2


def _from_mp4(file: BinaryIO, size: int) -> str | None:
    start, end = 0, size
    for name in (b"moov", b"udta", b"meta", b"ilst", b"\xa9cmt", b"data"):
        box = next((box for box in _mp4_boxes(file, start, end) if box[0] == name), None)
        if box is None:
            return None
        start, end = box[1] + (4 if name == b"meta" else 0), box[2]  # meta begins with version and flags
    return _read(file, start + 8, end).decode("utf-8", "replace")  # data begins with type and locale


def _mp4_boxes(file: BinaryIO, at: int, end: int) -> Iterator[Box]:
    """Walk sibling boxes of ISO 14496-12: size (1: 64 bits follow the name; 0: all the rest), then name."""
    while at + 8 <= end:
        head = _read(file, at, min(at + 16, end))
        length, start = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, start = int.from_bytes(head[8:16], "big"), at + 16
        elif length == 0:
            length = end - at
        if length < start - at or at + length > end:
            raise ValueError("a box is longer than the file")
        yield head[4:8], start, at + length
        at += length


def _read(file: BinaryIO, start: int, end: int) -> bytes:
    if end - start > MAX_SETTINGS_BYTES:
        raise ValueError("a text is too long to be settings")
    file.seek(start)
    content = file.read(max(0, end - start))
    if len(content) < end - start:
        raise ValueError("the file ends early")
    return content
