"""The digits' network keeps its promises on shapes, ranges, mixes and files."""

import pytest
import torch

from playground.networks.class_vae import ConditionalVAE, kl_to_prior


@pytest.fixture
def model() -> ConditionalVAE:
    torch.manual_seed(0)
    return ConditionalVAE(latent_dim=5, channels=16, condition_dim=24).eval()


def test_decode_writes_pictures_between_paper_and_ink(model: ConditionalVAE) -> None:
    pictures = model.decode(3 * torch.randn(4, 5), torch.tensor([0, 3, 7, 9]))
    assert pictures.shape == (4, 1, 28, 28)
    assert pictures.min() >= 0 and pictures.max() <= 1


def test_encode_gives_a_mean_and_a_log_variance_for_every_picture(model: ConditionalVAE) -> None:
    mean, log_variance = model.encode(torch.rand(3, 1, 28, 28), torch.tensor([1, 2, 3]))
    assert mean.shape == log_variance.shape == (3, 5)


def test_one_hot_weights_write_exactly_what_the_label_writes(model: ConditionalVAE) -> None:
    latents, digits = torch.randn(10, 5), torch.arange(10)
    assert torch.equal(model.decode(latents, digits), model.decode(latents, torch.eye(10)))


def test_a_mix_of_two_digits_lies_between_them(model: ConditionalVAE) -> None:
    latents = torch.randn(1, 5)
    weights = torch.zeros(3, 10)
    weights[0, 3], weights[1, 8], weights[2, 3], weights[2, 8] = 1, 1, 0.5, 0.5
    three, eight, mix = model.decode(latents.expand(3, 5), weights)
    assert not torch.equal(mix, three) and not torch.equal(mix, eight)


def test_the_bound_is_one_number_a_picture_and_always_the_same(model: ConditionalVAE) -> None:
    images, digits = torch.rand(4, 1, 28, 28), torch.tensor([0, 1, 2, 3])
    first, second = model.elbo(images, digits), model.elbo(images, digits)
    assert first.shape == (4,) and torch.equal(first, second)
    assert first.isfinite().all() and (first < 0).all()


def test_the_divergence_from_the_prior_is_zero_only_at_the_prior() -> None:
    assert kl_to_prior(torch.zeros(2, 3), torch.zeros(2, 3)).tolist() == [0, 0]
    expected = torch.distributions.kl_divergence(
        torch.distributions.Normal(torch.tensor([0.5, -1.0]), torch.tensor([0.3, 2.0])),
        torch.distributions.Normal(torch.zeros(2), torch.ones(2)),
    ).sum()
    given = kl_to_prior(torch.tensor([[0.5, -1.0]]), 2 * torch.tensor([[0.3, 2.0]]).log())
    torch.testing.assert_close(given[0], expected)


def test_saved_and_loaded_again_it_writes_the_same_bits(model: ConditionalVAE, tmp_path) -> None:
    model.save_pretrained(tmp_path)
    again = ConditionalVAE.from_pretrained(tmp_path, strict=True)
    assert again.latent_dim == 5 and not again.training
    latents, digits = torch.randn(2, 5), torch.tensor([4, 2])
    assert torch.equal(model.decode(latents, digits), again.decode(latents, digits))
