"""What unfolds below a result: the Python lines, and everything about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.engine import Engine
from playground.families import Family
from playground.ui.result.showing import python_lines
from playground.ui.shell.asking import Asked, answers


def code_question(engine: Engine, family: Family[Any]) -> Callable[..., Any]:
    """Return a question that gives the Python lines of a result of a family, from its report."""

    @answers
    async def code_lines(asked: Asked) -> dict[str, Any]:
        report = asked.record("report")
        task = next((task for task in family.requests if task.task == report.get("task")), None)
        request, checkpoint = report.get("request"), report.get("checkpoint")
        if task is None or not isinstance(request, dict) or not isinstance(checkpoint, str):
            return {"lines": ""}
        return {"lines": python_lines(engine, task, checkpoint, request)}

    return code_lines
