"""A judge of another make, for acceptance: a small residual network that shares nothing with the Compare tab's judge.

A generator may happen to please the judge that its makers watched, and two judges of one make share their blind spots.
This one has another architecture (He et al. 2016, with group norm), other features and another seed; its weights are
trained where they are needed and are no part of the repository.
"""

from __future__ import annotations

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUPS = 8


class ResidualJudge(nn.Module):
    """Three residual blocks; 128 features, the mean of the last over the picture; ten classes."""

    num_features = 128

    def __init__(self, num_classes: int = 10) -> None:
        """Build it with random weights."""
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 5, padding=2, bias=False),
            _Residual(16, 32),
            _Residual(32, 64),
            _Residual(64, self.num_features),
            nn.GroupNorm(GROUPS, self.num_features),
            nn.SiLU(),
        )
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(self.num_features, num_classes))

    def features(self, images: Tensor) -> Tensor:
        """Map (B, 1, 28, 28), 0 to 1, to (B, 128)."""
        return cast(Tensor, self.body(images * 2 - 1).mean((2, 3)))

    def forward(self, images: Tensor) -> Tensor:
        """Map (B, 1, 28, 28), 0 to 1, to class logits (B, num_classes)."""
        return cast(Tensor, self.head(self.features(images)))


class _Residual(nn.Module):
    """Two convolutions beside a shortcut, at half the height and width."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.first_norm = nn.GroupNorm(GROUPS, channels)
        self.first = nn.Conv2d(channels, out_channels, 3, stride=2, padding=1, bias=False)
        self.second_norm = nn.GroupNorm(GROUPS, out_channels)
        self.second = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.shortcut = nn.Conv2d(channels, out_channels, 1, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (B, channels, H, W) to (B, out_channels, H / 2, W / 2)."""
        changed = self.first(F.silu(self.first_norm(hidden)))
        changed = self.second(F.silu(self.second_norm(changed)))
        smaller = F.avg_pool2d(hidden, 2, ceil_mode=True)
        return torch.add(self.shortcut(smaller), changed)
