"""Pictures from words by latent diffusion.

Each sample has a generator of its own on the CPU, which draws its first noise and whatever its scheduler adds.
Samples with equal steps, size and scheduler share a batch, whatever their guidance.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.errors import CheckpointError, InvalidInput
from playground.families.base import OPENVINO, TORCH, TRITON, Device, Step, register
from playground.families.controls import LARGE_PAINTING, SMALL_PAINTING
from playground.families.image_to_image_requests import (
    FROM_PICTURES,
    ImageToImageRequest,
    InpaintRequest,
    check_pictures,
)
from playground.families.placed import PlacedFamily
from playground.families.requests import Request
from playground.families.text_to_image_code import python_lines
from playground.families.text_to_image_fit import Judge, best_of, rate
from playground.families.text_to_image_notices import native_side, notice_of
from playground.families.text_to_image_refusals import refuse_sizes, refuse_unknown
from playground.families.text_to_image_requests import (
    CANDIDATES,
    MOST_PICTURES,
    OPEN,
    FilmRequest,
    PromptRequest,
    PromptSample,
    WordsLensRequest,
    is_open,
    pipeline_of,
)
from playground.families.whole_pictures import MULTIPLES, WHOLE, WORDED_ALONE
from playground.language import Text
from playground.networks.schedulers import SECOND_ORDER

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.denoising_film import Recording, Recordings
    from playground.networks.lora import LoraSlot
    from playground.networks.regional import Regional
    from playground.networks.text_to_image import Denoiser
    from playground.networks.whole_pipeline import WholePipeline

NAMES = (
    "DDIM", "Euler", "Euler a", "DPM++ 2M", "DPM++ 2M Karras", "DPM++ 2M SDE", "DPM++ 2M SDE Karras", "DPM++ 3M SDE",
    "DPM++ 3M SDE Karras", "UniPC",
)  # fmt: skip
HELD_BACK = Text(
    "The checkpoint's safety checker held a picture back: try another seed or other words.",
    "检查点自带的安全检查器拦下了一张图片：请换一个种子或其他文字。",
)
DRAFT_STEPS = 4  # on emoji-diffusion two are soft, and what four make is hardly told from what twelve do
COMPILING = "compiling"  # how a model is kept whose blocks its first pass will compile
SMALL_SIDE = 256  # pixels to which pictures are small enough for many in one pass
NO_LORA = Text("(none)", "（无）")
NO_LORA_YET = Text("(none: no .safetensors file lies in {})", "（无：{} 中没有 .safetensors 文件）")
NO_FIT = Text(
    "The LoRA {} does not fit {}, or its file is damaged: choose another LoRA, or none.",
    "LoRA {} 不适用于 {}，或其文件已损坏：请选择其他 LoRA 或不使用。",
)


@dataclass(frozen=True)
class Loaded:
    """A checkpoint that is ready to draw, and what it remembers of the pictures that it drew."""

    checkpoint: Checkpoint
    denoiser: Denoiser | WholePipeline
    mode: str
    lora: LoraSlot
    recordings: Recordings[Recording] | None = None
    judge: Judge | None = None
    regional: Regional | None = None

    @property
    def components(self) -> dict[str, Any]:
        """The networks by name."""
        return self.denoiser.components


@register
class TextToImage(PlacedFamily[Loaded]):
    """Latent diffusion with classifier-free guidance (Rombach et al. 2022; Ho & Salimans 2022)."""

    name, title, order, max_batch = "text_to_image", Text("Text → Image", "文字 → 图片"), 10, 16
    live = False
    process = FilmRequest
    examples = tuple(
        (words, {"prompt": prompt, "negative_prompt": ""})
        for words, prompt in (
            (Text("red apple", "红苹果"), "red apple"),
            (Text("cat face", "猫脸"), "cat face"),
            (Text("rocket", "火箭"), "rocket"),
            (Text("red heart", "红心"), "red heart"),
            (Text("ghost", "幽灵"), "ghost"),
            (Text("house", "房子"), "house"),
            (Text("crown", "王冠"), "crown"),
            (Text("crying face", "哭脸"), "crying face"),
            (Text("tree", "树"), "tree"),
            (Text("blue apple", "蓝苹果"), "blue apple"),
            (Text("small heart", "小爱心"), "small heart"),
            (Text("three stars", "三颗星星"), "three stars"),
            (Text("猫 (cat)", "用中文：猫"), "猫"),
            (Text("下雨 (rain)", "用中文：下雨"), "下雨"),
        )
    )
    requests = (PromptRequest, FilmRequest, WordsLensRequest, *FROM_PICTURES)
    drafted = {
        PromptRequest.task: (
            "prompt", "negative_prompt", "guidance_scale", "seed", "second_seed", "walk", "lora", "lora_weight"
        ),
        ImageToImageRequest.task: ("image", "prompt", "strength", "negative_prompt", "guidance_scale", "seed"),
        InpaintRequest.task: ("image", "mask", "prompt", "strength", "negative_prompt", "guidance_scale", "seed"),
    }  # fmt: skip

    def batch_limit(self, checkpoint: Checkpoint) -> int:
        """Of small pictures half a class go together, of large ones as many as one request may ask for."""
        return self.max_batch if native_side(checkpoint) <= SMALL_SIDE else MOST_PICTURES

    def load(self, checkpoint: Checkpoint, device: Device) -> Loaded:
        """Open the folder with the pipeline class that it names."""
        from playground.families.compiling import compiled_for
        from playground.networks.denoising_film import Recording, Recordings
        from playground.networks.lora import LoraSlot, wear_for_good
        from playground.networks.opening import open_pipeline, place
        from playground.networks.regional import compile_blocks
        from playground.networks.text_to_image import Denoiser
        from playground.networks.whole_pipeline import WholePipeline

        judge = Judge(checkpoint.towers, device)
        kind, body = pipeline_of(checkpoint), checkpoint.body
        pipe = open_pipeline(
            body.path, device.dtype, body.entry.variant, kind, body.settings_folder,
            processor=WORDED_ALONE.get(kind, ""),
        )  # fmt: skip
        if body is not checkpoint:
            wear_for_good(pipe, checkpoint.path)
        modes: list[str] = []

        def put() -> None:
            modes.append(place(pipe, checkpoint.entry.memory, device.type, device.keep))

        if is_open(checkpoint):
            compiled = compiled_for(checkpoint, pipe, device)
            denoiser: Denoiser | WholePipeline = Denoiser.of(pipe, body.path, put, compiled)
        else:
            put()
            denoiser = WholePipeline(pipe, checkpoint.entry.takes_negative_prompt)
        recordings = Recordings[Recording]() if is_open(checkpoint) else None
        regional = compile_blocks(pipe, modes[0]) if device.regional else None
        return Loaded(checkpoint, denoiser, modes[0], LoraSlot(pipe), recordings, judge, regional)

    def mode(self, model: Loaded) -> str:
        """As it was placed; or that its first pass compiles it."""
        return COMPILING if model.regional and model.regional.cold else super().mode(model)

    def runtime(self, model: Loaded) -> str:
        """OpenVINO where the checkpoint was compiled and wears no LoRA, in the batches that gain by it; or Triton."""
        regional = model.regional is not None and model.regional.used
        return OPENVINO if model.denoiser.ran_compiled else TRITON if regional else TORCH

    def use_runtime(self, model: Loaded, name: str) -> None:
        """Take torch where it is named."""
        model.denoiser.use_compiled = name != TORCH
        if model.regional:
            model.regional.used = name != TORCH

    def runs(self, checkpoint: Checkpoint) -> bool:
        """Those whose pipeline class takes what the form asks."""
        return checkpoint.entry.pipeline in ("", *OPEN, *WHOLE)

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The schedulers; LCM where the checkpoint was made for it."""
        found = checkpoint.loras
        none = NO_LORA if found or not checkpoint.lora_folder else NO_LORA_YET.format(checkpoint.lora_folder)
        loras = {"": none} | {name: Text(name, name) for name in found}
        if pipeline_of(checkpoint) not in (*OPEN, "StableDiffusionXLPipeline"):
            return {"scheduler": {"Own": Text("the checkpoint's own", "检查点自带")}, "lora": loras}
        made_for_lcm = checkpoint.defaults.get("scheduler") == "LCM" or (
            checkpoint.on_disk and "LCMScheduler" in checkpoint.config.get("scheduler", ())
        )
        names = (*NAMES, *(SECOND_ORDER if is_open(checkpoint) else ()), *(("LCM",) if made_for_lcm else ()))
        return {"scheduler": {name: Text(name, name) for name in names}, "lora": loras}

    def unused(self, checkpoint: Checkpoint) -> set[str]:
        """What a distilled checkpoint, or a pipeline that draws its own noise, does not take."""
        entry = checkpoint.entry
        try:
            looked_into = is_open(checkpoint)
        except CheckpointError:  # Its files are missing or damaged; that is said where it is asked for a picture.
            looked_into = True
        return (
            (set() if entry.takes_negative_prompt else {"negative_prompt"})
            | (set() if entry.guidance else {"guidance_scale"})
            | (set() if looked_into else {"walk", "second_seed"})
            | (set() if checkpoint.lora_folder else {"lora", "lora_weight"})
            | (set() if checkpoint.towers else {"best_of"})
        )

    def painting_side(self, checkpoint: Checkpoint) -> int:
        """Larger where the checkpoint learned from larger pictures."""
        try:
            return LARGE_PAINTING if native_side(checkpoint) >= LARGE_PAINTING else SMALL_PAINTING
        except CheckpointError:  # is told where it is loaded
            return SMALL_PAINTING

    def sides(self, checkpoint: Checkpoint) -> tuple[int, int, int]:
        """Not far from what the checkpoint learned."""
        native = native_side(checkpoint)
        return max(64, native * 3 // 4), min(2048, native * 3 // 2), MULTIPLES.get(checkpoint.entry.pipeline, 8)

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse sizes that are far from what the checkpoint learned."""
        super().check(checkpoint, request)
        check_pictures(checkpoint, request)
        refuse_unknown(checkpoint, request)
        refuse_sizes(checkpoint, request, self.sides(checkpoint))

    def draft(self, request: Request) -> Request | None:
        """One picture in a few steps, from the same noise."""
        if not isinstance(request, PromptRequest | ImageToImageRequest | InpaintRequest):
            return None
        run = math.ceil(DRAFT_STEPS / getattr(request, "strength", 1.0))  # of these, the strength's share is run
        steps = min(request.num_inference_steps, run)
        plain = {"best_of": False} if isinstance(request, PromptRequest) else {}
        return request.model_copy(update={"num_inference_steps": steps, "num_images": 1} | plain)

    def batch_key(self, sample: PromptSample) -> Hashable:
        """What one run of the scheduler, and one shape of tensors, ask for."""
        return (
            sample.num_inference_steps, sample.scheduler, sample.width, sample.height, sample.guided, sample.film,
            sample.lens,
            sample.shared_guidance, sample.lora, sample.lora_weight, bool(sample.image), bool(sample.mask),
            sample.strength, sample.parts, sample.best_of and sample.seed,
        )  # fmt: skip

    def steps(self, sample: Any) -> int:
        """Where the best of several is kept, all of them take their steps."""
        return super().steps(sample) * (CANDIDATES if getattr(sample, "best_of", False) else 1)

    def generate(self, model: Loaded, samples: Sequence[PromptSample], step: Step) -> list[Image]:
        """Denoise all samples together and decode them in one batch; or make their films."""
        if samples[0].best_of:
            return best_of(lambda candidates, report: self.generate(model, candidates, report), samples, step)
        from playground.families.text_to_image_passes import draw, films, lenses, run_of
        from playground.networks.whole_pipeline import WholePipeline

        self._put_on(model, samples[0])
        with model.regional.running() if model.regional else nullcontext():
            if isinstance(model.denoiser, WholePipeline):
                pictures = model.denoiser.draw(run_of(samples), step)
            elif samples[0].lens:
                return lenses(model.denoiser, samples, step)
            elif samples[0].film:
                return films(model.denoiser, model.recordings, samples, step)
            else:
                pictures = draw(model.denoiser, model.recordings, samples, step)
        for sample, picture in zip(samples, pictures, strict=True):
            if picture.info.pop("held_back", False):
                picture.info["notice"] = HELD_BACK
            elif notice := notice_of(model.checkpoint, sample):
                picture.info["notice"] = notice
        if model.judge:
            rate(model.judge, samples, pictures)
        return pictures

    def _put_on(self, model: Loaded, sample: PromptSample) -> None:
        file = model.checkpoint.loras.get(sample.lora)
        try:
            if sample.lora and file is None:
                raise FileNotFoundError(sample.lora)  # taken away since it was asked for
            model.denoiser.wears_lora = bool(sample.lora)
            if model.lora.wear(file, sample.lora_weight):
                model.denoiser.forget_prompts()  # the text encoder may read them otherwise now
        except (OSError, ValueError) as error:
            raise InvalidInput("lora", *NO_FIT.format(sample.lora, model.checkpoint.title)) from error

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for pictures of a prompt, with diffusers alone; a film has none."""
        return python_lines(checkpoint, request, device) if isinstance(request, PromptRequest) else ""
