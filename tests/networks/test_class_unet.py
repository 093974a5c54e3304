"""Diffusion and flow keep their promises: guidance, steps, reports, one picture one noise, files."""

import pytest
import torch
from torch import Tensor

from playground.networks.class_diffusion import ClassDiffusion
from playground.networks.class_flow import ClassFlow
from playground.networks.class_unet import ClassPipeline, predict

NAMES = ["cat", "dog", "bird"]


@pytest.fixture(params=[ClassDiffusion, ClassFlow])
def pipeline(request) -> ClassPipeline:
    torch.manual_seed(0)
    made = request.param.new(NAMES, channels=(16, 32))
    torch.nn.init.normal_(made.unet.conv_out.weight, std=0.3)
    made.unet.eval()
    return made


def noise(count: int, seed: int = 1) -> Tensor:
    return torch.randn(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def test_pictures_lie_between_black_and_white_and_depend_on_class_and_noise(pipeline: ClassPipeline) -> None:
    same = noise(1).expand(3, 1, 28, 28)
    pictures = pipeline.sample(same, torch.arange(3), num_inference_steps=3)
    assert pictures.shape == (3, 1, 28, 28) and pictures.min() >= 0 and pictures.max() <= 1
    assert not torch.equal(pictures[0], pictures[1])
    assert not torch.equal(pictures[0], pipeline.sample(noise(1, 5), torch.arange(1), num_inference_steps=3)[0])


def test_a_picture_does_not_depend_on_its_neighbours(pipeline: ClassPipeline) -> None:
    scales = torch.tensor([1.0, 3.0, 0.0])
    together = pipeline.sample(noise(3), torch.arange(3), scales, num_inference_steps=3)
    alone = [pipeline.sample(noise(3)[i : i + 1], torch.tensor([i]), float(scales[i]), 3) for i in range(3)]
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-4, rtol=0)


def test_a_scale_of_nought_forgets_the_class_and_one_is_the_networks_own_word(pipeline: ClassPipeline) -> None:
    noisy, classes, timestep = noise(2), torch.tensor([0, 2]), torch.tensor(500)
    none, own = (pipeline.guided(noisy, timestep, classes, torch.full((2,), scale)) for scale in (0.0, 1.0))
    timesteps = timestep.expand(2)
    torch.testing.assert_close(own, predict(pipeline.unet, noisy, timesteps, classes))
    torch.testing.assert_close(none, predict(pipeline.unet, noisy, timesteps, torch.full((2,), len(NAMES))))
    far = pipeline.guided(noisy, timestep, classes, torch.full((2,), 3.0))
    torch.testing.assert_close(far - none, 3 * (own - none), atol=1e-4, rtol=1e-4)


def test_every_step_is_reported_and_the_last_belief_is_the_picture(pipeline: ClassPipeline) -> None:
    told = []
    pictures = pipeline.sample(noise(2), torch.tensor([0, 1]), 2.0, 4, report=lambda *given: told.append(given))
    assert [(step, of) for step, of, _, _ in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert torch.equal((told[-1][3].clamp(-1, 1) + 1) / 2, pictures)
    assert not torch.equal(told[0][3], told[-1][3]) and not torch.equal(told[0][2], told[0][3])


def test_what_a_report_raises_ends_the_run(pipeline: ClassPipeline) -> None:
    told = []

    def stop(step: int, of: int, noisy: Tensor, believed: Tensor) -> None:
        told.append(step)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        pipeline.sample(noise(1), torch.tensor([0]), report=stop)
    assert told == [1]


def test_one_step_is_enough_for_a_picture(pipeline: ClassPipeline) -> None:
    assert pipeline.sample(noise(1), torch.tensor([0]), num_inference_steps=1).isfinite().all()


def test_saved_and_loaded_again_it_makes_the_same_bits(pipeline: ClassPipeline, tmp_path) -> None:
    pipeline.save_pretrained(tmp_path)
    again = type(pipeline).from_pretrained(tmp_path, local_files_only=True)
    assert (again.class_names, again.num_classes, again.image_size) == (NAMES, 3, 28)
    given = noise(2), torch.tensor([2, 0])
    assert torch.equal(pipeline.sample(*given, num_inference_steps=2), again.sample(*given, num_inference_steps=2))


def test_a_network_that_knows_the_picture_is_sampled_back_to_it(pipeline: ClassPipeline, monkeypatch) -> None:
    """With the true answer in place of the U-Net's, every number of steps ends at the clean picture."""
    clean = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(3)) * 1.8 - 0.9
    start = noise(2)

    def answer(unet, noisy: Tensor, timesteps: Tensor, classes: Tensor) -> Tensor:
        if isinstance(pipeline, ClassFlow):
            return start - clean
        kept = pipeline.scheduler.alphas_cumprod[timesteps.long()].view(-1, 1, 1, 1)
        epsilon = (noisy - kept.sqrt() * clean) / (1 - kept).sqrt()
        return kept.sqrt() * epsilon - (1 - kept).sqrt() * clean

    monkeypatch.setattr("playground.networks.class_unet.predict", answer)
    for steps in (1, 7):
        made = pipeline.sample(start, torch.tensor([0, 1]), 1.0, steps)
        torch.testing.assert_close(made, (clean + 1) / 2, atol=1e-3, rtol=0)
