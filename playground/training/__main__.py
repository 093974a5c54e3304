"""``python -m playground.training <checkpoint>``: trains one of the bundled checkpoints from its data."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from playground.errors import PlaygroundError

if TYPE_CHECKING:
    from playground.training.loop import Recipe
    from playground.training.options import Options


class Plan(NamedTuple):
    """What a name on the command line stands for."""

    summary: str
    steps: int
    batch_size: int
    data: str
    """``digits``, ``fashion``, ``emoji`` or ``words``."""
    recipe: str
    """Module and class below ``playground.training``; loaded only when it is trained, for it brings torch."""
    settings: dict[str, Any] = {}
    sheet_minutes: float = 2.0
    """Between two sample sheets while it trains; where a sheet takes long, seldom."""
    bundled: bool = True
    """Otherwise it is there to compare with, and its weights stay in the run folder."""

    def build(self, folder: Path | None, options: Options) -> Recipe:
        """Read the data, from a folder or fetched, and make the recipe's networks."""
        module, name = self.recipe.split(".")
        recipe = getattr(import_module(f"playground.training.{module}"), name)
        return cast("Recipe", recipe(self._read(folder), options, **self.settings))

    def _read(self, folder: Path | None) -> Any:
        if self.data == "emoji":
            from playground.training.emoji_classes import class_latents

            return class_latents(folder, self.settings["autoencoder"])
        from playground.training.data import LOADERS

        return LOADERS[self.data](folder)


WEIGHTS = "weights"
"""Folder in the run's, for what is not bundled."""

PLANS = {
    "digits-cvae": Plan("handwritten digits, 16 latent axes", 5300, 64, "digits", "class_vae.ClassVAE"),
    "digits-cvae-2d": Plan(
        "handwritten digits on a plane of two latent axes", 1500, 64, "digits", "class_vae.ClassVAE",
        {"latent_dim": 2},
    ),
    "fashion-vae": Plan("clothes, 16 latent axes", 3000, 64, "fashion", "class_vae.ClassVAE", {"warped": False}),
    "fashion-gan": Plan("clothes by class", 5900, 64, "fashion", "class_gan.ClassGAN"),
    "digits-gan": Plan(
        "handwritten digits by class", 1530, 64, "digits", "class_gan.ClassGAN",
        {"width": 28, "critic_width": 32, "haste": 2.0},
    ),
    "digits-diffusion": Plan(
        "digits from noise", 4000, 32, "digits", "class_diffusion.ClassDiffusionRecipe", {}, 15.0
    ),
    "fashion-diffusion": Plan(
        "clothes from noise", 4000, 32, "fashion", "class_diffusion.ClassDiffusionRecipe", {}, 15.0
    ),
    "digits-flow": Plan(
        "digits on straight paths", 800, 32, "digits", "class_flow.ClassFlowRecipe",
        {"start": Path("checkpoints/digits-diffusion")}, 15.0,
    ),
    "fashion-flow": Plan(
        "clothes on straight paths", 800, 32, "fashion", "class_flow.ClassFlowRecipe",
        {"start": Path("checkpoints/fashion-diffusion")}, 15.0,
    ),
    "digits-pixelcnn": Plan(
        "digits pixel by pixel", 2350, 16, "digits", "pixelcnn.PixelCNNRecipe", {}, 15.0
    ),
    "fashion-pixelcnn": Plan(
        "clothes pixel by pixel", 2350, 16, "fashion", "pixelcnn.PixelCNNRecipe", {}, 15.0
    ),
    "digits-pixelcnn-plain": Plan(
        "the same without attention, to compare with", 2350, 16, "digits", "pixelcnn.PixelCNNRecipe",
        {"attention": False}, 15.0, bundled=False,
    ),
    "digits-pixelcnn-binary": Plan(
        "digits of ink and paper alone, to compare with published likelihoods", 1200, 16, "digits",
        "pixelcnn.PixelCNNRecipe", {"binarised": True, "start": Path("checkpoints/digits-pixelcnn")}, 15.0,
        bundled=False,
    ),
    "emoji-gan": Plan(
        "emoji by class, in colour", 1900, 64, "emoji", "latent_gan.LatentGAN",
        {"autoencoder": Path("checkpoints/emoji-diffusion")}, 5.0,
    ),
    "words-ngram": Plan("texts from counts of up to five tokens", 1, 1, "words", "words_ngram.NGramRecipe"),
    "words-lstm": Plan("texts from an LSTM", 1200, 16, "words", "words_neural.LSTMRecipe", {}, 5.0),
    "words-gpt2": Plan("texts from a small GPT-2", 1200, 16, "words", "words_neural.GPT2Recipe", {}, 5.0),
}  # fmt: skip


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m playground.training",
        description="Train one of the bundled checkpoints. Interrupt it (Ctrl+C) and start the same command "
        "again to go on; runs/<checkpoint>/sheet.png shows samples while it trains.",
        epilog="checkpoints: "
        + "; ".join(f"{name}: {plan.summary}" for name, plan in PLANS.items())
        + "; emoji-diffusion in five steps, emoji-data first (`emoji-data --help`).",
    )
    parser.add_argument("checkpoint", choices=PLANS, help="what to train")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="read the data from here, fetch nothing")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="default: checkpoints/<checkpoint>, or weights/ in the run folder where nothing is bundled",
    )
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="default: runs/<checkpoint>")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=_positive(int), help="default: what the shipped weights had")
    length.add_argument("--minutes", type=_positive(float), help="train this long instead")
    parser.add_argument("--batch-size", type=_positive(int), help="default: what the shipped weights had")
    parser.add_argument("--seed", type=int, default=0, help="all randomness follows from it (default 0)")
    parser.add_argument("--device", default="cpu", help="cpu (default), cuda, mps")
    parser.add_argument("--threads", type=_positive(int), default=os.cpu_count(), help="default: all cores")
    precision = parser.add_mutually_exclusive_group()
    precision.add_argument("--float32", action="store_true", help="never compute in bfloat16")
    precision.add_argument("--bfloat16", action="store_true", help="always (default: where it is fast)")
    return parser.parse_args(arguments)


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    def convert(text: str) -> float:
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    convert.__name__ = f"positive {kind.__name__}"
    return convert


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, then write the checkpoint; give the exit status."""
    from playground.training import emoji

    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in emoji.STEPS:
        return emoji.main(given)
    chosen = parse(given)
    import torch

    from playground.training.exporting import seal
    from playground.training.loop import SHEET, Budget, train
    from playground.training.options import Options, has_fast_bfloat16

    plan = PLANS[chosen.checkpoint]
    torch.set_num_threads(chosen.threads)
    bfloat16 = chosen.bfloat16 or (not chosen.float32 and has_fast_bfloat16(chosen.device))
    options = Options(chosen.batch_size or plan.batch_size, chosen.seed, chosen.device, bfloat16)
    run = chosen.run or Path("runs") / chosen.checkpoint
    output = chosen.output or (Path("checkpoints") / chosen.checkpoint if plan.bundled else run / WEIGHTS)
    steps = None if chosen.minutes else chosen.steps or plan.steps
    try:
        recipe = plan.build(chosen.data, options)
        length = Budget(steps, chosen.minutes)
        done = train(recipe, run, length, chosen.seed, sheet_minutes=plan.sheet_minutes)
        recipe.export(output)
        shutil.copyfile(run / SHEET, output / "samples.png")
        seal(output)
    except PlaygroundError as error:
        print(f"{error.en}\n{error.zh}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    print(f"{output}: " + ", ".join(f"{name} {value:.4g}" for name, value in done.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
