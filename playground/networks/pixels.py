"""Pictures from tensors. Knows no model."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from playground.errors import GenerationError


def to_pictures(pixels: Tensor) -> list[Image.Image]:
    """Turn a batch of pixels into pictures.

    Args:
        pixels: (batch, channels, height, width) in [0, 1]; 1 channel is grey, 3 are RGB. Values outside are clipped.

    Raises:
        GenerationError: Some pixels are not finite numbers.
    """
    refuse_not_finite(pixels)
    grey_levels = (pixels.detach().float().clamp(0, 1) * 255).round().to("cpu", torch.uint8)
    return [
        Image.fromarray(picture[0].numpy() if len(picture) == 1 else picture.permute(1, 2, 0).numpy())
        for picture in grey_levels
    ]


def on_white(pixels: Tensor) -> Tensor:
    """Lay pixels (batch, 4, height, width) in [0, 1], the last channel of which says how opaque they are, on white."""
    if pixels.shape[1] != 4:
        return pixels
    colours, opaque = pixels.clamp(0, 1).split([3, 1], dim=1)
    return colours * opaque + 1 - opaque


def refuse_not_finite(pixels: Tensor) -> None:
    """Refuse pixels that no picture can be made of.

    Raises:
        GenerationError: Some pixels are not finite numbers.
    """
    if not torch.isfinite(pixels).all():
        raise GenerationError(
            "The model gave values that are not numbers instead of a picture: try another seed or milder settings.",
            "模型输出的不是有效数值，无法成图：请换一个种子或更温和的设置。",
        )
