"""``python -m playground.training.emoji_sheet``: the bar's prompts under several seeds on one sheet, for the card.

Columns are prompts, rows are seeds 0, 1, 2 …; a second sheet holds the Chinese prompts and compositions, a third
other words for everyday things, styles and counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from playground.errors import PlaygroundError
from playground.training.emoji_evaluate import GUIDANCE, draw
from playground.training.emoji_unet import CHINESE_BAR, ENGLISH_BAR, load_pipeline
from playground.training.loop import draw_sheet

COMPOSITIONS = ("blue apple", "rocket on a blue background", "small heart", "two apples", "cat and rocket")
WORDS = (
    "kitty", "sedan", "puppy", "spaceship", "小狗",
    "purple cat", "flat pizza", "four apples", "tiny house", "three stars",
)  # fmt: skip
SHEETS = {"sheet.jpg": ENGLISH_BAR, "sheet-more.jpg": (*CHINESE_BAR, *COMPOSITIONS), "sheet-words.jpg": WORDS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sheets into the checkpoint's folder; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m playground.training.emoji_sheet", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, metavar="FOLDER", default=Path("checkpoints/emoji-diffusion"))
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="default: the checkpoint's folder")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--guidance", type=float, default=GUIDANCE)
    chosen = parser.parse_args(arguments)
    try:
        pipeline = load_pipeline(chosen.checkpoint)
    except PlaygroundError as error:
        print(error.en, file=sys.stderr)
        return 1
    output = chosen.output or chosen.checkpoint
    output.mkdir(parents=True, exist_ok=True)
    for name, prompts in SHEETS.items():
        seeds = [seed for seed in range(chosen.seeds) for _ in prompts]
        pictures = draw(pipeline, list(prompts) * chosen.seeds, chosen.guidance, seeds)
        draw_sheet(pictures.unflatten(0, (chosen.seeds, len(prompts))), output / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
