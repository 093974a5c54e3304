"""Recipe of digits-diffusion and fashion-diffusion: the velocity of Salimans & Ho 2022, the cosine schedule."""

from __future__ import annotations

from playground.networks.class_diffusion import ClassDiffusion
from playground.training.class_unet import ClassUNet
from playground.training.data import Dataset
from playground.training.options import Options


class ClassDiffusionRecipe(ClassUNet):
    """A diffusion model in training; a ``loop.Recipe``."""

    def __init__(self, data: Dataset, options: Options) -> None:
        """Build the network with random weights that follow from the seed; see ``ClassUNet``."""
        super().__init__(data, options, ClassDiffusion.new)
