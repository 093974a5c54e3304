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
from playground.families.image_to_video_film import PATH_FIRST, PictureFilmRequest, PictureLensRequest
from playground.families.image_to_video_requests import ImageToVideoRequest, PictureSample, check_picture
from playground.families.requests import Request
from playground.families.text_to_video import Loaded, TextToVideo
from playground.families.text_to_video_film import LensSample
from playground.families.text_to_video_notices import notice_of
from playground.families.text_to_video_passes import draw, run_settings, there_and_back_again
from playground.families.text_to_video_requests import has_motion_modules
from playground.families.whole_videos import NOT_WORDED, OF_A_PICTURE, OTHER_SIZE, OWN_SIZE
from playground.language import Text
from playground.media.inline import frames_before, picture_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.picture_to_clip import PictureRun
    from playground.networks.text_to_video import Animator
    from playground.outcomes.scores import Scores

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
    requests = (ImageToVideoRequest, PictureFilmRequest, PictureLensRequest)
    looking = (PictureFilmRequest,)

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
        if isinstance(request, ImageToVideoRequest | PictureFilmRequest):
            check_picture(request.image)

    def run_of(self, checkpoint: Checkpoint, sample: PictureSample) -> PictureRun:
        """Return what the network is to do for a sample."""
        from playground.networks.picture_to_clip import PictureRun

        return PictureRun(
            **run_settings(checkpoint, sample),
            picture=painting_of(sample.image, sample.width, sample.height),
            closeness=sample.closeness,
            carried=checkpoint.entry.white_ground,
        )

    def watch(self, model: Loaded, sample: Any, step: Step) -> Image | Scores:
        """Show a clip's steps, or where its frames look; say of the steps which come from the words alone."""
        made = super().watch(model, sample, step)
        words_alone = self.run_of(model.checkpoint, sample).path_steps
        if words_alone and not isinstance(sample, LensSample):
            made.info["notice"] = PATH_FIRST.format(words_alone, words_alone + 1)
        return made

    def draw(self, model: Loaded, sample: PictureSample, step: Step) -> list[Image]:
        """Make the frames of one sample."""
        run = self.run_of(model.checkpoint, sample)
        frames = draw(model.network, run, run.steps_run, step)
        if notice := _notice_of(model.checkpoint, sample, frames):
            frames[0].info["notice"] = notice
        return there_and_back_again(frames) if sample.loop else frames

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for a pipeline of the hub; the way of motion modules is the playground's own."""
        from playground.families.text_to_video_code import clip_code

        if has_motion_modules(checkpoint) or not isinstance(request, ImageToVideoRequest):
            return ""
        where = (device.type, device.dtype) if device else ("cpu", "float32")
        return clip_code(checkpoint, request.samples(checkpoint)[0], *where)


def _notice_of(checkpoint: Checkpoint, sample: PictureSample, frames: Sequence[Image]) -> Text | None:
    entry, asked = checkpoint.entry, (sample.width, sample.height)
    many = frames_before(picture_of(sample.image))
    told = [
        FIRST_OF_MANY.format(many) if many > 1 else None,
        IN_PLACE if has_motion_modules(checkpoint) and not entry.white_ground else None,
        OTHER_SIZE.format(*frames[0].size) if entry.pipeline in OWN_SIZE and frames[0].size != asked else None,
    ]
    return notice_of(checkpoint, sample, len(frames), *told)
