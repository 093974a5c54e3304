"""Requests: the typed, frozen records of what a visitor asks. Form, API, validation and metadata come from them."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.controls import LARGEST_SEED, Control, Seed, Slider
from playground.language import Text
from playground.outcomes import Layout

COUNTS = ("num_images", "num_texts")
"""Fields that ask for several samples, each with the next seed."""
SeedField = Annotated[
    int,
    Seed(
        label=Text("Seed", "种子"),
        help=Text(
            "The same seed makes the same noise, and so the same picture.",
            "相同的种子产生相同的噪声，也就得到相同的图片。",
        ),
    ),
]
SecondSeedField = Annotated[
    int,
    Seed(
        label=Text("Second seed", "第二种子"),
        help=Text("Where the walk ends.", "漫步的终点。"),
        advanced=True,
    ),
]
WalkField = Annotated[
    float,
    Slider(
        0.0,
        1.0,
        0.02,
        label=Text("Walk", "漫步"),
        help=Text("From the seed's noise to the second seed's.", "从种子的噪声走向第二种子的噪声。"),
        advanced=True,
    ),
]
NumImagesField = Annotated[
    int,
    Slider(
        1,
        100,
        1,
        label=Text("Number of samples", "样本数量"),
        help=Text("Each takes the next seed.", "每个样本使用下一个种子。"),
        live=False,
    ),
]
NumFramesField = Annotated[
    int,
    Slider(
        2,
        96,
        1,
        label=Text("Frames", "帧数"),
        help=Text("How many pictures the clip has.", "动画包含多少张图片。"),
        live=False,
    ),
]
FpsField = Annotated[
    int,
    Slider(
        1,
        60,
        1,
        label=Text("Frames per second", "每秒帧数"),
        help=Text("How fast the clip plays.", "动画播放的速度。"),
        live=False,
    ),
]


class Request(BaseModel):
    """What a visitor asks of one family.

    Every field carries a control in its annotation. Subclasses say what they make and of which samples.

    Attributes:
        task: The endpoint's name, unique in the playground.
        family: Name of the family, set when the family registers.
        title: What the visitor calls it.
        makes: What the samples become: a kind of ``playground.outcomes``, such as pictures, strip, sheet, clip, text.
        seamless: Whether a sheet's pictures touch.
        strength_field: The field that says how strongly the condition acts; empty where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: ClassVar[str]
    family: ClassVar[str]
    title: ClassVar[Text]
    makes: ClassVar[str] = "pictures"
    seamless: ClassVar[bool] = False
    strength_field: ClassVar[str] = ""

    def samples(self, checkpoint: Checkpoint) -> list[Any]:
        """Return what this checkpoint has to make, in order."""
        raise NotImplementedError

    def columns_of_sheet(self) -> int | None:
        """Return how many pictures go side by side on a sheet; None lets the sheet choose."""
        return None

    def layout(self) -> Layout:
        """Return how the result is put together."""
        return Layout(self.columns_of_sheet(), self.seamless, getattr(self, "fps", Layout.fps))

    @classmethod
    @functools.cache
    def controls(cls) -> Mapping[str, Control]:
        """Return each field's control, in the order of the form."""
        return MappingProxyType(
            {
                name: next(item for item in field.metadata if isinstance(item, Control))
                for name, field in cls.model_fields.items()
            }
        )

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Return each field's default."""
        return {name: field.get_default() for name, field in cls.model_fields.items()}

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Request:
        """Validate values that came from a page, the API or a file, and draw the seeds that are -1.

        Raises:
            InvalidInput: A field is unknown, or its value is not allowed; the sentence names both.
        """
        try:
            request = cls.model_validate(dict(values))
        except ValidationError as error:
            raise cls._refusal(error) from error
        drawn = {
            name: secrets.randbelow(LARGEST_SEED + 1)
            for name, control in cls.controls().items()
            if isinstance(control, Seed) and getattr(request, name) == -1
        }
        return request.model_copy(update=drawn)

    @classmethod
    def _refusal(cls, error: ValidationError) -> InvalidInput:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            names = ", ".join(cls.model_fields)
            return InvalidInput(
                field,
                f"There is no field {field!r}; the fields are: {names}.",
                f"没有字段 {field!r}；可用字段：{names}。",
            )
        control = cls.controls()[field]
        return refuse(field, control.label, control.allowed, first["input"])


def refuse(field: str, label: Text, allowed: Text, received: object) -> InvalidInput:
    """Phrase why a value is not taken: the field, what it allows, what was received."""
    shown = repr(received)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    return InvalidInput(
        field,
        f"{label.en} ({field}) must be {allowed.en}; you sent {shown}.",
        f"{label.zh}（{field}）必须是{allowed.zh}；收到的是 {shown}。",
    )


def following_seeds(seed: int, count: int) -> list[int]:
    """Return ``seed, seed + 1, …``, which start again at 0 after the largest seed."""
    return [(seed + index) % (LARGEST_SEED + 1) for index in range(count)]


def there_and_back(count: int) -> list[float]:
    """Return ``count`` fractions from 0 to 1 and back, each end once, so that repeating them does not stutter."""
    return [1 - abs(1 - 2 * index / count) for index in range(count)]
