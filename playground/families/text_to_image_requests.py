"""What the Text → Image tab asks: pictures of a prompt, and the film of how one forms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from playground.catalog import Checkpoint
from playground.families.controls import Choice, Slider, Switch
from playground.families.known_words import plain_prompt
from playground.families.prompts import NegativePromptField, PromptField, clean_prompt, parts_of
from playground.families.requests import Request, SecondSeedField, SeedField, WalkField, following_seeds
from playground.language import Text

OPEN = ("StableDiffusionPipeline",)
"""Pipelines with a U-Net and one text encoder, whose every step can be looked at."""
MOST_PICTURES = 9
"""Of one request: nine are one pass of any checkpoint."""
CANDIDATES = 8
"""How many are drawn for each picture where the best is kept."""

GuidanceField = Annotated[
    float,
    Slider(
        0.0,
        20.0,
        0.1,
        label=Text("Guidance", "引导强度"),
        help=Text(
            "The strength: 1 and below takes the words as they come, high values insist on them.",
            "强度：1 及以下只是参考文字，数值越高越坚持文字。",
        ),
    ),
]
StepsField = Annotated[
    int,
    Slider(
        1,
        100,
        1,
        label=Text("Steps", "步数"),
        help=Text("More steps are slower and finer.", "步数越多越慢，也越精细。"),
    ),
]
ImagesField = Annotated[
    int,
    Slider(
        1,
        MOST_PICTURES,
        1,
        label=Text("Number of pictures", "图片数量"),
        help=Text("Each takes the next seed.", "每张图片使用下一个种子。"),
    ),
]
BestOfField = Annotated[
    bool,
    Switch(
        label=Text(f"Best of {CANDIDATES}", f"{CANDIDATES} 选 1"),
        help=Text(
            f"Draws {CANDIDATES} from following seeds and keeps the one that fits your words best.",
            f"用连续的种子画 {CANDIDATES} 张，只留下最契合文字的一张。",
        ),
        live=False,
    ),
]
SchedulerField = Annotated[
    str,
    Choice(
        label=Text("Scheduler", "调度器"),
        help=Text("How the noise is removed from step to step.", "每一步如何去除噪声。"),
        advanced=True,
    ),
]
LoraField = Annotated[
    str,
    Choice(
        label=Text("LoRA", "LoRA"),
        help=Text(
            "A small addition to the weights that teaches a style or a thing.", "对权重的小补充，教会一种风格或事物。"
        ),
        advanced=True,
    ),
]
LoraWeightField = Annotated[
    float,
    Slider(
        -2.0,
        2.0,
        0.05,
        label=Text("LoRA weight", "LoRA 权重"),
        help=Text("1 is as it was trained, 0 is without it.", "1 为训练时的强度，0 为不使用。"),
        advanced=True,
    ),
]
WidthField = Annotated[int, Slider(64, 2048, 8, label=Text("Width", "宽度"), advanced=True)]
HeightField = Annotated[int, Slider(64, 2048, 8, label=Text("Height", "高度"), advanced=True)]


@dataclass(frozen=True)
class PromptSample:
    """One picture to make; the fields are the request's, with one seed and prompts that can be read.

    Attributes:
        guided: Whether guidance makes a difference, so that the second half of the batch is needed.
        film: Whether the steps are asked for instead of the picture.
        lens: Whether it is asked for where each word acts.
        image: What it starts from, as an inline PNG; empty for noise alone.
        mask: White where that is made anew, likewise; empty where all of it is.
        strength: How much of it is made anew, above 0 to 1.
        parts: In how many parts the longer of its prompts is read.
        best_of: Whether several are drawn, and the one kept that fits best.
        shared_guidance: The guidance that all samples of a batch must have; None where each may have its own.
    """

    prompt: str
    negative_prompt: str
    guidance_scale: float
    num_inference_steps: int
    seed: int
    scheduler: str
    width: int
    height: int
    guided: bool
    film: bool = False
    lens: bool = False
    shared_guidance: float | None = None
    second_seed: int = 0
    walk: float = 0.0
    lora: str = ""
    lora_weight: float = 0.0
    image: str = ""
    mask: str = ""
    strength: float = 1.0
    parts: int = 1
    best_of: bool = False


class FilmRequest(Request):
    """The steps of one picture: noise, and what the model believes without words, with them, and guided."""

    task, title, makes = "text_to_image_film", Text("How it forms", "形成过程"), "strip"
    prompt: PromptField = ""
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 4.0
    num_inference_steps: StepsField = 25
    seed: SeedField = -1
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    second_seed: SecondSeedField = 0
    walk: WalkField = 0.0
    lora: LoraField = ""
    lora_weight: LoraWeightField = 1.0

    def samples(self, checkpoint: Checkpoint) -> list[PromptSample]:
        """One sample, whose picture is the film: a row for each belief, a column for each step."""
        return [_sample(self, checkpoint, self.seed, film=True)]


class WordsLensRequest(FilmRequest):
    """Where each word of a prompt acts, step by step (DAAM, Tang et al. 2022)."""

    task, title = "text_to_image_words", Text("Words under the lens", "放大镜下的词语")

    def samples(self, checkpoint: Checkpoint) -> list[PromptSample]:
        """One sample, whose picture has a row for each word, a column for each step, and one for all of them."""
        return [replace(sample, lens=True) for sample in super().samples(checkpoint)]


class PromptRequest(Request):
    """Pictures of a prompt."""

    task, title = "text_to_image", Text("Draw your words", "把文字画出来")
    strength_field = "guidance_scale"
    prompt: PromptField = ""
    negative_prompt: NegativePromptField = ""
    guidance_scale: GuidanceField = 4.0
    num_inference_steps: StepsField = 25
    seed: SeedField = -1
    num_images: ImagesField = 1
    best_of: BestOfField = False
    scheduler: SchedulerField = "DPM++ 2M"
    width: WidthField = 128
    height: HeightField = 128
    second_seed: SecondSeedField = 0
    walk: WalkField = 0.0
    lora: LoraField = ""
    lora_weight: LoraWeightField = 1.0

    def samples(self, checkpoint: Checkpoint) -> list[PromptSample]:
        """One sample a seed; where the best of several is kept, each begins behind those of the one before."""
        apart = CANDIDATES if self.best_of else 1
        seeds = following_seeds(self.seed, self.num_images * apart)[::apart]
        return [_sample(self, checkpoint, seed) for seed in seeds]


def is_open(checkpoint: Checkpoint) -> bool:
    """Tell whether a checkpoint's steps can be looked at, so that each sample has a guidance of its own."""
    return pipeline_of(checkpoint) in OPEN


