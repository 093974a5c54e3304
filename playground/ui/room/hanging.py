"""From the gallery to the wall: what a result's picture is, and how its settings read in both languages."""

from __future__ import annotations

import io

from PIL import Image

from playground.engine import Engine
from playground.errors import RoomError
from playground.gallery import Entry, Gallery, Viewer
from playground.language import LANGUAGES
from playground.outcomes import kind_of
from playground.room.wall import Wall
from playground.ui.gallery.words import line_of_words, settings_in_words


def hang(wall: Wall, engine: Engine, gallery: Gallery, person: str, id: str) -> str:
    """Put somebody's own result on the wall; returns what it is called there.

    Raises:
        GalleryError: They have no such result.
        RoomError: It has nothing to be seen, or the wall is full.
        OutputError: The wall's folder cannot be written.
    """
    entry = gallery.get(Viewer(person), id)
    content, ending = _picture(gallery, entry)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width = picture.width
    except OSError as error:
        raise RoomError("The result's files are gone.", "结果的文件已不存在。", 404) from error
    words = (line_of_words(engine, entry.record, "en"), line_of_words(engine, entry.record, "zh"))
    settings = {language: settings_in_words(engine, entry, language) for language in LANGUAGES}
    return wall.put(person, entry.id, content, ending, words, settings, width)


def _picture(gallery: Gallery, entry: Entry) -> tuple[bytes, str]:
    """Return what shows a result best: its clip, the sheet of its pictures, its only picture, else a card."""
    files = gallery.paths(entry)
    kind, singles = kind_of(entry.record, files), len(entry.record.batches)
    shown = kind.shown(files)
    if kind.sheeted and singles == 1:
        shown = shown[:1]  # a sheet of one picture only adds a border
    for file in reversed(shown):
        if file.exists():
            return file.read_bytes(), file.suffix
    return gallery.thumbnail(entry), ".webp"
