"""Recipe of digits-pixelcnn and fashion-pixelcnn: the exact likelihood, nothing else.

What is told while it trains is in bits for each pixel; noughts of all 256 levels would be 8.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.networks.pixelcnn import PixelCNN
from playground.training.averaging import averaged
from playground.training.data import Dataset
from playground.training.exporting import write_checkpoint
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, rise_and_fall, set_rate

RATE = 1.5e-3
EMA_DECAY = 0.998


class PixelCNNRecipe(Resumable):
    """A PixelCNN in training; a ``loop.Recipe``."""

    def __init__(self, data: Dataset, options: Options, **settings: Any) -> None:
        """Build the network with random weights that follow from the seed.

        Args:
            data: Pictures with their classes.
            options: Batch size, device, precision, seed.
            settings: What ``PixelCNN`` takes beside the classes' names.
        """
        torch.manual_seed(options.seed)
        self.options, self.data = options, data.train.to(options.device)
        self.model = PixelCNN(data.class_names, **settings).to(options.device)
        self.average = averaged(self.model, EMA_DECAY)
        self.adam = torch.optim.AdamW(self.model.parameters(), RATE, (0.9, 0.99), weight_decay=0.01, fused=True)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of pictures."""
        set_rate(self.adam, RATE * rise_and_fall(progress))
        images, classes = self.data.draw(self.options.batch_size, generator)
        with self.options.autocast():
            bits = self.model.bits_per_dimension(images.float() / 255, classes).mean()
        descend(bits, self.adam, longest=1.0)
        self.average.update_parameters(self.model)
        return {"bits": bits.item()}

    def sheet(self) -> Tensor:
        """Give 12 samples of every class, one row a class, from the averaged weights."""
        model = self.average.module.eval()
        count, size = model.num_classes, model.image_size
        noise = torch.rand(12 * count, size, size, generator=torch.Generator().manual_seed(1))
        classes = torch.arange(count).repeat_interleave(12)
        made = model.sample(noise.to(self.options.device), classes.to(self.options.device))
        return made[:, 0].unflatten(0, (count, 12)).cpu()

    def parts(self) -> dict[str, Any]:
        """Give weights, running means and optimiser."""
        return {"model": self.model, "average": self.average, "adam": self.adam}

    def export(self, folder: Path) -> None:
        """Write the averaged model as ``model.safetensors`` and ``config.json``."""
        write_checkpoint(self.average.module, folder)
