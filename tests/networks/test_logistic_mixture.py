"""The mixture's 256 masses are a distribution, its logarithms agree with them, and what is drawn follows it."""

import math

import pytest
import torch

from playground.networks.logistic_mixture import draw, log_mass, log_probability, probabilities


@pytest.fixture
def mixtures() -> torch.Tensor:
    """Eight mixtures of three: wide, narrow, far outside the levels."""
    generator = torch.Generator().manual_seed(0)
    log_weights = torch.randn(8, 3, generator=generator)
    means = 1.2 * torch.randn(8, 3, generator=generator)
    log_scales = torch.empty(8, 3).uniform_(-5, 1, generator=generator)
    return torch.cat([log_weights, means, log_scales], -1)


def test_the_masses_of_all_levels_add_up_to_one(mixtures: torch.Tensor) -> None:
    masses = probabilities(mixtures)
    assert masses.shape == (8, 256) and masses.min() >= 0
    torch.testing.assert_close(masses.sum(-1), torch.ones(8))


def test_the_mass_of_a_level_is_that_of_its_bin_under_a_logistic() -> None:
    def below(level: float) -> float:
        return 1 / (1 + math.exp(-(2 * level / 255 - 1 - 0.2) * math.e**2))

    masses = probabilities(torch.tensor([[0.0, 0.2, -2.0]]))[0]
    assert masses[100].item() == pytest.approx(below(100.5) - below(99.5), rel=1e-3)
    assert masses[0].item() == pytest.approx(below(0.5), rel=1e-3)
    assert masses[255].item() == pytest.approx(1 - below(254.5), rel=1e-3)


def test_log_probabilities_are_the_logarithms_of_the_masses(mixtures: torch.Tensor) -> None:
    masses = probabilities(mixtures)
    logarithms = torch.stack([log_probability(mixtures, torch.full((8,), level)) for level in range(256)], -1)
    likely = masses > 1e-3
    torch.testing.assert_close(logarithms[likely].exp(), masses[likely], atol=1e-5, rtol=2e-3)


def test_a_level_far_from_every_mean_has_a_finite_logarithm_and_gradient() -> None:
    mixture = torch.tensor([[0.0, -1.0, -7.0]], requires_grad=True)
    told = log_probability(mixture, torch.tensor([200]))
    told.sum().backward()
    assert told.isfinite().all() and mixture.grad is not None and mixture.grad.isfinite().all()


def test_levels_are_drawn_as_often_as_they_are_probable(mixtures: torch.Tensor) -> None:
    noise = torch.rand(8, 20_000, generator=torch.Generator().manual_seed(1))
    levels = draw(mixtures[:, None].expand(8, 20_000, 9), noise)
    counts = torch.nn.functional.one_hot(levels, 256).float().mean(1)
    assert (counts - probabilities(mixtures)).abs().max() < 0.012


def test_a_low_temperature_draws_the_likeliest_level_and_one_leaves_the_masses(mixtures: torch.Tensor) -> None:
    cold = draw(mixtures, torch.rand(8), temperature=1e-2)
    assert torch.equal(cold, probabilities(mixtures).argmax(-1))
    torch.testing.assert_close(probabilities(mixtures, torch.ones(8, 1)), probabilities(mixtures))


@pytest.mark.parametrize("noise, level", [(0.0, 0), (1 - 2**-24, 255)])
def test_the_ends_of_the_noise_stay_levels(noise: float, level: int) -> None:
    wide = torch.tensor([[0.0, 0.0, 2.0]])
    assert draw(wide, torch.tensor([noise])).item() == level


def test_the_mass_of_several_levels_is_the_sum_of_theirs() -> None:
    mixtures = torch.randn(5, 6, generator=torch.Generator().manual_seed(3))
    single = probabilities(mixtures)
    for low, high in ((0, 31), (32, 127), (200, 255), (7, 7), (0, 255)):
        together = log_mass(mixtures, torch.full((5,), low), torch.full((5,), high)).exp()
        torch.testing.assert_close(together, single[:, low : high + 1].sum(1), atol=1e-4, rtol=1e-3)
