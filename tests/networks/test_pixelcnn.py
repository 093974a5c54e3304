"""The PixelCNN looks at nothing that comes later, draws with its memory what it draws without, keeps what is known."""

import pytest
import torch

from playground.networks import pixelcnn
from playground.networks.logistic_mixture import probabilities
from playground.networks.pixelcnn import PixelCNN

SIZE = 8


@pytest.fixture
def model() -> PixelCNN:
    torch.manual_seed(0)
    model = PixelCNN(["cat", "dog", "bird"], SIZE, 8, 16, 8, (1, 2), 4, mixtures=2).eval()
    with torch.no_grad():  # a new network hardly listens to its pixels
        model.mix.weight *= 30
    return model


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randint(256, (3, 1, SIZE, SIZE), generator=torch.Generator().manual_seed(1)) / 255


def uniform(count: int, seed: int = 2) -> torch.Tensor:
    return torch.rand(count, SIZE, SIZE, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("row, column", [(0, 0), (0, 7), (3, 4), (7, 6)])
def test_a_pixel_changes_only_what_comes_after_it(model: PixelCNN, images: torch.Tensor, row: int, column: int) -> None:
    changed = images.clone()
    changed[:, :, row, column] = 1 - changed[:, :, row, column]
    classes = torch.arange(3)
    differs = (model(images, classes) != model(changed, classes)).any(-1).flatten(1)
    place = row * SIZE + column
    assert not differs[:, : place + 1].any()
    assert differs[:, place + 1 :].any(1).all()


def test_every_earlier_pixel_of_a_row_and_of_the_rows_above_is_seen(model: PixelCNN, images: torch.Tensor) -> None:
    leaf = images[:1].clone().requires_grad_()
    model(leaf, torch.tensor([0]))[0, SIZE - 1, SIZE - 1].sum().backward()
    assert leaf.grad is not None and (leaf.grad[0, 0, : SIZE - 1] != 0).all()
    assert (leaf.grad[0, 0, SIZE - 1, SIZE - 4 : SIZE - 1] != 0).all()


@pytest.mark.parametrize("attention", [True, False])
def test_drawing_with_memory_sees_what_the_whole_network_sees(attention: bool, monkeypatch) -> None:
    torch.manual_seed(0)
    model = PixelCNN(["cat", "dog"], SIZE, 8, 16, 8, (1, 2), 4, mixtures=2, attention=attention).eval()
    with torch.no_grad():
        model.mix.weight *= 30
    drawn, seen = pixelcnn.logistic_mixture.draw, []
    monkeypatch.setattr(pixelcnn.logistic_mixture, "draw", lambda *given: seen.append(given[0]) or drawn(*given))
    classes = torch.tensor([0, 1, 1])
    pictures = model.sample(uniform(3), classes)
    with_memory = torch.stack(seen, 1).unflatten(1, (SIZE, SIZE))
    torch.testing.assert_close(with_memory, model(pictures, classes), atol=1e-4, rtol=0)


def test_a_picture_follows_from_its_noise_whoever_is_drawn_beside_it(model: PixelCNN) -> None:
    classes = torch.tensor([2, 0, 1, 1])
    together = model.sample(uniform(4), classes, temperature=torch.tensor([1.0, 0.5, 1.0, 2.0]))
    assert together.shape == (4, 1, SIZE, SIZE) and together.min() >= 0 and together.max() <= 1
    assert torch.equal((together * 255).round() / 255, together)
    alone = model.sample(uniform(4)[1:2], classes[1:2], temperature=0.5)
    assert (together[1] - alone[0]).abs().max() <= 1 / 255


def test_the_class_and_the_noise_change_the_picture(model: PixelCNN) -> None:
    noise = uniform(1)
    pictures = [model.sample(noise, torch.tensor([label])) for label in range(3)]
    assert not torch.equal(pictures[0], pictures[1]) and not torch.equal(pictures[1], pictures[2])
    assert not torch.equal(pictures[0], model.sample(uniform(1, seed=9), torch.tensor([0])))


def test_what_is_known_is_kept_and_the_rest_is_drawn_under_it(model: PixelCNN, images: torch.Tensor) -> None:
    known = torch.zeros(3, SIZE, SIZE, dtype=torch.bool)
    known[:, : SIZE // 2] = True
    classes, noise = torch.arange(3), uniform(3)
    done = model.sample(noise, classes, known=known, images=images)
    assert torch.equal(done[:, 0][known], images[:, 0][known])
    assert not torch.equal(done[:, 0][~known], model.sample(noise, classes)[:, 0][~known])
    assert torch.equal(model.sample(noise, classes, known=torch.ones_like(known), images=images), images)


def test_a_picture_redrawn_from_its_own_known_part_and_noise_is_the_same(model: PixelCNN) -> None:
    classes, noise = torch.arange(3), uniform(3)
    whole = model.sample(noise, classes)
    known = torch.zeros(3, SIZE, SIZE, dtype=torch.bool)
    known[:, 2:5, 1:6] = True
    assert torch.equal(model.sample(noise, classes, known=known, images=whole), whole)


def test_each_row_is_reported_and_what_the_report_raises_ends_the_run(model: PixelCNN) -> None:
    told = []
    pictures = model.sample(uniform(2), torch.tensor([0, 1]), report=lambda *given: told.append(given))
    assert [(row, of) for row, of, _ in told] == [(row, SIZE) for row in range(1, SIZE + 1)]
    assert torch.equal(told[-1][2], pictures) and torch.equal(told[2][2][:, :, :3], pictures[:, :, :3])
    assert not told[2][2][:, :, 3:].any()

    def stop(row: int, of: int, pictures: torch.Tensor) -> None:
        raise InterruptedError(row)

    with pytest.raises(InterruptedError):
        model.sample(uniform(2), torch.tensor([0, 1]), report=stop)


def test_the_likelihood_is_the_product_over_all_pixels_and_bits_are_its_share(
    model: PixelCNN, images: torch.Tensor
) -> None:
    classes = torch.arange(3)
    levels = (images[:, 0] * 255).round().long()
    masses = probabilities(model(images, classes).double()).gather(-1, levels[..., None])[..., 0]
    torch.testing.assert_close(
        model.log_likelihood(images, classes).double(), masses.log().sum((1, 2)), atol=1e-2, rtol=1e-4
    )
    bits = -model.log_likelihood(images, classes) / SIZE**2 / torch.log(torch.tensor(2.0))
    torch.testing.assert_close(model.bits_per_dimension(images, classes), bits)


def test_all_pictures_of_two_pixels_together_have_a_probability_of_one(model: PixelCNN, images: torch.Tensor) -> None:
    """The chain rule on the last two pixels: over all 256 × 256 of them, given the others, the masses add up."""
    last = images[:1].repeat(256, 1, 1, 1)
    last[:, 0, -1, -2] = torch.arange(256) / 255
    mixtures = model(last, torch.zeros(256, dtype=torch.long)).double()
    first, second = probabilities(mixtures[:1, -1, -2]), probabilities(mixtures[:, -1, -1])
    assert (first.T * second).sum().item() == pytest.approx(1, abs=1e-6)


def test_saved_and_loaded_again_it_draws_the_same_bits(model: PixelCNN, tmp_path) -> None:
    model.save_pretrained(tmp_path)
    again = PixelCNN.from_pretrained(tmp_path, strict=True)
    assert again.class_names == ["cat", "dog", "bird"] and again.image_size == SIZE and not again.training
    assert torch.equal(model.sample(uniform(1), torch.tensor([1])), again.sample(uniform(1), torch.tensor([1])))


def test_guidance_exaggerates_the_class_and_one_leaves_it_alone(model: PixelCNN) -> None:
    classes = torch.tensor([0, 1, 2])
    plain = model.sample(uniform(3), classes)
    mixed = model.sample(uniform(3), classes, guidance_scale=torch.tensor([1.0, 3.0, 0.0]))
    assert (mixed[0] - plain[0]).abs().max() <= 1 / 255
    assert not torch.equal(mixed[1], plain[1])
    none = torch.full((3,), model.num_classes)
    assert (mixed[2] - model.sample(uniform(3), none)[2]).abs().max() <= 1 / 255, "nought forgets the class"


def test_rows_are_handed_out_as_they_are_drawn(model: PixelCNN) -> None:
    classes = torch.tensor([0, 1, 2])
    rows = list(model.draw_rows(uniform(3), classes))
    assert len(rows) == SIZE and torch.equal(rows[-1], model.sample(uniform(3), classes))
    assert all(not later[:, :, row + 1 :].any() for row, later in enumerate(rows))
