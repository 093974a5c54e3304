"""Files of the gallery's results, handed to the visitor who may see them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from gradio.utils import get_upload_folder
from PIL import Image

from playground.api.serving import serve
from playground.errors import GalleryError
from playground.gallery import Entry, Gallery
from playground.media.writing import make_folder, write_whole
from playground.ui.gallery import texts
from playground.ui.result.stage import Served


def served_entry(gallery: Gallery, entry: Entry) -> Served:
    """Hand out a result's files.

    Raises:
        GalleryError: They are gone.
    """
    try:
        paths = [serve(path) for path in gallery.paths(entry)]
    except OSError as error:
        raise GalleryError(*texts.NO_FILES) from error
    names = [path.name for path in paths]
    return Served(paths, names, entry.id, len(names) > 1 and names[-1] == f"{entry.id}.png")


def width_of(served: Served) -> int:
    """Return the first picture's width in pixels; 0 for a clip, whose frames are large."""
    try:
        with Image.open(served.paths[0]) as picture:
            return picture.width
    except OSError:
        return 0


def serve_new(content: bytes | Callable[[BinaryIO], object], name: str) -> Path:
    """Write a hand-out where this visitor may fetch it, under an address that nobody can guess."""
    folder = make_folder(Path(get_upload_folder()) / secrets.token_hex(16))
    return write_whole(folder / name, content)
