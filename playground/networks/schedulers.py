"""The schedulers that a visitor can choose, by the names that people know. Each run gets an instance of its own.

What the network predicts, how its noise grew and where its timesteps lie comes from the checkpoint's own scheduler.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

# Name → (diffusers class, what it changes in the checkpoint's settings).
SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    # Latents are not bound to [-1, 1], as DDIM takes for granted.
    "DDIM": ("DDIMScheduler", {"clip_sample": False, "set_alpha_to_one": True}),
    "Euler": ("EulerDiscreteScheduler", {"use_karras_sigmas": False}),
    "Euler a": ("EulerAncestralDiscreteScheduler", {}),
    "DPM++ 2M": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "use_karras_sigmas": False}),
    # Karras' spacing would spend its steps on noise alone where, as here, the noise grows without bound: Stable
    # Diffusion's own largest sigma is where it starts.
    "DPM++ 2M Karras": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True, "sigma_max": 14.6146},
    ),
    "DPM++ 2M SDE": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": False, "final_sigmas_type": "zero"},
    ),
    "DPM++ 2M SDE Karras": (
        "DPMSolverMultistepScheduler",
        {
            "algorithm_type": "sde-dpmsolver++",
            "use_karras_sigmas": True,
            "sigma_max": 14.6146,
            "final_sigmas_type": "zero",
        },
    ),
    "DPM++ 3M SDE": (
        "DPMSolverMultistepScheduler",
        {
            "algorithm_type": "sde-dpmsolver++",
            "solver_order": 3,
            "use_karras_sigmas": False,
            "final_sigmas_type": "zero",
        },
    ),
    "DPM++ 3M SDE Karras": (
        "DPMSolverMultistepScheduler",
        {
            "algorithm_type": "sde-dpmsolver++",
            "solver_order": 3,
            "use_karras_sigmas": True,
            "sigma_max": 14.6146,
            "final_sigmas_type": "zero",
        },
    ),
    "DPM++ SDE": ("DPMSolverSDEScheduler", {"use_karras_sigmas": False}),
    "DPM++ SDE Karras": ("DPMSolverSDEScheduler", {"use_karras_sigmas": True}),
    "Heun": ("HeunDiscreteScheduler", {"use_karras_sigmas": False}),
    "UniPC": ("UniPCMultistepScheduler", {"use_karras_sigmas": False}),
    "LCM": ("LCMScheduler", {"clip_sample": False}),
}
# Where noise grows without bound, Euler a's step loses all its digits in a difference of two squares and the picture
# becomes NaN. Stable Diffusion's own betas end at 0.012.
GREATEST_BETA = {"Euler a": 0.5}
# What a scheduler that takes no sigma_max, and whose steps begin with the largest, would spend them on.
GREATEST_SIGMA = {"DPM++ SDE": 14.6146, "DPM++ SDE Karras": 14.6146, "Heun": 14.6146}
SECOND_ORDER = ("DPM++ SDE", "DPM++ SDE Karras", "Heun")
"""Those that ask the network twice in a step; the last step is one."""


def sigmas_instead(own: Sequence[float] | None, steps: int) -> dict[str, list[float]]:
    """Return what a pipeline that brings its own sigmas is called with, to make as many steps as are asked for.

    Args:
        own: How much noise there is before each of the steps that it learned; None or empty where it brings none.
        steps: How many are wanted; others than its own are even.
    """
    return {"sigmas": [1 - step / steps for step in range(steps)]} if own and len(own) != steps else {}


def make_scheduler(name: str, own: Any) -> Any:
    """Make a scheduler for one run.

    Args:
        name: One of ``SCHEDULERS``.
        own: The checkpoint's own scheduler.
    """
    import diffusers

    kind, changes = SCHEDULERS[name]
    if name in GREATEST_BETA:
        changes = {**changes, "trained_betas": own.betas.clamp(max=GREATEST_BETA[name]).tolist()}
    if name in GREATEST_SIGMA:
        changes = {**changes, "trained_betas": bounded_betas(own.alphas_cumprod, GREATEST_SIGMA[name])}
    return getattr(diffusers, kind).from_config({**own.config, **changes})


def bounded_betas(alphas_cumprod: Tensor, sigma: float) -> list[float]:
    """Return the betas of a schedule whose noise grows as before, to ``sigma`` at most."""
    kept = [max(float(share), 1 / (sigma**2 + 1)) for share in alphas_cumprod.double()]
    return [1 - share / before for before, share in zip([1.0, *kept], kept, strict=False)]


def seed_noise(scheduler: Any, latents: Tensor, seeds: Sequence[int]) -> None:
    """Let a scheduler that draws noise by itself draw each sample's from its own seed, on the CPU.

    Args:
        scheduler: With its timesteps set; any other than DPM++ SDE's draws from the generators it is given.
        latents: What it will step, (batch, …).
        seeds: One a sample.
    """
    if not hasattr(scheduler, "noise_sampler_seed"):
        return
    from diffusers.schedulers.scheduling_dpmsolver_sde import BrownianTreeNoiseSampler

    sigmas = scheduler.sigmas
    draw = BrownianTreeNoiseSampler(latents.cpu(), sigmas[sigmas > 0].min().item(), sigmas.max().item(), list(seeds))
    scheduler.noise_sampler = lambda sigma, following: draw(sigma, following).to(latents)


def clean_and_noise(scheduler: Any, index: int, timestep: Tensor) -> tuple[float, float]:
    """Return how much of the clean latents, and of the noise, is left at a step: their squares add up to 1.

    Args:
        scheduler: With its timesteps set.
        index: The step, from 0.
        timestep: The step's timestep.
    """
    sigmas = getattr(scheduler, "sigmas", None)
    if sigmas is not None:
        between = getattr(scheduler, "mid_point_sigma", None)  # where DPM++ SDE looks for the second time in a step
        sigma = sigmas[index] if between is None else between
        clean = float(1 / (sigma**2 + 1) ** 0.5)
    else:
        clean = float(scheduler.alphas_cumprod[int(timestep)] ** 0.5)
    return clean, float((1 - clean**2) ** 0.5)


def predicted_clean(prediction: Tensor, latents: Tensor, clean: float, noise: float, kind: str) -> Tensor:
    """Return the clean latents that a prediction means, x0.

    Args:
        prediction: What the network said.
        latents: What it saw: ``clean · x0 + noise · ε``.
        clean: Share of x0.
        noise: Share of the noise.
        kind: What the network predicts: "epsilon", "v_prediction" (Salimans & Ho 2022) or "sample".
    """
    if kind == "v_prediction":
        return clean * latents - noise * prediction
    if kind == "sample":
        return prediction
    return (latents - noise * prediction) / max(clean, 1e-6)
