"""The map: small pictures of results where their meaning lies, all of them in one image, and words between them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from playground.api.search import MOST_LINES, lines_of
from playground.gallery import Gallery, Viewer
from playground.gallery.indexing import Meaning
from playground.ui.gallery import texts
from playground.ui.gallery.html import webp_url
from playground.ui.shell.asking import Asked

MOST, SIDE, COLUMNS = 600, 48, 30
"""Results at most; pixels of a small picture's side, and how many stand in a row of the image that holds all."""


def map_answer(gallery: Gallery, meaning: Meaning, viewer: Viewer, asked: Asked) -> dict[str, Any]:
    """Answer the map's script: where results and the words that it sends lie, and their small pictures."""
    lines = lines_of(asked.text("words", 4000))[:MOST_LINES]
    ids, plane = meaning.plane(viewer, asked.page, lines, MOST)
    known = {entry.id: entry for entry in gallery.find(viewer, ids)}
    shown = [place for place, id in enumerate(ids) if id in known]
    pictures = [gallery.thumbnail(known[ids[place]]) for place in shown]
    return {
        "pictures": [
            {
                "id": ids[place],
                "x": float(plane.pictures[place, 0]),
                "y": float(plane.pictures[place, 1]),
                "title": str(known[ids[place]].record.request.get("prompt") or known[ids[place]].record.task),
            }
            for place in shown
        ],
        "words": [
            {"text": line, "x": float(x), "y": float(y)} for line, (x, y) in zip(lines, plane.words, strict=True)
        ],
        "atlas": webp_url(atlas(pictures)),
        "side": SIDE,
        "columns": COLUMNS,
        "said": texts.MAP_SAID.format(len(shown), *plane.explained).to(asked.language),
    }


def atlas(pictures: list[bytes]) -> bytes:
    """Put small pictures beside and below each other into one WebP; what cannot be opened stays grey."""
    rows = -(-len(pictures) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * SIDE, max(1, rows) * SIDE), "#888")
    for place, content in enumerate(pictures):
        if not content:
            continue
        with Image.open(io.BytesIO(content), formats=("WEBP",)) as opened:
            small = opened.convert("RGB")
        small.thumbnail((SIDE, SIDE))
        whole.paste(small, (place % COLUMNS * SIDE, place // COLUMNS * SIDE))
    written = io.BytesIO()
    whole.save(written, format="WEBP", quality=80, method=2)
    return written.getvalue()
