"""The languages that the page speaks. Knows nothing about what is said in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Text(NamedTuple):
    """The same words in every language of the page."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the words in one language."""
        return self.zh if language == "zh" else self.en

    def format(self, *args: object, **kwargs: object) -> Text:
        """Fill the placeholders of both languages; a ``Text`` among the values keeps to its language."""

        def pick(value: object, language: Language) -> object:
            return value.to(language) if isinstance(value, Text) else value

        return Text(
            *(
                self.to(language).format(
                    *(pick(value, language) for value in args),
                    **{name: pick(value, language) for name, value in kwargs.items()},
                )
                for language in LANGUAGES
            )
        )


def sentences(said: Iterable[Text | None]) -> Text | None:
    """Put sentences one behind the other, with a blank between them where the language has one; None says nothing."""
    told = [text for text in said if text]
    return Text(" ".join(text.en for text in told), "".join(text.zh for text in told)) if told else None
