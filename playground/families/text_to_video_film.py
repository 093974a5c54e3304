"""How a clip forms, frame by frame, and which frames its motion modules look at: what is asked, and what is done."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, TypeVar

from playground.catalog import Checkpoint
from playground.families.base import Step
from playground.families.controls import Choice, Slider
from playground.families.prompts import NegativePromptField, PromptField
from playground.families.requests import Request, SeedField
from playground.families.text_to_image_requests import (
    GuidanceField,
    HeightField,
    SchedulerField,
    StepsField,
    WidthField,
)
from playground.families.text_to_video_requests import (
    ClipSample,
    FramesField,
    LongerField,
    MotionScaleField,
    sample_of,
)
from playground.language import Text
from playground.networks.longer_clips import SLOWER

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.clip_film import ClipRecording
    from playground.networks.denoising_film import Recordings
    from playground.networks.text_to_video import Animator, ClipRun
    from playground.outcomes.scores import Scores

LEVELS = {
    "fine": (0.0, Text("fine: most places", "精细：位置最多")),
    "middle": (0.5, Text("middle", "中等")),
    "coarse": (1.0, Text("coarse: fewest places", "粗略：位置最少")),
}
"""How far to go from the layers that see most places to those that see fewest."""
_Sample = TypeVar("_Sample", bound=ClipSample)
PLACE = ("across", "down", "at_step", "level")
"""What is asked about a clip that was watched, and does not change it."""
WATCHED = Text(
    "Step {} of {}, layers of {} × {} places, the mean over their heads. A row is a frame; it adds up to 1.",
    "第 {} 步（共 {} 步），{} × {} 个位置的层，各注意力头的平均。每行是一帧，总和为 1。",
)
AcrossField = Annotated[
    float,
    Slider(
        0.0,
        1.0,
        0.01,
        label=Text("Across", "横向"),
        help=Text("Where the place is, from the left edge to the right.", "位置：从左边缘到右边缘。"),
    ),
]
DownField = Annotated[
    float,
    Slider(
        0.0,
        1.0,
        0.01,
        label=Text("Down", "纵向"),
        help=Text("Where the place is, from the top edge to the bottom.", "位置：从上边缘到下边缘。"),
    ),
]
AtStepField = Annotated[
    int,
    Slider(
        1,
        100,
        1,
        label=Text("At step", "查看的步"),
        help=Text("The nearest of the film's steps is taken.", "取影片中最接近的一步。"),
    ),
]
LevelField = Annotated[
    str,
    Choice(
        label=Text("Layers", "层"),
        help=Text("How finely the layers that are watched see the picture.", "所观察的层看图片的精细程度。"),
    ),
]


@dataclass(frozen=True)
class FilmSample(ClipSample):
    """A clip to watch while it is made again."""

    @property
    def clip(self) -> Hashable:
        """What tells the clip from others, whatever is asked about it."""
        return tuple(getattr(self, each.name) for each in fields(self) if each.name not in PLACE)


@dataclass(frozen=True)
class LensSample(FilmSample):
    """A place of it from which is looked.

    Attributes:
        across: From the left, 0 to 1.
        down: From the top, 0 to 1.
        at_step: From 1.
        level: One of ``LEVELS``.
    """

    across: float = 0.5
    down: float = 0.5
    at_step: int = 100
    level: str = "middle"


class ClipFilmRequest(Request):
    """What the model believes the clip to be: a row for each of some steps, a column for each of some frames."""

    task, title, makes = "text_to_video_film", Text("How a clip forms", "片段的形成过程"), "strip"
    prompt: PromptField = ""
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 5.0
    num_inference_steps: StepsField = 20
    seed: SeedField = -1
    num_frames: FramesField = 16
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    motion_scale: MotionScaleField = 1.0
    longer: LongerField = SLOWER

    def samples(self, checkpoint: Checkpoint) -> list[ClipSample]:
        """One sample, whose picture is the film."""
        return [FilmSample(**vars(sample_of(self, checkpoint, (self.motion_scale,))))]


class FramesLensRequest(ClipFilmRequest):
    """How much every frame of a clip looks at every frame, at one place of the picture."""

    task, title, makes = "text_to_video_looks", Text("Frames that look at frames", "帧与帧之间的注意力"), "scores"
    across: AcrossField = 0.5
    down: DownField = 0.5
    at_step: AtStepField = 100
    level: LevelField = "middle"

    def samples(self, checkpoint: Checkpoint) -> list[ClipSample]:
        """One sample, whose table has a row for each frame that looks and a column for each that is looked at."""
        return looked_from(self, LensSample, super().samples(checkpoint))


def looked_from(request: Request, lens: Callable[..., _Sample], films: Sequence[ClipSample]) -> list[_Sample]:
    """Return films with the place that a request looks from, as samples of a type that has one."""
    asked = {name: getattr(request, name) for name in PLACE}
    return [lens(**vars(film), **asked) for film in films]


def film_or_looks(
    animator: Animator,
    recordings: Recordings[ClipRecording],
    run: ClipRun,
    sample: FilmSample,
    step: Step,
) -> Image | Scores:
    """Show a clip's steps, or where its frames look; a clip that was not watched lately is made again for it.

    Args:
        animator: What made the clip.
        recordings: The latest that were watched.
        run: How it was made.
        sample: What is asked.
        step: Reports progress.
    """
    from playground.networks.clip_film import develop_clip, record_clip
    from playground.networks.text_to_video import DECODED_AT_ONCE

    done, recording = 0, recordings.get(sample.clip)

    def watched(index: int, of: int) -> None:
        nonlocal done
        done = index
        step(index, of + 1)

    if recording is None:
        recording = record_clip(animator, run, watched)
        recordings.keep(sample.clip, recording)
    if isinstance(sample, LensSample):
        made = looks_of(recording, sample)
        step(done + 1, done + 1)
        return made
    parts = -(-len(recording.steps) * len(recording.frames) // DECODED_AT_ONCE)
    return develop_clip(
        animator, recording, (sample.width, sample.height), lambda part: step(done + part, done + parts)
    )


def looks_of(recording: ClipRecording, sample: LensSample) -> Scores:
    """Tell how much every frame looks at every frame from a place."""
    from playground.outcomes.scores import Scores

    looks, step, places = recording.looks_from(sample.across, sample.down, sample.at_step, LEVELS[sample.level][0])
    names = tuple(str(frame + 1) for frame in range(len(looks)))
    values = tuple(tuple(round(float(share), 5) for share in row) for row in looks)
    return Scores(names, names, values, {"notice": WATCHED.format(step, recording.of, *places)})


def levels() -> dict[str, Text]:
    """Return the choices of ``level``."""
    return {name: words for name, (_, words) in LEVELS.items()}
