"""Pictures of a class from diffusion: noise becomes a picture in steps, guided by the class."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step, register
from playground.families.class_gan_requests import class_options
from playground.families.class_unet_requests import (
    StepsField,
    UNetRequest,
    UNetSample,
    class_unet_code,
    draw_from_noise,
)
from playground.families.requests import Request
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.class_diffusion import ClassDiffusion


class ClassDiffusionRequest(UNetRequest):
    """Samples of one class from noise, by diffusion."""

    task, title = "class_diffusion", Text("Diffusion by class", "类别扩散模型")
    num_inference_steps: StepsField = 20


@register
class ClassDiffusionFamily(Family["ClassDiffusion"]):
    """Denoising diffusion of small pictures (Ho, Jain & Abbeel 2020) with guidance (Ho & Salimans 2022)."""

    name, title, order, max_batch, dtype = (
        "class_diffusion",
        Text("Diffusion by class", "类别扩散模型"),
        53,
        64,
        "float32",
    )
    within, live, single_core = "compare", False, 4
    requests = (ClassDiffusionRequest,)
    examples = (
        (Text("As the class says", "按类别生成"), {"guidance_scale": 2.0, "num_inference_steps": 20}),
        (Text("The class forgotten", "忘掉类别"), {"guidance_scale": 0.0, "num_inference_steps": 20}),
        (Text("In 5 steps", "只用 5 步"), {"guidance_scale": 2.0, "num_inference_steps": 5}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> ClassDiffusion:
        """Open the folder as diffusers does."""
        import torch

        from playground.networks.class_diffusion import ClassDiffusion
        from playground.networks.class_unet import open_class_pipeline

        pipeline = open_class_pipeline(ClassDiffusion, checkpoint.path)
        pipeline.to(device.type, getattr(torch, self.dtype))
        return cast(ClassDiffusion, pipeline)

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The checkpoint's classes."""
        return {"class_name": class_options(checkpoint)}

    def batch_key(self, sample: UNetSample) -> Hashable:
        """As many steps, and the network once or twice a step: whoever is guided needs it twice."""
        return sample.num_inference_steps, sample.guidance_scale != 1

    def generate(self, model: ClassDiffusion, samples: Sequence[UNetSample], step: Step) -> list[Image]:
        """Take all samples' steps together; what is shown meanwhile is what the network believes in."""
        return draw_from_noise(model, samples, step)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class."""
        return class_unet_code("class_diffusion", "ClassDiffusion", checkpoint.source, request, device)
