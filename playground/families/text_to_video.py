"""Clips from words by latent diffusion in space and time.

All frames of a clip are one sample: one generator on the CPU draws their noise. Two kinds of checkpoint are run:
motion modules that are put into a Stable Diffusion checkpoint, whose steps are open, and whole pipelines of the hub.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.base import Device, Family, Step, register
from playground.families.requests import Request, refuse
from playground.families.text_to_image import NAMES
from playground.families.text_to_image_notices import native_side
from playground.families.text_to_video_notices import notice_of
from playground.families.text_to_video_requests import ClipSample, MotionWeightsRequest, VideoRequest
from playground.families.whole_videos import FINE_DECODERS, LEAST_FRAMES, LEAST_STEPS, MULTIPLES, OF_WORDS, WORDED_ALONE
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.text_to_video import Animator, ClipRun
    from playground.networks.whole_video import WholeVideo

MOST_FRAMES = 32
"""Of checkpoints that do not say."""
NO_MOTION_MODULES = Text(
    "{} has no motion modules whose weight could be changed: leave motion_scale at 1.",
    "{} 没有可调权重的运动模块：请将 motion_scale 保持为 1。",
)
NO_WEIGHTS = Text(
    "{} has no motion modules to turn down; choose a checkpoint that is put into Stable Diffusion.",
    "{} 没有可调的运动模块；请选择装入 Stable Diffusion 的检查点。",
)
PREVIEWS, PREVIEW_SHARE = 8, 0.04


@dataclass(frozen=True)
class Loaded:
    """A checkpoint that is ready to make clips."""

    checkpoint: Checkpoint
    network: Animator | WholeVideo
    mode: str

    @property
    def components(self) -> dict[str, Any]:
        """The networks by name."""
        return self.network.components


def has_motion_modules(checkpoint: Checkpoint) -> bool:
    """Tell whether a checkpoint is motion modules for another one."""
    return bool(checkpoint.entry.base)


def most_frames(checkpoint: Checkpoint) -> int:
    """Return the longest clip that a checkpoint can make."""
    return checkpoint.entry.frames or MOST_FRAMES


@register
class TextToVideo(Family[Loaded]):
    """Latent diffusion with attention over time (Guo et al. 2023, AnimateDiff)."""

    name, title, order, max_batch = "text_to_video", Text("Text → Video", "文字 → 视频"), 40, 1
    live = False
    whole: ClassVar[tuple[str, ...]] = OF_WORDS
    process: ClassVar[type[Request] | None] = MotionWeightsRequest
    examples = tuple(
        (words, {"prompt": prompt, "negative_prompt": ""})
        for words, prompt in (
            (Text("red apple rolling left", "红苹果向左滚动"), "red apple rolling left"),
            (Text("car rolling right", "汽车向右"), "car rolling right"),
            (Text("balloon rising", "气球上升"), "balloon rising"),
            (Text("star growing", "星星变大"), "star growing"),
            (Text("star orbiting", "星星转圈"), "star orbiting"),
            (Text("heart swinging", "爱心摆动"), "heart swinging"),
            (Text("house fading in", "房子淡入"), "house fading in"),
            (Text("ghost fading out", "幽灵淡出"), "ghost fading out"),
            (Text("火箭上升 (rocket rising)", "用中文：火箭上升"), "火箭上升"),
        )
    )
    requests: ClassVar[tuple[type[Request], ...]] = (VideoRequest, MotionWeightsRequest)

    def animator(self) -> type[Animator]:
        """Return what runs motion modules."""
        from playground.networks.text_to_video import Animator

        return Animator

    def load(self, checkpoint: Checkpoint, device: Device) -> Loaded:
        """Open the folder with the class that it names, motion modules inside their base."""
        from playground.networks.opening import open_pipeline, open_with_motion, place
        from playground.networks.whole_video import WholeVideo

        entry, modes = checkpoint.entry, list[str]()
        if checkpoint.base is None:
            kind, words = entry.pipeline, entry.pipeline in WORDED_ALONE
            pipe = open_pipeline(checkpoint.path, device.dtype, entry.variant, kind, worded_alone=words)
            if type(pipe).__name__ in FINE_DECODERS:
                pipe.vae.float()
        else:
            base = open_pipeline(checkpoint.base.path, device.dtype, checkpoint.base.entry.variant)
            pipe = open_with_motion(base, checkpoint.path, device.dtype, entry.variant, dict(entry.scheduler))

        def put() -> None:
            modes.append(place(pipe, entry.memory, device.type, device.keep))

        if checkpoint.base is not None:
            return Loaded(checkpoint, self.animator().of(pipe, checkpoint.base.path, put), modes[0])
        put()
        return Loaded(checkpoint, WholeVideo(pipe, entry.call), modes[0])

    def mode(self, model: Loaded) -> str:
        """As it was placed."""
        return model.mode

    def lower_mode(self, model: Loaded, device: Device) -> str:
        """Parts wait in the computer's memory, which saves nothing where the device has no memory of its own."""
        from playground.networks.opening import LOWER_MODE

        return LOWER_MODE[model.mode] if device.type.startswith("cuda") else ""

    def unused(self, checkpoint: Checkpoint) -> set[str]:
        """The weight of motion modules, where there are none."""
        return set() if has_motion_modules(checkpoint) else {"motion_scale"}

    def runs(self, checkpoint: Checkpoint) -> bool:
        """Motion modules, and those whose pipeline class takes what the form asks."""
        return has_motion_modules(checkpoint) or checkpoint.entry.pipeline in self.whole

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The schedulers."""
        if not has_motion_modules(checkpoint):
            return {"scheduler": {"Own": Text("the checkpoint's own", "检查点自带")}}
        return {"scheduler": {name: Text(name, name) for name in NAMES}}

    def bounds(self, checkpoint: Checkpoint) -> Mapping[str, int]:
        """The frames that its motion modules know."""
        return {"num_frames": most_frames(checkpoint)}

    def sides(self, checkpoint: Checkpoint) -> tuple[int, int, int]:
        """Not far from what the checkpoint learned."""
        return _sides(checkpoint)

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse what is longer, or of another size, than what the checkpoint can make."""
        super().check(checkpoint, request)
        if not has_motion_modules(checkpoint):
            if isinstance(request, MotionWeightsRequest):
                raise InvalidInput("checkpoint", *NO_WEIGHTS.format(checkpoint.title))
            if getattr(request, "motion_scale", 1) != 1:
                raise InvalidInput("motion_scale", *NO_MOTION_MODULES.format(checkpoint.title))
        asked: Any = request
        smallest, largest, step = _sides(checkpoint)
        allowed = Text("{} to {} for this checkpoint", "{} 到 {} 之间（该检查点）")
        kind = checkpoint.entry.pipeline
        _within(request, "num_frames", asked.num_frames, allowed, LEAST_FRAMES.get(kind, 8), most_frames(checkpoint))
        least = LEAST_STEPS.get(kind, 1)
        _within(request, "num_inference_steps", asked.num_inference_steps, allowed, least, 100)
        for field in ("width", "height"):
            side = getattr(asked, field)
            _within(request, field, side, allowed, smallest, largest)
            if side % step:
                multiple = Text("a multiple of {} for this checkpoint", "{} 的倍数（该检查点）").format(step)
                raise refuse(field, type(request).controls()[field].label, multiple, side)

    def batch_key(self, sample: ClipSample) -> Hashable:
        """Every clip has a pass of its own."""
        return ()

    def generate(self, model: Loaded, samples: Sequence[ClipSample], step: Step) -> list[list[Image]]:
        """Make the clips one after another."""
        return [_clip(model, sample, step) for sample in samples]

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for a clip, with diffusers alone; three side by side have none."""
        from playground.families.text_to_video_code import clip_code

        if not isinstance(request, VideoRequest):
            return ""
        where = (device.type, device.dtype) if device else ("cpu", "float32")
        return clip_code(checkpoint, request.samples(checkpoint)[0], *where)


def _sides(checkpoint: Checkpoint) -> tuple[int, int, int]:
    """Return the smallest and largest side of a checkpoint's clips, and what it is a multiple of."""
    if has_motion_modules(checkpoint):
        native = checkpoint.entry.side or (native_side(checkpoint.base) if checkpoint.base else 0)
        return max(64, native * 3 // 4), min(2048, native * 3 // 2), 8
    multiple = MULTIPLES.get(checkpoint.entry.pipeline, 16)
    return max(64, checkpoint.entry.side // 2), checkpoint.entry.side * 2, multiple


def _within(request: Request, field: str, value: int, words: Text, smallest: int, largest: int) -> None:
    if not smallest <= value <= largest:
        allowed = Text("from " + words.en, words.zh).format(smallest, largest)
        raise refuse(field, type(request).controls()[field].label, allowed, value)


def _clip(model: Loaded, sample: ClipSample, step: Step) -> list[Image]:
    from playground.media.pictures import sheet

    made = [
        _run(model, sample, motion, _part_of(step, index, len(sample.motion_scales)))
        for index, motion in enumerate(sample.motion_scales)
    ]
    frames = made[0]
    if notice := notice_of(model.checkpoint, sample, len(frames)):
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


def _run(model: Loaded, sample: ClipSample, motion: float, step: Step) -> list[Image]:
    from playground.networks.text_to_video import ClipRun

    run = ClipRun(**run_settings(model.checkpoint, sample), motion=motion)
    return draw(model.network, run, run.steps, step)


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
    from playground.networks.text_to_video import DECODED_AT_ONCE
    from playground.networks.whole_video import WholeVideo

    if isinstance(network, WholeVideo):
        return network.draw(run, step)
    total, done = steps + -(-run.frames // DECODED_AT_ONCE), 0

    def report(index: int, of: int, preview: Sequence[Image] | None = None) -> None:
        nonlocal done
        done = index
        step(index, total, preview)

    look = with_previews(network, report, PREVIEWS, PREVIEW_SHARE)
    latents = network.animate(run, look, lambda: step(done, total))
    return network.decode_clip(latents, lambda parts: step(steps + parts, total))
