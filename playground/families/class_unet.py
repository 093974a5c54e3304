"""What diffusion and flow matching are asked, and how both turn it into pictures: their pipelines speak alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step
from playground.families.class_gan_requests import ClassField, class_options
from playground.families.controls import Slider
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

GuidanceField = Annotated[
    float,
    Slider(
        0.0,
        8.0,
        0.25,
        label=Text("Guidance", "引导强度"),
        help=Text(
            "The strength: 0 forgets the class, 1 is the network's own word, more exaggerates the class.",
            "强度：0 忘掉类别，1 是网络本来的意思，更高则夸张类别。",
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
        help=Text("More steps are finer and slower.", "步数越多越精细，也越慢。"),
    ),
]


@dataclass(frozen=True)
class UNetSample:
    """One picture to make: its class, the seed of its noise, how strongly it is guided, and its steps."""

    class_name: str
    seed: int
    guidance_scale: float
    num_inference_steps: int


class UNetRequest(Request):
    """Samples of one class from noise."""

    strength_field = "guidance_scale"
    class_name: ClassField = ""
    guidance_scale: GuidanceField = 2.0
    num_inference_steps: StepsField = 20
    seed: SeedField = -1
    num_images: NumImagesField = 1

    def samples(self, checkpoint: Checkpoint) -> list[UNetSample]:
        """One sample a seed."""
        return [
            UNetSample(self.class_name, seed, self.guidance_scale, self.num_inference_steps)
            for seed in following_seeds(self.seed, self.num_images)
        ]


class ClassUNetFamily(Family[Any]):
    """What diffusion and flow matching of small pictures do alike; they differ in their networks' pipelines.

    Attributes:
        pipeline: The module below ``playground.networks`` and the class in it.
    """

    max_batch, dtype, within, live, single_core = 64, "float32", "compare", False, 4
    pipeline: ClassVar[tuple[str, str]]

    def load(self, checkpoint: Checkpoint, device: Device) -> Any:
        """Open the folder as diffusers does."""
        import torch

        from playground.networks.class_unet import open_class_pipeline

        module, name = self.pipeline
        kind = getattr(import_module(f"playground.networks.{module}"), name)
        return open_class_pipeline(kind, checkpoint.path).to(device.type, getattr(torch, self.dtype))

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The checkpoint's classes."""
        return {"class_name": class_options(checkpoint)}

    def batch_key(self, sample: UNetSample) -> Hashable:
        """As many steps, and the network once or twice a step: whoever is guided needs it twice."""
        return sample.num_inference_steps, sample.guidance_scale != 1

    def generate(self, model: Any, samples: Sequence[UNetSample], step: Step) -> list[Image]:
        """Take all samples' steps together; what is shown meanwhile is what the network believes in."""
        return draw_from_noise(model, samples, step)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class."""
        return class_unet_code(*self.pipeline, checkpoint.source, request, device)


def draw_from_noise(model: Any, samples: Sequence[UNetSample], step: Step) -> list[Image]:
    """Take the steps of samples that have equally many; what the network believes in is shown meanwhile.

    Args:
        model: A ``ClassPipeline``.
        samples: What to make.
        step: Told after every step.
    """
    import torch

    from playground.networks.latents import seeded_noise
    from playground.networks.pixels import to_pictures

    side, like = model.image_size, next(model.unet.parameters())
    noise = torch.stack([seeded_noise(sample.seed, 1, side, side) for sample in samples]).to(like)
    classes = torch.tensor([model.class_names.index(sample.class_name) for sample in samples], device=like.device)
    scales = torch.tensor([sample.guidance_scale for sample in samples]).to(like)
    steps = samples[0].num_inference_steps

    def report(index: int, of: int, noisy: torch.Tensor, believed: torch.Tensor) -> None:
        step(index, of, to_pictures((believed + 1) / 2))

    return to_pictures(model.sample(noise, classes, scales, steps, report))


def class_unet_code(module: str, name: str, folder: str, request: Request, device: Device | None) -> str:
    """Write the lines that make samples of a class with a pipeline alone; other requests have none."""
    if not isinstance(request, UNetRequest):
        return ""
    where, dtype = device.type if device else "cpu", "float32"
    seeds = following_seeds(request.seed, request.num_images)
    return f"""import torch
from playground.networks.{module} import {name}
from playground.networks.latents import seeded_noise
from playground.networks.pixels import to_pictures

pipeline = {name}.from_pretrained("{folder}", local_files_only=True).to("{where}", torch.{dtype})
pipeline.unet.eval().to(memory_format=torch.channels_last)
class_name, seeds = {request.class_name!r}, {seeds}
noise = torch.stack([seeded_noise(seed, 1, 28, 28) for seed in seeds]).to("{where}", torch.{dtype})
classes = torch.full((len(seeds),), pipeline.class_names.index(class_name), device="{where}")
scale, steps = {request.guidance_scale}, {request.num_inference_steps}
pixels = pipeline.sample(noise, classes, guidance_scale=scale, num_inference_steps=steps)
for index, picture in enumerate(to_pictures(pixels)):
    picture.save(f"picture-{{index}}.png")
"""
