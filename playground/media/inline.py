"""Pictures that travel inside text, as ``data:`` URLs. The other direction is ``pictures.data_url``."""

from __future__ import annotations

import base64
import io

from PIL import Image

from playground.errors import UnreadableFile
from playground.media.pictures import FRAMES

PREFIX = "data:image/png;base64,"
MAX_PIXELS = 1_000_000


def frames_before(picture: Image.Image) -> int:
    """Return how many frames the moving picture had that this is the first of; 1 where it did not move."""
    count = str(picture.info.get(FRAMES, "1"))
    return int(count) if count.isdecimal() and len(count) < 7 else 1


def picture_of(url: str) -> Image.Image:
    """Decode an inline PNG that may come from anywhere.

    Args:
        url: ``data:image/png;base64,…``

    Raises:
        UnreadableFile: It is something else, damaged, or has more than a million pixels.
    """
    try:
        if not url.startswith(PREFIX):
            raise ValueError("not an inline PNG")
        content = base64.b64decode(url[len(PREFIX) :], validate=True)
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except Exception as error:  # damaged PNGs raise SyntaxError, struct.error, OSError, …
        raise UnreadableFile(
            "The drawing cannot be read: draw it again, or send a PNG, JPEG, WebP or GIF file.",
            "无法读取这幅手绘：请重新绘制，或上传 PNG、JPEG、WebP 或 GIF 文件。",
        ) from error
