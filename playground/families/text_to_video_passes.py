"""What the worker does for a clip: the frames of one, of several side by side, there and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.families.base import Step
from playground.families.text_to_video_notices import notice_of
from playground.families.text_to_video_requests import ClipSample, longer_way

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.text_to_video import Animator, ClipRun
    from playground.networks.whole_video import WholeVideo

PREVIEWS, PREVIEW_SHARE = 8, 0.04


def draw_clip(network: Animator | WholeVideo, checkpoint: Checkpoint, sample: ClipSample, step: Step) -> list[Image]:
    """Make the clip of a sample, or those of its weights of motion side by side."""
    from playground.media.pictures import sheet

    made = [
        _run(network, checkpoint, sample, motion, _part_of(step, index, len(sample.motion_scales)))
        for index, motion in enumerate(sample.motion_scales)
    ]
    frames = made[0]
    if notice := notice_of(checkpoint, sample, len(frames)):
        frames[0].info["notice"] = notice
    if len(made) > 1:
        labels = [f"{motion:g}" for motion in sample.motion_scales]
        frames = [sheet(together, len(made), labels=labels) for together in zip(*made, strict=True)]
        frames[0].info |= made[0][0].info
    return there_and_back_again(frames) if sample.loop else frames


def there_and_back_again(frames: list[Image]) -> list[Image]:
    """Show frames forwards and backwards, each end once: what follows the last is the first."""
    return [*frames, *(frame.copy() for frame in frames[-2:0:-1])]


def _part_of(step: Step, at: int, count: int) -> Step:
    """Report the steps of one clip among several."""

    def part(index: int, of: int, preview: Sequence[Image] | None = None) -> None:
        step(at * of + index, count * of, preview)

    return part


def _run(
    network: Animator | WholeVideo, checkpoint: Checkpoint, sample: ClipSample, motion: float, step: Step
) -> list[Image]:
    run = run_of(checkpoint, sample, motion)
    return draw(network, run, run.steps, step)


def run_of(checkpoint: Checkpoint, sample: ClipSample, motion: float) -> ClipRun:
    """Return what the network is to do for a sample, at a weight of motion."""
    from playground.networks.text_to_video import ClipRun

    return ClipRun(**run_settings(checkpoint, sample), motion=motion)


def run_settings(checkpoint: Checkpoint, sample: ClipSample) -> dict[str, Any]:
    """Return what a ``ClipRun`` takes, but for the motion's weight."""
    return {
        "prompts": [sample.prompt],
        "negative_prompts": [sample.negative_prompt],
        # At 1 the guided prediction is the one with the words.
        "guidance": [sample.guidance_scale if sample.guided else 1.0],
        "seeds": [sample.seed],
        "scheduler": sample.scheduler,
        "steps": sample.num_inference_steps,
        "height": sample.height,
        "width": sample.width,
        "both_halves": sample.guided,
        "frames": sample.num_frames,
        "fps": sample.fps,
        "shared_noise": checkpoint.entry.shared_noise,
        "longer": longer_way(checkpoint, sample),
    }


def draw(network: Animator | WholeVideo, run: ClipRun, steps: int, step: Step) -> list[Image]:
    """Make one clip.

    Args:
        network: What makes it.
        run: What to make.
        steps: How many times an animator asks its network.
        step: Reports a step.
    """
    from playground.networks.previews import with_previews
    from playground.networks.text_to_video import DECODED_AT_ONCE, one_frame
    from playground.networks.whole_video import WholeVideo

    if isinstance(network, WholeVideo):
        return network.draw(run, step)
    total, done = steps + -(-run.frames // DECODED_AT_ONCE), 0

    def report(index: int, of: int, preview: Sequence[Image] | None = None) -> None:
        nonlocal done
        done = index
        step(index, total, preview)

    look = with_previews(network, report, PREVIEWS, PREVIEW_SHARE)
    latents = network.animate(run, lambda seen: look(one_frame(seen, run.frames // 2)), lambda: step(done, total))
    return network.decode_clip(latents, lambda parts: step(steps + parts, total))
