"""Pictures and words on one plane: the two directions in which pictures differ most. Knows no gallery and no model.

In a space that was learned by contrast pictures keep to one side and words to the other (the modality gap, Liang et
al. 2022), so each kind is seen from its own middle, on its own scale; else the plane would show little but that gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Plane:
    """Where pictures and words lie.

    Attributes:
        pictures: (N, 2); the farthest of all, pictures and words, is at 1 on one axis.
        words: (M, 2), in the same directions.
        explained: Share of the pictures' variance that each axis has.
    """

    pictures: Points
    words: Points
    explained: tuple[float, float]


def plane_of(pictures: Points, words: Points, usual: Points) -> Plane:
    """Lay directions on the plane of the pictures' first two principal components (Pearson 1901).

    Args:
        pictures: (N, D), at least one.
        words: (M, D), those that are shown.
        usual: (K, D), words whose middle stands for that of all words.
    """
    middle = pictures.mean(0)
    centred = pictures - middle
    _, strengths, axes = np.linalg.svd(centred, full_matrices=False)
    two = np.zeros((2, pictures.shape[1]), np.float32)
    two[: min(2, len(axes))] = axes[:2]
    # An axis may point either way: the one that most pictures of the same gallery give, so that a map stays as it was.
    two *= np.where(two.sum(1, keepdims=True) < 0, -1, 1)
    laid, centre = centred @ two.T, usual.mean(0)
    said = (words - centre) @ two.T if len(words) else np.zeros((0, 2), np.float32)
    # Words keep nearer together than pictures: they get a scale of their own, that of the usual ones.
    said *= _spread(laid) / max(_spread((usual - centre) @ two.T), 1e-6)
    far = float(np.abs(np.concatenate([laid, said])).max()) or 1.0
    shares = [*(float(value) for value in strengths**2 / max(float((strengths**2).sum()), 1e-12)), 0.0, 0.0]
    return Plane((laid / far).astype(np.float32), (said / far).astype(np.float32), (shares[0], shares[1]))


def _spread(points: Points) -> float:
    return float(np.sqrt((points**2).mean())) if len(points) else 0.0
