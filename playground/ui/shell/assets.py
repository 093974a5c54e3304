"""The page's scripts and words as one file that browsers keep, and its styles as one text.

Every folder of ``ui`` may hold ``.js`` and ``.css`` files; those of ``shell`` come first.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import importlib
import json
import re
from pathlib import Path

from rjsmin import jsmin
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.families import in_order
from playground.language import Language, Text

UI = Path(__file__).resolve().parent.parent
ADDRESS = "/_page/page.js"
A_YEAR = 365 * 24 * 3600


def styles() -> str:
    """Return all styles."""
    return "\n".join(file.read_text(encoding="utf-8") for file in _files("css"))


@functools.cache
def scripts(fixed: Language | None) -> bytes:
    """Return the words that scripts say, and all scripts, without remarks and blanks that mean nothing.

    Args:
        fixed: The language that every page is in; None lets each visitor's browser decide.
    """
    known = f"window.playgroundWords = {json.dumps(_words(), ensure_ascii=False)};\n"
    known += f"window.playgroundLanguage = {json.dumps(fixed)};\n"
    within = {family.name: family.within for family in in_order() if family.within}
    known += f"window.playgroundWithin = {json.dumps(within)};\n"
    return jsmin(known + "\n".join(file.read_text(encoding="utf-8") for file in _files("js"))).encode()


def script_address(fixed: Language | None) -> str:
    """Return the scripts' address; it changes with them, so that browsers may keep them."""
    return f"{ADDRESS}?{hashlib.sha256(scripts(fixed)).hexdigest()[:16]}"


def script_tag(fixed: Language | None, root_path: str, boot: str) -> str:
    """Return the element that loads the scripts, and tells them which start of the app has made the page."""
    return f'<script defer data-boot="{boot}" src="{root_path}{script_address(fixed)}"></script>'


def script_route(fixed: Language | None) -> Route:
    """Return the address that serves the scripts."""
    packed = gzip.compress(scripts(fixed), mtime=0)
    headers = {
        "Content-Encoding": "gzip",
        "Cache-Control": f"public, max-age={A_YEAR}, immutable",
        "Vary": "Accept-Encoding",
    }

    async def serve(request: Request) -> Response:
        return Response(packed, media_type="text/javascript", headers=headers)

    return Route(ADDRESS, serve)


def _files(ending: str) -> list[Path]:
    found = sorted(UI.rglob(f"*.{ending}"))
    return sorted(found, key=lambda file: (file.parent.name != "shell", file.stem != "shell"))


def _words() -> dict[str, dict[str, Text]]:
    """Collect what the ``texts`` modules say, by their folder's name, as far as a script names it in capitals."""
    named = {
        name for file in _files("js") for name in re.findall(r"\b[A-Z][A-Z_\d]+\b", file.read_text(encoding="utf-8"))
    }
    said: dict[str, dict[str, Text]] = {}
    for file in sorted(UI.glob("*/texts.py")):
        module = importlib.import_module(f"playground.ui.{file.parent.name}.texts")
        words = {name: words for name, words in vars(module).items() if isinstance(words, Text) and name in named}
        said[file.parent.name] = words
    return said
