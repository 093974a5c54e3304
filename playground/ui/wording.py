"""What every component says, in every language. The page is built once; its words change in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from playground.language import Language, Text

Component = TypeVar("Component", bound=gr.blocks.Block)
Words = Text | Callable[[Language], Any]


class Wording:
    """Builds components from words in all languages, and says them again when the language changes.

    Args:
        language: The language that the page starts in.

    Attributes:
        chosen: The component that holds the visitor's language.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.chosen: Any = None
        self._said: list[tuple[Any, dict[str, Words]]] = []

    def __call__(self, kind: Callable[..., Component], *args: Any, **properties: Any) -> Component:
        """Build a component; properties that are ``Text``, or functions of the language, follow the language."""
        words = {name: value for name, value in properties.items() if isinstance(value, Text) or callable(value)}
        component = kind(*args, **properties | {name: spoken(value, self.language) for name, value in words.items()})
        if words:
            self._said.append((component, words))
        return component

    @property
    def components(self) -> list[Any]:
        """Every component that says something."""
        return [component for component, _ in self._said]

    def updates(self, language: Language) -> list[Any]:
        """Return an update for each of ``components``."""
        return [
            gr.update(**{name: spoken(value, language) for name, value in words.items()}) for _, words in self._said
        ]


def spoken(words: Words, language: Language) -> Any:
    """Say words in one language."""
    return words.to(language) if isinstance(words, Text) else words(language)
