"""Every exception that the playground raises.

Each carries one sentence in English and in Chinese that says what is wrong and what to do::

    PlaygroundError
    ├── InvalidInput             a field is out of range, of the wrong type, unknown or too long
    ├── TooManyJobs              one person has more jobs waiting than the limit
    ├── Cancelled                Stop was pressed or the tab was closed
    ├── CheckpointError          a checkpoint is unknown, missing or damaged
    ├── DownloadError            a checkpoint could not be fetched
    ├── CatalogError             catalog.toml does not describe a checkpoint
    ├── OutOfMemory              one sample alone does not fit the device
    ├── GenerationError          the model failed, or gave pictures that are not numbers
    ├── OutputError              a file could not be written (disk full, folder read-only)
    ├── GalleryError             the gallery's index cannot be read or written, or has no such result
    ├── UnreadableFile           a file that was dropped or sent cannot be read
    ├── RoomError                the room is full or closed, a code is wrong, or only the host may do this
    ├── LessonError              a lesson's file holds mistakes; its sentences name each of them
    ├── DataError                training data could not be fetched or understood
    └── SettingsError            flags that do not go together, a port that is taken
"""

from __future__ import annotations

import copyreg
from typing import Any


class PlaygroundError(Exception):
    """Base of all our errors.

    Attributes:
        en: The sentence in English.
        zh: The sentence in Chinese.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def to(self, language: str) -> str:
        """Return the sentence in one language, "en" or "zh"."""
        return self.zh if language == "zh" else self.en

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how to pickle it: it comes out of a worker as what it is."""
        return copyreg.__newobj__, (type(self), self.en), self.__dict__  # type: ignore[attr-defined]


class InvalidInput(PlaygroundError):
    """A field is out of range, of the wrong type, unknown or too long.

    Attributes:
        field: The field's name as the API spells it.
    """

    def __init__(self, field: str, en: str, zh: str) -> None:
        super().__init__(en, zh)
        self.field = field


class TooManyJobs(PlaygroundError):
    """One person has more jobs waiting than the limit."""


class Cancelled(PlaygroundError):
    """Stop was pressed or the tab was closed."""

    def __init__(self) -> None:
        super().__init__("Stopped.", "已停止。")


class CheckpointError(PlaygroundError):
    """A checkpoint is unknown, missing or damaged."""


class DownloadError(PlaygroundError):
    """A checkpoint could not be fetched."""


class CatalogError(PlaygroundError):
    """catalog.toml does not describe a checkpoint."""


class OutOfMemory(PlaygroundError):
    """One sample alone does not fit the device."""


class GenerationError(PlaygroundError):
    """The model failed, or gave pictures that are not numbers."""


class OutputError(PlaygroundError):
    """A file could not be written."""


class GalleryError(PlaygroundError):
    """The gallery's index cannot be read or written, or has no such result."""


class UnreadableFile(PlaygroundError):
    """A file that was dropped or sent cannot be read."""


class RoomError(PlaygroundError):
    """The room is full or closed, a code is wrong, or only the host may do this.

    Attributes:
        status: The HTTP status that says so to programs.
    """

    def __init__(self, en: str, zh: str, status: int = 400) -> None:
        super().__init__(en, zh)
        self.status = status


class LessonError(PlaygroundError):
    """A lesson's file holds mistakes.

    Attributes:
        mistakes: One sentence each, in English and in Chinese.
    """

    def __init__(self, mistakes: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(en for en, _ in mistakes), "\n".join(zh for _, zh in mistakes))
        self.mistakes = mistakes


class DataError(PlaygroundError):
    """Training data could not be fetched or understood."""


class SettingsError(PlaygroundError):
    """Flags that do not go together, or a port that is taken."""
