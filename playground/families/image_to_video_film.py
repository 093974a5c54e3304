"""How a clip that begins with a picture forms, and which frames its motion modules look at: as of a clip from words."""

from __future__ import annotations

from dataclasses import dataclass

from playground.catalog import Checkpoint
from playground.families.image_to_image_requests import ImageField
from playground.families.image_to_video_requests import ClosenessField, PictureSample, picture_sample_of
from playground.families.prompts import NegativePromptField, PromptField
from playground.families.requests import Request, SeedField
from playground.families.text_to_image_requests import (
    GuidanceField,
    HeightField,
    SchedulerField,
    StepsField,
    WidthField,
)
from playground.families.text_to_video_film import (
    AcrossField,
    AtStepField,
    DownField,
    FilmSample,
    LensSample,
    LevelField,
    looked_from,
)
from playground.families.text_to_video_requests import FramesField, LongerField
from playground.language import Text
from playground.networks.longer_clips import SLOWER

PATH_FIRST = Text(
    "Steps 1 to {0} begin with noise and the words alone: they decide the path. From step {1} on the picture is drawn "
    "where the path leads.",
    "第 1 到 {0} 步只从噪声和文字出发，决定运动路径；从第 {1} 步起，沿该路径绘制图片。",
)


@dataclass(frozen=True)
class PictureFilmSample(FilmSample, PictureSample):
    """A clip that begins with a picture, to watch while it is made again."""


@dataclass(frozen=True)
class PictureLensSample(LensSample, PictureFilmSample):
    """A place of it from which is looked."""


class PictureFilmRequest(Request):
    """What the model believes the clip to be: a row for each of some steps, a column for each of some frames."""

    task, makes = "image_to_video_film", "strip"
    title = Text("How a clip from a picture forms", "由图片开始的片段的形成过程")
    image: ImageField = ""
    prompt: PromptField = ""
    strength: ClosenessField = 1.0
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 5.0
    num_inference_steps: StepsField = 20
    seed: SeedField = -1
    num_frames: FramesField = 16
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    longer: LongerField = SLOWER

    def samples(self, checkpoint: Checkpoint) -> list[PictureSample]:
        """One sample, whose picture is the film."""
        return [PictureFilmSample(**vars(picture_sample_of(self, checkpoint)))]


class PictureLensRequest(PictureFilmRequest):
    """How much every frame of a clip that begins with a picture looks at every frame, at one place of it."""

    task, makes = "image_to_video_looks", "scores"
    title = Text("Frames that look at frames, from a picture", "帧与帧之间的注意力（从图片开始）")
    across: AcrossField = 0.5
    down: DownField = 0.5
    at_step: AtStepField = 100
    level: LevelField = "middle"

    def samples(self, checkpoint: Checkpoint) -> list[PictureSample]:
        """One sample, whose table has a row for each frame that looks and a column for each that is looked at."""
        return looked_from(self, PictureLensSample, super().samples(checkpoint))
