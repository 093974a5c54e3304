"""``--warm LESSON``: makes what each step of a lesson asks for once, so that nobody in the class waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from playground.engine import Engine
from playground.errors import PlaygroundError, SettingsError
from playground.lessons import Lesson
from playground.lessons.reading import task_of

log = logging.getLogger(__name__)
ALL = "all"


def warm(engine: Engine, lessons: Mapping[str, Lesson], name: str) -> threading.Thread:
    """Get ready what a lesson needs, behind the page; returns the thread that does it.

    Args:
        engine: It may still start.
        lessons: By their names.
        name: One of them, or "all".

    Raises:
        SettingsError: There is no such lesson.
    """
    if name != ALL and name not in lessons:
        known = ", ".join([*lessons, ALL])
        raise SettingsError(
            f"--warm {name}: there is no such lesson; there are: {known}.",
            f"--warm {name}：没有这个课程；可用：{known}。",
        )
    chosen = list(lessons.values()) if name == ALL else [lessons[name]]

    def work() -> None:
        started, made, left = time.perf_counter(), 0, 0
        for step in (step for lesson in chosen for step in lesson.steps):
            task = task_of(step)
            if task is None:
                continue
            try:
                engine.submit("warming", task, step.settings, step.checkpoint).result()
                made += 1
            except PlaygroundError as error:  # as of a form that waits for somebody's drawing
                log.info("Not warmed (%s): %s", step.tab, error)
                left += 1
        log.info("Warm: %d results of %s in %.1f s, %d left out.", made, name, time.perf_counter() - started, left)

    thread = threading.Thread(target=work, name="warming", daemon=True)
    thread.start()
    return thread
