"""What a lesson's file holds."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from playground.language import Text


class Record(BaseModel):
    """A table of the file: what it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Record):
    """The same words in both languages."""

    en: str = Field(min_length=1, max_length=2000)
    zh: str = Field(min_length=1, max_length=2000)

    @property
    def text(self) -> Text:
        """As everywhere in the program."""
        return Text(self.en.strip(), self.zh.strip())


class Question(Record):
    """A question with choices.

    Attributes:
        asks: The question.
        choices: What can be answered.
        right: The right choice, from 1; None where opinions are asked.
        why: What is said after an answer.
    """

    asks: Words
    choices: list[Words] = Field(min_length=2, max_length=8)
    right: int | None = Field(default=None, ge=1)
    why: Words | None = None

    @model_validator(mode="after")
    def _right_is_a_choice(self) -> Question:
        if self.right is not None and self.right > len(self.choices):
            raise ValueError("right")
        return self


class Step(Record):
    """One step.

    Attributes:
        title: Its heading.
        text: What is explained.
        task: What is to be found out or made.
        tab: The request type whose form opens; empty leaves the page as it is.
        checkpoint: The checkpoint that is chosen; empty for the tab's first.
        settings: What its controls are set to.
        show: The only controls that are shown; empty shows all.
        lock: Controls that stay as they are set.
        question: What is asked.
    """

    title: Words
    text: Words
    task: Words | None = None
    tab: str = ""
    checkpoint: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    show: list[str] = Field(default_factory=list)
    lock: list[str] = Field(default_factory=list)
    question: Question | None = None


class Lesson(Record):
    """A lesson.

    Attributes:
        title: What it is called.
        about: What is learnt, in a sentence.
        minutes: How long it takes.
        steps: Its steps.
    """

    title: Words
    about: Words
    minutes: int = Field(ge=1, le=240)
    steps: list[Step] = Field(min_length=1, max_length=60)
