"""The class-conditional networks keep their promises on shapes, ranges, mixes and files."""

import pytest
import torch

from playground.networks.class_gan import ConditionalDiscriminator, ConditionalGenerator

NAMES = ["cat", "dog", "bird"]


@pytest.fixture
def generator() -> ConditionalGenerator:
    torch.manual_seed(0)
    return ConditionalGenerator(NAMES, latent_dim=6, image_size=16, channels=3, width=8, class_dim=5).eval()


def test_pictures_have_the_configured_size_and_stay_in_range(generator: ConditionalGenerator) -> None:
    pictures = generator(5 * torch.randn(4, 6), torch.eye(3)[[0, 1, 2, 0]])
    assert pictures.shape == (4, 3, 16, 16)
    assert pictures.min() >= -1 and pictures.max() <= 1


def test_a_mix_of_classes_gives_a_picture_of_its_own(generator: ConditionalGenerator) -> None:
    latents = torch.randn(1, 6).expand(3, 6)
    weights = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0.5, 0.5, 0]])
    cat, dog, mix = generator(latents, weights)
    assert not torch.equal(mix, cat) and not torch.equal(mix, dog)


def test_a_picture_does_not_depend_on_its_neighbours_once_trained(generator: ConditionalGenerator) -> None:
    latents, weights = torch.randn(8, 6), torch.eye(3)[torch.arange(8) % 3]
    together = generator(latents, weights)
    alone = torch.cat([generator(latents[i : i + 1], weights[i : i + 1]) for i in range(8)])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)


def test_class_names_and_bits_survive_saving_and_loading(generator: ConditionalGenerator, tmp_path) -> None:
    generator.save_pretrained(tmp_path)
    again = ConditionalGenerator.from_pretrained(tmp_path, strict=True)
    assert (again.class_names, again.num_classes) == (NAMES, 3)
    assert (again.latent_dim, again.image_size, again.channels, again.training) == (6, 16, 3, False)
    latents, weights = torch.randn(2, 6), torch.eye(3)[:2]
    assert torch.equal(generator(latents, weights), again(latents, weights))


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_the_discriminator_scores_and_names_batches_of_any_size(batch: int) -> None:
    critic = ConditionalDiscriminator(num_classes=3, channels=3, width=8)
    scores, class_logits = critic(torch.randn(batch, 3, 16, 16), torch.eye(3)[torch.arange(batch) % 3])
    assert scores.shape == (batch,) and class_logits.shape == (batch, 3)


def test_the_discriminators_score_depends_on_the_claim_and_its_naming_does_not() -> None:
    critic = ConditionalDiscriminator(num_classes=3, channels=1, width=8).eval()
    image = torch.randn(1, 1, 16, 16)
    score_0, naming_0 = critic(image, torch.eye(3)[:1])
    score_1, naming_1 = critic(image, torch.eye(3)[1:2])
    assert score_0 != score_1 and torch.equal(naming_0, naming_1)
