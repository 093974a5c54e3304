"""Clips from words by latent diffusion in space and time.

All frames of a clip are one sample: one generator on the CPU draws their noise. Two kinds of checkpoint are run:
motion modules that are put into a Stable Diffusion checkpoint, whose steps are open, and whole pipelines of the hub.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.base import OPENVINO, TORCH, Device, Step, register
from playground.families.placed import PlacedFamily
from playground.families.requests import Request, refuse
from playground.families.text_to_image import NAMES
from playground.families.text_to_image_notices import native_side
from playground.families.text_to_video_film import (
    ClipFilmRequest,
    FilmSample,
    FramesLensRequest,
    film_or_looks,
    levels,
)
from playground.families.text_to_video_passes import draw_clip, run_of
from playground.families.text_to_video_requests import (
    LONGER,
    ClipSample,
    MotionWeightsRequest,
    VideoRequest,
    has_motion_modules,
    most_frames,
)
from playground.families.whole_videos import FINE_DECODERS, LEAST_FRAMES, LEAST_STEPS, MULTIPLES, OF_WORDS, WORDED_ALONE
from playground.language import Text
from playground.networks.longer_clips import WINDOW

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.clip_film import ClipRecording
    from playground.networks.denoising_film import Recordings
    from playground.networks.text_to_video import Animator, ClipRun
    from playground.networks.whole_video import WholeVideo
    from playground.outcomes.scores import Scores

BYTES_WATCHED = 192 << 20
"""Of the latest clips that were watched, together."""
NO_MOTION_MODULES = Text(
    "{} has no motion modules whose weight could be changed: leave motion_scale at 1.",
    "{} 没有可调权重的运动模块：请将 motion_scale 保持为 1。",
)
NO_WEIGHTS = Text(
    "{} has no motion modules to turn down or to look into; choose a checkpoint that is put into Stable Diffusion.",
    "{} 没有可调节或可查看的运动模块；请选择装入 Stable Diffusion 的检查点。",
)


@dataclass(frozen=True)
class Loaded:
    """A checkpoint that is ready to make clips."""

    checkpoint: Checkpoint
    network: Animator | WholeVideo
    mode: str
    recordings: Recordings[ClipRecording] | None = None

    @property
    def components(self) -> dict[str, Any]:
        """The networks by name."""
        return self.network.components


@register
class TextToVideo(PlacedFamily[Loaded]):
    """Latent diffusion with attention over time (Guo et al. 2023, AnimateDiff)."""

    name, title, order, max_batch = "text_to_video", Text("Text → Video", "文字 → 视频"), 40, 1
    live = False
    whole: ClassVar[tuple[str, ...]] = OF_WORDS
    process: ClassVar[type[Request] | None] = MotionWeightsRequest
    looking: ClassVar[tuple[type[Request], ...]] = (MotionWeightsRequest, ClipFilmRequest)
    """Those that turn motion modules down, or look into them."""
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
    requests: ClassVar[tuple[type[Request], ...]] = (
        VideoRequest,
        MotionWeightsRequest,
        ClipFilmRequest,
        FramesLensRequest,
    )

    def animator(self) -> type[Animator]:
        """Return what runs motion modules."""
        from playground.networks.text_to_video import Animator

        return Animator

    def load(self, checkpoint: Checkpoint, device: Device) -> Loaded:
        """Open the folder with the class that it names, motion modules inside their base."""
        from playground.families.compiling import compiled_for
        from playground.networks.clip_film import ClipRecording
        from playground.networks.denoising_film import Recordings
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
            recordings = Recordings[ClipRecording](BYTES_WATCHED)
            animator = self.animator().of(pipe, checkpoint.base.path, put, compiled_for(checkpoint, pipe, device))
            return Loaded(checkpoint, animator, modes[0], recordings)
        put()
        return Loaded(checkpoint, WholeVideo(pipe, entry.call), modes[0])

    def runtime(self, model: Loaded) -> str:
        """OpenVINO where motion modules were compiled and act as they learned."""
        return OPENVINO if model.network.ran_compiled else TORCH

    def use_runtime(self, model: Loaded, name: str) -> None:
        """Take torch where it is named."""
        model.network.use_compiled = name != TORCH

    def unused(self, checkpoint: Checkpoint) -> set[str]:
        """What is asked of motion modules, where there are none."""
        return set() if has_motion_modules(checkpoint) else {"motion_scale", "longer"}

    def runs(self, checkpoint: Checkpoint) -> bool:
        """Motion modules, and those whose pipeline class takes what the form asks."""
        return has_motion_modules(checkpoint) or checkpoint.entry.pipeline in self.whole

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The schedulers, and how a clip gets longer than what was learned."""
        own = {"Own": Text("the checkpoint's own", "检查点自带")}
        schedulers = {name: Text(name, name) for name in NAMES} if has_motion_modules(checkpoint) else own
        return {"scheduler": schedulers, "longer": LONGER, "level": levels()}

    def bounds(self, checkpoint: Checkpoint) -> Mapping[str, int]:
        """The frames that it can make."""
        return {"num_frames": most_frames(checkpoint)}

    def sides(self, checkpoint: Checkpoint) -> tuple[int, int, int]:
        """Not far from what the checkpoint learned."""
        return _sides(checkpoint)

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse what is longer, or of another size, than what the checkpoint can make."""
        super().check(checkpoint, request)
        if not has_motion_modules(checkpoint):
            if isinstance(request, self.looking):
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

    def steps(self, sample: Any) -> int:
        """As many as so many frames take, counted in steps of sixteen."""
        return round(super().steps(sample) * len(sample.motion_scales) * int(sample.num_frames) / WINDOW)

    def batch_key(self, sample: ClipSample) -> Hashable:
        """Every clip has a pass of its own."""
        return ()

    def generate(
        self, model: Loaded, samples: Sequence[ClipSample], step: Step
    ) -> Sequence[list[Image] | Image | Scores]:
        """Make the clips one after another; or show how they formed."""
        return [self._made(model, sample, step) for sample in samples]

    def _made(self, model: Loaded, sample: ClipSample, step: Step) -> list[Image] | Image | Scores:
        if isinstance(sample, FilmSample) and model.recordings is not None:
            return self.watch(model, sample, step)
        return self.draw(model, sample, step)

    def watch(self, model: Loaded, sample: Any, step: Step) -> Image | Scores:
        """Show a clip's steps, or where its frames look."""
        run, recordings = self.run_of(model.checkpoint, sample), cast("Recordings[ClipRecording]", model.recordings)
        return film_or_looks(cast("Animator", model.network), recordings, run, sample, step)

    def run_of(self, checkpoint: Checkpoint, sample: Any) -> ClipRun:
        """Return what the network is to do for a sample that is one clip."""
        return run_of(checkpoint, sample, sample.motion_scales[0])

    def draw(self, model: Loaded, sample: Any, step: Step) -> list[Image]:
        """Make the frames of one sample."""
        return draw_clip(model.network, model.checkpoint, sample, step)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for a clip, with diffusers alone; three side by side and films have none."""
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
