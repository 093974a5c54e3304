"""What the Sketch → Image tab asks: pictures of a prompt that start from a drawing or a photo, all of it or a part."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.controls import Mask, Painting, Slider
from playground.families.prompts import NegativePromptField, PromptField
from playground.families.requests import Request, SeedField, following_seeds
from playground.families.text_to_image_notices import native_side
from playground.families.text_to_image_requests import (
    GuidanceField,
    ImagesField,
    PromptSample,
    SchedulerField,
    StepsField,
    is_open,
    prompt_sample,
)
from playground.language import Text
from playground.media.inline import picture_of
from playground.media.pictures import opaque

if TYPE_CHECKING:
    from PIL.Image import Image

STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
NO_PICTURE = Text(
    "The canvas is empty: draw something, choose a photo, or send one as image.",
    "画布是空的：请画点什么、选择一张照片，或通过 image 发送图片。",
)
NO_MASK = Text(
    "The mask covers nothing: paint over the part that is to be made anew.",
    "遮罩没有覆盖任何地方：请涂抹需要重新生成的部分。",
)
NOT_OPEN = Text(
    "{} cannot start from a picture; choose a Stable Diffusion checkpoint for that.",
    "{} 不能以图片为起点；请选择 Stable Diffusion 检查点。",
)
TOUCHED = 128
"""Grey level from which a mask's pixel counts."""

StrengthField = Annotated[
    float,
    Slider(
        0.05,
        1.0,
        0.05,
        label=Text("Strength", "重绘强度"),
        help=Text(
            "How much is made anew: low keeps the drawing, 1 keeps nothing but its broad colours.",
            "重新生成的程度：低则保留原画，1 只留下大致的颜色。",
        ),
    ),
]
ImageField = Annotated[
    str,
    Painting(
        label=Text("Drawing or photo", "手绘或照片"),
        help=Text("Draw with mouse, pen or finger, or choose a photo.", "用鼠标、笔或手指绘制，或选择照片。"),
    ),
]
MaskedImageField = Annotated[
    str,
    Painting(
        mask="mask",
        label=Text("Picture", "图片"),
        help=Text(
            "Draw or choose a picture; then paint its mask over what is to be made anew.",
            "绘制或选择图片，再用遮罩涂抹需要重新生成的部分。",
        ),
    ),
]
MaskField = Annotated[str, Mask(label=Text("Mask", "遮罩"))]


class ImageToImageRequest(Request):
    """Pictures of a prompt that start from a drawing or a photo (SDEdit, Meng et al. 2022)."""

    task, title = "image_to_image", Text("Draw, and watch it become", "画一画，看它变成什么")
    image: ImageField = ""
    prompt: PromptField = ""
    strength: StrengthField = 0.75
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 4.0
    num_inference_steps: StepsField = 25
    seed: SeedField = -1
    num_images: ImagesField = 1
    scheduler: SchedulerField = "DPM++ 2M"

    def samples(self, checkpoint: Checkpoint) -> list[PromptSample]:
        """One sample a seed."""
        return [_sample(self, checkpoint, seed, self.strength) for seed in following_seeds(self.seed, self.num_images)]


class InpaintRequest(Request):
    """A picture whose masked part is made anew, and whose rest stays."""

    task, title = "inpaint", Text("Make a part anew", "重绘局部")
    image: MaskedImageField = ""
    mask: MaskField = ""
    prompt: PromptField = ""
    strength: StrengthField = 1.0
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 4.0
    num_inference_steps: StepsField = 25
    seed: SeedField = -1
    num_images: ImagesField = 1
    scheduler: SchedulerField = "DPM++ 2M"

    def samples(self, checkpoint: Checkpoint) -> list[PromptSample]:
        """One sample a seed."""
        return [
            replace(_sample(self, checkpoint, seed, self.strength), mask=self.mask)
            for seed in following_seeds(self.seed, self.num_images)
        ]


class StrengthsRequest(Request):
    """One drawing and seed at growing strength: what noise covers, and what survives it."""

    task, makes = "image_to_image_strengths", "strip"
    title = Text("Strength 0.2 to 1: what is added, what survives", "重绘强度 0.2 到 1：加入了什么，留下了什么")
    image: ImageField = ""
    prompt: PromptField = ""
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 4.0
    num_inference_steps: StepsField = 25
    seed: SeedField = -1
    scheduler: SchedulerField = "DPM++ 2M"

    def samples(self, checkpoint: Checkpoint) -> list[PromptSample]:
        """One sample a strength."""
        return [_sample(self, checkpoint, self.seed, strength) for strength in STRENGTHS]


FROM_PICTURES = (ImageToImageRequest, InpaintRequest, StrengthsRequest)


def check_pictures(checkpoint: Checkpoint, request: Request) -> None:
    """Refuse a request that starts from a picture and has none, or whose mask covers nothing.

    Raises:
        InvalidInput: So, or the checkpoint cannot start from one.
        UnreadableFile: The picture or the mask is damaged.
    """
    if not isinstance(request, FROM_PICTURES):
        return
    if not is_open(checkpoint):
        raise InvalidInput("checkpoint", *NOT_OPEN.format(checkpoint.title))
    if not request.image:
        raise InvalidInput("image", NO_PICTURE.en, NO_PICTURE.zh)
    picture_of(request.image)
    if isinstance(request, InpaintRequest) and mask_of(request.mask, 64).getextrema()[1] == 0:
        raise InvalidInput("mask", NO_MASK.en, NO_MASK.zh)


@lru_cache(maxsize=32)
def painting_of(url: str, width: int, height: int = 0) -> Image:
    """Decode an inline picture and put it whole, on white, into so many pixels; a square where no height is given."""
    from PIL import ImageOps

    return ImageOps.pad(opaque(picture_of(url)), (width, height or width), color="white")


@lru_cache(maxsize=32)
def mask_of(url: str, side: int) -> Image:
    """Decode a mask: 255 where it is bright and not transparent, else 0; all 0 where there is none."""
    from PIL import Image as Images
    from PIL import ImageOps

    if not url:
        return Images.new("L", (side, side))
    grey = opaque(picture_of(url), "black").convert("L")
    grey = ImageOps.pad(grey, (side, side), Images.Resampling.BOX, color="black")
    return grey.point([255 * (level >= TOUCHED) for level in range(256)])


def _sample(request: Any, checkpoint: Checkpoint, seed: int, strength: float) -> PromptSample:
    side = native_side(checkpoint)
    plain = prompt_sample(request, checkpoint, seed, side, side)
    return replace(plain, image=request.image, strength=strength)
