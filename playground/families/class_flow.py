"""Pictures of a class from flow matching: noise becomes a picture on a nearly straight path, in few steps."""

from __future__ import annotations

from playground.families.base import register
from playground.families.class_unet import ClassUNetFamily, StepsField, UNetRequest
from playground.language import Text


class ClassFlowRequest(UNetRequest):
    """Samples of one class from noise, on straight paths."""

    task, title = "class_flow", Text("Flow matching by class", "类别流匹配")
    num_inference_steps: StepsField = 10


@register
class ClassFlowFamily(ClassUNetFamily):
    """Flow matching of small pictures (Lipman et al. 2023; Liu, Gong & Liu 2023) with guidance (Ho & Salimans 2022)."""

    name, title, order = "class_flow", Text("Flow matching by class", "类别流匹配"), 54
    pipeline = "class_flow", "ClassFlow"
    requests = (ClassFlowRequest,)
    examples = (
        (Text("As the class says", "按类别生成"), {"guidance_scale": 2.0, "num_inference_steps": 10}),
        (Text("The class forgotten", "忘掉类别"), {"guidance_scale": 0.0, "num_inference_steps": 10}),
        (Text("In 3 steps", "只用 3 步"), {"guidance_scale": 2.0, "num_inference_steps": 3}),
    )
