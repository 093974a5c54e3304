"""What the digits family is asked: samples, a number, a drawing, the map, a morph; and the sample they all become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from playground.catalog import Checkpoint
from playground.families.controls import Drawing, Slider, Words
from playground.families.requests import (
    FpsField,
    NumFramesField,
    NumImagesField,
    Request,
    SecondSeedField,
    SeedField,
    WalkField,
    following_seeds,
    there_and_back,
)
from playground.language import Text

DigitField = Annotated[
    int,
    Slider(
        0,
        9,
        1,
        label=Text("Digit", "数字"),
        help=Text("The condition: which digit to write.", "条件：要写哪个数字。"),
    ),
]
SecondDigitField = Annotated[
    int,
    Slider(0, 9, 1, label=Text("Second digit", "第二数字"), help=Text("Where the morph ends.", "渐变的终点。")),
]
SpreadField = Annotated[
    float,
    Slider(
        0.0,
        2.0,
        0.05,
        label=Text("Spread", "离散度"),
        help=Text(
            "The strength: 0 is the average digit, 1 is as varied as real handwriting, 2 is wild.",
            "强度：0 是平均的数字，1 与真实笔迹一样多样，2 非常夸张。",
        ),
    ),
]
MAP_RADIUS = 2.5


@dataclass(frozen=True)
class DigitSample:
    """One digit to write: its condition, and where its latent comes from.

    Attributes:
        digit: The digit.
        second_digit: The digit it turns into.
        mix: How far it has turned, 0 to 1.
        seed: Seed of the latent; None when ``point`` or ``drawing`` takes its place.
        second_seed: Seed of the latent that the walk ends at.
        walk: How far it has walked, 0 to 1.
        spread: What the latent is multiplied by.
        point: A latent written out, for checkpoints whose latents have two numbers.
        drawing: An inline PNG whose handwriting is taken.
        rebuild: Whether to write the digit that the drawing was read as, instead of ``digit``.
    """

    digit: int
    second_digit: int = 0
    mix: float = 0.0
    seed: int | None = None
    second_seed: int = 0
    walk: float = 0.0
    spread: float = 1.0
    point: tuple[float, float] | None = None
    drawing: str | None = None
    rebuild: bool = False


class DigitRequest(Request):
    """Samples of one digit."""

    task, title = "digits_cvae", Text("Write a digit", "写一个数字")
    strength_field = "spread"
    digit: DigitField = 7
    spread: SpreadField = 1.0
    seed: SeedField = -1
    num_images: NumImagesField = 1
    second_seed: SecondSeedField = 0
    walk: WalkField = 0.0

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """One sample a seed."""
        return [
            DigitSample(self.digit, seed=seed, second_seed=self.second_seed, walk=self.walk, spread=self.spread)
            for seed in following_seeds(self.seed, self.num_images)
        ]


class NumberRequest(Request):
    """A number in one handwriting: one latent, several digits."""

    task, title, makes = "digits_number", Text("Write a number", "写一个数"), "strip"
    number: Annotated[
        str,
        Words(
            12,
            r"^[0-9]{1,12}$",
            content=Text("1 to 12 digits from 0 to 9", "1 到 12 位数字"),
            label=Text("Number", "数"),
            help=Text("Up to 12 digits, all in one hand.", "最多 12 位，同一种笔迹。"),
        ),
    ] = "2026"
    spread: SpreadField = 1.0
    seed: SeedField = -1

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """One sample a digit, all from one latent."""
        return [DigitSample(int(digit), seed=self.seed, spread=self.spread) for digit in self.number]


class DigitMorphRequest(Request):
    """A clip that turns one digit and handwriting into another."""

    task, title, makes = "digits_morph", Text("Morph between two seeds", "两个种子之间的渐变"), "clip"
    digit: DigitField = 3
    second_digit: SecondDigitField = 8
    spread: SpreadField = 1.0
    seed: SeedField = -1
    second_seed: SecondSeedField = -1
    num_frames: NumFramesField = 32
    fps: FpsField = 16

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """The frames there and back, so that the clip loops without a jump."""
        return [
            DigitSample(self.digit, self.second_digit, far, self.seed, self.second_seed, far, self.spread)
            for far in there_and_back(self.num_frames)
        ]


class DigitStrengthRequest(Request):
    """One digit and seed at growing spread: from the average digit to the wild."""

    task, makes = "digits_strength", "strip"
    title = Text("Spread 0 to 2: from the average to the wild", "离散度从 0 到 2：从平均到夸张")
    digit: DigitField = 7
    seed: SeedField = -1

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """Nine spreads from 0 to 2."""
        return [DigitSample(self.digit, seed=self.seed, spread=quarter / 4) for quarter in range(9)]


class DrawnDigitRequest(Request):
    """A visitor's own digit, rebuilt and written as all ten digits in the same hand."""

    task, title, makes = "digits_drawing", Text("Draw your own", "自己画一个"), "strip"
    drawing: Annotated[
        str,
        Drawing(
            label=Text("Drawing", "手绘"),
            help=Text("Draw one digit; it is read, rebuilt and rewritten.", "画一个数字；模型会识别、重建并改写它。"),
        ),
    ] = ""

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """The reconstruction first, then 0 to 9."""
        ten = [DigitSample(digit, drawing=self.drawing) for digit in range(10)]
        return [DigitSample(0, drawing=self.drawing, rebuild=True), *ten]


class DigitMapRequest(Request):
    """The plane of a two-number latent, written out on a grid."""

    task, title, makes = "digits_map", Text("The whole map", "整张地图"), "sheet"
    seamless = True
    digit: DigitField = 7
    columns: Annotated[
        int,
        Slider(3, 25, 1, label=Text("Columns", "列数"), help=Text("Digits along each side.", "每边的数字个数。")),
    ] = 15

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """Row by row from the top, left to right; the second latent number points up."""
        steps = [MAP_RADIUS * (2 * index / (self.columns - 1) - 1) for index in range(self.columns)]
        return [DigitSample(self.digit, point=(x, y)) for y in reversed(steps) for x in steps]

    def columns_of_sheet(self) -> int:
        """As many as asked for."""
        return self.columns


class DigitPointRequest(Request):
    """The digit at one point of the map."""

    task, title = "digits_point", Text("Map of all handwritings", "笔迹地图")
    digit: DigitField = 7
    x: Annotated[float, Slider(-3.0, 3.0, 0.05, label=Text("First latent number", "第一个隐变量"))] = 0.0
    y: Annotated[float, Slider(-3.0, 3.0, 0.05, label=Text("Second latent number", "第二个隐变量"))] = 0.0

    def samples(self, checkpoint: Checkpoint) -> list[DigitSample]:
        """The one point."""
        return [DigitSample(self.digit, point=(self.x, self.y))]
