"""“Where does this come from?”: what a file says of itself, in sentences."""

from __future__ import annotations

import asyncio
from html import escape
from typing import Any

from playground.api.uploads import uploaded_file
from playground.language import Text
from playground.media.marks import GENERATED
from playground.media.origin import Origin, read_origin
from playground.ui.gallery import texts
from playground.ui.shell.asking import Asked, answers

LONGEST = 120


@answers
async def where_from(asked: Asked) -> dict[str, Any]:
    """Answer for an uploaded file."""
    origin = await asyncio.to_thread(lambda: read_origin(uploaded_file(asked.text("path"))))
    lines = "".join(f"<li>{escape(line.to(asked.language))}</li>" for line in in_words(origin))
    name = escape(asked.text("name", 80))
    caution = (texts.PROVES_NOTHING if origin.silent else texts.MAY_BE_FALSE).to(asked.language)
    return {"html": f"<p><b>{name}</b></p><ul>{lines}</ul><p class='pg-small'>{escape(caution)}</p>"}


def in_words(origin: Origin) -> list[Text]:
    """Say it, a sentence each."""
    said = []
    if ours := origin.ours:
        seed = texts.WITH_SEED.format(ours.seed) if ours.seed is not None else Text("", "")
        said.append(texts.MADE_HERE.format(ours.task, ours.checkpoint, seed))
    if origin.foreign:
        prompt = str(origin.foreign.values.get("prompt", ""))[:LONGEST]
        said.append(texts.MADE_ELSEWHERE.format(origin.foreign.model[:LONGEST] or "?", prompt))
    if origin.source_type == GENERATED.rpartition("/")[2]:
        said.append(texts.IPTC_GENERATED)
    elif origin.source_type:
        said.append(texts.IPTC_OTHER.format(origin.source_type))
    if origin.label:
        certainty = texts.LABELS.get(origin.label.get("Label", ""), Text(*2 * [origin.label.get("Label", "?")]))
        producer = origin.label.get("ContentProducer") or "?"
        said.append(texts.GB_LABEL.format(certainty, producer, origin.label.get("ProduceID") or "–"))
    if origin.manifest:
        said.append(texts.C2PA)
    return said or [texts.SAYS_NOTHING.format(origin.kind)]
