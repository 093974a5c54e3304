"""Chosen results to take along: a zip, and one page of HTML that needs nothing beside it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from playground.errors import GalleryError
from playground.outcomes import Kind

MOST_RESULTS = 200
MOST_BYTES = 200_000_000
# No script, no address: what a prompt says is text, and nothing is fetched when the page is opened.
POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0 auto;
  max-width: 1100px; padding: 24px 16px; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 0 0 8px; overflow-wrap: anywhere; }
article { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 4fr); gap: 20px; padding: 20px 0;
  border-top: 1px solid #8886; }
.pictures { display: flex; flex-wrap: wrap; gap: 8px; align-content: start; }
img, video { max-width: 100%; min-width: min(112px, 30%); image-rendering: pixelated;
  border-radius: 8px; flex: 1 1 30%; }
video { image-rendering: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th { text-align: left; font-weight: 600; }
th, td { padding: 3px 12px 3px 0; vertical-align: top; overflow-wrap: anywhere; }
pre { overflow-x: auto; font-size: .8rem; padding: 12px; border: 1px solid #8886; border-radius: 8px; }
@media (max-width: 700px) { article { grid-template-columns: 1fr; } }
"""


@dataclass(frozen=True)
class Item:
    """One result of a hand-out.

    Attributes:
        title: What it shows, in a few words.
        settings: Names and values as a person reads them.
        code: Python lines that make it; empty where there are none.
        files: Its files.
        kind: What kind of result it is.
    """

    title: str
    settings: Sequence[tuple[str, str]]
    code: str
    files: Sequence[Path]
    kind: Kind[Any]


def write_zip(items: Sequence[Item], page: str, output: BinaryIO) -> None:
    """Pack every file of the results, and the page as index.html, one file after another.

    Raises:
        GalleryError: A file is gone.
    """
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("index.html", page, zipfile.ZIP_DEFLATED)
        for item in items:
            for file in item.files:
                archive.writestr(file.name, _bytes_of(file))


def page_of(items: Sequence[Item], title: str, language: str, code_title: str) -> str:
    """Write one HTML page with all results inside.

    Args:
        items: The results.
        title: The page's title.
        language: Its language code.
        code_title: What the Python lines are called.

    Raises:
        GalleryError: A file is gone.
    """
    articles = "".join(_article(item, code_title) for item in items)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{articles}</body></html>\n"
    )


def _article(item: Item, code_title: str) -> str:
    shown = item.kind.handout([(file, _bytes_of(file)) for file in item.files], item.title)
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in item.settings)
    code = (
        f"<details><summary>{escape(code_title)}</summary><pre>{escape(item.code)}</pre></details>" if item.code else ""
    )
    return (
        f'<article><div class="pictures">{shown}</div>'
        f"<div><h2>{escape(item.title)}</h2><table>{rows}</table>{code}</div></article>"
    )


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise GalleryError(
            f"The file {file.name} is gone from the outputs folder; choose other results.",
            f"文件 {file.name} 已不在输出文件夹中；请选择其他结果。",
        ) from error
