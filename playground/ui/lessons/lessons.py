"""The lessons' part of the page: which there are, and one of them with all its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from playground.errors import InvalidInput
from playground.families.controls import Seed
from playground.language import Text
from playground.lessons import Lesson, Step
from playground.lessons.reading import task_of
from playground.ui.lessons import texts
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part


def lessons_part(lessons: Mapping[str, Lesson]) -> gr.HTML:
    """Put the lessons on the page.

    Args:
        lessons: By their names.
    """
    spec = {
        "lessons": [
            {"name": name, "title": each.title.text, "about": each.about.text, "minutes": each.minutes}
            for name, each in lessons.items()
        ]
    }
    return part("lessons", None, spec=spec, functions=[lesson_question(lessons)], id="pg-lessons")


def lesson_question(lessons: Mapping[str, Lesson]) -> Callable[..., Any]:
    """Return a question that gives a lesson with all its steps."""

    @answers
    async def open_lesson(asked: Asked) -> dict[str, Any]:
        name = asked.text("name", 100)
        if name not in lessons:
            raise InvalidInput("lesson", *texts.NO_SUCH.format(name[:60], ", ".join(lessons)))
        lesson = lessons[name]
        return {"name": name, "title": lesson.title.text, "steps": [_step(step) for step in lesson.steps]}

    return open_lesson


def _step(step: Step) -> dict[str, Any]:
    """Return a step as its script draws it."""
    task, question = task_of(step), step.question
    said: dict[str, Any] = {
        "title": step.title.text,
        "text": step.text.text,
        "task": step.task.text if step.task else None,
        "tab": step.tab,
        "family": task.family if task else "",
        "checkpoint": step.checkpoint,
        "settings": step.settings,
        "show": step.show,
        "lock": step.lock,
        "advanced": bool(task and any(task.controls()[name].advanced for name in step.show)),
        "seeded": bool(task and any(isinstance(control, Seed) for control in task.controls().values())),
        "question": None,
    }
    if question:
        said["question"] = {
            "asks": question.asks.text,
            "choices": [choice.text for choice in question.choices],
            "right": question.right - 1 if question.right else None,
            "why": question.why.text if question.why else Text("", ""),
        }
    return said
