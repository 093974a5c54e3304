"""emoji-gan learns latents of classes from few drawings, goes on where it was interrupted, and exports one network."""

from pathlib import Path

import pytest
import torch

from playground.networks.latent_gan import LatentGenerator
from playground.training.emoji_classes import CLASSES, VIEWS, ClassLatents, class_latents
from playground.training.latent_gan import LATENT_DIM, LatentGAN, places
from playground.training.options import Options
from tests.training.emoji_archives import write_archives
from tests.training.resuming import assert_resumes

pytest.importorskip("resvg_py")


@pytest.fixture(scope="module")
def data(tiny_diffusion: Path, tmp_path_factory) -> ClassLatents:
    return class_latents(write_archives(tmp_path_factory.mktemp("emoji")), tiny_diffusion)


def test_every_class_has_views_of_its_drawings_and_one_style_is_held_out(data: ClassLatents) -> None:
    names = list(CLASSES)
    assert {names[label] for label in data.labels} == {"Apple", "Rocket", "Tree", "Cat", "Heart"}
    assert data.latents.shape == (len(data.labels), 4, 16, 16) and len(data.labels) == 5 * 6 * VIEWS
    assert [names[label] for label in data.held_out_labels] == ["Apple", "Rocket"]
    sums = torch.zeros(len(names)).index_add(0, data.labels, data.chances)
    assert torch.allclose(sums[sums > 0], torch.ones(5))


def test_it_comes_nearer_to_the_drawings_then_plays_and_exports_a_generator_with_its_decoder(
    data: ClassLatents, tiny_diffusion: Path, tmp_path: Path
) -> None:
    recipe = LatentGAN(data, Options(batch_size=16, seed=3), tiny_diffusion)
    losses = [recipe.step(torch.Generator().manual_seed(step), 0.1 + step / 100) for step in range(20)]
    assert sum(x["apart"] for x in losses[-4:]) < 0.9 * sum(x["apart"] for x in losses[:4])
    assert "critic" not in losses[-1] and "critic" in recipe.step(torch.Generator().manual_seed(99), 0.9)
    assert recipe.sheet().shape == (len(CLASSES) // 2, 16, 3, 64, 64)
    recipe.export(tmp_path)
    model = LatentGenerator.from_pretrained(tmp_path).eval()
    pictures = model(torch.randn(2, model.latent_dim), torch.eye(model.num_classes)[:2])
    assert model.class_names == list(CLASSES)
    assert pictures.shape == (2, 3, 128, 128) and pictures.abs().max() <= 1


def test_a_run_that_is_resumed_ends_like_one_that_was_not(
    data: ClassLatents, tiny_diffusion: Path, tmp_path: Path
) -> None:
    def recipe() -> LatentGAN:
        return LatentGAN(data, Options(batch_size=8, seed=3), tiny_diffusion)

    assert_resumes(recipe, tmp_path, steps=4, after=2)


def test_what_the_discriminator_sees_is_shifted_and_lacks_a_square(data: ClassLatents, tiny_diffusion: Path) -> None:
    recipe = LatentGAN(data, Options(batch_size=8), tiny_diffusion)
    images = torch.arange(1.0, 257).reshape(1, 1, 16, 16).expand(64, 4, 16, 16)
    seen = recipe.disguised(images, torch.Generator().manual_seed(0))
    missing = (seen[:, 0] == 0).flatten(1).sum(1)
    assert seen.shape == images.shape and missing.min() > 0 and missing.max() == 36
    assert len({int(picture[0, 8, 8]) for picture in seen}) > 4


def test_drawings_of_a_class_have_places_of_their_own_within_the_noise(data: ClassLatents) -> None:
    found = places(data)
    own = found[data.labels == data.labels[0]]
    assert found.shape == (len(data.labels), LATENT_DIM) and found.abs().max() <= 2
    assert torch.cdist(own, own).fill_diagonal_(9.0).min() > 0.05 and own.std(0).min() > 0.7
