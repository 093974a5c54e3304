"""What happened, as a text that can be pasted into a report of a fault: versions, device, settings, the last lines of
the log. Holds no path of this machine, no prompt of anybody else, and no name of anybody.
"""

from __future__ import annotations

import json
import logging
import platform
import re
from collections import deque
from collections.abc import Callable
from typing import Any

import gradio as gr

import playground
from playground.engine import Engine
from playground.settings import Settings
from playground.ui.shell.asking import Asked, answers

LINES = 40
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.~@%+ -]+){2,}")


class LastLines(logging.Handler):
    """Keeps the last lines of the log."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=LINES)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.lines.append(without_paths(self.format(record)))


def happened_question(engine: Engine, settings: Settings, lines: LastLines) -> Callable[..., Any]:
    """Return a question that tells what happened, for a report."""

    @answers
    async def what_happened(asked: Asked) -> dict[str, Any]:
        report = asked.record("report")
        return {"text": told(engine, settings, list(lines.lines), report, asked.text("browser", 300))}

    return what_happened


def told(engine: Engine, settings: Settings, lines: list[str], report: dict[str, Any], browser: str) -> str:
    """Write what happened.

    Args:
        engine: Knows device and checkpoints.
        settings: What the app was started with.
        lines: The last lines of the log.
        report: The report of the visitor's own result, if they have one.
        browser: What the browser calls itself.
    """
    status = engine.status
    device = (
        f"{status.device.name}, {status.device.dtype}, {status.device.memory / 2**30:.0f} GB" if status.device else "–"
    )
    flags = {
        name: getattr(settings, name)
        for name in ("device", "memory", "exact", "gallery", "language", "share", "root_path")
    }
    parts = [
        f"playground {playground.__version__}, gradio {gr.__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}",
        f"device: {device}; loaded: {', '.join(status.loaded) or '–'}",
        f"settings: {json.dumps(flags)}",
        f"browser: {without_paths(browser)}" if browser else "",
    ]
    if problems := "; ".join(f"{id}: {problem.en}" for id, problem in status.problems.items()):
        parts.append(f"problems: {without_paths(problems)}")
    if report:
        parts.append(f"result: {without_paths(json.dumps(report, ensure_ascii=False)[:4000])}")
    return "\n".join([*(part for part in parts if part), "log:", *lines])


def without_paths(words: str) -> str:
    """Take out whatever looks like a path of this machine; its last part stays."""
    return _PATH.sub(lambda found: "…/" + re.split(r"[/\\]", found[0])[-1], words)
