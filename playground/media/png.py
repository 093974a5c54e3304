"""PNG files with everything that belongs into them: settings, marks, and the visible mark where it is asked for."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from playground.media.marks import XMP_IN_PNG, xmp_packet
from playground.media.metadata import Metadata
from playground.media.parameters import parameters_text
from playground.media.visible_mark import labelled
from playground.media.writing import write_whole


def write_png(picture: Image.Image, path: str | Path, metadata: Metadata) -> Path:
    """Save a picture with its settings, as ``parameters`` text and as our JSON, and with the marks of ``media.marks``.

    Args:
        picture: Of any size and mode.
        path: The file.
        metadata: Its settings; if they say ``labelled``, the picture gets the visible mark.

    Raises:
        OutputError: The file could not be written; nothing of it is left behind.
    """
    settings = PngInfo()
    settings.add_text("parameters", parameters_text(metadata, picture.size))
    settings.add_text("playground", metadata.to_json())
    settings.add_itxt(XMP_IN_PNG, xmp_packet(Path(path).stem).decode())
    content = io.BytesIO()
    (labelled(picture) if metadata.labelled else picture).save(content, format="PNG", pnginfo=settings)
    return write_whole(Path(path), content.getvalue())
