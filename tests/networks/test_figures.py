"""The figures are the libraries' own on the same pictures, tell good from bad, and say nothing of too few."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from prdc import compute_prdc
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore

from playground.networks.figures import NAMES, Seen, look, measure, spreads
from playground.networks.judge import Judge, JudgeFeatures


@pytest.fixture(scope="module")
def judge() -> Judge:
    torch.manual_seed(0)
    return Judge().eval()


def pictures(count: int, seed: int, contrast: float = 1.0) -> torch.Tensor:
    """Blobs whose place is their class, so that even an unlearned judge sees them apart."""
    noise = torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
    for index in range(count):
        noise[index, :, 2 * (index % 10) : 2 * (index % 10) + 8] *= 0.1
    return noise * contrast


def seen(judge: Judge, count: int, seed: int, contrast: float = 1.0) -> Seen:
    return look(judge, pictures(count, seed, contrast), torch.arange(count) % 10)


def test_they_agree_with_the_libraries_own(judge: Judge) -> None:
    made, real = seen(judge, 120, 1), seen(judge, 200, 2)
    found = measure(made, real)
    distance = FrechetInceptionDistance(JudgeFeatures(judge))
    distance.update(real.images, real=True)
    distance.update(made.images, real=False)
    assert found["fid"] == pytest.approx(float(distance.compute()), abs=1e-3)
    score = InceptionScore(torch.nn.Identity(), splits=1)
    with torch.inference_mode():
        score.update(judge(made.images))
    assert found["inception_score"] == pytest.approx(float(score.compute()[0]), abs=1e-3)
    neighbours = compute_prdc(real.features.numpy(), made.features.numpy(), 5)
    assert {name: found[name] for name in neighbours} == pytest.approx({k: float(v) for k, v in neighbours.items()})
    right = np.mean(judge(made.images).argmax(1).numpy() == np.arange(120) % 10)
    assert found["accuracy"] == pytest.approx(float(right))


def test_what_looks_otherwise_is_farther_away(judge: Judge) -> None:
    real = seen(judge, 200, 2)
    alike, other = (measure(seen(judge, 100, 3, contrast), real) for contrast in (1.0, 0.3))
    assert (alike["fid"] or 0) < (other["fid"] or 0) and (alike["coverage"] or 0) > (other["coverage"] or 0)


def test_pictures_that_are_all_alike_are_told_by_their_likeness(judge: Judge) -> None:
    real, varied = seen(judge, 200, 2), seen(judge, 40, 4)
    same = look(judge, varied.images[:10].repeat(4, 1, 1, 1), torch.arange(40) % 10)
    assert measure(same, real)["ms_ssim"] == pytest.approx(1.0, abs=1e-3)
    assert (measure(varied, real)["ms_ssim"] or 1) < 0.9


def test_of_a_few_only_the_accuracy_is_told(judge: Judge) -> None:
    found = measure(seen(judge, 5, 1), seen(judge, 50, 2))
    assert tuple(found) == NAMES
    assert found["accuracy"] is not None and all(found[name] is None for name in NAMES[1:])


def test_the_spread_falls_with_more_pictures_and_follows_from_its_seed(judge: Judge) -> None:
    real = seen(judge, 100, 2)
    few, many = (spreads(seen(judge, count, 1), real, 4) for count in (20, 160))
    assert (many["precision"] or 0) <= (few["precision"] or 0) and set(many) == set(NAMES)
    assert spreads(seen(judge, 20, 1), real, 4) == few
