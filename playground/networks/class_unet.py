"""The small class-conditional U-Net that diffusion and flow matching share, and how it is sampled.

The U-Net is diffusers' ``UNet2DModel`` with a class embedding. It reads every 2 × 2 block of pixels as four
channels (the space-to-depth of Shi et al. 2016, turned round), since most of its time would otherwise go to the
full resolution; noise that is independent in pixels stays independent in blocks. One class more than there are
names stands for "no class", so that guidance has something to compare with (Ho & Salimans 2022).

Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import DiffusionPipeline, UNet2DModel
from torch import Tensor

from playground.networks.opening import quietly

BLOCK = 2
"""Height and width of the pixel blocks that the U-Net reads as channels."""

Report = Callable[[int, int, Tensor, Tensor], None]
"""Called after every step with its number from 1, the number of steps, the noisy pictures after it and the clean
ones that the network believes in, both (B, 1, H, W) with −1 black and 1 white."""


def new_unet(num_classes: int, channels: Sequence[int] = (32, 64), image_size: int = 28) -> UNet2DModel:
    """Build the U-Net with random weights.

    Args:
        num_classes: Number of classes, without the one that means none.
        channels: Of each resolution, the first at half the picture's size; multiples of 16.
        image_size: Height and width in pixels.
    """
    return UNet2DModel(
        sample_size=image_size // BLOCK,
        in_channels=BLOCK**2,
        out_channels=BLOCK**2,
        block_out_channels=tuple(channels),
        layers_per_block=1,
        down_block_types=("DownBlock2D",) * len(channels),
        up_block_types=("UpBlock2D",) * len(channels),
        attention_head_dim=16,
        norm_num_groups=8,
        num_class_embeds=num_classes + 1,
        resnet_time_scale_shift="scale_shift",
    )


def predict(unet: UNet2DModel, noisy: Tensor, timesteps: Tensor, classes: Tensor) -> Tensor:
    """Give what the U-Net says of noisy pictures.

    Args:
        unet: As ``new_unet`` builds it.
        noisy: (B, 1, H, W).
        timesteps: (B,), 0 clean to 1000 noise.
        classes: (B,) int64; the number of classes itself means none.

    Returns:
        (B, 1, H, W).
    """
    blocks = F.pixel_unshuffle(noisy, BLOCK)
    return F.pixel_shuffle(unet(blocks, timesteps, class_labels=classes).sample, BLOCK)


def open_class_pipeline(kind: Any, folder: Path) -> Any:
    """Open a folder of diffusers without bars and warnings, ready to sample.

    Args:
        kind: A ``ClassPipeline``.
        folder: Its folder.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: A file is damaged.
    """
    with quietly(folder):
        pipeline = kind.from_pretrained(str(folder), local_files_only=True)
    pipeline.unet.eval().to(memory_format=torch.channels_last)
    return pipeline


class ClassPipeline(DiffusionPipeline):
    """A U-Net, a scheduler and the classes' names: what diffusion and flow matching have in common.

    Attributes:
        num_classes: Number of classes.
        class_names: Their names, in the order of their numbers.
        image_size: Height and width in pixels.
    """

    def __init__(self, unet: UNet2DModel, scheduler: Any, class_names: list[str] | None = None) -> None:
        """Put the parts together.

        Args:
            unet: As ``new_unet`` builds it.
            scheduler: One of diffusers'.
            class_names: One name for each class; a folder of diffusers opens only with what may be left out.
        """
        super().__init__()
        self.register_modules(unet=unet, scheduler=scheduler)
        self.class_names = class_names or []
        self.register_to_config(class_names=self.class_names)
        self.num_classes = len(self.class_names)
        self.image_size = int(unet.config.sample_size) * BLOCK

    @abstractmethod
    def corrupt(self, clean: Tensor, noise: Tensor, moments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give what the U-Net learns from.

        Args:
            clean: (B, 1, H, W), −1 to 1.
            noise: Of the same shape, from N(0, I).
            moments: (B,), 0 clean to 1 noise.

        Returns:
            Noisy pictures and what the U-Net shall say of them, both (B, 1, H, W), and timesteps (B,).
        """

    @abstractmethod
    def start(self, num_inference_steps: int) -> Any:
        """Give a scheduler for one run, its timesteps set."""

    @abstractmethod
    def advance(self, scheduler: Any, prediction: Tensor, timestep: Tensor, noisy: Tensor) -> tuple[Tensor, Tensor]:
        """Give the less noisy pictures after a step, and the clean ones that the prediction means."""

    def guided(self, noisy: Tensor, timestep: Tensor, classes: Tensor, guidance_scale: Tensor) -> Tensor:
        """Predict with classifier-free guidance: eq. 6 of Ho & Salimans 2022, with 1 + w as the scale.

        Args:
            noisy: (B, 1, H, W).
            timestep: A scalar, 0 clean to 1000 noise.
            classes: (B,) int64.
            guidance_scale: (B,): 0 forgets the class, 1 is the network's own word, more exaggerates the class.

        Returns:
            (B, 1, H, W). Where every scale is 1 the network runs once for a picture, else twice.
        """
        timesteps = timestep.to(noisy.device).expand(len(noisy))
        if bool((guidance_scale == 1).all()):
            return predict(self.unet, noisy, timesteps, classes)
        both = torch.cat([classes, torch.full_like(classes, self.num_classes)])
        said = predict(self.unet, noisy.repeat(2, 1, 1, 1), timesteps.repeat(2), both)
        of_class, of_none = said.chunk(2)
        return torch.lerp(of_none, of_class, guidance_scale.view(-1, 1, 1, 1))

    @torch.inference_mode()
    def sample(
        self,
        noise: Tensor,
        classes: Tensor,
        guidance_scale: float | Tensor = 2.0,
        num_inference_steps: int = 20,
        report: Report | None = None,
    ) -> Tensor:
        """Turn noise into pictures.

        Args:
            noise: (B, 1, H, W) from N(0, I); the picture follows from it.
            classes: (B,) int64.
            guidance_scale: 0 and more, one for all or (B,); see :meth:`guided`.
            num_inference_steps: 1 and more.
            report: Told after every step; what it raises ends the run.

        Returns:
            (B, 1, H, W), 0 (black) to 1 (white).
        """
        believed = noise
        steps = self.denoise(noise, classes, guidance_scale, num_inference_steps)
        for index, (noisy, believed) in enumerate(steps, 1):
            if report is not None:
                report(index, num_inference_steps, noisy, believed)
        # What is believed last, not where the last step led: a number of steps that does not divide the schedule's
        # would leave a trace of noise.
        return (believed.clamp(-1, 1) + 1) / 2

    @torch.inference_mode()
    def denoise(
        self, noise: Tensor, classes: Tensor, guidance_scale: float | Tensor, num_inference_steps: int
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Go as :meth:`sample` goes, and yield after every step what its report is told of."""
        scheduler = self.start(num_inference_steps)
        scales = torch.as_tensor(guidance_scale, dtype=noise.dtype, device=noise.device).expand(len(noise))
        noisy = noise
        for timestep in scheduler.timesteps:
            prediction = self.guided(noisy, timestep, classes, scales)
            noisy, believed = self.advance(scheduler, prediction, timestep, noisy)
            yield noisy, believed
