"""Diffusion of small pictures by class, with classifier-free guidance.

Implements denoising diffusion (Ho, Jain & Abbeel 2020) with the cosine schedule of Nichol & Dhariwal 2021, the
velocity as what is predicted (Salimans & Ho 2022, appendix D) and DDIM sampling (Song, Meng & Ermon 2021),
each as diffusers has it.

Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

from collections.abc import Sequence

from diffusers import DDIMScheduler
from torch import Tensor

from playground.networks.class_unet import ClassPipeline, new_unet


def noise_schedule() -> DDIMScheduler:
    """Give the schedule that the checkpoints are trained with."""
    return DDIMScheduler(beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", timestep_spacing="trailing")


class ClassDiffusion(ClassPipeline):
    """A U-Net that tells a picture from its noise, and the steps back.

    A noisy picture is x_t = √ᾱ x_0 + √(1 − ᾱ) ε; the U-Net says v = √ᾱ ε − √(1 − ᾱ) x_0.
    """

    @classmethod
    def new(cls, class_names: Sequence[str], channels: Sequence[int] = (32, 64)) -> ClassDiffusion:
        """Build one with random weights; see ``new_unet``."""
        return cls(new_unet(len(class_names), channels), noise_schedule(), list(class_names))

    def corrupt(self, clean: Tensor, noise: Tensor, moments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give x_t, v and t for moments (B,) in 0 to 1."""
        count = self.scheduler.config.num_train_timesteps
        timesteps = (moments * count).long().clamp(max=count - 1)
        noisy = self.scheduler.add_noise(clean, noise, timesteps)
        return noisy, self.scheduler.get_velocity(clean, noise, timesteps), timesteps

    def start(self, num_inference_steps: int) -> DDIMScheduler:
        """Give a DDIM scheduler for one run; it keeps what is believed between black and white."""
        scheduler = DDIMScheduler.from_config(self.scheduler.config)
        scheduler.set_timesteps(num_inference_steps)
        return scheduler

    def advance(
        self, scheduler: DDIMScheduler, prediction: Tensor, timestep: Tensor, noisy: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Take a step of DDIM (eq. 12 of Song, Meng & Ermon 2021, σ = 0)."""
        # The noise is worked out anew from the believed picture once that is clipped, so that both fit together.
        done = scheduler.step(prediction, timestep, noisy, use_clipped_model_output=True)
        return done.prev_sample, done.pred_original_sample
