"""``python -m playground.training.judges``: writes what the Compare tab judges by.

A judge a data set (trained once and kept in the runs folder, see ``judge``), and two sheets of real pictures: some that
the generators learned from, and the held-out ones that they did not.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from playground.errors import PlaygroundError
from playground.training.data import LOADERS, Labelled
from playground.training.exporting import halved, seal
from playground.training.judge import load_or_train
from playground.training.loop import draw_sheet

EACH = 100
"""Real pictures of every class on each sheet."""
MOST_SIDEWAYS = 50
NAMES = {"digits": "digits", "clothes": "fashion"}
"""Data sets as the page names them, and as the recipes do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folder; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m playground.training.judges", description=__doc__)
    parser.add_argument("--output", type=Path, metavar="FOLDER", default=Path("checkpoints/judges"))
    parser.add_argument("--runs", type=Path, metavar="FOLDER", default=Path("runs"))
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="real data; fetched if not given")
    parser.add_argument("--only", choices=list(NAMES), help="leave the other data set out")
    chosen = parser.parse_args(arguments)
    try:
        write_judges(chosen.output, chosen.runs, chosen.data, [chosen.only] if chosen.only else list(NAMES))
    except (PlaygroundError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def write_judges(output: Path, runs: Path, data: Path | None, names: Sequence[str], each: int = EACH) -> None:
    """Write the judges of some data sets, and what they compare with: ``each`` pictures of every class a sheet.

    Raises:
        DataError: The data cannot be fetched or read.
    """
    output.mkdir(parents=True, exist_ok=True)
    told = {}
    for name in names:
        short = NAMES[name]
        real = LOADERS[short](data)
        judge, accuracy = load_or_train(short, real, runs)
        weights = {key: weight.contiguous() for key, weight in halved(judge).state_dict().items()}
        save_file(weights, output / f"{name}.safetensors")
        (output / f"{name}.safetensors").chmod(0o644)
        draw_sheet(_some(real.train, each), output / f"{name}-reference.png")
        draw_sheet(_some(real.held_out, each), output / f"{name}-held-out.png")
        told[name] = {
            "class_names": list(real.class_names),
            "judge": f"{name}.safetensors",
            "accuracy": round(accuracy, 4),
            "reference": f"{name}-reference.png",
            "held_out": f"{name}-held-out.png",
            "generators": {
                "vae": "digits-cvae" if name == "digits" else f"{short}-vae",
                **{kind: f"{short}-{kind}" for kind in ("gan", "pixelcnn", "diffusion", "flow")},
            },
        }
    (output / "config.json").write_text(json.dumps({"data": told}, indent=2) + "\n")
    seal(output)


def _some(real: Labelled, count: int) -> torch.Tensor:
    """Take equally many pictures of every class, always the same: (rows, columns, H, W), class after class."""
    generator, found = torch.Generator().manual_seed(0), []
    for label in range(int(real.labels.max()) + 1):
        images = real.images[real.labels == label]
        found.append(images[torch.randperm(len(images), generator=generator)[:count]])
    return torch.cat(found)[:, 0].float().div(255).unflatten(0, (-1, math.gcd(MOST_SIDEWAYS, count)))


if __name__ == "__main__":
    sys.exit(main())
