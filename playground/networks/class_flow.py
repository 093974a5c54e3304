"""Flow matching of small pictures by class: straight paths from noise to picture.

Implements flow matching (Lipman et al. 2023) on the straight paths of rectified flow (Liu, Gong & Liu 2023),
with classifier-free guidance (Ho & Salimans 2022) and diffusers' Euler scheduler.

Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor

from playground.networks.class_unet import ClassPipeline, new_unet


class ClassFlow(ClassPipeline):
    """A U-Net that says in which direction a picture lies, and the way there.

    On the path x_t = (1 − t) x_0 + t ε, from the picture at t = 0 to noise at 1, the U-Net says dx/dt = ε − x_0.
    """

    @classmethod
    def new(cls, class_names: Sequence[str], channels: Sequence[int] = (32, 64)) -> ClassFlow:
        """Build one with random weights; see ``new_unet``."""
        return cls(new_unet(len(class_names), channels), FlowMatchEulerDiscreteScheduler(), list(class_names))

    def corrupt(self, clean: Tensor, noise: Tensor, moments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give x_t, ε − x_0 and 1000 t for moments t (B,)."""
        noisy = torch.lerp(clean, noise, moments.view(-1, 1, 1, 1))
        return noisy, noise - clean, moments * self.scheduler.config.num_train_timesteps

    def start(self, num_inference_steps: int) -> FlowMatchEulerDiscreteScheduler:
        """Give an Euler scheduler for one run, with steps of equal length from noise to picture."""
        scheduler = FlowMatchEulerDiscreteScheduler.from_config(self.scheduler.config)
        # Its own spacing would spend the last of the steps on a thousandth of the way.
        scheduler.set_timesteps(sigmas=np.linspace(1, 1 / num_inference_steps, num_inference_steps))
        return scheduler

    def advance(
        self, scheduler: FlowMatchEulerDiscreteScheduler, prediction: Tensor, timestep: Tensor, noisy: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Take a step of Euler's method along the velocity; the path's end is what is believed."""
        believed = noisy - timestep / scheduler.config.num_train_timesteps * prediction
        return scheduler.step(prediction, timestep, noisy).prev_sample, believed
