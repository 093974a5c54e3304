"""The film of a picture that forms: a scrubber over its steps that answers in the browser, without the server."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from typing import Any

from PIL.Image import Image

from playground.api.following import finished
from playground.engine import Done, Engine
from playground.families.requests import Request
from playground.language import Language
from playground.media.pictures import opaque
from playground.ui.film import texts
from playground.ui.shell.asking import Asked, answers

CAPTIONS = (texts.FILM_NOISY, texts.FILM_WITHOUT, texts.FILM_WORDS, texts.FILM_GUIDED)


def film_question(engine: Engine, task: type[Request]) -> Callable[..., Any]:
    """Return a question that makes the film of the first of a result's pictures, from its report.

    Args:
        engine: What makes it.
        task: The request type whose picture is a film.
    """

    @answers
    async def show_film(asked: Asked) -> dict[str, Any]:
        done = await asked_again(engine, task, asked)
        return {"html": film_of(done.made[0], float(done.report.request["guidance_scale"]), asked.language)}

    return show_film


async def asked_again(engine: Engine, task: type[Request], asked: Asked) -> Done:
    """Ask for something else about the first of a result's pictures, with the settings of its report."""
    report = asked.record("report")
    request = report.get("request") if isinstance(report.get("request"), dict) else {}
    values = {name: request[name] for name in task.model_fields if name in request}
    done, _ = await finished(engine, asked.page, task, values, str(report.get("checkpoint", "")))
    return done


def film_of(picture: Image, guidance: float, language: Language) -> str:
    """Show one frame of a film, with a scrubber.

    Args:
        picture: A row for each caption, a column for each frame; ``info["frames"]`` has the numbers of each frame.
        guidance: The strength that the picture was made with.
        language: The visitor's.
    """
    frames: list[dict[str, float]] = picture.info["frames"]
    last, strength = len(frames) - 1, max(1.0, guidance)
    first = last // 4  # where noise, doubt and guidance are still far apart
    tiles = "".join(
        f'<figure><div style="--row: {row}" role="img" aria-label="{escape(caption.to(language))}"></div>'
        f"<figcaption>{escape(caption.to(language))}</figcaption></figure>"
        for row, caption in enumerate(CAPTIONS)
    )
    lines = "".join(
        f'<p data-frame="{index}"{"" if index == first else " hidden"}>'
        + escape(
            texts.FILM_STEP.format(
                frame["step"],
                frame["of"],
                round(100 * frame["noise"]),
                f"{100 * frame['pull']:.1f}",
                f"{100 * frame['pull'] * strength:.1f}",
            ).to(language)
        )
        + "</p>"
        for index, frame in enumerate(frames)
    )
    scrub, play = (escape(words.to(language)) for words in (texts.FILM_SCRUB, texts.FILM_PLAY))
    shape = f"{picture.width // len(frames)} / {picture.height // len(CAPTIONS)}"
    variables = f"--film: url({jpeg_url(picture)}); --frames: {len(frames)}; --frame: {first}; --shape: {shape}"
    return (
        f'<div class="pg-film" style="{variables}"><div class="pg-film-tiles">{tiles}</div><div class="pg-film-bar">'
        f'<button type="button" aria-label="{play}">▶</button>'
        f'<input type="range" min="0" max="{last}" value="{first}" aria-label="{scrub}">'
        f'</div>{lines}<p class="pg-formula">ε = ε<sub>∅</sub> + {strength:g} · (ε<sub>c</sub> − ε<sub>∅</sub>)</p>'
        "</div>"
    )


def jpeg_url(picture: Image) -> str:
    """Return a picture as an inline JPEG, which is a tenth of a PNG's size."""
    content = io.BytesIO()
    opaque(picture).save(content, format="JPEG", quality=88, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")
