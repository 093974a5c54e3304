"""What is shown large, for each kind of result: pictures, one wide picture, a clip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from PIL.Image import Image

from playground.language import LANGUAGES, Language
from playground.media.clips import clip_url
from playground.media.pictures import data_url
from playground.ui.result import texts

FRAMES_OF_STRIP = 8
SMALLEST_SMOOTH = 64
"""Pictures of this width and above are shown smooth and large; below it every pixel stays a square."""
WIDE = 2
"""Clips that are more times as wide as high show several beside each other, and get all the room there is."""
EMPTY = {
    "clip": texts.EMPTY_CLIP,
    "text": texts.EMPTY_TEXT,
    "scores": texts.EMPTY_SCORES,
    "comparison": texts.EMPTY_COMPARISON,
}


@dataclass(frozen=True)
class Served:
    """A result's files as this visitor may fetch them.

    Attributes:
        paths: Where they are fetched, in the order of the API.
        names: What each is called when it is downloaded.
        id: The result's id in the gallery; empty where it has none.
        large: Whether the last file is the enlarged sheet of the others.
    """

    paths: Sequence[Path]
    names: Sequence[str]
    id: str = ""
    large: bool = False


def pictures(
    words: str,
    made: Sequence[Image],
    seeds: Sequence[int],
    served: Served | None = None,
    caption: str = "",
    language: Language = "en",
) -> str:
    """Show pictures large, each with its seed; a picture with a file is a link that downloads it.

    Args:
        words: What they are, for those who do not see them.
        made: The pictures.
        seeds: Their seeds; empty where there are none.
        served: Their files, if they have any.
        caption: A line below them.
        language: The visitor's.
    """
    figures, fits = [], [picture.info.get("scores", {}).get("fit") for picture in made]
    for index, picture in enumerate(made):
        size = f'width="{picture.width}" height="{picture.height}"'
        image = f'<img src="{data_url(picture)}" {size} alt="{escape(words)}">'
        if served and index < len(served.paths):
            image = f'<a href="{file_url(served.paths[index])}" download="{escape(served.names[index])}">{image}</a>'
        said = [str(seeds[index])] if len(made) > 1 and seeds else []
        if fits[index] is not None:
            said.append(texts.FIT.format(fits[index]).to(language))
        label = f"<figcaption>{escape(' · '.join(said))}</figcaption>" if said else ""
        rated = f' data-fit="{fits[index]}"' if fits[index] is not None else ""
        figures.append(f"<figure{rated}>{image}{label}</figure>")
    kind = "many" if len(made) > 1 else "one"
    if made and made[0].width >= SMALLEST_SMOOTH:
        kind += f' pg-smooth" style="--columns: {math.ceil(math.sqrt(len(made)))}'
    sort = best_first(language) if sum(fit is not None for fit in fits) > 1 else ""
    return f'<div class="pg-stage pg-{kind}">{"".join(figures)}</div>{sort}{below(caption)}'


def best_first(language: Language) -> str:
    """Offer to put what fits its words best first; ``best_first.js`` does it."""
    words = escape(texts.BEST_FIRST.to(language))
    return (
        f'<button type="button" class="pg-button pg-small-button pg-best-first" aria-pressed="false">{words}</button>'
    )


def empty_stage(makes: str = "pictures") -> str:
    """Hold the place of a result that is still to come, in the words of the page's language (page.css chooses)."""
    says = EMPTY.get(makes, texts.EMPTY)
    words = "".join(f'<span lang="{code}">{escape(says.to(code))}</span>' for code in LANGUAGES)
    return f'<div class="pg-stage pg-empty">{words}</div>'


def wide_picture(words: str, picture: Image, caption: str = "") -> str:
    """Show a strip or a sheet as wide as it fits."""
    size = f'width="{picture.width}" height="{picture.height}"'
    image = f'<img src="{data_url(picture)}" {size} alt="{escape(words)}">'
    return f'<div class="pg-wide">{image}</div>{below(caption)}'


def clip(words: str, served: Served, frames: Sequence[Image] = ()) -> str:
    """Show a clip that loops by itself; one of large frames as a film, with some of its frames below it."""
    moving = next(path for path in served.paths if path.suffix == ".webp")
    if frames and frames[0].width > WIDE * frames[0].height:
        return f'<div class="pg-weights"><img src="{file_url(moving)}" alt="{escape(words)}"></div>'
    if frames and frames[0].width >= SMALLEST_SMOOTH:
        film = next(path for path in served.paths if path.suffix == ".mp4")
        poster, said = data_url(frames[len(frames) // 2]), escape(words)
        return (
            f'<div class="pg-stage pg-one pg-smooth"><figure><video src="{file_url(film)}" poster="{poster}" '
            f'data-instead="{file_url(moving)}" aria-label="{said}" controls loop muted playsinline></video></figure>'
            f"</div>{_frame_strip(frames)}"
        )
    return f'<div class="pg-stage pg-one"><figure><img src="{file_url(moving)}" alt="{escape(words)}"></figure></div>'


def inline_clip(words: str, frames: Sequence[Image], fps: float, caption: str) -> str:
    """Show a clip that has no files, looping, with some of its frames and a line below it."""
    kind = "pg-one pg-smooth" if frames[0].width >= SMALLEST_SMOOTH else "pg-one"
    image = f'<img src="{clip_url(frames, fps)}" alt="{escape(words)}">'
    return f'<div class="pg-stage {kind}"><figure>{image}</figure></div>{_frame_strip(frames)}{below(caption)}'


def below(caption: str) -> str:
    """Put a line below a result."""
    return f'<p class="pg-caption">{escape(caption)}</p>' if caption else ""


def file_url(path: Path) -> str:
    """Return the address under which a visitor may fetch a file that was made for them."""
    return "gradio_api/file=" + quote(str(path))


def _frame_strip(frames: Sequence[Image]) -> str:
    last = FRAMES_OF_STRIP - 1
    few = [frames[round(place * (len(frames) - 1) / last)] for place in range(FRAMES_OF_STRIP)]
    images = "".join(f'<img src="{data_url(frame)}" alt="">' for frame in few)
    return f'<div class="pg-strip">{images}</div>'
