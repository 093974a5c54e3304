"""How far two files' pixels are apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from playground.errors import UnreadableFile
from playground.media.reading import open_picture

MOST_FRAMES = 1000


def largest_difference(one: Path, other: Path) -> int | None:
    """Return the largest difference of any channel of any pixel, from 0 to 255; None if the shapes differ.

    Args:
        one: A PNG, MP4, GIF or WebP.
        other: A file of the same kind.

    Raises:
        UnreadableFile: One of them is damaged or something else.
    """
    first, second = _frames(one), _frames(other)
    if len(first) != len(second) or any(a.shape != b.shape for a, b in zip(first, second, strict=True)):
        return None
    return max(int(np.abs(a - b).max()) for a, b in zip(first, second, strict=True))


def _frames(file: Path) -> list[np.ndarray]:
    """Decode every frame as [height, width, 4]."""
    try:
        if file.suffix.lower() == ".mp4":
            return _video(file)
        if file.suffix.lower() == ".png":
            return [_pixels(open_picture(file, max_bytes=200_000_000))]
        with Image.open(file, formats=("GIF", "WEBP")) as opened:
            return [_pixels(frame) for frame in ImageSequence.Iterator(opened)]
    except UnreadableFile:
        raise
    except Exception as error:  # damaged files raise OSError, SyntaxError, struct.error, av.error, …
        raise UnreadableFile(
            f"The file {file.name} is damaged or cut short, so it cannot be compared.",
            f"文件 {file.name} 已损坏或不完整，无法比较。",
        ) from error


def _video(file: Path) -> list[np.ndarray]:
    import av

    with av.open(str(file)) as clip:
        frames = (frame.to_ndarray(format="rgb24").astype(np.int16) for frame in clip.decode(video=0))
        return [frame for frame, _ in zip(frames, range(MOST_FRAMES), strict=False)]


def _pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGBA")).astype(np.int16)
