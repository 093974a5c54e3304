"""``python -m playground.training.pixelcnn_evaluate FOLDER``: what held-out digits cost a PixelCNN, exactly.

In bits for each pixel of 256 grey levels, and with ``--binarised`` in nats for a whole digit of ink and paper, the
measure of the literature. That measure is of p(x), without a class, so the class is summed out: p(x) = Σ p(x | y) / 10.
The held-out digits are binarised once, always the same; no published split has the same ones.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from playground.errors import PlaygroundError
from playground.networks.pixelcnn import PixelCNN
from playground.training.data import Labelled, load_digits
from playground.training.pixelcnn import binarise
from playground.training.samplers import TOGETHER

BINARISED_SEED = 2026


def evaluate(folder: Path, binarised: bool = False, data: Path | None = None) -> dict[str, float]:
    """Measure held-out digits.

    Args:
        folder: The network's ``config.json`` and ``model.safetensors``.
        binarised: Make them ink and paper first.
        data: Folder of the digits; fetched if None.

    Returns:
        ``bits_per_dimension`` and ``nats`` of p(x | y), the latter of a whole digit; ``nats_of_any_class`` of p(x).
    """
    held_out = load_digits(data).held_out
    if binarised:
        ink = binarise(held_out.images, torch.Generator().manual_seed(BINARISED_SEED))
        held_out = Labelled(ink, held_out.labels)
    model = PixelCNN.from_pretrained(folder, strict=True).float().eval()
    found = log_likelihoods(model, held_out.images)
    own = -found[torch.arange(len(found)), held_out.labels].mean().item()
    of_any = -(found.logsumexp(1) - math.log(model.num_classes)).mean().item()
    pixels = model.image_size**2
    figures = {"bits_per_dimension": own / (pixels * math.log(2)), "nats": own, "nats_of_any_class": of_any}
    return {name: round(value, 4) for name, value in figures.items()}


@torch.inference_mode()
def log_likelihoods(model: PixelCNN, images: Tensor) -> Tensor:
    """Give log p(x | y) of pictures (N, 1, H, W) uint8 under every class: (N, classes), in nats."""
    by_class = []
    for label in range(model.num_classes):
        parts = images.split(TOGETHER)
        found = [model.log_likelihood(part.float() / 255, torch.full((len(part),), label)) for part in parts]
        by_class.append(torch.cat(found))
    return torch.stack(by_class, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures as JSON; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m playground.training.pixelcnn_evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="of the weights")
    parser.add_argument("--binarised", action="store_true", help="held-out digits of ink and paper alone")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the digits; fetched if not given")
    chosen = parser.parse_args(arguments)
    try:
        print(json.dumps(evaluate(chosen.folder, chosen.binarised, chosen.data), indent=2))
    except (PlaygroundError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
