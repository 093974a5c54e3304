"""The wall to take along: a zip of its files, and one page of HTML that needs nothing beside it."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Sequence
from html import escape
from typing import BinaryIO

from playground.language import Language
from playground.room.wall import Hung

# No script, no address: what people say is text, and nothing is fetched when the page is opened.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
SMALL = 64
"""Pixels of width below which every pixel stays a square."""
TYPES = {".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".jpg": "image/jpeg"}
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0;
  padding: 24px; }
h1 { font-size: 1.4rem; grid-column: 1 / -1; margin: 0; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 20px; align-items: start; }
figure { margin: 0; } img { width: 100%; border-radius: 10px; } .small { image-rendering: pixelated; }
figcaption { overflow-wrap: anywhere; } figcaption b { display: block; }
table { border-collapse: collapse; font-size: .8rem; } th { text-align: start; font-weight: 600; }
th, td { padding: 1px 8px 1px 0; vertical-align: top; overflow-wrap: anywhere; }
"""


def write_zip(hung: Sequence[Hung], page: str, names: bool, output: BinaryIO) -> None:
    """Pack the wall's files and its page as index.html.

    Args:
        hung: What hangs there.
        page: The page.
        names: Whether people's names are in the files' names.
        output: Receives the zip.
    """
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("index.html", page, zipfile.ZIP_DEFLATED)
        for number, each in enumerate(hung, 1):
            name = "".join(letter for letter in each.name if letter.isalnum()) if names else ""
            if each.file.exists():
                archive.write(each.file, f"{number:03}{'-' + name if name else ''}{each.file.suffix}")


def page_of(hung: Sequence[Hung], title: str, language: Language, names: bool) -> str:
    """Write one HTML page with the whole wall inside.

    Args:
        hung: What hangs there.
        title: The page's title.
        language: Its language.
        names: Whether it says who put what up.
    """
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(_figure(each, language, names) for each in hung)}</main></body>"
        "</html>\n"
    )


def _figure(each: Hung, language: Language, names: bool) -> str:
    words = each.words[1 if language == "zh" else 0]
    content = base64.b64encode(each.file.read_bytes()).decode("ascii") if each.file.exists() else ""
    kind = ' class="small"' if each.width < SMALL else ""
    image = f'<img src="data:{TYPES.get(each.file.suffix, "image/png")};base64,{content}" alt="{escape(words)}"{kind}>'
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in each.settings.get(language, ())
    )
    by = f"<span>{escape(each.name)}</span>" if names and each.name else ""
    return (
        f"<figure>{image}<figcaption><b>{escape(words)}</b>{by}"
        f"<details><summary>{'设置' if language == 'zh' else 'Settings'}</summary><table>{rows}</table></details>"
        "</figcaption></figure>"
    )