def pipeline_of(checkpoint: Checkpoint) -> str:
    """Return the pipeline class of a checkpoint; the catalogue tells it of one that is not on this machine yet."""
    return checkpoint.entry.pipeline or str(checkpoint.config.get("_class_name") or OPEN[0])


def prompt_sample(request: Any, checkpoint: Checkpoint, seed: int, width: int, height: int) -> PromptSample:
    """Turn what every request for pictures of a prompt has into one sample."""
    prompt = plain_prompt(checkpoint, clean_prompt(request.prompt))
    negative_prompt = clean_prompt(request.negative_prompt)
    return PromptSample(
        prompt,
        negative_prompt,
        request.guidance_scale,
        request.num_inference_steps,
        seed,
        request.scheduler,
        width,
        height,
        guided=request.guidance_scale > 1 and prompt != negative_prompt,
        shared_guidance=None if is_open(checkpoint) else request.guidance_scale,
        parts=parts_of(checkpoint, prompt, negative_prompt) if is_open(checkpoint) else 1,
    )


def _sample(
    request: PromptRequest | FilmRequest, checkpoint: Checkpoint, seed: int, film: bool = False
) -> PromptSample:
    return replace(
        prompt_sample(request, checkpoint, seed, request.width, request.height),
        film=film,
        second_seed=request.second_seed if request.walk else 0,
        walk=request.walk,
        lora=request.lora if request.lora_weight else "",
        lora_weight=request.lora_weight if request.lora else 0.0,
        best_of=getattr(request, "best_of", False),
    )
