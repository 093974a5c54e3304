"""TOML as people write it by hand: any editor's encoding, Windows' paths, names with dots; and how it is parsed.

Knows no entry and no field but those that it is told.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from tomlkit import parse as parse_slowly

if sys.version_info >= (3, 11):
    import tomllib

MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
HEAD = re.compile(r"^\s*\[([^\[\]]+)\]\s*(#.*)?$")
BARE = re.compile(r"[A-Za-z0-9_-]+")


def decode(content: bytes) -> str:
    """Return the text of a file that any editor saved as Unicode.

    Raises:
        UnicodeDecodeError: It is saved in letters of one country only.
    """
    for mark, name in MARKS.items():
        if content.startswith(mark):
            return content.decode(name)
    if b"\0" in content[:200]:  # UTF-16 without its mark: of plain letters every other byte is none
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    return content.decode("utf-8")


def parse(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Python's own parser takes a tenth of the time, and the start of the app waits for it; the other one tells in which
    line a mistake is.

    Raises:
        TOMLKitError: It is no TOML; a ``ParseError`` knows the line.
    """
    if sys.version_info >= (3, 11):
        with suppress(tomllib.TOMLDecodeError):
            return tomllib.loads(text)
    return dict(parse_slowly(text).unwrap())


def mend(text: str, tables: Collection[str], paths: Collection[str]) -> str:
    """Write what a person means so that a parser of TOML reads it the same way; a line stays a line.

    Args:
        text: What stands in the file.
        tables: Fields of an entry that may be tables of their own: ``[name.title]``.
        paths: Fields that hold paths, in which a backslash stands for itself.
    """
    path = re.compile(rf'^(\s*(?:{"|".join(map(re.escape, paths))})\s*=\s*)"([^"]*)"(\s*(?:#.*)?)$')
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_path(_head(_quotes(line), tables), path) for line in lines)


def entry_at(text: str, line: int) -> str:
    """Return the name of the entry that a line, from 1, stands in; empty before the first."""
    heads = [head[1] for head in map(HEAD.match, text.split("\n")[:line]) if head]
    return heads[-1].strip().strip("\"'") if heads else ""


def _head(line: str, tables: Collection[str]) -> str:
    """Quote a name that has dots, blanks or letters beyond ASCII: ``[sd-1.5]`` is one name, not two."""
    found = HEAD.match(line)
    if found is None or '"' in found[1] or "'" in found[1] or BARE.fullmatch(found[1].strip()):
        return line
    name, dot, last = found[1].strip().rpartition(".")
    table = last.strip() if dot and last.strip() in tables else ""
    quoted = name.strip() if table else found[1].strip()
    return f'["{quoted}"{"." + table if table else ""}] {found[2] or ""}'.replace("\\", "\\\\").rstrip()


def _path(line: str, path: re.Pattern[str]) -> str:
    """Let backslashes stand for themselves, also where somebody has doubled them already."""
    found = path.match(line)
    if found is None or "\\" not in found[2]:
        return line
    server = "\\\\" if found[2].startswith("\\\\") else ""
    plain = server + found[2].removeprefix(server * 2).removeprefix(server).replace("\\\\", "\\")
    return f'{found[1]}"{plain}"{found[3]}'.replace("\\", "\\\\")


def _quotes(line: str) -> str:
    """Turn the curved quotes that some editors type into straight ones, where a line has no others."""
    return line if '"' in line or "'" in line or "#" in line else re.sub("[“”]", '"', line)
