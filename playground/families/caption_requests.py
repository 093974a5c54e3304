"""What the caption family is asked: a phrase for a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from playground.catalog import Checkpoint
from playground.families.controls import Choice, Slider
from playground.families.picture_input import LookedAtField
from playground.families.requests import Request, SeedField
from playground.language import Text

LANGUAGES = {"en": Text("English", "英文"), "zh": Text("Chinese", "中文")}


@dataclass(frozen=True)
class CaptionSample:
    """One caption to write.

    Attributes:
        image: An inline PNG.
        language: "en" or "zh".
        num_beams: How many beginnings are followed at once.
        temperature: Of every token's distribution; 0 takes the likeliest.
        seed: Seed of the noise that chooses, where the temperature is above 0.
    """

    image: str
    language: str
    num_beams: int
    temperature: float
    seed: int


class CaptionRequest(Request):
    """A picture becomes a phrase, word by word."""

    task, title, makes = "caption", Text("Caption a picture", "看图说话"), "text"
    image: LookedAtField = ""
    language: Annotated[
        str, Choice(label=Text("Language", "语言"), help=Text("Of the caption.", "说明文字的语言。"))
    ] = "en"
    num_beams: Annotated[
        int,
        Slider(
            1,
            8,
            1,
            label=Text("Beam width", "束宽"),
            help=Text(
                "How many beginnings are followed at once; all that reach an end are shown.",
                "同时跟踪多少个开头；到达结尾的都会显示。",
            ),
        ),
    ] = 4
    temperature: Annotated[
        float,
        Slider(
            0.0,
            2.0,
            0.05,
            label=Text("Temperature", "温度"),
            help=Text("0 takes the likeliest words; above, chance has a say.", "0 取最可能的词；越高越随机。"),
        ),
    ] = 0.0
    seed: SeedField = -1

    def samples(self, checkpoint: Checkpoint) -> list[CaptionSample]:
        """One phrase."""
        return [CaptionSample(self.image, self.language, self.num_beams, self.temperature, self.seed)]
