"""What emoji-clip reaches, measured on what it never saw.

``python -m playground.training.emoji_clip_evaluate`` prints the figures of its model card: drawings of a set that
was held out, concepts that were, lines as a finger draws them, and paraphrases.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from transformers import AutoModel, AutoTokenizer, CLIPImageProcessor

from playground.networks.picture_views import see
from playground.training.emoji_clip import embed_texts, name_embeddings
from playground.training.emoji_data import load_drawings
from playground.training.emoji_finger import drawn_by_finger
from playground.training.emoji_pairs import LANGUAGES, Pair, Pairs
from playground.training.emoji_sources import OTHER_SETS, SETS

PARAPHRASES = {
    "kitty": "cat", "sedan": "automobile", "小狗": "dog", "spaceship": "rocket", "puppy": "dog", "小猫": "cat",
    "bunny": "rabbit", "aeroplane": "airplane", "汽车": "automobile", "doughnut": "doughnut", "burger": "hamburger",
    "spooky ghost": "ghost", "飞机": "airplane", "bike": "bicycle", "lorry": "delivery truck", "piglet": "pig",
    "苹果": "red apple", "金鱼": "tropical fish", "boat": "sailboat", "雪人": "snowman",
}  # fmt: skip
"""What somebody may type, and what the label of a right thing begins with."""
EXAMPLES = (
    "red apple", "cat face", "rocket", "red heart", "ghost", "house", "crown", "crying face", "tree", "blue apple",
    "small heart", "three stars", "猫", "下雨",
)  # fmt: skip
"""The prompts that the page offers."""

MARGINS = ([0.0], [0.075], [0.15], [0.0, 0.075], [0.0, 0.075, 0.15], [0.0, 0.075, 0.15, 0.225])
"""Ways to look at a picture that are compared."""


class Eyes:
    """Both towers with everything that can be seen, embedded."""

    def __init__(self, folder: Path, pairs: Pairs) -> None:
        """Open the folder and embed the names of all concepts."""
        self.model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.processor = CLIPImageProcessor.from_pretrained(folder)
        self.tokenizer, self.pairs = AutoTokenizer.from_pretrained(folder), pairs
        self.names = {
            language: name_embeddings(
                self.model, self.tokenizer, [(names[language] or names["en"])[:4] for names in pairs.names]
            )
            for language in LANGUAGES
        }

    @torch.inference_mode()
    def see(self, pictures: Sequence[Image.Image]) -> Tensor:
        """Embed pictures of mode RGB as the page does: (N, 256), of length 1."""
        return torch.cat([see(self.model, self.processor, picture) for picture in pictures])

    def shown(self, places: Sequence[int]) -> Tensor:
        """Embed drawings as they are: (N, 256), of length 1."""
        return self.see([as_picture(pixels) for pixels in self.pairs.pictures([Pair(place) for place in places])])

    @torch.inference_mode()
    def read(self, words: Sequence[str]) -> Tensor:
        """Embed words: (N, 256), of length 1."""
        return embed_texts(self.model, self.tokenizer, list(words))


def ranks(seen: Tensor, names: Tensor, right: Tensor) -> Tensor:
    """Give the place, from 0, of the right name (N,) for pictures (N, D) among names (C, D)."""
    likenesses = seen @ names.T
    return (likenesses > likenesses.gather(1, right[:, None])).sum(1)


def seen_style(pairs: Pairs, everyday: bool = False) -> list[int]:
    """Give the drawings of the held-out style whose concepts were taught through other sets."""
    taught = torch.isin(pairs.labels, torch.tensor(pairs.known))
    chosen = (pairs.styles == pairs.held_out_style) & taught
    return (chosen & pairs.everyday[pairs.labels] if everyday else chosen).nonzero()[:, 0].tolist()


def report_clip(eyes: Eyes) -> None:
    """Print what the towers reach."""
    pairs = eyes.pairs
    for everyday in (False, True):
        places = seen_style(pairs, everyday)
        seen = eyes.shown(places)
        for language in LANGUAGES:
            found = ranks(seen, eyes.names[language], pairs.labels[places])
            what = "everyday things" if everyday else "all"
            print(f"held-out style, {what} ({len(places)} among {len(pairs.concepts)}), {language}: {_shares(found)}")
    new = torch.tensor(pairs.new)
    places = torch.isin(pairs.labels, new).nonzero()[:, 0].tolist()
    seen = eyes.shown(places)
    right = torch.searchsorted(new, pairs.labels[places])
    print(f"new concepts ({len(places)} among {len(new)}): {_shares(ranks(seen, eyes.names['en'][new], right))}")
    things, pictures, words = drawn_by_finger()
    likenesses = eyes.see(pictures) @ eyes.read(words).T
    named = [words[int(best)] for best in likenesses.argmax(1)]
    right_ones = sum(name == thing for name, thing in zip(named, things, strict=True))
    said = ", ".join(f"{thing} → {name}" for thing, name in zip(things, named, strict=True))
    print(f"by finger: {right_ones} of {len(things)} among {len(words)} ({said})")
    places = seen_style(pairs, everyday=True)
    seen = eyes.shown(places)
    found = 0
    for typed, label in PARAPHRASES.items():
        best = (eyes.read([typed]) @ seen.T)[0].topk(5).indices.tolist()
        found += any(pairs.concepts[int(pairs.labels[places[place]])].label.startswith(label) for place in best)
    print(f"search: {found} of {len(PARAPHRASES)} paraphrases among five, in {len(places)} pictures")


def report_views(eyes: Eyes) -> None:
    """Print what each way to look at a picture reaches on sets that nothing learned from: theirs is the choice."""
    known, asked = torch.tensor(eyes.pairs.known), eyes.model.config.views
    for style, icons in enumerate(OTHER_SETS, len(SETS)):
        places = ((eyes.pairs.styles == style) & torch.isin(eyes.pairs.labels, known)).nonzero()[:, 0].tolist()
        for margins, mirrored in product(MARGINS, (False, True)):
            eyes.model.config.views = {"margins": margins, "mirrored": mirrored}
            found = ranks(eyes.shown(places), eyes.names["en"], eyes.pairs.labels[places])
            print(f"{icons.style} ({len(places)}), {eyes.model.config.views}: {_shares(found)}")
    eyes.model.config.views = asked


def _shares(found: Tensor) -> str:
    return f"first {(found < 1).float().mean():.1%}, among five {(found < 5).float().mean():.1%}"


def as_picture(pixels: Tensor) -> Image.Image:
    """Give pixels (3, H, W), 0 to 1, as a picture."""
    return Image.fromarray((pixels.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy())


def main() -> None:
    """Measure what is there."""
    parser = argparse.ArgumentParser(prog="python -m playground.training.emoji_clip_evaluate", description=__doc__)
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--views", action="store_true", help="compare ways to look at a picture, on other sets")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    folder = chosen.checkpoints / "emoji-clip"
    if chosen.views:
        report_views(Eyes(folder, Pairs(load_drawings(None, (*SETS, *OTHER_SETS)))))
    else:
        report_clip(Eyes(folder, Pairs(load_drawings())))


if __name__ == "__main__":
    main()
