"""Which app wrote something into an index: several may use one folder, and each takes up only what ended ones left."""

from __future__ import annotations

import psutil


def lives(app: str) -> bool:
    """Tell whether an app still runs, beside this one on the same folder.

    Args:
        app: Its name, as ``THIS_APP`` is this one's.
    """
    try:
        return _named(psutil.Process(int(app.partition(" ")[0]))) == app != THIS_APP
    except (psutil.Error, ValueError):
        return False


def _named(process: psutil.Process) -> str:
    return f"{process.pid} since {process.create_time()}"


THIS_APP = _named(psutil.Process())
