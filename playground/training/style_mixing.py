"""Pictures of a batch that lend each other their style, so that a style that was never seen is less strange."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import ResNetModel

MIXED_SHARE, MIXTURE = 0.5, 0.1
"""In what share of steps pictures lend each other their style; both parameters of the beta distribution of how much."""


class StyleMixing:
    """Lets pictures of a batch lend each other their style (Zhou et al. 2021, "Domain Generalization with MixStyle").

    Style is the mean and the deviation of each channel of an early map; what is where stays the picture's own.
    """

    def __init__(self, tower: ResNetModel) -> None:
        """Watch the first two maps of a tower."""
        self.random: np.random.Generator | None = None
        for part in (tower.embedder, tower.encoder.stages[0]):
            part.register_forward_hook(self._mix)

    @contextmanager
    def mixed(self, generator: torch.Generator) -> Iterator[None]:
        """Mix styles inside of this context, in some of the steps."""
        chance, seed = torch.rand(1, generator=generator), torch.randint(2**31, (1,), generator=generator)
        self.random = np.random.default_rng(int(seed)) if chance < MIXED_SHARE else None
        try:
            yield
        finally:
            self.random = None

    def _mix(self, part: nn.Module, given: Any, maps: Tensor) -> Tensor:
        """Change maps (B, C, H, W)."""
        if self.random is None:
            return maps
        deviation, mean = torch.std_mean(maps.detach().float(), (2, 3), keepdim=True)
        other = torch.from_numpy(self.random.permutation(len(maps)))
        own = torch.from_numpy(self.random.beta(MIXTURE, MIXTURE, (len(maps), 1, 1, 1))).to(mean)
        deviation = deviation + 1e-3
        lent_deviation = own * deviation + (1 - own) * deviation[other]
        lent_mean = own * mean + (1 - own) * mean[other]
        return ((maps - mean) / deviation * lent_deviation + lent_mean).to(maps.dtype)
