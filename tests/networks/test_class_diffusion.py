"""Diffusion's path from picture to noise is the cosine schedule's, and its velocity is what diffusers takes it for."""

import torch

from playground.networks.class_diffusion import ClassDiffusion


def corrupted(moment: float) -> tuple[torch.Tensor, ...]:
    clean = torch.full((1, 1, 28, 28), 0.5)
    noise = torch.randn(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    pipeline = ClassDiffusion.new(["cat"], channels=(16, 32))
    return clean, noise, *pipeline.corrupt(clean, noise, torch.tensor([moment]))


def test_the_path_leads_from_the_picture_to_noise_alone() -> None:
    clean, noise, noisy, _, timesteps = corrupted(0.0)
    assert timesteps.tolist() == [0] and (noisy - clean).abs().mean() < 0.05
    clean, noise, noisy, _, timesteps = corrupted(1.0)
    assert timesteps.tolist() == [999] and (noisy - noise).abs().max() < 0.01


def test_picture_and_noise_follow_from_noisy_picture_and_velocity() -> None:
    clean, noise, noisy, velocity, timesteps = corrupted(0.37)
    kept = ClassDiffusion.new(["cat"], channels=(16, 32)).scheduler.alphas_cumprod[timesteps].view(-1, 1, 1, 1)
    torch.testing.assert_close(kept.sqrt() * noisy - (1 - kept).sqrt() * velocity, clean, atol=1e-5, rtol=0)
    torch.testing.assert_close((1 - kept).sqrt() * noisy + kept.sqrt() * velocity, noise, atol=1e-5, rtol=0)
