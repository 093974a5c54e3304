"""What the Text → Video tab asks: a clip of a prompt, and the same clip with its motion modules turned down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from playground.catalog import Checkpoint
from playground.families.controls import Choice, Slider, Switch
from playground.families.known_words import plain_prompt
from playground.families.prompts import NegativePromptField, PromptField, clean_prompt
from playground.families.requests import FpsField, Request, SeedField
from playground.families.text_to_image_requests import (
    GuidanceField,
    HeightField,
    SchedulerField,
    StepsField,
    WidthField,
)
from playground.language import Text
from playground.networks.longer_clips import AGAIN, SLOWER, WINDOWS

FramesField = Annotated[
    int,
    Slider(
        8,
        128,
        1,
        label=Text("Frames", "帧数"),
        help=Text("How many pictures the clip has; all are made together.", "片段包含多少帧；所有帧一起生成。"),
        live=False,
    ),
]
MotionScaleField = Annotated[
    float,
    Slider(
        0.0,
        1.5,
        0.05,
        label=Text("Motion weight", "运动权重"),
        help=Text(
            "How strongly the motion modules act: 1 is what was learned, 0 makes unconnected pictures.",
            "运动模块的作用强度：1 为训练时的强度，0 则各帧互不相关。",
        ),
        advanced=True,
    ),
]
LoopField = Annotated[
    bool,
    Switch(
        label=Text("Loop", "循环"),
        help=Text(
            "Plays there and back again, so that the last frame leads into the first.",
            "正放后再倒放，使最后一帧接回第一帧。",
        ),
        live=False,
    ),
]
LongerField = Annotated[
    str,
    Choice(
        label=Text("A longer clip", "更长的片段"),
        help=Text(
            "What becomes of frames beyond those that the motion modules learned.",
            "超出运动模块所学帧数时如何处理。",
        ),
        advanced=True,
    ),
]
LONGER = {
    SLOWER: Text("slower: one motion over all frames", "更慢：一个动作铺满所有帧"),
    AGAIN: Text("again and again, back to the first frame", "反复：动作重复，最后接回第一帧"),
    WINDOWS: Text("more of it, 16 frames at a time (FreeNoise)", "延续：每次 16 帧（FreeNoise）"),
}
MOST_FRAMES, MOST_LONGER = 32, 64
"""Of checkpoints that do not say; of motion modules, which make more than they learned."""
WEIGHTS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class ClipSample:
    """One clip to make; the fields are the request's, with prompts that can be read.

    Attributes:
        motion_scales: A clip for each, side by side.
        guided: Whether guidance makes a difference, so that the second half of the batch is needed.
        loop: Whether the frames are shown there and back again.
        longer: What becomes of frames beyond those that were learned, of ``LONGER``.
    """

    prompt: str
    negative_prompt: str
    guidance_scale: float
    num_inference_steps: int
    seed: int
    num_frames: int
    fps: int
    scheduler: str
    width: int
    height: int
    motion_scales: tuple[float, ...]
    guided: bool
    loop: bool = False
    longer: str = SLOWER


def has_motion_modules(checkpoint: Checkpoint) -> bool:
    """Tell whether a checkpoint is motion modules for another one."""
    return bool(checkpoint.entry.base)


def learned_frames(checkpoint: Checkpoint) -> int:
    """Return the longest clip that a checkpoint makes as it learned to."""
    return checkpoint.entry.frames or MOST_FRAMES


def most_frames(checkpoint: Checkpoint) -> int:
    """Return the longest clip that a checkpoint can make."""
    learned = learned_frames(checkpoint)
    return max(learned, MOST_LONGER) if has_motion_modules(checkpoint) else learned


def longer_way(checkpoint: Checkpoint, sample: ClipSample) -> str:
    """Return how a clip gets longer than what was learned; empty where it is not."""
    beyond = has_motion_modules(checkpoint) and sample.num_frames > learned_frames(checkpoint)
    return sample.longer if beyond else ""


class MotionWeightsRequest(Request):
    """One seed three times, side by side: with the motion modules' weight at 0, ½ and 1."""

    task, makes = "text_to_video_weights", "clip"
    title = Text("Motion modules at 0, ½ and 1", "运动模块权重为 0、½ 和 1")
    prompt: PromptField = ""
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 5.0
    num_inference_steps: StepsField = 20
    seed: SeedField = -1
    num_frames: FramesField = 16
    fps: FpsField = 8
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    longer: LongerField = SLOWER

    def samples(self, checkpoint: Checkpoint) -> list[ClipSample]:
        """One sample, whose clip shows three."""
        return [sample_of(self, checkpoint, WEIGHTS)]


class VideoRequest(Request):
    """A clip of a prompt."""

    task, title, makes = "text_to_video", Text("Move your words", "让文字动起来"), "clip"
    strength_field = "guidance_scale"
    prompt: PromptField = ""
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 5.0
    num_inference_steps: StepsField = 20
    seed: SeedField = -1
    num_frames: FramesField = 16
    fps: FpsField = 8
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    motion_scale: MotionScaleField = 1.0
    loop: LoopField = False
    longer: LongerField = SLOWER

    def samples(self, checkpoint: Checkpoint) -> list[ClipSample]:
        """One sample: its frames are made together."""
        return [sample_of(self, checkpoint, (self.motion_scale,))]


def sample_of(request: Any, checkpoint: Checkpoint, motion_scales: tuple[float, ...]) -> ClipSample:
    """Return the clip that a request with the fields of a clip asks for, at some weights of motion."""
    prompt = plain_prompt(checkpoint.base or checkpoint, clean_prompt(request.prompt))
    negative_prompt = clean_prompt(request.negative_prompt)
    return ClipSample(
        prompt,
        negative_prompt,
        request.guidance_scale,
        request.num_inference_steps,
        request.seed,
        request.num_frames,
        getattr(request, "fps", 8),
        request.scheduler,
        request.width,
        request.height,
        motion_scales,
        guided=request.guidance_scale > 1 and prompt != negative_prompt,
        loop=getattr(request, "loop", False),
        longer=request.longer,
    )
