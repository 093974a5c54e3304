"""Several looks at one picture, whose directions are averaged: as it is, with a margin around it, and mirrored.

Averaging over views is as old as deep image classifiers (Krizhevsky, Sutskever & Hinton 2012). That a picture shown
somewhat smaller than most were in training is known better is what Touvron et al. 2019 found ("Fixing the train-test
resolution discrepancy"): cropping and zooming in training make things look large.
"""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from PIL import ImageOps
from PIL.Image import Image
from torch import Tensor

VIEWS, ALONE = "views", {"margins": [0.0]}
"""What a checkpoint's config.json may hold, as ``{"margins": [0.0, 0.15], "mirrored": true}``; what holds elsewhere."""


def views_of(picture: Image, config: Any) -> list[Image]:
    """Give the views of a picture that a checkpoint's settings ask for; the picture alone where they ask for none.

    Args:
        picture: Mode RGB.
        config: Of transformers; its ``views`` name margins in widths and heights of the picture, of white at each of
            its sides, and whether each is looked at mirrored, too.
    """
    asked = getattr(config, VIEWS, None) or ALONE
    views = [_with_margin(picture, margin) if margin else picture for margin in asked["margins"]]
    return [*views, *map(ImageOps.mirror, views)] if asked.get("mirrored") else views


def only_view(picture: Image, config: Any) -> tuple[Image, float]:
    """Give the first view that a checkpoint's settings ask for, and its margin."""
    margin = float((getattr(config, VIEWS, None) or ALONE)["margins"][0])
    return (_with_margin(picture, margin) if margin else picture), margin


def see(model: Any, processor: Any, picture: Image) -> Tensor:
    """Embed a picture of mode RGB with the image tower of a CLIP of transformers: (1, D), of length 1."""
    pixels = processor(images=views_of(picture, model.config), return_tensors="pt").pixel_values
    weight = model.logit_scale
    seen = model.vision_model(pixel_values=pixels.to(weight.device, weight.dtype)).pooler_output
    directions = F.normalize(model.visual_projection(seen.flatten(1)).float(), dim=1)  # convolutions give (V, D, 1, 1)
    return directions if len(directions) == 1 else F.normalize(directions.mean(0, keepdim=True), dim=1)


def _with_margin(picture: Image, margin: float) -> Image:
    return ImageOps.expand(picture, (round(margin * picture.width), round(margin * picture.height)), "white")
