"""What emoji-caption reaches, measured on what it never saw.

``python -m playground.training.emoji_caption_evaluate`` prints the figures of its model card: drawings of a set that
was held out, and the project's own pictures of its example prompts.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from playground.networks.captioning import Captioner, open_captioner
from playground.training.emoji_captions import CHINESE_COLOURS, without_colour
from playground.training.emoji_clip_evaluate import EXAMPLES, as_picture, seen_style
from playground.training.emoji_data import load_drawings
from playground.training.emoji_pairs import LANGUAGES, Pair, Pairs, coloured
from playground.training.emoji_pictures import COLOURS, colour_names


def report_captions(captioner: Captioner, pairs: Pairs, count: int) -> None:
    """Print what the captioner reaches: on drawings of the held-out style, every few of them."""
    places = seen_style(pairs, everyday=True)
    places = places[:: max(1, len(places) // count)]
    pictures = pairs.pictures([Pair(place) for place in places])
    for language in LANGUAGES:
        things = colours = either = dominant = 0
        for place, picture in zip(places, pictures, strict=True):
            said = caption(captioner, as_picture(picture), language)
            label, own = int(pairs.labels[place]), pairs.dominants[place]
            names = [*pairs.names[label][language], *(pairs.concepts[label].keywords if language == "en" else ())]
            things += _plain(said, language) in {_plain(name, language) for name in names}
            if own:
                dominant += 1
                words = {name: name if language == "en" else CHINESE_COLOURS[name] for name in colour_names(own)}
                colours += said.startswith(words[own.name])
                either += said.startswith(tuple(words.values()))
        print(
            f"captions, {language}: thing {things} of {len(places)}, colour {colours} of {dominant}, "
            f"with either name at the border of two colours {either}"
        )


def report_own(captioner: Captioner, folder: Path) -> None:
    """Print what is said of the project's own pictures of its example prompts."""
    from diffusers import StableDiffusionPipeline

    pipeline: Any = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    for prompt in EXAMPLES:
        noise = torch.Generator().manual_seed(0)
        picture = pipeline(prompt, guidance_scale=4, num_inference_steps=20, generator=noise).images[0]
        said = [caption(captioner, picture, language) for language in LANGUAGES]
        print(f"own picture of {prompt!r}: {' / '.join(said)}")


def caption(captioner: Captioner, picture: Image.Image, language: str) -> str:
    """Say the best of four beams."""
    tokens, _ = captioner.write(picture, language, 4, 0.0, 0)[0]
    return "".join(token.text for token in tokens).strip()


def _plain(name: str, language: str) -> str:
    """Leave the colour out: what is left is the thing."""
    if language == "zh":
        for colour in COLOURS:
            empty = coloured("", colour, "zh").text
            name = name.removeprefix(empty)
        return name
    return without_colour(name.lower()).removesuffix(" face")


def main() -> None:
    """Measure what is there."""
    parser = argparse.ArgumentParser(prog="python -m playground.training.emoji_caption_evaluate", description=__doc__)
    parser.add_argument("--captioner", type=Path, metavar="FOLDER", default=Path("checkpoints/emoji-caption"))
    parser.add_argument("--clip", type=Path, metavar="FOLDER", default=Path("checkpoints/emoji-clip"))
    parser.add_argument("--diffusion", type=Path, metavar="FOLDER", default=Path("checkpoints/emoji-diffusion"))
    parser.add_argument("--captions", type=int, default=150, help="pictures that are captioned (default 150)")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    captioner = open_captioner(chosen.captioner, "cpu", torch.float32, chosen.clip)
    report_captions(captioner, Pairs(load_drawings()), chosen.captions)
    report_own(captioner, chosen.diffusion)


if __name__ == "__main__":
    main()
