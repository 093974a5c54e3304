"""Clips that begin with a picture, in the tab of clips from words.

Motion modules make them without having been taught to (``networks.picture_to_clip``); pipelines of the hub were taught.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.families.base import Device, Step, register
from playground.families.image_to_image_requests import painting_of
from playground.families.image_to_video_examples import EXAMPLES
from playground.families.image_to_video_requests import ImageToVideoRequest, PictureSample, check_picture
from playground.families.requests import Request
from playground.families.text_to_video import Loaded, TextToVideo
from playground.families.text_to_video_notices import notice_of
from playground.families.text_to_video_passes import draw, run_settings, there_and_back_again
from playground.families.text_to_video_requests import has_motion_modules
from playground.families.whole_videos import NOT_WORDED, OF_A_PICTURE, OTHER_SIZE, OWN_SIZE
from playground.language import Text
from playground.media.inline import frames_before, picture_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.text_to_video import Animator

FIRST_OF_MANY = Text(
    "The picture moves by itself: its first frame of {} was taken.", "该图片是动图：已取 {} 帧中的第一帧。"
)
IN_PLACE = Text(
    "This checkpoint was not taught to begin with a picture: every frame begins as the picture, noised, which is the "
    "weaker way. Where too little moves, lower “How closely to follow the picture”.",
    "该检查点没有学过从图片开始：每一帧都从加噪的图片开始，这是较弱的方式。如果动得太少，请降低“与图片的接近程度”。",
)


@register
class ImageToVideo(TextToVideo):
    """Latent diffusion in space and time that begins with a picture."""

    name, title, within = "image_to_video", Text("Image → Video", "图片 → 视频"), "text_to_video"
    order, whole, process = 41, OF_A_PICTURE, None
    examples = EXAMPLES
    requests = (ImageToVideoRequest,)

    def animator(self) -> type[Animator]:
        """Return what runs motion modules."""
        from playground.networks.picture_to_clip import PictureAnimator

        return PictureAnimator

    def unused(self, checkpoint: Checkpoint) -> set[str]:
        """What pipelines of the hub do not take: they follow the picture as they were taught."""
        if has_motion_modules(checkpoint):
            return set()
        words = {"prompt", "negative_prompt"} if checkpoint.entry.pipeline in NOT_WORDED else set()
        sides = {"width", "height"} if checkpoint.entry.pipeline in OWN_SIZE else set()
        return {"strength", "longer"} | words | sides

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse a request without a picture, and what the checkpoint cannot make."""
        super().check(checkpoint, request)
        if isinstance(request, ImageToVideoRequest):
            check_picture(request)

    def generate(self, model: Loaded, samples: Sequence[Any], step: Step) -> list[list[Image]]:
        """Make the clips one after another."""
        return [_clip(model, sample, step) for sample in samples]

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for a pipeline of the hub; the way of motion modules is the playground's own."""
        from playground.families.text_to_video_code import clip_code

        if has_motion_modules(checkpoint) or not isinstance(request, ImageToVideoRequest):
            return ""
        where = (device.type, device.dtype) if device else ("cpu", "float32")
        return clip_code(checkpoint, request.samples(checkpoint)[0], *where)


def _clip(model: Loaded, sample: PictureSample, step: Step) -> list[Image]:
    from playground.networks.picture_to_clip import PictureRun

    entry = model.checkpoint.entry
    run = PictureRun(
        **run_settings(model.checkpoint, sample),
        picture=painting_of(sample.image, sample.width, sample.height),
        closeness=sample.closeness,
        carried=entry.white_ground,
    )
    frames = draw(model.network, run, run.steps_run, step)
    many, asked = frames_before(picture_of(sample.image)), (sample.width, sample.height)
    told = [
        FIRST_OF_MANY.format(many) if many > 1 else None,
        IN_PLACE if has_motion_modules(model.checkpoint) and not entry.white_ground else None,
        OTHER_SIZE.format(*frames[0].size) if entry.pipeline in OWN_SIZE and frames[0].size != asked else None,
    ]
    if notice := notice_of(model.checkpoint, sample, len(frames), *told):
        frames[0].info["notice"] = notice
    return there_and_back_again(frames) if sample.loop else frames
