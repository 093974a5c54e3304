"""How well pictures fit their prompts, told by the bundled towers; and the best of several.

Knows no form: the worker rates what it has drawn, in some milliseconds a picture.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.errors import CheckpointError
from playground.families.base import Device, Step, find_family
from playground.families.requests import following_seeds
from playground.families.text_to_image_requests import CANDIDATES, PromptSample
from playground.language import Text, sentences

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

FIT = "fit"
"""The cosine between a picture's direction and its prompt's, from −1 to 1."""
BEST = Text("The best of {} by how well it fits: seed {}.", "{} 张中最契合的一张：种子 {}。")


class Judge:
    """The towers, opened when the first picture is to be rated.

    Args:
        towers: Their checkpoint; None rates nothing.
        device: Where they compute.
    """

    def __init__(self, towers: Checkpoint | None, device: Device) -> None:
        self._towers, self._device, self._opened = towers, device, None

    def rate(self, pictures: Sequence[Image], prompts: Sequence[str]) -> list[float | None]:
        """Return how well each picture fits its prompt: a cosine; None for a prompt without words."""
        towers = self._open() if any(prompts) else None
        if towers is None:
            return [None] * len(pictures)
        import torch

        from playground.networks.prompt_weights import without_weights

        with torch.inference_mode():
            read = towers.read([without_weights(prompt) for prompt in prompts])
            seen = torch.cat([towers.see(picture.convert("RGB")) for picture in pictures])
            likenesses = (seen * read).sum(1).tolist()
        return [round(value, 4) if prompt else None for value, prompt in zip(likenesses, prompts, strict=True)]

    def _open(self) -> Any:
        if self._opened is None and self._towers is not None:
            try:
                self._towers.verify()
                self._opened = find_family(self._towers.family).load(self._towers, self._device)
            except (CheckpointError, OSError, ValueError) as error:
                log.warning("Pictures are not rated: %s", error)
                self._towers = None
        return self._opened


def rate(judge: Judge, samples: Sequence[PromptSample], pictures: Sequence[Image]) -> None:
    """Note on each picture how well it fits its prompt."""
    fits = judge.rate(pictures, [sample.prompt for sample in samples])
    for picture, fit in zip(pictures, fits, strict=True):
        if fit is not None:
            picture.info["scores"] = {FIT: fit}


def best_of(
    draw: Callable[[Sequence[PromptSample], Step], list[Image]], samples: Sequence[PromptSample], step: Step
) -> list[Image]:
    """Draw several pictures for each sample, from following seeds, and keep the one that fits best.

    Every sample's pictures are a pass of their own, so that they never depend on who else is there.
    """
    kept = []
    for turn, sample in enumerate(samples):
        seeds = following_seeds(sample.seed, CANDIDATES)

        def report(index: int, of: int, preview: Any = None, turn: int = turn) -> None:
            step(turn * of + index, len(samples) * of)

        drawn = draw([replace(sample, seed=seed, best_of=False) for seed in seeds], report)
        fits = [picture.info.get("scores", {}).get(FIT, 0.0) for picture in drawn]
        best = fits.index(max(fits))
        chosen = drawn[best]
        chosen.info["rivals"] = [[str(seed), fit] for seed, fit in zip(seeds, fits, strict=True)]
        chosen.info["notice"] = sentences([BEST.format(CANDIDATES, seeds[best]), chosen.info.get("notice")])
        kept.append(chosen)
    return kept
