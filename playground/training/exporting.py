"""Writing a checkpoint's folder: weights and settings for the page, checksums to know them again."""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any, Protocol

CHECKSUMS = "SHA256SUMS"


class Saved(Protocol):
    """A network, or several, that writes itself in a library's layout."""

    def save_pretrained(self, folder: Path) -> object:
        """Write weights and settings."""


def halved(model: Any) -> Any:
    """Give a copy of a network in float16: half the bytes in the folder; who opens it computes in float32 again."""
    return copy.deepcopy(model).eval().half()


def write_checkpoint(model: Saved, folder: Path) -> None:
    """Save a network where the page finds it, leaving the model card alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").touch()  # otherwise the hub mixin writes an empty card of its own
    model.save_pretrained(folder)
    for weights in folder.rglob("*.safetensors"):
        weights.chmod(0o644)  # they are written readable by their owner only


def seal(folder: Path) -> None:
    """Note the checksums of settings and weights, in the format of ``sha256sum``."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".json", ".safetensors"))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}" for file in files]
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n")
