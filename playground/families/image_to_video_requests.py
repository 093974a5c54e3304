"""What a clip that begins with a picture is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.controls import Slider
from playground.families.image_to_image_requests import ImageField
from playground.families.prompts import NegativePromptField, PromptField
from playground.families.requests import FpsField, Request, SeedField
from playground.families.text_to_image_requests import (
    GuidanceField,
    HeightField,
    SchedulerField,
    StepsField,
    WidthField,
)
from playground.families.text_to_video_requests import ClipSample, FramesField, LongerField, LoopField, sample_of
from playground.language import Text
from playground.media.inline import picture_of
from playground.networks.longer_clips import SLOWER

NO_PICTURE = Text(
    "There is no picture to begin with: draw one, choose a file, press “Animate this” below a picture, or send one as "
    "image.",
    "没有起始图片：请画一张、选择文件、点击图片下方的“让它动起来”，或通过 image 发送图片。",
)
ClosenessField = Annotated[
    float,
    Slider(
        0.0,
        1.0,
        0.05,
        label=Text("How closely to follow the picture", "与图片的接近程度"),
        help=Text(
            "At 1 the clip begins with exactly this picture and keeps its looks; lower lets the words change it.",
            "为 1 时片段从这张图片开始并保持其样子；越低，文字越能改变它。",
        ),
    ),
]


@dataclass(frozen=True)
class PictureSample(ClipSample):
    """One clip to make that begins with a picture.

    Attributes:
        image: The picture, as an inline PNG.
        closeness: How closely to follow it, 0 to 1.
    """

    image: str = field(default="", kw_only=True)
    closeness: float = field(default=1.0, kw_only=True)


class ImageToVideoRequest(Request):
    """A clip that begins with a picture, and moves as the words say."""

    task, title, makes = "image_to_video", Text("Start from a picture", "从图片开始"), "clip"
    strength_field = "strength"
    image: ImageField = ""
    prompt: PromptField = ""
    strength: ClosenessField = 1.0
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 5.0
    num_inference_steps: StepsField = 20
    seed: SeedField = -1
    num_frames: FramesField = 16
    fps: FpsField = 8
    loop: LoopField = False
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    longer: LongerField = SLOWER

    def samples(self, checkpoint: Checkpoint) -> list[PictureSample]:
        """One sample: its frames are made together."""
        return [picture_sample_of(self, checkpoint)]


def picture_sample_of(request: Any, checkpoint: Checkpoint) -> PictureSample:
    """Return the clip that a request with the fields of a clip, and a picture, asks for."""
    clip = sample_of(request, checkpoint, (1.0,))
    return PictureSample(**vars(clip), image=request.image, closeness=request.strength)


def check_picture(image: str) -> None:
    """Refuse a request without a picture.

    Args:
        image: As it was sent, inline.

    Raises:
        InvalidInput: So.
        UnreadableFile: The picture is damaged.
    """
    if not image:
        raise InvalidInput("image", *NO_PICTURE)
    picture_of(image)
