"""Recipe of digits-flow and fashion-flow: straight paths from noise to picture (Liu, Gong & Liu 2023).

The network begins with the weights of the diffusion model of the same data, as InstaFlow does (Liu et al. 2024):
at equal parts of picture and noise, v of diffusion and the flow's velocity are the same but for a factor of √2,
so the flow needs a fraction of the steps. From random weights it learns as well, in as many steps as diffusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playground.language import Text
from playground.networks.class_diffusion import ClassDiffusion
from playground.networks.class_flow import ClassFlow
from playground.training.class_unet import ClassUNet
from playground.training.data import Dataset
from playground.training.options import Options
from playground.training.resumable import starting_from


class ClassFlowRecipe(ClassUNet):
    """A flow in training; a ``loop.Recipe``."""

    def __init__(self, data: Dataset, options: Options, start: Path | None = None) -> None:
        """Build the network with random weights that follow from the seed, or with those of a diffusion model.

        Args:
            data: Pictures with their classes.
            options: Batch size, device, precision, seed.
            start: Folder of the diffusion model.

        Raises:
            DataError: If there is none in the folder, or one of another shape.
        """
        super().__init__(data, options, partial(_new, start) if start else ClassFlow.new)


def _new(start: Path, class_names: Sequence[str]) -> ClassFlow:
    flow = ClassFlow.new(class_names)
    with starting_from(start, Text("diffusion model", "扩散模型")):
        flow.unet.load_state_dict(ClassDiffusion.from_pretrained(str(start), local_files_only=True).unet.state_dict())
    return flow
