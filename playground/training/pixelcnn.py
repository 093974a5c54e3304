"""Recipe of digits-pixelcnn and fashion-pixelcnn: the exact likelihood, its coarse part foremost.

Nearly nine tenths of a picture's bits say how grey the edges are, and nobody looks at that. So the likelihood is taken
apart, log p(level) = log p(quarter of the scale) + log p(level | quarter), and the second part counts less. Both are
of the same mixture, so bits for each pixel stay what they are.

Digits of paper and ink alone, as most published likelihoods are of, are learned by the same network: all it sees are
levels 0 and 255. It begins with the weights that know grey digits, whose strokes are the same. Each time that a digit
is looked at, each of its pixels is ink with the chance that its grey level says (Salakhutdinov & Murray 2008). There
the edges are coarse too, so the whole likelihood counts.

What is told while it trains is in bits for each pixel; noughts of all 256 levels would be 8.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.language import Text
from playground.networks.logistic_mixture import log_mass, log_probability
from playground.networks.pixelcnn import PixelCNN
from playground.training.averaging import averaged
from playground.training.data import Dataset
from playground.training.exporting import halved, write_checkpoint
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, rise_and_fall, set_rate, starting_from

RATE = 1.5e-3
EMA_DECAY = 0.998
DROPPED_CLASSES = 0.1
"""Part of the pictures that go without their class, so that guidance has something to compare with."""
FINE_WEIGHT = 0.15
EDGES = (0, 32, 128, 224, 256)
"""Where the quarters begin: paper, faint, strong, ink."""


class PixelCNNRecipe(Resumable):
    """A PixelCNN in training; a ``loop.Recipe``."""

    def __init__(
        self, data: Dataset, options: Options, binarised: bool = False, start: Path | None = None, **settings: Any
    ) -> None:
        """Build the network with random weights that follow from the seed.

        Args:
            data: Pictures with their classes.
            options: Batch size, device, precision, seed.
            binarised: Learn pictures of paper and ink alone.
            start: Folder of a PixelCNN of the same shape to begin with.
            settings: What ``PixelCNN`` takes beside the classes' names.

        Raises:
            DataError: If there is none in the folder, or one of another shape.
        """
        torch.manual_seed(options.seed)
        self.binarised, self.fine_weight = binarised, 1.0 if binarised else FINE_WEIGHT
        self.options, self.data = options, data.train.to(options.device)
        self.model = PixelCNN(data.class_names, **settings)
        if start is not None:
            with starting_from(start, Text("PixelCNN", " PixelCNN")):
                known = PixelCNN.from_pretrained(str(start), strict=True, local_files_only=True)
                self.model.load_state_dict(known.state_dict())
        self.model.to(options.device)
        self.average = averaged(self.model, EMA_DECAY)
        self.adam = torch.optim.AdamW(self.model.parameters(), RATE, (0.9, 0.99), weight_decay=0.01, fused=True)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of pictures."""
        set_rate(self.adam, RATE * rise_and_fall(progress))
        images, classes = self.data.draw(self.options.batch_size, generator)
        images = binarise(images, generator) if self.binarised else images
        dropped = torch.rand(len(classes), generator=generator) < DROPPED_CLASSES
        classes = torch.where(dropped.to(classes.device), self.model.num_classes, classes)
        with self.options.autocast():
            mixtures = self.model(images.float() / 255, classes)
        coarse, whole = parts_of_bits(mixtures.float(), images[:, 0])
        descend((1 - self.fine_weight) * coarse + self.fine_weight * whole, self.adam, longest=1.0)
        self.average.update_parameters(self.model)
        return {"coarse": coarse.item(), "bits": whole.item()}

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
        """Write the averaged model as ``model.safetensors`` (float16) and ``config.json``."""
        write_checkpoint(halved(self.average.module), folder)


def binarise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Make each pixel ink (255) with the chance that its level says, else paper (0).

    Args:
        images: (N, 1, H, W) uint8.
        generator: Of the CPU; which pixels become ink follows from it.

    Returns:
        As ``images``.
    """
    chances = torch.rand(images.shape, generator=generator).to(images.device)
    return (chances * 255 < images).to(torch.uint8) * 255


def parts_of_bits(mixtures: Tensor, levels: Tensor) -> tuple[Tensor, Tensor]:
    """Give the bits for each pixel that say the quarter of the scale, and those that say the level.

    Args:
        mixtures: (B, H, W, 3 K).
        levels: (B, H, W) uint8.
    """
    edges = torch.tensor(EDGES, device=levels.device)
    quarter = torch.bucketize(levels.int(), edges[1:-1], right=True)
    coarse = log_mass(mixtures, edges[quarter], edges[quarter + 1] - 1)
    return -coarse.mean() / math.log(2), -log_probability(mixtures, levels.float()).mean() / math.log(2)
