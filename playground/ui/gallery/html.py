"""The pieces of the gallery that are HTML. Everything from outside is escaped."""

from __future__ import annotations

import base64
from html import escape

from playground.gallery import Entry
from playground.gallery.differences import Difference
from playground.language import Language
from playground.ui.gallery import texts
from playground.ui.result.stage import SMALLEST_SMOOTH, Served, file_url


def tiles(
    entries: list[tuple[Entry, bytes, str]], chosen: list[str], opened: str, empty: str, language: Language
) -> str:
    """Show results as small pictures.

    Args:
        entries: Each with its small picture as WebP and a line of words.
        chosen: Ids of the chosen ones.
        opened: Id of the one that is shown large.
        empty: What to say if there are none.
        language: The visitor's.
    """
    star, choose, show = (escape(words.to(language)) for words in (texts.STAR, texts.CHOOSE, texts.OPEN))
    drawn = []
    for entry, picture, words in entries:
        said, ticked = escape(words), " checked" if entry.id in chosen else ""
        kind = "pg-tile pg-open" if entry.id == opened else "pg-tile"
        image = f'<img src="{webp_url(picture)}" alt="{said}" loading="lazy">' if picture else f"<em>{said}</em>"
        drawn.append(
            f'<div class="{kind}" data-id="{escape(entry.id)}">'
            f'<button type="button" class="pg-tile-open" title="{said}" aria-label="{show}: {said}">{image}</button>'
            f'<input type="checkbox" aria-label="{choose}: {said}"{ticked}>'
            f'<button type="button" class="pg-tile-star" aria-label="{star}: {said}" '
            f'aria-pressed="{str(entry.favourite).lower()}">{"★" if entry.favourite else "☆"}</button>'
            f"<span>{said}</span></div>"
        )
    inside = "".join(drawn) or f'<p class="pg-tiles-empty">{escape(empty)}</p>'
    ids = escape(str(list(chosen)).replace("'", '"'))
    return f'<div class="pg-tiles" data-chosen="{ids}">{inside}</div>'


def large(entry: Entry, given: Served, words: str, width: int) -> str:
    """Show a result's files large: a clip that loops, or the pictures, each a link that downloads it.

    Args:
        entry: The result.
        given: Its files.
        words: What they are, for those who do not see them.
        width: Pixels of the first picture's width.
    """
    moving = [path for path in given.paths if path.suffix == ".webp"]
    singles = [index for index, name in enumerate(given.names) if not name.startswith(f"{entry.id}.")]
    shown = singles or list(range(len(given.paths)))[:1]
    if moving:
        shown = [given.paths.index(moving[0])]
    figures = []
    for index in shown:
        image = f'<img src="{file_url(given.paths[index])}" alt="{escape(words)}">'
        seed = entry.files[index].seed
        label = f"<figcaption>{seed}</figcaption>" if len(shown) > 1 and seed is not None else ""
        link = f'<a href="{file_url(given.paths[index])}" download="{escape(given.names[index])}">{image}</a>'
        figures.append(f"<figure>{link}{label}</figure>")
    many = f'pg-many pg-smooth" style="--columns: {min(4, len(shown))}' if len(shown) > 1 else "pg-one pg-smooth"
    if width < SMALLEST_SMOOTH:
        many = many.replace(" pg-smooth", "")
    return f'<div class="pg-stage pg-kept {many}">{"".join(figures)}</div>'


def settings_table(settings: list[tuple[str, str]]) -> str:
    """Show settings as words, a row each."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in settings)
    return f'<table class="pg-settings">{rows}</table>'


def difference_table(found: list[Difference], language: Language) -> str:
    """Show what differs between two results, the first struck out and the second underlined."""
    if not found:
        return f'<p class="pg-small">{escape(texts.SAME_SETTINGS.to(language))}</p>'
    tags = {"both": "span", "first": "del", "second": "ins"}
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>"
        + " ".join(f"<{tags[side]}>{escape(words)}</{tags[side]}>" for words, side in pieces)
        + "</td></tr>"
        for name, pieces in found
    )
    return f'<table class="pg-settings pg-differences">{rows}</table>'


def webp_url(content: bytes) -> str:
    """Return a small picture inline, so that it has no address that could be guessed."""
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")
