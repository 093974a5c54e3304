"""A handful of emoji in the packages' own formats, drawn by the tests themselves."""

import io
import json
import tarfile
from pathlib import Path

from playground.training.emoji_sources import DICTIONARIES, OTHER_SETS, SETS, archive_name

THINGS = (
    ("1F34E", "🍎", "red apple", 4, ["fruit", "apple"], "红苹果", ["苹果", "水果"], "#d33"),
    ("1F680", "🚀", "rocket", 5, ["space", "launch"], "火箭", ["太空"], "#c9c9d8"),
    ("1F333", "🌳", "deciduous tree", 3, ["forest"], "落叶树", ["树"], "#2a2"),
    ("1F431", "🐱", "cat face", 3, ["pet"], "猫脸", ["猫"], "#fb3"),
    ("1F499", "💙", "blue heart", 0, ["love"], "蓝心", ["爱"], "#36e"),
    ("1F9EC", "🧬", "dna", 7, ["biologist"], "脱氧核糖核酸", ["基因"], "#78a"),
)
"""Code, character, label, group, tags, Chinese label and tags, colour."""


def drawing(colour: str, style: int, place: int) -> str:
    corner = 4 + 3 * place
    return f'<path fill="{colour}" d="M{corner} 4h{50 - style}v{40 + style}h-{40 - style}z"/>'


def write_archives(folder: Path) -> Path:
    """Write all archives; give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    english = [
        {"label": label, "hexcode": code, "tags": tags, "emoji": character, "group": group}
        for code, character, label, group, tags, *_ in THINGS
    ]
    chinese = [
        {"label": label, "hexcode": code, "tags": tags, "emoji": character, "group": group}
        for code, character, _, group, _, label, tags, _ in THINGS
    ]
    flag = {"label": "flag: China", "hexcode": "1F1E8-1F1F3", "tags": [], "emoji": "🇨🇳", "group": 9}
    _pack(folder, DICTIONARIES[0], {"en/data.json": [*english, flag], "zh/data.json": chinese})
    _pack(folder, DICTIONARIES[1], {"dist/emoji-en-US.json": {"🚀": ["rocket", "space_ship", "NASA", ":-)"]}})
    for style, icons in enumerate((*SETS, *OTHER_SETS)):
        names = {code: label.replace(" ", "-") for code, _, label, *_ in THINGS}
        if icons.style == "firefox":
            names = {"1F34E": "redapple", "1F680": "rocket"}
        if icons.style == "streamline":
            names = {"1F680": "rocket"}
        bodies = {
            name: {"body": drawing(colour, style, place)}
            for place, (code, *_, colour) in enumerate(THINGS)
            for name in [names.get(code)]
            if name
        }
        bodies["waving-hand-medium-skin-tone"] = {"body": "<path/>"}
        table = {"prefix": icons.style, "width": 64, "height": 64, "icons": bodies}
        known = {code.lower(): name for code, name in names.items()} if icons.style in ("noto", "flat") else {}
        _pack(folder, icons.package, {"icons.json": table, "chars.json": known})
    return folder


def _pack(folder: Path, package: str, files: dict[str, object]) -> None:
    with tarfile.open(folder / archive_name(package), "w:gz") as archive:
        for name, value in files.items():
            content = json.dumps(value).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
