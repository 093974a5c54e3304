"""``python -m playground.training.evaluate``: figures of the checkpoints beside those of real ones.

Class accuracy is the judge's. The Fréchet distance (Heusel et al. 2017, "FID") is taken on the judge's
features, between samples and as many real training pictures as are held out; no FID on Inception features
compares with it. It falls with the number of samples, so that of as many real held-out pictures stands beside it.
Diversity within a class is the mean distance of pairs of pictures, and their likeness is MS-SSIM (Odena et al. 2017),
each beside that of held-out real pictures.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure
from torchmetrics.image.fid import FrechetInceptionDistance

from playground.errors import PlaygroundError
from playground.networks.judge import Featured, JudgeFeatures
from playground.training.data import LOADERS, Labelled
from playground.training.judge import MAKES, load_or_train, name_classes
from playground.training.samplers import (
    Sampler,
    bits_of_pixelcnn,
    complete_by_pixelcnn,
    sample_diffusion,
    sample_flow,
    sample_gan,
    sample_pixelcnn,
    sample_vae,
)

COMPLETED = 100
"""Held-out pictures whose lower half is drawn anew."""
SSIM_PAIRS = 100
SSIM = {"data_range": 1.0, "sigma": 0.8, "kernel_size": 7, "betas": (0.3, 0.4, 0.3)}
"""Three scales and a kernel of 7 pixels, since 28 pixels do not hold the usual five scales of 11."""


class Target(NamedTuple):
    """A checkpoint to judge."""

    kind: str
    """``digits`` or ``fashion``."""
    sample: Sampler
    bits: Callable[[Path, Labelled], float] | None = None
    """What it needs to tell real pictures, where it has a likelihood."""
    complete: Callable[[Path, Labelled, torch.Generator], Tensor] | None = None
    """Draws the lower halves of real pictures anew, where it can."""


TARGETS = {
    "digits-cvae": Target("digits", sample_vae),
    "digits-cvae-2d": Target("digits", sample_vae),
    "digits-gan": Target("digits", sample_gan),
    "digits-pixelcnn": Target("digits", sample_pixelcnn, bits_of_pixelcnn, complete_by_pixelcnn),
    "digits-diffusion": Target("digits", sample_diffusion),
    "digits-flow": Target("digits", sample_flow),
    "fashion-vae": Target("fashion", sample_vae),
    "fashion-gan": Target("fashion", sample_gan),
    "fashion-pixelcnn": Target("fashion", sample_pixelcnn, bits_of_pixelcnn, complete_by_pixelcnn),
    "fashion-diffusion": Target("fashion", sample_diffusion),
    "fashion-flow": Target("fashion", sample_flow),
}

EMOJI = "emoji-diffusion"
"""Judged in its own way, by ``emoji_evaluate``; not among ``all``, for it takes a quarter of an hour."""
EMOJI_GAN = "emoji-gan"
"""Likewise, by ``emoji_gan_evaluate``."""
MOTION = "emoji-motion"
"""Likewise, by ``emoji_motion_evaluate``."""


def evaluate(
    name: str,
    checkpoint: Path,
    runs: Path,
    samples: int | None = None,
    data: Path | None = None,
    seed: int = 0,
    make: str = "plain",
) -> dict[str, float | int | str]:
    """Judge one checkpoint.

    Args:
        name: Which of ``TARGETS`` it is.
        checkpoint: Its folder.
        runs: Where the judges are kept.
        samples: How many, in equal numbers of every class; as many as there are held-out pictures if None.
        data: Folder of the real data; fetched if None.
        seed: The samples' noise follows from it.
        make: Of the judge, one of ``MAKES``.

    Returns:
        Figures by name, those of all real held-out pictures with ``real_`` before it, and ``real_fid_of_as_many`` of as
        many as there are samples; ``bits_per_dimension`` are those of held-out pictures, and ``completed_accuracy`` is
        the share of some of them that is named rightly after their lower half was drawn anew.
    """
    target = TARGETS[name]
    real = LOADERS[target.kind](data)
    judge, real_accuracy = load_or_train(target.kind, real, runs, make=make)
    labels = torch.arange(samples or len(real.held_out.labels)) % len(real.class_names)
    images = target.sample(checkpoint, labels, torch.Generator().manual_seed(seed))
    made = Labelled((images * 255).round().to(torch.uint8), labels)
    right = name_classes(judge, made.images) == labels
    reference = _first(real.train, len(real.held_out.labels))
    distance, real_distance = pairwise_distance(made), pairwise_distance(real.held_out)
    figures = {
        "checkpoint": name,
        "judge": make,
        "samples": len(labels),
        "accuracy": float(right.float().mean()),
        "real_accuracy": real_accuracy,
        "fid": frechet_distance(judge, reference, made),
        "real_fid": frechet_distance(judge, reference, real.held_out),
        "real_fid_of_as_many": frechet_distance(judge, reference, _first(real.held_out, len(labels))),
        "pairwise_distance": distance,
        "real_pairwise_distance": real_distance,
        "diversity": distance / real_distance,
        "ms_ssim": likeness(made),
        "real_ms_ssim": likeness(real.held_out),
        "worst_class": worst_class(right, labels, real.class_names),
    }
    if target.bits is not None:
        figures["bits_per_dimension"] = target.bits(checkpoint, real.held_out)
    if target.complete is not None:
        halves = _first(real.held_out, COMPLETED)
        whole = (target.complete(checkpoint, halves, torch.Generator().manual_seed(seed)) * 255).round()
        named = name_classes(judge, whole.to(torch.uint8)) == halves.labels
        figures["completed_accuracy"] = float(named.float().mean())
        figures["real_accuracy_of_these"] = float((name_classes(judge, halves.images) == halves.labels).float().mean())
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}


def _first(pictures: Labelled, count: int) -> Labelled:
    """Take pictures of all classes, always the same."""
    chosen = torch.randperm(len(pictures.labels), generator=torch.Generator().manual_seed(0))[:count]
    return Labelled(pictures.images[chosen], pictures.labels[chosen])


def frechet_distance(judge: Featured, real: Labelled, other: Labelled) -> float:
    """Give the Fréchet distance between a judge's features of two sets of pictures."""
    metric = FrechetInceptionDistance(JudgeFeatures(judge))
    with torch.inference_mode():
        for pictures, is_real in ((real, True), (other, False)):
            for images in pictures.images.split(500):
                metric.update(images.float() / 255, real=is_real)
    return float(metric.compute())


