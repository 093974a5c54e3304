"""What is offered below a result: its files, and a link that leads back to its settings."""

from __future__ import annotations

from html import escape
from pathlib import Path

from playground.language import Language
from playground.ui.result import texts
from playground.ui.result.stage import Served, file_url

FEW = 8


def downloads(served: Served, language: Language, link: bool = False) -> str:
    """Offer a result's files; of many only the first ones, since each picture is a link of its own.

    Args:
        served: The files.
        language: The visitor's.
        link: Whether the page's address leads back to the settings, so that it is worth copying.
    """
    links = [(name, path, Path(name).suffix[1:].upper()) for name, path in zip(served.names, served.paths, strict=True)]
    separate = links[:-1] if served.large else links
    shown = [
        (name, path, f"{kind} {number}" if len(separate) > 1 and served.large else kind)
        for number, (name, path, kind) in enumerate(separate, 1)
    ]
    shown = shown[:FEW]
    if served.large:
        shown.append((*links[-1][:2], texts.LARGE.to(language)))
    chips = "".join(chip(path, name, label) for name, path, label in shown)
    if link:
        chips += f'<button type="button" class="pg-chip pg-copy-link">{escape(texts.COPY_LINK.to(language))}</button>'
    return f'<div class="pg-downloads"><span>{escape(texts.DOWNLOAD.to(language))}</span>{chips}</div>'


def chip(path: Path, name: str, label: str) -> str:
    """Offer one file."""
    return f'<a class="pg-chip" href="{file_url(path)}" download="{escape(name)}">{escape(label)}</a>'
