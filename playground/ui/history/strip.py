"""The history as HTML: small pictures in a row, and above them arcs from each to what was varied from it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from playground.gallery import Entry
from playground.language import Language
from playground.ui.gallery.html import webp_url
from playground.ui.history import texts

PITCH, ARCS = 92, 30
"""Pixels from one picture to the next, and the height of the arcs above them; page.css has the same width."""


@dataclass(frozen=True)
class Tile:
    """One result of the strip.

    Attributes:
        entry: The result.
        picture: Its small picture as WebP; empty where its files are gone.
        words: What it shows.
        changes: What changed from the one that it was varied from; None if it was not varied.
    """

    entry: Entry
    picture: bytes
    words: str
    changes: list[str] | None


def strip(tiles: list[Tile], current: str, language: Language) -> str:
    """Show results, the newest first.

    Args:
        tiles: The results.
        current: Id of the one that is shown large.
        language: The visitor's.
    """
    if not tiles:
        return ""
    places = {tile.entry.id: index for index, tile in enumerate(tiles)}
    arcs = "".join(_arc(index, places.get(tile.entry.parent)) for index, tile in enumerate(tiles) if tile.entry.parent)
    drawn = "".join(_tile(tile, tile.entry.id == current, language) for tile in tiles)
    title, hint = (escape(words.to(language)) for words in (texts.HISTORY, texts.HISTORY_HINT))
    width = PITCH * len(tiles)
    return (
        f'<section class="pg-history" aria-label="{title}"><h2 title="{hint}">{title}</h2><div class="pg-history-row" '
        f'tabindex="0"><svg width="{width}" height="{ARCS}" aria-hidden="true">{arcs}</svg><ol>{drawn}</ol></div>'
        f"</section>"
    )


def _tile(tile: Tile, current: bool, language: Language) -> str:
    changes = " · ".join(tile.changes) if tile.changes else ""
    if tile.changes is None:
        changes = texts.FIRST.to(language)
    elif not tile.changes:
        changes = texts.SAME_AGAIN.to(language)
    told = changes if tile.changes is None else texts.VARIED_FROM.format(changes).to(language)
    title, stage = escape(texts.OPEN.format(tile.words, told).to(language)), f"{tile.entry.record.task}-stage"
    image = f'<img src="{webp_url(tile.picture)}" alt="" loading="lazy">' if tile.picture else "<i>–</i>"
    marked = ' aria-current="true"' if current else ""
    return (
        f'<li><button type="button" data-id="{escape(tile.entry.id)}" data-stage="{escape(stage)}"'
        f' title="{title}" aria-label="{title}"{marked}>{image}<span>{escape(changes)}</span></button></li>'
    )


def _arc(index: int, parent: int | None) -> str:
    """Draw an arc to a result from its parent, or a stub where the parent is no longer on the strip."""
    end = PITCH * index + PITCH // 2 - 4
    if parent is None:
        return f'<path d="M{end} {ARCS} v-10" stroke-dasharray="3 3"/>'
    start, high = PITCH * parent + PITCH // 2 - 4, ARCS - min(ARCS - 4, 9 + 5 * abs(parent - index))
    arc = f'<path d="M{start} {ARCS} C{start} {high} {end} {high} {end} {ARCS}"/>'
    return f'{arc}<circle cx="{end}" cy="{ARCS - 3}" r="3"/>'
