"""Small WebP pictures of results, made once and kept beside the files."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from playground.errors import OutputError
from playground.media.pictures import enlarge
from playground.media.writing import make_folder, write_whole
from playground.outcomes import Kind

FOLDER = ".thumbnails"
SIDE, TINY_SIDE = 208, 104
SMALLEST_SHARP = 64
"""Pictures below this width are enlarged pixel by pixel: smoothing would blur them away."""


def thumbnail(outputs: Path, id: str, files: list[Path], kind: Kind[Any]) -> bytes:
    """Return a result's small picture as WebP.

    Args:
        outputs: The folder that it is kept below.
        id: The result.
        files: Its files.
        kind: What kind of result it is.

    Raises:
        Exception: None of them can be decoded.
    """
    kept = outputs / FOLDER / f"{id}.webp"
    try:
        return kept.read_bytes()
    except OSError:
        content = _draw(kind.card(id, files))
    try:
        make_folder(kept.parent)
        write_whole(kept, content)
    except OutputError:
        pass  # it is drawn again next time
    return content


@lru_cache(maxsize=512)  # of a room of thirty the strips that are open; each takes some kilobytes
def tiny(content: bytes) -> bytes:
    """Return a small picture smaller still, for a strip of many, as WebP."""
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((TINY_SIDE, TINY_SIDE))
    smaller = io.BytesIO()
    picture.save(smaller, format="WEBP", quality=75, method=2)
    return smaller.getvalue()


def _draw(picture: Image.Image) -> bytes:
    if picture.width < SMALLEST_SHARP:
        picture = enlarge(picture, -(-SIDE // picture.width) - 1)
    picture.thumbnail((SIDE, SIDE))
    content = io.BytesIO()
    picture.save(content, format="WEBP", quality=82, method=4)
    return content.getvalue()
