"""There and back again: a prompt is drawn, the picture is read, and what was read is drawn; what is lost on the way.

For the page and for ``/round_trip`` alike; every step is a job like anybody's.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from gradio.data_classes import FileData

from playground.api.following import finished, owner_of
from playground.api.offering import offer
from playground.api.refusing import as_toast
from playground.api.serving import serve_kept
from playground.api.visitor import browser_language, visitor_of
from playground.engine import Done, Engine
from playground.engine.reports import as_json
from playground.errors import InvalidInput
from playground.families.caption_requests import CaptionRequest
from playground.families.text_to_image_requests import PromptRequest
from playground.families.zero_shot_requests import EmbedRequest
from playground.gallery import Gallery
from playground.gallery.keeping import Outputs, keep
from playground.media.pictures import data_url
from playground.settings import Settings

STEPS = 12
WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")
SMALL = {"a", "an", "the", "of", "的"}
"""Words that nobody misses."""
NO_PROMPT = ("Write a prompt to send on its way.", "请写一条要送上路的提示词。")
FIT, READ, BACK, ALIKE = (
    "picture fits the prompt", "picture fits the caption", "second picture fits the prompt", "pictures alike",
)  # fmt: skip
"""Cosines, −1 to 1."""


@dataclass(frozen=True)
class RoundTrip:
    """What came of a prompt.

    Attributes:
        prompt: As it set out.
        caption: What was read from the first picture.
        drawn: The first picture.
        redrawn: The picture of the caption, from the same seed.
        lost: Words of the prompt that the caption does not have.
        found: Words of the caption that the prompt did not have.
        scores: How near to each other what belongs together lies, by name.
    """

    prompt: str
    caption: str
    drawn: Done
    redrawn: Done
    lost: list[str]
    found: list[str]
    scores: dict[str, float]


async def go_round(engine: Engine, owner: str, prompt: str, language: str, seed: int) -> RoundTrip:
    """Send a prompt there and back.

    Args:
        engine: What runs the jobs.
        owner: Whose they are.
        prompt: At least one word.
        language: Of the caption, "en" or "zh".
        seed: Of both pictures; -1 draws one.

    Raises:
        PlaygroundError: The prompt is empty, or a step was refused or failed.
    """
    if not WORD.search(prompt):
        raise InvalidInput("prompt", *NO_PROMPT)
    known = engine.catalog.of_family(PromptRequest.family)[0].id

    async def draw(words: str, from_seed: int) -> Done:
        values = {"prompt": words, "num_inference_steps": STEPS, "seed": from_seed}
        return (await finished(engine, owner, PromptRequest, values, known))[0]

    async def place(**values: str) -> np.ndarray[Any, Any]:
        done, _ = await finished(engine, owner, EmbedRequest, values, "")
        return np.array([row[0] for row in done.made[0].values], np.float32)

    drawn = await draw(prompt, seed)
    picture = data_url(drawn.made[0])
    said, _ = await finished(engine, owner, CaptionRequest, {"image": picture, "language": language, "seed": 0}, "")
    caption = said.made[0].text
    redrawn = await draw(caption, drawn.report.seeds[0])
    seen, again, asked, read = await asyncio.gather(
        place(image=picture), place(image=data_url(redrawn.made[0])), place(words=prompt), place(words=caption or "?")
    )
    pairs = {FIT: (seen, asked), READ: (seen, read), BACK: (again, asked), ALIKE: (seen, again)}
    scores = {name: round(float(one @ other), 4) for name, (one, other) in pairs.items()}
    return RoundTrip(prompt, caption, drawn, redrawn, missing(prompt, caption), missing(caption, prompt), scores)


def missing(words: str, among: str) -> list[str]:
    """Return the words, or Chinese characters, of one text that another does not have."""
    there = {word.lower() for word in WORD.findall(among)} | SMALL
    return list(dict.fromkeys(word for word in WORD.findall(words) if word.lower() not in there))


def add_round_trip_endpoint(engine: Engine, settings: Settings, gallery: Gallery | None) -> None:
    """Offer ``/round_trip``."""

    async def round_trip(
        prompt: str = "",
        language: str = "en",
        seed: int = -1,
        request: gr.Request = None,  # type: ignore[assignment]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Draws a prompt, reads the picture, and draws what was read.

        prompt: text; language: of the caption, en or zh; seed: a whole number from 0, or -1 for a random one. Gives
        (files, report): both pictures; report["texts"] has the prompt and the caption, report["lost"] and
        report["found"] the words that only one of them has, report["scores"] how near what belongs together lies.
        """
        try:
            gone = await go_round(engine, owner_of(request), str(prompt), str(language), seed)
            files = await asyncio.to_thread(kept_files, gone, request)
            table = {"rows": list(gone.scores), "columns": ["likeness"], "values": [[v] for v in gone.scores.values()]}
            report = {"texts": [gone.prompt, gone.caption], "lost": gone.lost, "found": gone.found, "scores": [table]}
            return files, as_json(gone.drawn.report, settings.language or browser_language(request)) | report
        except Exception as error:
            raise as_toast(error, settings.language or browser_language(request)) from error

    def kept_files(gone: RoundTrip, request: gr.Request) -> list[dict[str, Any]]:
        outputs = Outputs(settings.outputs, settings.label, settings.c2pa)
        files = []
        for done in (gone.drawn, gone.redrawn):
            made = PromptRequest.model_validate(done.report.request)
            kept = keep(done, made, outputs, gallery=gallery, owner=visitor_of(request))
            files += [FileData(path=str(path), orig_name=path.name).model_dump() for path in serve_kept(kept)]
        return files

    offer(round_trip, "round_trip")