def pairwise_distance(pictures: Labelled) -> float:
    """Give the mean Euclidean distance of two pictures of a class (pixels 0 to 1), averaged over classes."""
    return _mean_over_classes(pictures, lambda images: torch.pdist(images.flatten(1)).mean())


def likeness(pictures: Labelled) -> float:
    """Give the mean MS-SSIM of random pairs within a class, averaged over classes; 1 means all alike."""
    generator = torch.Generator().manual_seed(0)

    def of_class(images: Tensor) -> Tensor:
        count = len(images)
        first = torch.randint(count, (SSIM_PAIRS,), generator=generator)
        second = (first + torch.randint(1, max(2, count), (SSIM_PAIRS,), generator=generator)) % count
        return multiscale_structural_similarity_index_measure(images[first], images[second], **SSIM)

    return _mean_over_classes(pictures, of_class)


def _mean_over_classes(pictures: Labelled, figure: Callable[[Tensor], Tensor]) -> float:
    of_class = [pictures.images[pictures.labels == label].float() / 255 for label in pictures.labels.unique()]
    return float(torch.stack([figure(images) for images in of_class]).mean())


def worst_class(right: Tensor, labels: Tensor, names: Sequence[str]) -> str:
    """Name the class that is recognised least, with its share, from (N,) booleans."""
    shares = [(float(right[labels == label].float().mean()), name) for label, name in enumerate(names)]
    share, name = min(shares)
    return f"{name} {share:.3f}"


def _judge_of(name: str, frames: int | None = None, make: str = "plain") -> Callable[..., dict[str, Any]]:
    """Give ``evaluate`` for this checkpoint; that of the emoji is loaded only when asked for."""
    if name == EMOJI:
        from playground.training.emoji_evaluate import evaluate as evaluate_emoji

        return evaluate_emoji
    if name == EMOJI_GAN:
        from playground.training.emoji_gan_evaluate import evaluate as evaluate_gan

        return evaluate_gan
    if name == MOTION and frames:
        from playground.training.emoji_motion_longer import evaluate as evaluate_longer

        return partial(evaluate_longer, frames=frames)
    if name == MOTION:
        from playground.training.emoji_motion_evaluate import evaluate as evaluate_motion

        return evaluate_motion
    return partial(evaluate, name, make=make)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print figures and write them as JSON; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m playground.training.evaluate",
        description="Judge the bundled checkpoints with a classifier that is trained on real data (once).",
    )
    parser.add_argument("checkpoint", nargs="?", default="all", choices=[*TARGETS, EMOJI, EMOJI_GAN, MOTION, "all"])
    parser.add_argument("--samples", type=int, help="default: as many as held-out real pictures")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="real data; fetched if not given")
    parser.add_argument("--checkpoints", type=Path, metavar="FOLDER", default=Path("checkpoints"))
    parser.add_argument("--runs", type=Path, metavar="FOLDER", default=Path("runs"))
    parser.add_argument("--seed", type=int, default=0, help="the samples' noise follows from it (default 0)")
    parser.add_argument("--frames", type=int, help=f"of {MOTION}: judge 20 clips of so many, in each way to get longer")
    parser.add_argument("--judge", choices=list(MAKES), default="plain", help="of digits and clothes (default plain)")
    chosen = parser.parse_args(arguments)
    if chosen.samples is not None and chosen.samples < 20:
        parser.error("--samples must be 20 or more, so that every class has a pair")
    here = [name for name in TARGETS if (chosen.checkpoints / name).exists()]
    for name in here if chosen.checkpoint == "all" else [chosen.checkpoint]:
        folder = chosen.checkpoints / name
        try:
            figures = _judge_of(name, chosen.frames, chosen.judge)(
                folder, chosen.runs, chosen.samples, chosen.data, chosen.seed
            )
        except (PlaygroundError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        text = json.dumps(figures, indent=2)
        print(text)
        chosen.runs.mkdir(parents=True, exist_ok=True)
        of_frames = f"-{chosen.frames}" if chosen.frames else ""
        by_judge = "" if chosen.judge == "plain" else f"-{chosen.judge}"
        (chosen.runs / f"{name}{of_frames}{by_judge}.figures.json").write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
