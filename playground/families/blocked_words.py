"""Words that no prompt may hold here, from a list of whoever started the app."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import emoji

from playground.errors import InvalidInput
from playground.families.controls import Words
from playground.families.requests import Request
from playground.language import Text
from playground.networks.prompt_weights import without_weights

# Scripts that put no blanks between words: a listed word counts wherever it stands.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTER = rf"[^\W{_UNSPACED}]"
REFUSED = Text(
    "{0} ({1}) holds “{2}”, which whoever runs this app does not allow: use other words.",
    "{0}（{1}）含有“{2}”，本应用的管理者不允许使用：请换用其他文字。",
)


class BlockedWords:
    """Refuses requests whose prompts hold a listed word.

    Upper and lower case, width and invisible characters make no difference, and an emoji counts as its names. A word
    counts as a whole, so that "ass" does not block "class"; blanks in a phrase stand for any blanks.

    Args:
        words: Words and phrases.
    """

    def __init__(self, words: Sequence[str]) -> None:
        listed = sorted({plain for word in words if (plain := _plain(word))}, key=len, reverse=True)
        self._found = re.compile("|".join(_pattern(word) for word in listed)) if listed else None
        emoji.config.load_language("zh")

    def check(self, request: Request) -> None:
        """Look at every prompt of a request.

        Raises:
            InvalidInput: One holds a listed word; the sentence names both.
        """
        for field, control in type(request).controls().items():
            if self._found is None or not (isinstance(control, Words) and control.screened):
                continue
            asked = getattr(request, field)
            # Brackets that weigh words may stand within one.
            spellings = (asked, without_weights(asked), emoji.replace_emoji(asked, _names))
            held = next(filter(None, (self._found.search(_plain(each)) for each in spellings)), None)
            if held:
                raise InvalidInput(field, *REFUSED.format(control.label, field, held[0]))


def _names(character: str, known: dict[str, Any]) -> str:
    """Return what an emoji is called in English, with its other names, and in Chinese."""
    names = (known["en"], *known.get("alias", ()), known.get("zh", ""))
    return " , ".join(name.strip(":").replace("_", " ") for name in names).join(("  ", "  "))


def _plain(text: str) -> str:
    shown = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return " ".join(shown.casefold().split())


def _pattern(word: str) -> str:
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, word) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, word[-1]) else ""
    return before + re.escape(word) + after
