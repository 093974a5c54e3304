"""Small WebP pictures of results, made once and kept beside the files."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image

from playground.errors import OutputError
from playground.media.pictures import enlarge, opaque
from playground.media.writing import make_folder, write_whole

FOLDER = ".thumbnails"
SIDE, TINY_SIDE = 208, 104
SMALLEST_SHARP = 64
"""Pictures below this width are enlarged pixel by pixel: smoothing would blur them away."""


def thumbnail(outputs: Path, id: str, files: list[Path]) -> bytes:
    """Return a result's small picture as WebP.

    Args:
        outputs: The folder that it is kept below.
        id: The result.
        files: Its files.

    Raises:
        OSError: None of them can be decoded.
    """
    kept = outputs / FOLDER / f"{id}.webp"
    try:
        return kept.read_bytes()
    except OSError:
        content = _draw(most_telling(id, files))
    try:
        make_folder(kept.parent)
        write_whole(kept, content)
    except OutputError:
        pass  # it is drawn again next time
    return content


@lru_cache(maxsize=4096)
def tiny(content: bytes) -> bytes:
    """Return a small picture smaller still, for a strip of many, as WebP."""
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((TINY_SIDE, TINY_SIDE))
    smaller = io.BytesIO()
    picture.save(smaller, format="WEBP", quality=75, method=2)
    return smaller.getvalue()


def most_telling(id: str, files: list[Path]) -> Path:
    """Choose the sheet of a result of several pictures, else the first file that Pillow opens."""
    pictures = [file for file in files if file.suffix in (".png", ".webp", ".gif")]
    singles = [file for file in pictures if file.stem != id]
    if len(singles) == 1:
        return singles[0]
    return next((file for file in pictures if file.stem == id), pictures[0])


def _draw(file: Path) -> bytes:
    with Image.open(file, formats=("PNG", "WEBP", "GIF")) as opened:
        opened.seek(getattr(opened, "n_frames", 1) // 2)  # what fades in is not there yet at the start
        picture = opaque(opened)
    if picture.width < SMALLEST_SHARP:
        picture = enlarge(picture, -(-SIDE // picture.width) - 1)
    picture.thumbnail((SIDE, SIDE))
    content = io.BytesIO()
    picture.save(content, format="WEBP", quality=82, method=4)
    return content.getvalue()
