"""What a run looks like while it goes on, at a bounded share of its time."""

from __future__ import annotations

import time
from collections.abc import Callable

from playground.networks.pixels import to_pictures
from playground.networks.text_to_image import Denoiser, Look


def with_previews(denoiser: Denoiser, step: Callable[..., None], count: int, share: float) -> Callable[[Look], None]:
    """Make a ``look`` that reports every step, some of them with what the model believes the pictures will be.

    Args:
        denoiser: Whose latents are looked at.
        step: Reports a step: its number, of how many, previews.
        count: How many previews a run may show.
        share: Share of the run's time that they may take.
    """
    started, spent = time.perf_counter(), 0.0

    def look(seen: Look) -> None:
        nonlocal spent
        now, done = time.perf_counter(), seen.index + 1
        due = done * count // seen.of > seen.index * count // seen.of or seen.of <= count
        if due and done < seen.of and spent <= share * (now - started):
            pixels = denoiser.preview(seen.belief(seen.guided))
            step(done, seen.of, to_pictures(pixels.nan_to_num()))
            spent += time.perf_counter() - now
        else:
            step(done, seen.of)

    return look
