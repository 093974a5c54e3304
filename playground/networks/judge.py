"""The judge: a small classifier that says what a made picture shows, and whose features tell how real it looks.

It has no part in the training of any generator. Knows nothing about data, training or files.
"""

from __future__ import annotations

from typing import Protocol, cast

import torch
from torch import Tensor, nn


class Judge(nn.Module):
    """Four convolutions with batch norm; 256 features; ten classes."""

    num_features = 256

    def __init__(self, num_classes: int = 10) -> None:
        """Build it with random weights."""
        super().__init__()
        self.body = nn.Sequential(
            *_layer(1, 40, size=4, stride=2),
            *_layer(40, 64),
            *_layer(64, 128, stride=2),
            *_layer(128, 128),
        )
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(self.num_features, num_classes))

    def features(self, images: Tensor) -> Tensor:
        """Map (B, 1, 28, 28), 0 to 1, to (B, 256): mean and maximum of the last layer over the picture."""
        hidden = self.body(images * 2 - 1)
        return torch.cat([hidden.mean((2, 3)), hidden.amax((2, 3))], dim=1)

    def forward(self, images: Tensor) -> Tensor:
        """Map (B, 1, 28, 28), 0 to 1, to class logits (B, num_classes)."""
        return cast(Tensor, self.head(self.features(images)))


class Featured(Protocol):
    """A network whose features tell how real a picture looks."""

    num_features: int

    def features(self, images: Tensor) -> Tensor:
        """Map pictures (B, channels, H, W), 0 to 1, to (B, num_features)."""


class JudgeFeatures(nn.Module):
    """A judge's features as the module that ``FrechetInceptionDistance`` asks for."""

    def __init__(self, judge: Featured) -> None:
        """Wrap a judge."""
        super().__init__()
        self.judge, self.num_features = judge, judge.num_features

    def forward(self, images: Tensor) -> Tensor:
        """Map (B, channels, H, W), 0 to 1, to (B, num_features)."""
        return self.judge.features(images)


def _layer(in_channels: int, out_channels: int, size: int = 3, stride: int = 1) -> list[nn.Module]:
    conv = nn.Conv2d(in_channels, out_channels, size, stride, padding=1, bias=False)
    return [conv, nn.BatchNorm2d(out_channels), nn.ReLU()]
