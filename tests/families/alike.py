"""How far apart two pictures may be that law 1 calls the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torchmetrics.functional.image import structural_similarity_index_measure


def assert_alike(one: Any, other: Any, dtype: str) -> None:
    """Assert what law 1 allows between alone and batched: a grey level in float32; else a mean of one, SSIM 0.98.

    A text is the same or another one.
    """
    if not isinstance(one, Image.Image):
        assert one == other
        return
    assert one.size == other.size and one.mode == other.mode
    a, b = (np.asarray(picture, dtype=float) for picture in (one, other))
    if dtype in ("float32", "float64"):
        assert np.abs(a - b).max() <= 1
    else:
        assert np.abs(a - b).mean() <= 1
        pair = [torch.tensor(x).reshape(1, *x.shape[:2], -1).movedim(-1, 1) for x in (a, b)]
        assert structural_similarity_index_measure(*pair, data_range=255.0) >= 0.98
