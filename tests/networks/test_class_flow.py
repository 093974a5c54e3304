"""The flow's paths are straight, and its steps are of equal length from noise to picture."""

import pytest
import torch

from playground.networks.class_flow import ClassFlow


@pytest.fixture
def pipeline() -> ClassFlow:
    return ClassFlow.new(["cat"], channels=(16, 32))


def test_the_path_is_straight_and_the_velocity_its_direction(pipeline: ClassFlow) -> None:
    clean, noise = torch.full((3, 1, 28, 28), 0.5), torch.randn(3, 1, 28, 28)
    noisy, velocity, timesteps = pipeline.corrupt(clean, noise, torch.tensor([0.0, 0.25, 1.0]))
    assert timesteps.tolist() == [0, 250, 1000]
    assert torch.equal(noisy[0], clean[0]) and torch.equal(noisy[2], noise[2])
    torch.testing.assert_close(noisy[1], clean[1] + 0.25 * velocity[1])
    assert torch.equal(velocity, noise - clean)


def test_steps_are_of_equal_length_and_the_first_starts_at_noise(pipeline: ClassFlow) -> None:
    scheduler = pipeline.start(4)
    torch.testing.assert_close(scheduler.timesteps.float(), torch.tensor([1000.0, 750, 500, 250]))
    torch.testing.assert_close(scheduler.sigmas, torch.tensor([1.0, 0.75, 0.5, 0.25, 0]))
