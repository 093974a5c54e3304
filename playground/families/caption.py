"""A picture becomes a phrase: an encoder looks, a decoder writes word by word and looks again for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step, register
from playground.families.caption_requests import LANGUAGES, CaptionRequest, CaptionSample
from playground.families.picture_input import looked_at, picture_notice, refuse_missing
from playground.families.requests import Request
from playground.language import Text, sentences
from playground.outcomes.text import Passage, Token

if TYPE_CHECKING:
    from playground.networks.captioning import Captioner, Written

GREEDY = Text(
    "Temperature 0: the likeliest words are taken, whatever the seed.", "温度为 0：取最可能的词，与种子无关。"
)
PROBABILITY = "probability of the phrase"
KINDS = ("vision-encoder-decoder", "blip", "git")


@register
class Caption(Family["Captioner"]):
    """Encoder–decoder captioning (Vinyals et al. 2015, with transformers in both places)."""

    name, title, order, max_batch, dtype = "caption", Text("Caption a picture", "看图说话"), 61, 1, "float32"
    within, live, single_core = "write_text", False, 1
    requests = (CaptionRequest,)
    examples = (
        (Text("In Chinese", "用中文说"), {"language": "zh", "temperature": 0.0}),
        (Text("Eight beams", "八个候选"), {"num_beams": 8, "temperature": 0.0}),
        (Text("A wild guess", "大胆猜测"), {"num_beams": 1, "temperature": 1.2}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> Captioner:
        """Open a folder of transformers' captioners."""
        import torch

        from playground.networks.captioning import open_captioner
        from playground.networks.image_tower import OtherTower

        kind = str(checkpoint.config.get("model_type"))
        if kind not in KINDS:
            raise checkpoint.unusable(f"it is no captioner but {kind!r}", f"它不是看图说话模型，而是 {kind!r}")
        towers = checkpoint.base.path if checkpoint.base else None
        try:
            return open_captioner(checkpoint.path, device.type, getattr(torch, self.dtype), towers)
        except OtherTower as error:
            raise checkpoint.unusable(
                f"it was trained on another image tower than that of {error}", f"训练它的图像塔不是 {error} 的"
            ) from error

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The languages: both for what was trained here, English for the rest."""
        return {"language": LANGUAGES if checkpoint.origin is None else {"en": LANGUAGES["en"]}}

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse a missing picture."""
        super().check(checkpoint, request)
        if isinstance(request, CaptionRequest):
            refuse_missing(request.image)

    def generate(self, model: Captioner, samples: Sequence[CaptionSample], step: Step) -> list[Passage]:
        """Write one caption after the other, each with the beams that reached an end beside it."""
        made = []
        for index, sample in enumerate(samples, 1):
            picture = looked_at(sample.image)
            (best, likely), *others = model.write(
                picture, sample.language, sample.num_beams, sample.temperature, sample.seed
            )
            told = sentences([picture_notice(picture), None if sample.temperature else GREEDY])
            tokens = tuple(Token(each.text, each.probability, each.others, each.looked) for each in best)
            beams = tuple((_text(written), probability) for written, probability in others)
            made.append(Passage(_text(best), tokens, beams, {"notice": told} if told else {}, {PROBABILITY: likely}))
            step(index, len(samples))
        return made

    def memory(self, model: Captioner) -> int:
        """The weights of both halves."""
        return super().memory(model.model)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines with transformers alone; chance is drawn by ``playground.networks.captioning``."""
        if not isinstance(request, CaptionRequest):
            return ""
        towers = f', towers=Path("{checkpoint.base.source}")' if checkpoint.base else ""
        return f"""import torch
from pathlib import Path
from PIL import Image
from playground.networks.captioning import open_captioner

captioner = open_captioner(Path("{checkpoint.source}"), "{device.type if device else "cpu"}", torch.float32{towers})
picture = Image.open("picture.png").convert("RGB")
phrases = captioner.write(
    picture, {request.language!r}, num_beams={request.num_beams}, temperature={request.temperature}, seed={request.seed}
)
for tokens, probability in phrases:
    print("".join(token.text for token in tokens), f"{{probability:.3f}}")
"""


def _text(written: Sequence[Written]) -> str:
    return "".join(token.text for token in written).strip()
