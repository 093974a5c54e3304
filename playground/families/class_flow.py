"""Pictures of a class from flow matching: noise becomes a picture on a nearly straight path, in few steps."""

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

    from playground.networks.class_flow import ClassFlow


class ClassFlowRequest(UNetRequest):
    """Samples of one class from noise, on straight paths."""

    task, title = "class_flow", Text("Flow matching by class", "类别流匹配")
    num_inference_steps: StepsField = 10


@register
class ClassFlowFamily(Family["ClassFlow"]):
    """Flow matching of small pictures (Lipman et al. 2023; Liu, Gong & Liu 2023) with guidance (Ho & Salimans 2022)."""

    name, title, order, max_batch, dtype = "class_flow", Text("Flow matching by class", "类别流匹配"), 54, 64, "float32"
    within, live, single_core = "compare", False, 4
    requests = (ClassFlowRequest,)
    examples = (
        (Text("As the class says", "按类别生成"), {"guidance_scale": 2.0, "num_inference_steps": 10}),
        (Text("The class forgotten", "忘掉类别"), {"guidance_scale": 0.0, "num_inference_steps": 10}),
        (Text("In 3 steps", "只用 3 步"), {"guidance_scale": 2.0, "num_inference_steps": 3}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> ClassFlow:
        """Open the folder as diffusers does."""
        import torch

        from playground.networks.class_flow import ClassFlow
        from playground.networks.class_unet import open_class_pipeline

        pipeline = open_class_pipeline(ClassFlow, checkpoint.path)
        pipeline.to(device.type, getattr(torch, self.dtype))
        return cast(ClassFlow, pipeline)

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The checkpoint's classes."""
        return {"class_name": class_options(checkpoint)}

    def batch_key(self, sample: UNetSample) -> Hashable:
        """As many steps, and the network once or twice a step: whoever is guided needs it twice."""
        return sample.num_inference_steps, sample.guidance_scale != 1

    def generate(self, model: ClassFlow, samples: Sequence[UNetSample], step: Step) -> list[Image]:
        """Take all samples' steps together; what is shown meanwhile is what the network believes in."""
        return draw_from_noise(model, samples, step)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class."""
        return class_unet_code("class_flow", "ClassFlow", checkpoint.source, request, device)
