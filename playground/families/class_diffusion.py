"""Pictures of a class from diffusion: noise becomes a picture in steps, guided by the class."""

from __future__ import annotations

from playground.families.base import register
from playground.families.class_unet import ClassUNetFamily, StepsField, UNetRequest
from playground.language import Text


class ClassDiffusionRequest(UNetRequest):
    """Samples of one class from noise, by diffusion."""

    task, title = "class_diffusion", Text("Diffusion by class", "类别扩散模型")
    num_inference_steps: StepsField = 20


@register
class ClassDiffusionFamily(ClassUNetFamily):
    """Denoising diffusion of small pictures (Ho, Jain & Abbeel 2020) with guidance (Ho & Salimans 2022)."""

    name, title, order = "class_diffusion", Text("Diffusion by class", "类别扩散模型"), 53
    pipeline = "class_diffusion", "ClassDiffusion"
    requests = (ClassDiffusionRequest,)
    examples = (
        (Text("As the class says", "按类别生成"), {"guidance_scale": 2.0, "num_inference_steps": 20}),
        (Text("The class forgotten", "忘掉类别"), {"guidance_scale": 0.0, "num_inference_steps": 20}),
        (Text("In 5 steps", "只用 5 步"), {"guidance_scale": 2.0, "num_inference_steps": 5}),
    )
