"""The process that compiles a checkpoint's networks behind the page: at the lowest priority, after a while, in turn.

Nobody waits for it, and until its turn comes it loads nothing. Importing this does not load torch.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock

REST = 20.0
"""Seconds after a checkpoint was loaded: those who came for a picture have theirs by then."""
TURN = ".turn"
"""The file that the one holds whose turn it is."""


def start_compiling(
    weights: Path, folder: Path, dtype: str, threads: int, base: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start the process; it ends with this one.

    Args:
        weights: The checkpoint's folder.
        folder: Receives what is made, all at once.
        dtype: What torch computes the checkpoint in here.
        threads: How many may be used; 0 for all.
        base: The folder that motion modules are put into.
    """
    asked = (str(weights.resolve()), str(folder.resolve()), dtype, threads, str(base.resolve()) if base else "")
    code = f"from playground.networks.compiling_behind import compile_behind; compile_behind(*{asked!r})"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,  # is closed when this process ends, however it ends
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )


def compile_behind(weights: str, folder: str, dtype: str, threads: int, base: str = "") -> None:
    """Be the process that ``start_compiling`` starts."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(19)
    time.sleep(REST)
    made = Path(folder)
    made.parent.mkdir(parents=True, exist_ok=True)
    # Each holds a gigabyte while it works, and several would time each other's slowness.
    with FileLock(made.parent / TURN):
        if made.exists():
            return  # another family asked for the same
        from playground.networks.compiling import compile_checkpoint

        compile_checkpoint(Path(weights), made, dtype, threads, Path(base) if base else None)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
