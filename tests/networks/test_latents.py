"""Noise follows from its seed alone, and truncated noise is what the library's own initialisation draws."""

import pytest
import torch

from playground.networks.latents import seeded_noise, slerp, truncated_noise


@pytest.mark.parametrize("length", [1, 64, 128])
def test_truncated_noise_is_what_the_library_draws_and_stays_within_its_bounds(length: int) -> None:
    for seed in range(50):
        generator = torch.Generator("cpu").manual_seed(seed)
        drawn = torch.nn.init.trunc_normal_(torch.empty(length), a=-2.0, b=2.0, generator=generator)
        assert torch.equal(truncated_noise(seed, length), drawn)
    noise = truncated_noise(7, 20_000)
    assert noise.abs().max() <= 2 and abs(noise.std() - 0.880) < 0.02 and abs(noise.mean()) < 0.02


def test_a_walk_keeps_the_typical_length_and_reaches_both_ends() -> None:
    start, end = seeded_noise(1, 4, 16, 16), seeded_noise(2, 4, 16, 16)
    for fraction, noise in ((0, start), (1, end)):
        assert torch.allclose(slerp(start, end, fraction), noise, atol=1e-5)
    assert 0.9 < slerp(start, end, 0.5).std() < 1.1
    assert torch.allclose(slerp(start, start, 0.5), start, atol=1e-5)
