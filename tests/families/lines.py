"""Python lines of the page, run beside the page's own pictures, and how far apart both are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image


def run_lines(code: str, folder: Path) -> None:
    """Run lines in this process, in a folder that their files go to."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        exec(compile(code, "lines", "exec"), {})
    finally:
        os.chdir(here)


def far(one: Image.Image, other: Image.Image) -> int:
    """Return how far apart two pictures are where they are most, in grey levels."""
    return int(np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max())
