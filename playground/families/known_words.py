"""Words as people type them: those that say nothing are left out, those that a checkpoint hardly knows are noticed.

A checkpoint that knows few words says which, in ``words.json`` beside its weights; for others nothing is done.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from playground.catalog import Checkpoint
from playground.language import Text

FILE = "words.json"
NEAREST, ALIKE = 3, 0.55
"""How many known things are offered for a word, and how alike in spelling they must be (0 to 1)."""
MOST_NOTICED = 4
_LATIN = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENDINGS = ("", "s", "es", "ing", "ed", "'s")
HARDLY_KNOWN = Text(
    "This checkpoint hardly knows “{}”; near it in spelling: {}.", "该检查点不太认识“{}”；拼写相近的有：{}。"
)
UNKNOWN = Text(
    "This checkpoint hardly knows “{}”: try a plain name of a thing.", "该检查点不太认识“{}”：请试试常见事物的名称。"
)


@dataclass(frozen=True)
class Vocabulary:
    """What a checkpoint knows.

    Attributes:
        things: Names that it can draw.
        words: Single words that it understands, in lower case.
        chinese: Words that are written without blanks.
        empty: Phrases that say nothing about the picture.
        starts: Likewise, before what they are about.
    """

    things: tuple[str, ...]
    words: frozenset[str]
    chinese: frozenset[str]
    empty: frozenset[str]
    starts: tuple[str, ...]

    def without_empty(self, prompt: str) -> tuple[str, list[str]]:
        """Return a prompt without what says nothing, and what that was; as it is where nothing else would be left."""
        kept, left = list[str](), list[str]()
        for part in re.split(r"(?<=[,，])", prompt):
            bare = " ".join(part.strip(" ,，.").lower().split())
            (left if bare in self.empty else kept).append(part)
        rest = "".join(kept).strip(" ,，")
        for start in self.starts:
            if rest.lower().startswith(start) and (rest[len(start) :].startswith(" ") or not start.isascii()):
                left.append(rest[: len(start)])
                rest = re.sub(r"^(a|an|the) (?=\w)", "", rest[len(start) :].strip(), flags=re.IGNORECASE)
                break
        return (rest, [each.strip(" ,，") for each in left]) if rest and left else (prompt, [])

    def unknown(self, prompt: str) -> list[str]:
        """Return the words that are hardly known, in their order."""
        found = []
        for match in _LATIN.finditer(_HAN.sub(" ", prompt)):
            word = match[0].lower()
            known = any(word.removesuffix(ending) in self.words for ending in _ENDINGS if word.endswith(ending))
            if len(word) > 1 and not known:
                found.append(match[0])
        found += [run for run in _HAN.findall(prompt) if not self._reads(run)]
        return list(dict.fromkeys(found))[:MOST_NOTICED]

    def nearest(self, word: str) -> list[str]:
        """Return the known things whose names are spelled most like a word; those that begin alike come first."""
        found = difflib.get_close_matches(word.lower(), self.things, 4 * NEAREST, ALIKE)
        return sorted(found, key=lambda thing: thing[0] != word[0].lower())[:NEAREST]

    def _reads(self, run: str) -> bool:
        """Tell whether at least half of a run of Chinese characters is made of known words."""
        read, at = 0, 0
        while at < len(run):
            size = next((n for n in range(min(6, len(run) - at), 0, -1) if run[at : at + n] in self.chinese), 0)
            read += size
            at += size or 1
        return 2 * read >= len(run)


@lru_cache(maxsize=16)
def vocabulary_of(checkpoint: Checkpoint) -> Vocabulary | None:
    """Return what a checkpoint says it knows; None where it does not say."""
    if not (checkpoint.settings_folder / FILE).exists():
        return None
    said = checkpoint.read_json(FILE)
    return Vocabulary(
        tuple(said["things"]),
        frozenset(said["words"]),
        frozenset(said["chinese"]),
        frozenset(said["empty"]),
        tuple(sorted(said["empty_starts"], key=len, reverse=True)),
    )


def plain_prompt(checkpoint: Checkpoint, prompt: str) -> str:
    """Return a prompt without what says nothing to a checkpoint."""
    known = vocabulary_of(checkpoint)
    return known.without_empty(prompt)[0] if known else prompt


def word_notices(checkpoint: Checkpoint, asked: str) -> list[Text]:
    """Say which words of a prompt a checkpoint hardly knows, and what lies near them."""
    known = vocabulary_of(checkpoint)
    if known is None:
        return []
    notices = []
    for word in known.unknown(asked):
        near = known.nearest(word)
        notices.append(HARDLY_KNOWN.format(word, ", ".join(near)) if near else UNKNOWN.format(word))
    return notices
