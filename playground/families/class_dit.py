"""Pictures of a class from a diffusion transformer of the hub, in the tab of the GAN.

Guidance stands where the GAN has truncation. Samples of any class and seed that are guided alike share their passes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from playground.catalog import Checkpoint
from playground.families.base import Device, Step, register
from playground.families.class_gan_requests import CHINESE, ClassField
from playground.families.class_unet import StepsField
from playground.families.controls import Slider
from playground.families.diffusers_code import source_of
from playground.families.placed import PlacedFamily
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text
from playground.networks.imagenet import imagenet_class_names

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.whole_class import WholeClass

WHOLE = ("DiTPipeline",)
SMALL_SIDE = 256
"""Pixels to which eight pictures go together; of larger ones two."""
GuidanceField = Annotated[
    float,
    Slider(
        1.0,
        10.0,
        0.25,
        label=Text("Guidance", "引导强度"),
        help=Text(
            "The strength: 1 is the network's own word, more shows the class more plainly and varies less.",
            "强度：1 是网络本来的意思，越高类别越明显，变化越少。",
        ),
    ),
]
LINES = """import torch
from diffusers import DiTPipeline

pipe = DiTPipeline.from_pretrained({where}, dtype=torch.{dtype}).to("{device}")
seeds = {seeds}
pictures = pipe(
    class_labels=[{number}] * len(seeds),  # {name}
    guidance_scale={guidance_scale},
    generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
    num_inference_steps={num_inference_steps},
).images
for index, picture in enumerate(pictures):
    picture.save(f"picture-{{index}}.png")
"""


@dataclass(frozen=True)
class Loaded:
    """A checkpoint that is ready to draw."""

    network: WholeClass
    mode: str

    @property
    def components(self) -> dict[str, Any]:
        """The networks by name."""
        return self.network.components


@dataclass(frozen=True)
class ClassDiTSample:
    """One picture to make: its class, the seed of its noise, how strongly it is guided, and its steps."""

    class_name: str
    seed: int
    guidance_scale: float
    num_inference_steps: int


class ClassDiTRequest(Request):
    """Samples of one of ImageNet's classes from noise, by a diffusion transformer."""

    task, title = "class_dit", Text("By diffusion (DiT)", "用扩散模型（DiT）")
    strength_field = "guidance_scale"
    class_name: ClassField = "golden retriever"
    guidance_scale: GuidanceField = 4.0
    num_inference_steps: StepsField = 50
    seed: SeedField = -1
    num_images: NumImagesField = 1

    def samples(self, checkpoint: Checkpoint) -> list[ClassDiTSample]:
        """One sample a seed."""
        return [
            ClassDiTSample(self.class_name, seed, self.guidance_scale, self.num_inference_steps)
            for seed in following_seeds(self.seed, self.num_images)
        ]


@register
class ClassDiT(PlacedFamily[Loaded]):
    """Latent diffusion by a transformer that is told a class (Peebles & Xie 2023, DiT)."""

    name, title, order, max_batch = "class_dit", Text("Diffusion transformer by class", "类别扩散 Transformer"), 21, 8
    within, live = "class_gan", False
    requests = (ClassDiTRequest,)
    examples = (
        (Text("A golden retriever", "金毛犬"), {"class_name": "golden retriever", "guidance_scale": 4.0}),
        (Text("A volcano", "火山"), {"class_name": "volcano", "guidance_scale": 4.0}),
        (Text("A volcano, unguided", "火山，无引导"), {"class_name": "volcano", "guidance_scale": 1.0}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> Loaded:
        """Open the folder with the class that the catalogue names."""
        from playground.networks.opening import open_pipeline, place
        from playground.networks.whole_class import WholeClass

        entry = checkpoint.entry
        pipe = open_pipeline(checkpoint.path, device.dtype, entry.variant, entry.pipeline, pickled=entry.pickled)
        mode = place(pipe, entry.memory, device.type, device.keep)
        return Loaded(WholeClass(pipe), mode)

    def runs(self, checkpoint: Checkpoint) -> bool:
        """Those whose pipeline class takes what the form asks."""
        return checkpoint.entry.pipeline in WHOLE

    def batch_limit(self, checkpoint: Checkpoint) -> int:
        """Large pictures go in small batches."""
        return self.max_batch if checkpoint.entry.side <= SMALL_SIDE else 2

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """ImageNet's classes, in the order of the network's weights."""
        return {"class_name": {name: Text(name, CHINESE.get(name, name)) for name in imagenet_class_names()}}

    def batch_key(self, sample: ClassDiTSample) -> Hashable:
        """The scheduler's steps, and the guidance: a call has one for all its pictures."""
        return sample.num_inference_steps, sample.guidance_scale

    def generate(self, model: Loaded, samples: Sequence[ClassDiTSample], step: Step) -> list[Image]:
        """Take all samples' steps together."""
        first, numbers = samples[0], {name: number for number, name in enumerate(imagenet_class_names())}
        classes, seeds = [numbers[sample.class_name] for sample in samples], [sample.seed for sample in samples]
        return model.network.draw(classes, seeds, first.guidance_scale, first.num_inference_steps, step)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class, with diffusers alone."""
        if not isinstance(request, ClassDiTRequest):
            return ""
        entry = checkpoint.entry
        where = source_of(checkpoint.source, revision=entry.revision, variant=entry.variant)
        return LINES.format(
            where=f"{where}, use_safetensors=False" if entry.pickled else where,
            device=device.type if device else "cpu",
            dtype=device.dtype if device else "float32",
            seeds=following_seeds(request.seed, request.num_images),
            number=imagenet_class_names().index(request.class_name),
            name=request.class_name,
            guidance_scale=request.guidance_scale,
            num_inference_steps=request.num_inference_steps,
        )
