"""What the pixel-by-pixel family is asked: pictures of a class, the rest of a wiped one, the odds of one pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.class_gan_requests import ClassField
from playground.families.controls import Drawing, Slider
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text
from playground.media.drawings import on_paper
from playground.media.inline import picture_of

TemperatureField = Annotated[
    float,
    Slider(
        0.1,
        2.0,
        0.05,
        label=Text("Temperature", "温度"),
        help=Text(
            "Below 1 likely pixels become likelier; above 1 chance has more to say.",
            "低于 1 时可能的像素更可能出现；高于 1 时更随机。",
        ),
    ),
]
PixelGuidanceField = Annotated[
    float,
    Slider(
        0.0,
        8.0,
        0.25,
        label=Text("Guidance", "引导强度"),
        help=Text(
            "0 forgets the class, 1 is the network's own word, more exaggerates the class.",
            "0 忘掉类别，1 是网络本来的意思，更高则夸张类别。",
        ),
    ),
]
MISSING = Text("The picture is missing: send one.", "缺少图片：请发送一张。")


@dataclass(frozen=True)
class PixelSample:
    """One picture to draw.

    Attributes:
        class_name: The name of a class.
        seed: Seed of the uniform numbers, one a pixel.
        temperature: Of every pixel's distribution.
        guidance_scale: How much the class is exaggerated; 1 leaves it alone.
        image: An inline PNG of which a part is known; empty where all is drawn.
        mask: An inline PNG of the same size, white where the picture is drawn anew.
    """

    class_name: str
    seed: int
    temperature: float
    guidance_scale: float
    image: str = ""
    mask: str = ""


@dataclass(frozen=True)
class PixelPlace:
    """One pixel whose distribution is wanted.

    Attributes:
        image: An inline PNG, bright on black.
        class_name: The name of a class.
        row: Counted from 0 at the top.
        column: Counted from 0 at the left.
    """

    image: str
    class_name: str
    row: int
    column: int


class PixelCNNRequest(Request):
    """Samples of one class, pixel by pixel."""

    task, title = "pixelcnn", Text("Pixel by pixel", "逐像素生成")
    strength_field = "temperature"
    class_name: ClassField = ""
    temperature: TemperatureField = 0.9
    guidance_scale: PixelGuidanceField = 1.75
    seed: SeedField = -1
    num_images: NumImagesField = 1

    def samples(self, checkpoint: Checkpoint) -> list[PixelSample]:
        """One sample a seed."""
        return [
            PixelSample(self.class_name, seed, self.temperature, self.guidance_scale)
            for seed in following_seeds(self.seed, self.num_images)
        ]


class CompleteRequest(Request):
    """The rest of a picture of which a part is wiped away."""

    task, title = "pixelcnn_complete", Text("Complete a half-erased picture", "补全被擦去一半的图片")
    image: Annotated[
        str,
        Drawing(
            label=Text("Picture", "图片"),
            help=Text("Bright on black, as the data are.", "黑底亮色，与数据一致。"),
        ),
    ] = ""
    mask: Annotated[
        str,
        Drawing(
            label=Text("Mask", "蒙版"),
            help=Text("As large as the picture; white is drawn anew.", "与图片同样大小；白色处重新绘制。"),
        ),
    ] = ""
    class_name: ClassField = ""
    temperature: TemperatureField = 0.9
    guidance_scale: PixelGuidanceField = 1.75
    seed: SeedField = -1
    num_images: NumImagesField = 4

    def samples(self, checkpoint: Checkpoint) -> list[PixelSample]:
        """One sample a seed."""
        return [
            PixelSample(self.class_name, seed, self.temperature, self.guidance_scale, self.image, self.mask)
            for seed in following_seeds(self.seed, self.num_images)
        ]


class PixelOddsRequest(Request):
    """What the network expected of one pixel, given those before it: the chain rule's factor for that pixel."""

    task, title, makes = "pixelcnn_odds", Text("What it expected of a pixel", "它对一个像素的预期"), "scores"
    image: Annotated[
        str,
        Drawing(
            label=Text("Picture", "图片"), help=Text("Bright on black, as the data are.", "黑底亮色，与数据一致。")
        ),
    ] = ""
    class_name: ClassField = ""
    row: Annotated[int, Slider(0, 27, 1, label=Text("Row", "行"))] = 14
    column: Annotated[int, Slider(0, 27, 1, label=Text("Column", "列"))] = 14

    def samples(self, checkpoint: Checkpoint) -> list[PixelPlace]:
        """One place."""
        return [PixelPlace(self.image, self.class_name, self.row, self.column)]


def refuse_missing_picture(request: PixelOddsRequest) -> None:
    """Refuse a picture that is missing.

    Raises:
        InvalidInput: It is.
    """
    if not request.image:
        raise InvalidInput("image", *MISSING)


def refuse_unfit_mask(request: CompleteRequest) -> None:
    """Refuse a picture or a mask that is missing, or a mask of another size.

    Raises:
        InvalidInput: One of these.
        UnreadableFile: One of them is no picture.
    """
    for field, given, what in (
        ("image", request.image, MISSING),
        ("mask", request.mask, Text("The mask is missing: wipe a part away.", "缺少蒙版：请擦去一部分。")),
    ):
        if not given:
            raise InvalidInput(field, *what)
    image, mask = picture_of(request.image).size, picture_of(request.mask).size
    if image != mask:
        raise InvalidInput(
            "mask",
            f"The mask must be as large as the picture, {image[0]} × {image[1]}; it is {mask[0]} × {mask[1]}.",
            f"蒙版必须与图片同样大小（{image[0]} × {image[1]}）；现为 {mask[0]} × {mask[1]}。",
        )


def known_pixels(image: str, mask: str, side: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Read a picture and its mask.

    Args:
        image: An inline PNG, bright on black.
        mask: An inline PNG, white where the picture is drawn anew.
        side: Height and width in pixels that the network knows.

    Returns:
        The picture (side, side), 0 to 1, and where it is known (side, side).
    """
    return whole_pixels(image, side), whole_pixels(mask, side) < 128 / 255


def whole_pixels(image: str, side: int) -> NDArray[np.float32]:
    """Read an inline PNG, bright on black, as (side, side), 0 to 1."""
    pixels = on_paper(picture_of(image)).resize((side, side), Image.Resampling.BOX)
    return np.asarray(pixels, dtype=np.float32) / np.float32(255)
