"""Figures of made pictures beside real ones, by the libraries that publish them, on a judge's features.

Inception-v3, on which such figures are usually taken, was trained on colour photographs of 299 × 299 pixels and sees
little in 28 × 28 grey ones; so the project's own judge takes its place, and no figure here compares with a published
FID or Inception Score.

Knows nothing about data, files, generators or pages.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from playground.networks.judge import Judge

FEWEST = 10
"""Pictures below which no figure but accuracy says anything."""
NEAREST = 5
"""Neighbours that span the manifolds of precision and recall, as Naeem et al. 2020 recommend."""
MOST_NEIGHBOURS = 500
"""Pictures of each side that manifolds are spanned by; their cost grows with the square."""
SSIM_PAIRS = 16
"""Pairs of a class whose likeness is taken."""
SSIM = {"data_range": 1.0, "sigma": 0.8, "kernel_size": 7, "betas": (0.3, 0.4, 0.3)}
"""Three scales and a kernel of 7 pixels, since 28 pixels do not hold the usual five scales of 11."""


class Seen(NamedTuple):
    """Pictures as the judge sees them."""

    images: Tensor
    """(N, 1, 28, 28), 0 to 1."""
    classes: Tensor
    """(N,) int64: what was asked for, or what they are."""
    features: Tensor
    """(N, 256)."""
    logits: Tensor
    """(N, classes)."""

    def some(self, chosen: Tensor) -> Seen:
        """Take some of them, by their numbers."""
        return Seen(*(part[chosen] for part in self))

    def and_more(self, other: Seen) -> Seen:
        """Put others behind them."""
        return Seen(*(torch.cat(pair) for pair in zip(self, other, strict=True)))


@torch.inference_mode()
def look(judge: Judge, images: Tensor, classes: Tensor) -> Seen:
    """Let the judge look at pictures (N, 1, 28, 28), 0 to 1, that are, or shall be, of classes (N,)."""
    features = judge.features(images)
    return Seen(images, classes, features, judge.head(features))


class AsTheyAre(nn.Module):
    """Features in, features out: what torchmetrics asks of a network, where one has looked already."""

    num_features = Judge.num_features

    def forward(self, features: Tensor) -> Tensor:
        """Map (N, F) to the same."""
        return features


def measure(made: Seen, reference: Seen) -> Mapping[str, float | None]:
    """Give every figure of pictures that needs nothing but them and real ones.

    Args:
        made: At least one picture.
        reference: Real training pictures of the same classes.

    Returns:
        By name: ``accuracy`` (share that the judge names as asked), ``fid``, ``inception_score``, ``ms_ssim`` (mean
        likeness of two pictures of a class; lower is more varied), ``precision``, ``recall``, ``density``,
        ``coverage``; None where there are too few pictures.
    """
    right = float((made.logits.argmax(1) == made.classes).float().mean())
    if len(made.images) < FEWEST:
        return {"accuracy": right, **dict.fromkeys(NAMES[1:])}
    return {
        "accuracy": right,
        "fid": frechet_distance(made.features, reference.features),
        "inception_score": inception_score(made.logits),
        "ms_ssim": likeness(made),
        **manifolds(made.features, reference.features),
    }


NAMES = ("accuracy", "fid", "inception_score", "ms_ssim", "precision", "recall", "density", "coverage")


def frechet_distance(made: Tensor, reference: Tensor) -> float:
    """Give the Fréchet distance (Heusel et al. 2017, "FID") of features (N, F) and (M, F), N and M at least 2."""
    from torchmetrics.image.fid import FrechetInceptionDistance

    metric = FrechetInceptionDistance(AsTheyAre())
    metric.update(reference, real=True)
    metric.update(made, real=False)
    return float(metric.compute())


def inception_score(logits: Tensor) -> float:
    """Give exp E KL(p(y | x) ‖ p(y)) (Salimans et al. 2016) of logits (N, classes); 1 to the number of classes."""
    from torchmetrics.image.inception import InceptionScore

    # It warns of memory for large data sets and of the spread over one split, and shuffles what it sums up.
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore", UserWarning)
        torch.manual_seed(0)
        metric = InceptionScore(AsTheyAre(), splits=1)
        metric.update(logits)
        mean, _ = metric.compute()
    return float(mean)


def likeness(made: Seen) -> float | None:
    """Give the mean MS-SSIM of pairs within a class (Odena et al. 2017), averaged over classes; 1 means all alike."""
    from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

    generator = torch.Generator().manual_seed(0)
    found = []
    for label in made.classes.unique():
        images = made.images[made.classes == label]
        count = len(images)
        if count > 1:
            first = torch.randint(count, (SSIM_PAIRS,), generator=generator)
            second = (first + torch.randint(1, count, (SSIM_PAIRS,), generator=generator)) % count
            found.append(multiscale_structural_similarity_index_measure(images[first], images[second], **SSIM))
    return float(torch.stack(found).mean()) if found else None


def manifolds(made: Tensor, reference: Tensor) -> dict[str, float]:
    """Give improved precision and recall (Kynkäänniemi et al. 2019), density and coverage (Naeem et al. 2020)."""
    from prdc import compute_prdc

    # It prints how many it was given, and shares out its work in a way that scikit-learn warns of.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = compute_prdc(
            reference[:MOST_NEIGHBOURS].numpy(), made[:MOST_NEIGHBOURS].numpy(), min(NEAREST, len(made) - 2)
        )
    return {name: float(found[name]) for name in ("precision", "recall", "density", "coverage")}


def spreads(
    made: Seen, reference: Seen, count: int, seed: int = 0, between: Callable[[], None] | None = None
) -> Mapping[str, float | None]:
    """Give the standard deviation of every figure over bootstraps of the made pictures.

    Args:
        made: The pictures.
        reference: As :func:`measure` takes it.
        count: How many bootstraps.
        seed: They follow from it.
        between: Called after each; what it raises ends them.
    """
    generator, known, drawn = torch.Generator().manual_seed(seed), measure(made, reference), []
    for _ in range(count):
        chosen = torch.randint(len(made.images), (len(made.images),), generator=generator)
        drawn.append(measure(made.some(chosen), reference))
        if between is not None:
            between()
    found: dict[str, float | None] = {}
    for name in NAMES:
        values = [value for each in drawn if (value := each[name]) is not None]
        enough = known[name] is not None and len(values) > 1
        found[name] = float(torch.tensor(values).std()) if enough else None
    return found
