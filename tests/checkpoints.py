"""The checkpoints that tests run: the bundled ones."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def checkpoints_folder() -> Path:
    """Return the folder with all bundled checkpoints."""
    return ROOT / "checkpoints"
