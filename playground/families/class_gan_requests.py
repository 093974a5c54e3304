"""What the Class → Image tab asks: pictures of a class, a sheet of all classes, a strip, a morph clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from playground.catalog import Checkpoint
from playground.families.controls import Choice, Slider
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
from playground.networks.imagenet import imagenet_class_names

CHINESE = {
    "T-shirt/top": "T 恤", "Trouser": "裤子", "Pullover": "套头衫", "Dress": "连衣裙", "Coat": "外套",
    "Sandal": "凉鞋", "Shirt": "衬衫", "Sneaker": "运动鞋", "Bag": "包", "Ankle boot": "短靴",
    "Cat": "猫", "Dog": "狗", "Rabbit": "兔子", "Bear": "熊", "Pig": "猪", "Frog": "青蛙", "Fox": "狐狸",
    "Penguin": "企鹅", "Fish": "鱼", "Whale": "鲸鱼", "Butterfly": "蝴蝶", "Ladybird": "瓢虫", "Turtle": "乌龟",
    "Smiling face": "笑脸", "Sad face": "难过的脸", "Ghost": "幽灵", "Heart": "心", "Star": "星星",
    "Sun": "太阳", "Moon": "月亮", "Cloud": "云", "Rainbow": "彩虹", "Flower": "花", "Tree": "树",
    "Mushroom": "蘑菇", "Apple": "苹果", "Banana": "香蕉", "Strawberry": "草莓", "Orange": "橙子",
    "Watermelon": "西瓜", "Pizza": "披萨", "Hamburger": "汉堡", "Ice cream": "冰淇淋", "Cake": "蛋糕",
    "House": "房子", "Car": "汽车", "Rocket": "火箭", "Ball": "球", "Gift": "礼物", "Balloon": "气球",
}  # fmt: skip

ClassField = Annotated[
    str, Choice(label=Text("Class", "类别"), help=Text("The condition: what to make.", "条件：要生成什么。"))
]
SecondClassField = Annotated[
    str,
    Choice(
        label=Text("Second class", "第二类别"),
        help=Text("Mixed into the first; empty for none.", "混入第一类别；留空表示不混合。"),
    ),
]
MixField = Annotated[
    float,
    Slider(
        0.0,
        1.0,
        0.05,
        label=Text("Mix", "混合"),
        help=Text("0 is the first class, 1 the second.", "0 为第一类别，1 为第二类别。"),
    ),
]
TruncationField = Annotated[
    float,
    Slider(
        0.1,
        1.0,
        0.05,
        label=Text("Truncation", "截断"),
        help=Text(
            "The strength: low is typical, 1 is as varied as the model can.",
            "强度：越低越典型，1 则达到模型的最大多样性。",
        ),
    ),
]


@dataclass(frozen=True)
class ClassSample:
    """One picture to make.

    Attributes:
        class_name: What to make; the name of a class.
        mix_class_name: What is mixed in; empty for nothing.
        mix: Share of the second class, 0 to 1.
        seed: Seed of the noise.
        second_seed: Seed of the noise that the walk ends at.
        walk: How far it has walked, 0 to 1.
        truncation: What the noise is multiplied by.
    """

    class_name: str
    mix_class_name: str = ""
    mix: float = 0.0
    seed: int = 0
    second_seed: int = 0
    walk: float = 0.0
    truncation: float = 1.0


class ClassRequest(Request):
    """Samples of one class, or of a mix of two."""

    task, title = "class_gan", Text("Make a class", "生成一个类别")
    strength_field = "truncation"
    class_name: ClassField = ""
    mix_class_name: SecondClassField = ""
    mix: MixField = 0.0
    truncation: TruncationField = 1.0
    seed: SeedField = -1
    num_images: NumImagesField = 1
    second_seed: SecondSeedField = 0
    walk: WalkField = 0.0

    def samples(self, checkpoint: Checkpoint) -> list[ClassSample]:
        """One sample a seed."""
        return [
            ClassSample(
                self.class_name,
                self.mix_class_name,
                self.mix,
                seed,
                self.second_seed,
                self.walk,
                self.truncation,
            )
            for seed in following_seeds(self.seed, self.num_images)
        ]


class ClassSheetRequest(Request):
    """All classes under one seed: what the noise alone decides. Of a long list, the first hundred."""

    task, title, makes = (
        "class_gan_sheet",
        Text("All classes under one seed", "同一种子下的所有类别"),
        "sheet",
    )
    truncation: TruncationField = 1.0
    seed: SeedField = -1

    def samples(self, checkpoint: Checkpoint) -> list[ClassSample]:
        """One sample a class."""
        return [ClassSample(name, seed=self.seed, truncation=self.truncation) for name in class_names(checkpoint)[:100]]

    def columns_of_sheet(self) -> int:
        """Five, so that ten classes fill two rows."""
        return 5


class ClassStrengthRequest(Request):
    """One class and seed at growing truncation: from the typical to the varied."""

    task, makes = "class_gan_strength", "strip"
    title = Text("Truncation 0.1 to 1: from the typical to the varied", "截断从 0.1 到 1：从典型到多样")
    class_name: ClassField = ""
    seed: SeedField = -1

    def samples(self, checkpoint: Checkpoint) -> list[ClassSample]:
        """Ten truncations from 0.1 to 1."""
        return [ClassSample(self.class_name, seed=self.seed, truncation=tenth / 10) for tenth in range(1, 11)]


class ClassMorphRequest(Request):
    """A clip that turns one class and seed into another."""

    task, title, makes = "class_gan_morph", Text("Morph clip", "渐变动画"), "clip"
    class_name: ClassField = ""
    mix_class_name: SecondClassField = ""
    truncation: TruncationField = 1.0
    seed: SeedField = -1
    second_seed: SecondSeedField = -1
    num_frames: NumFramesField = 32
    fps: FpsField = 16

    def samples(self, checkpoint: Checkpoint) -> list[ClassSample]:
        """The frames there and back, so that the clip loops without a jump."""
        return [
            ClassSample(self.class_name, self.mix_class_name, far, self.seed, self.second_seed, far, self.truncation)
            for far in there_and_back(self.num_frames)
        ]


def is_biggan_deep(checkpoint: Checkpoint) -> bool:
    """Tell whether a checkpoint is of BigGAN-deep, by what only its config.json says."""
    return "attention_layer_position" in checkpoint.config


def is_latent(checkpoint: Checkpoint) -> bool:
    """Tell whether a checkpoint makes latents, which a decoder of its own makes pixels of."""
    return "decoder" in checkpoint.config


def class_names(checkpoint: Checkpoint) -> list[str]:
    """Return a checkpoint's classes in the order of the network's weights."""
    if is_biggan_deep(checkpoint):
        return list(imagenet_class_names())
    return [str(name) for name in checkpoint.config.get("class_names", ())]


def class_options(checkpoint: Checkpoint) -> dict[str, Text]:
    """Return a checkpoint's classes and how a person reads them."""
    return {name: Text(name, CHINESE.get(name, name)) for name in class_names(checkpoint)}
