"""A network's repeated blocks, compiled on a GPU: one kind of block once, whatever their number (``--compile``).

That is diffusers' regional compilation, which takes seconds where compiling the whole network takes minutes. The first
pass compiles; where the compiler is missing, or gives up on a block, torch runs that as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

NETWORKS = ("unet", "transformer", "transformer_2")
KEPT_WHOLE = ("whole", "model_offload")
"""Ways to keep a pipeline that leave its blocks as they are."""


class Regional:
    """The compiled blocks of a pipeline.

    Args:
        networks: Those that have any.

    Attributes:
        used: Whether they may be used now.
        cold: Whether no pass has compiled them yet.
    """

    def __init__(self, networks: list[Any]) -> None:
        self.used = self.cold = True
        torch._dynamo.config.suppress_errors = True  # type: ignore[attr-defined]
        for network in networks:
            network.compile_repeated_blocks(dynamic=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run a pass with them, or, where they may not be used, without."""
        with torch.compiler.set_stance("default" if self.used else "force_eager"):
            yield
        self.cold &= not self.used


def compile_blocks(pipe: Any, mode: str) -> Regional | None:
    """Let a pipeline's repeated blocks be compiled by its first pass.

    Args:
        pipe: The pipeline, on its device.
        mode: How it is kept there.

    Returns:
        None where it has none, or is kept in another way than ``KEPT_WHOLE``.
    """
    parts = [getattr(pipe, name, None) for name in NETWORKS]
    found = [part for part in parts if getattr(part, "_repeated_blocks", None)]
    return Regional(found) if found and mode in KEPT_WHOLE else None
