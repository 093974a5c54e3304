"""Pictures and words in one space: two towers, bundled or from the hub, say how well words fit a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.base import Device, Family, Step, register
from playground.families.picture_input import looked_at, picture_notice, refuse_missing
from playground.families.requests import Request
from playground.families.zero_shot_requests import NOTHING, EmbedRequest, ZeroShotRequest, refuse_wordless
from playground.language import Text, sentences
from playground.outcomes.scores import Scores

if TYPE_CHECKING:
    from torch import Tensor

GREEDY = Text("Temperature 0: the best word gets everything.", "温度为 0：全部给最合适的词。")
COLUMNS = ("probability", "likeness", "logit")
"""Shares that add up to 1; cosines, −1 to 1; what the shares are a softmax of at temperature 1."""


@dataclass
class Towers:
    """What is loaded: both towers, what reads words, and what prepares pictures."""

    model: Any
    tokenizer: Any
    processor: Any

    def see(self, picture: Any) -> Tensor:
        """Embed a picture: (1, D), of length 1."""
        from playground.networks.picture_views import see

        return see(self.model, self.processor, picture)

    def read(self, texts: Sequence[str]) -> Tensor:
        """Embed texts: (N, D), of length 1."""
        ids = self.tokenizer(
            list(texts), padding=True, truncation=True, max_length=self.tokenizer.model_max_length, return_tensors="pt"
        )
        device = self.model.logit_scale.device
        read = self.model.text_model(input_ids=ids.input_ids.to(device), attention_mask=ids.attention_mask.to(device))
        return _unit(self.model.text_projection(read.pooler_output))


@register
class ZeroShot(Family[Towers]):
    """CLIP (Radford et al. 2021): pictures and words that belong together lie in one direction."""

    name, title, order, max_batch, dtype = "zero_shot", Text("Words for a picture", "图片与词语"), 61, 1, "float32"
    within, live, single_core = "write_text", False, 1
    requests = (ZeroShotRequest, EmbedRequest)
    examples = (
        (Text("Animals", "动物"), {"words": "cat\ndog\nrabbit\nfish\nbird\n熊猫\n狐狸"}),
        (Text("Colours", "颜色"), {"words": "red\norange\nyellow\ngreen\nblue\npurple\npink"}),
        (Text("Moods", "心情"), {"words": "happy face\nsad face\nangry face\nsleeping face\n笑哭"}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> Towers:
        """Open a folder of transformers' CLIPModel or VisionTextDualEncoderModel; its settings say which."""
        import torch
        from transformers import AutoModel, AutoTokenizer, CLIPImageProcessor

        model = AutoModel.from_pretrained(checkpoint.path, dtype=getattr(torch, self.dtype), use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.path)
        model.eval()
        return Towers(model.to(device.type), tokenizer, CLIPImageProcessor.from_pretrained(checkpoint.path))

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse a missing picture, and words that are none."""
        super().check(checkpoint, request)
        if isinstance(request, ZeroShotRequest):
            refuse_wordless(request)
            refuse_missing(request.image)
        elif isinstance(request, EmbedRequest):
            if not request.image and not request.words:
                raise InvalidInput("image", *NOTHING)
            if request.image:
                refuse_missing(request.image)

    def generate(self, model: Towers, samples: Sequence[Any], step: Step) -> list[Scores]:
        """Look, read, compare."""
        import torch

        with torch.inference_mode():
            made = [self._embedded(model, each) if isinstance(each, EmbedRequest) else self._compared(model, each)
                    for each in samples]  # fmt: skip
        step(1, 1)
        return made

    def _compared(self, model: Towers, asked: ZeroShotRequest) -> Scores:
        picture, lines = looked_at(asked.image), asked.lines
        likenesses = [float(value) for value in (model.see(picture) @ model.read(lines).T)[0]]
        scale = float(model.model.logit_scale.exp())
        shares = shares_of(likenesses, scale, asked.temperature)
        told = sentences([picture_notice(picture), GREEDY if not asked.temperature else None])
        return Scores(
            tuple(lines),
            COLUMNS,
            tuple(zip(shares, likenesses, (scale * each for each in likenesses), strict=True)),
            {"notice": told} if told else {},
        )

    def _embedded(self, model: Towers, asked: EmbedRequest) -> Scores:
        direction = model.see(looked_at(asked.image)) if asked.image else model.read([asked.words])
        values = [float(value) for value in direction[0]]
        return Scores(tuple(str(place) for place in range(len(values))), ("value",), tuple((v,) for v in values))

    def memory(self, model: Towers) -> int:
        """The weights of both towers."""
        return super().memory(model.model)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines with transformers alone."""
        if not isinstance(request, ZeroShotRequest):
            return ""
        where = device.type if device else "cpu"
        return f"""import torch
from PIL import Image
from transformers import AutoModel, AutoTokenizer, CLIPImageProcessor

from playground.networks.picture_views import see  # one view of it, or the mean of those that config.json asks for

folder, words, temperature = "{checkpoint.source}", {request.lines!r}, {request.temperature}
model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval().to("{where}")
processor, tokenizer = CLIPImageProcessor.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
ids = tokenizer(words, padding=True, truncation=True, return_tensors="pt").to("{where}")
with torch.inference_mode():
    seen = see(model, processor, Image.open("picture.png").convert("RGB"))
    read = model.text_projection(model.text_model(**ids).pooler_output)
    scores = model.logit_scale.exp() * torch.cosine_similarity(seen, read)
shares = (scores / temperature).softmax(0) if temperature else (scores == scores.max()).float()
for word, share in zip(words, shares.tolist()):
    print(f"{{word}}: {{share:.3f}}")
"""


def shares_of(likenesses: Sequence[float], scale: float, temperature: float) -> list[float]:
    """Turn likenesses (−1 to 1) into shares that add up to 1: a softmax of scale × likeness / temperature."""
    best = max(likenesses)
    if not temperature:
        first = likenesses.index(best)
        return [float(place == first) for place in range(len(likenesses))]
    powers = [math.exp(scale * (likeness - best) / temperature) for likeness in likenesses]
    return [power / sum(powers) for power in powers]


def _unit(directions: Tensor) -> Tensor:
    length: Tensor = directions.float().norm(dim=-1, keepdim=True)
    return directions.float() / length
