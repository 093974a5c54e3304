"""What a family makes at once, with a loaded model and no engine: for what is watched while it forms."""

from __future__ import annotations

from typing import Any

from playground.families.base import Family


def made_at_once(
    family: Family[Any], model: Any, task: Any, told: list[tuple[int, int]] | None = None, **values: Any
) -> Any:
    """Make the first of what is asked for; ``told`` collects the steps that were told."""
    request = family.read(task, model.checkpoint, values)
    steps: list[tuple[int, int]] = [] if told is None else told
    return family.generate(
        model, request.samples(model.checkpoint), lambda index, of, preview=None: steps.append((index, of))
    )[0]
