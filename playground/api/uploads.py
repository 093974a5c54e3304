"""Pictures that a visitor draws or sends, as the text that a request carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

from playground.errors import UnreadableFile
from playground.families.controls import LONGEST_PAINTING, SMALL_PAINTING
from playground.media.drawings import on_paper
from playground.media.inline import PREFIX
from playground.media.pictures import data_url, opaque
from playground.media.reading import open_picture

LONGEST_SIDE = 280
FITS = 0.85
"""Of a request's room: a page draws on the picture and packs it anew."""


def inline_drawing(value: Any, colour: bool = False, side: int = SMALL_PAINTING) -> str:
    """Turn what a visitor drew or sent into an inline PNG.

    Args:
        value: What a drawing pad holds, or a file that was uploaded; nothing drawn gives "".
        colour: Whether its colours matter.
        side: Pixels a side of a coloured one, at most; fewer where so many are too much text.

    Raises:
        UnreadableFile: It is not a picture, or not a file that was uploaded.
    """
    value = value.get("path") if isinstance(value, dict) else value
    if not value:
        return ""
    if isinstance(value, str) and value.startswith(PREFIX):
        return value
    if not isinstance(value, str) or not _was_uploaded(value):
        raise UnreadableFile(
            "Send the drawing as a file (in Python: gradio_client.handle_file), not as text.",
            "请以文件形式发送手绘（Python 中用 gradio_client.handle_file），不要用文本。",
        )
    picture = open_picture(value)
    if colour:
        picture.thumbnail((side, side))
        while len(found := data_url(opaque(picture))) > FITS * LONGEST_PAINTING:
            picture.thumbnail((picture.width * 7 // 8, picture.height * 7 // 8))
        return found
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return data_url(on_paper(picture))


def _was_uploaded(path: str) -> bool:
    """Tell whether a file is a visitor's own; any other file of this machine must stay out of reach."""
    return "\0" not in path and Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve())


def uploaded_file(path: str) -> Path:
    """Return the path of a file that a visitor sent.

    Raises:
        UnreadableFile: It is another file of this machine, or none.
    """
    if not path or not _was_uploaded(path):
        raise UnreadableFile("The file did not arrive: choose it again.", "文件没有收到：请重新选择。")
    return Path(path)
