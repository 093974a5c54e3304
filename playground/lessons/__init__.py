"""Lessons: files of steps that lead through the tabs. Knows no page and no room.

``python -m playground.lessons FILE`` checks one, with a sentence for each mistake.
"""

from playground.lessons.lesson import Lesson, Question, Step
from playground.lessons.reading import BUNDLED, read_all, read_lesson

__all__ = ["BUNDLED", "Lesson", "Question", "Step", "read_all", "read_lesson"]
