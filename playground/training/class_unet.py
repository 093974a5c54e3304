"""Recipe that diffusion and flow matching share: a U-Net learns to say what leads from noise to picture.

Both see the same pictures, the same noise and as many steps; what differs is the path between the two, and that
is the pipeline's own (``ClassPipeline.corrupt``).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.networks.class_unet import ClassPipeline, predict
from playground.training.averaging import averaged
from playground.training.data import Dataset
from playground.training.exporting import halved, write_checkpoint
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, rise_and_fall, set_rate

RATE = 1.5e-3
EMA_DECAY = 0.998
DROPPED_CLASSES = 0.12
"""Part of the pictures that go without their class, so that guidance has something to compare with."""
SHEET_STEPS = 20


class ClassUNet(Resumable):
    """A U-Net in training; a ``loop.Recipe``."""

    def __init__(self, data: Dataset, options: Options, build: Callable[..., ClassPipeline]) -> None:
        """Build the network with random weights that follow from the seed.

        Args:
            data: Pictures with their classes.
            options: Batch size, device, precision, seed.
            build: Gives the pipeline for the classes' names.
        """
        torch.manual_seed(options.seed)
        self.options, self.data = options, data.train.to(options.device)
        self.pipeline = build(data.class_names).to(options.device)
        self.unet = self.pipeline.unet.to(memory_format=torch.channels_last).train()
        self.average = averaged(self.unet, EMA_DECAY)
        self.adam = torch.optim.AdamW(self.unet.parameters(), RATE, (0.9, 0.99), weight_decay=0.01, fused=True)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch, each picture at a moment of its own between clean and noise."""
        set_rate(self.adam, RATE * rise_and_fall(progress))
        pixels, classes = self.data.draw(self.options.batch_size, generator)
        clean = pixels.float() / 127.5 - 1
        noise = torch.randn(clean.shape, generator=generator).to(clean.device)
        count = len(clean)
        # One moment in each of as many equal parts of the path: less chance in the loss than with free ones.
        moments = (torch.arange(count) + torch.rand(count, generator=generator)) / count
        dropped = torch.rand(count, generator=generator) < DROPPED_CLASSES
        classes = torch.where(dropped.to(classes.device), self.pipeline.num_classes, classes)
        noisy, target, timesteps = self.pipeline.corrupt(clean, noise, moments.to(clean.device))
        with self.options.autocast():
            predicted = predict(self.unet, noisy, timesteps, classes)
        error = (predicted.float() - target).square().mean()
        descend(error, self.adam, longest=1.0)
        self.average.update_parameters(self.unet)
        return {"mse": error.item()}

    def sheet(self) -> Tensor:
        """Give 12 samples of every class, one row a class, from the averaged weights."""
        count = self.pipeline.num_classes
        noise = torch.randn(12 * count, 1, 28, 28, generator=torch.Generator().manual_seed(1))
        classes = torch.arange(count).repeat_interleave(12)
        pipeline = self.averaged_pipeline()
        device = self.options.device
        made = pipeline.sample(noise.to(device), classes.to(device), num_inference_steps=SHEET_STEPS)
        return made[:, 0].unflatten(0, (count, 12)).cpu()

    def averaged_pipeline(self) -> ClassPipeline:
        """Give the pipeline with the averaged weights."""
        unet = copy.deepcopy(self.average.module).eval()
        return type(self.pipeline)(unet, self.pipeline.scheduler, self.pipeline.class_names)

    def parts(self) -> dict[str, Any]:
        """Give weights, running means and optimiser."""
        return {"unet": self.unet, "average": self.average, "adam": self.adam}

    def export(self, folder: Path) -> None:
        """Write the averaged weights in float16 as a folder of diffusers; its model card stays."""
        unet = halved(self.average.module)
        write_checkpoint(type(self.pipeline)(unet, self.pipeline.scheduler, self.pipeline.class_names), folder)
