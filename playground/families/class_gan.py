"""Pictures of a class from a class-conditional GAN.

Each sample draws its noise on the CPU from its own seed, cut off at ±2, and scales it by the truncation. Three kinds of
network are read: those that are trained here, of pixels or of latents, and BigGAN-deep; config.json says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step, register
from playground.families.class_gan_code import class_gan_code
from playground.families.class_gan_requests import (
    ClassMorphRequest,
    ClassRequest,
    ClassSample,
    ClassSheetRequest,
    ClassStrengthRequest,
    class_options,
    is_biggan_deep,
    is_latent,
)
from playground.families.requests import Request, following_seeds
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from playground.networks.biggan_deep import BigGANDeep
    from playground.networks.class_gan import ConditionalGenerator
    from playground.networks.latent_gan import LatentGenerator

    Generator = ConditionalGenerator | LatentGenerator | BigGANDeep

NO_CLASS = Text("(none)", "（无）")
LATENT_BATCH = 16
"""Pictures that one pass of a decoder makes."""


@register
class ClassGAN(Family["Generator"]):
    """Class-conditional GAN (Miyato & Koyama 2018; Brock, Donahue & Simonyan 2019)."""

    name, title, order, max_batch = "class_gan", Text("Class → Image", "类别 → 图片"), 20, 128
    single_core = 8
    process = ClassStrengthRequest
    examples = (
        (
            Text("A cat in colour", "彩色的猫"),
            {"checkpoint": "emoji-gan", "class_name": "Cat", "mix_class_name": "", "mix": 0.0, "truncation": 0.7},
        ),
        (
            Text("Half fox, half dog", "半狐半狗"),
            {"checkpoint": "emoji-gan", "class_name": "Fox", "mix_class_name": "Dog", "mix": 0.5, "truncation": 0.7},
        ),
        (
            Text("A typical sneaker", "典型的运动鞋"),
            {"checkpoint": "fashion-gan", "class_name": "Sneaker", "mix_class_name": "", "mix": 0.0, "truncation": 0.4},
        ),
        (
            Text("A daring dress", "大胆的连衣裙"),
            {"checkpoint": "fashion-gan", "class_name": "Dress", "mix_class_name": "", "mix": 0.0, "truncation": 1.0},
        ),
        (
            Text("Half boot, half sandal", "半靴半凉鞋"),
            {
                "checkpoint": "fashion-gan",
                "class_name": "Ankle boot",
                "mix_class_name": "Sandal",
                "mix": 0.5,
                "truncation": 0.7,
            },
        ),
    )
    requests = (ClassRequest, ClassSheetRequest, ClassStrengthRequest, ClassMorphRequest)

    def load(self, checkpoint: Checkpoint, device: Device) -> Generator:
        """Read config.json and the weights, with the network that config.json describes."""
        import torch

        dtype = getattr(torch, device.dtype)
        if is_biggan_deep(checkpoint):
            from playground.networks.biggan_deep import BigGANDeep

            deep = BigGANDeep.from_pretrained(checkpoint.path).eval().compute_in(dtype).to(device.type)
            return deep.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
        small = _small_network(checkpoint)
        model = small.from_pretrained(checkpoint.path, strict=True).eval()
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return model.to(device.type, dtype)

    def batch_limit(self, checkpoint: Checkpoint) -> int:
        """Large pictures go in small batches: their feature maps, not their weights, fill the memory."""
        if is_latent(checkpoint):
            return LATENT_BATCH
        if not is_biggan_deep(checkpoint):
            return self.max_batch
        doublings = sum(bool(layer[0]) for layer in checkpoint.config["layers"])
        return max(1, 512 >> doublings)

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The checkpoint's classes; the second class may be none."""
        names = class_options(checkpoint)
        return {"class_name": names, "mix_class_name": {"": NO_CLASS} | names}

    def generate(self, model: Generator, samples: Sequence[ClassSample], step: Step) -> list[Image]:
        """Run all samples in one pass."""
        import torch

        from playground.networks.biggan_deep import BigGANDeep
        from playground.networks.pixels import to_pictures

        with torch.inference_mode():
            like = model.embeddings.weight if isinstance(model, BigGANDeep) else next(model.parameters())
            latents = torch.stack([_latent(model, sample) for sample in samples]).to(like)
            weights = torch.stack([_weights(model, sample) for sample in samples]).to(like)
            truncations = [sample.truncation for sample in samples]
            pixels = model(latents, weights, truncations) if isinstance(model, BigGANDeep) else model(latents, weights)
        step(1, 1)
        return to_pictures((pixels + 1) / 2)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class; other tasks have none."""
        if not isinstance(request, ClassRequest):
            return ""
        seeds = following_seeds(request.seed, request.num_images)
        where, dtype = (device.type, device.dtype) if device else ("cpu", "float32")
        mixed = request.mix if request.mix_class_name else 0.0
        shares = (
            {request.class_name: 1.0} if not mixed else {request.class_name: 1 - mixed, request.mix_class_name: mixed}
        )
        return class_gan_code(
            kind="deep" if is_biggan_deep(checkpoint) else "latent" if is_latent(checkpoint) else "pixels",
            folder=checkpoint.source,
            device=where,
            dtype=dtype,
            shares=shares,
            seeds=seeds,
            truncation=request.truncation,
            walk=request.walk,
            second_seed=request.second_seed,
        )


def _small_network(checkpoint: Checkpoint) -> type[ConditionalGenerator] | type[LatentGenerator]:
    """Import what a checkpoint is made of: a decoder of latents brings diffusers, for which clothes must not wait."""
    if is_latent(checkpoint):
        from playground.networks.latent_gan import LatentGenerator

        return LatentGenerator
    from playground.networks.class_gan import ConditionalGenerator

    return ConditionalGenerator


def _latent(model: Generator, sample: ClassSample) -> Tensor:
    from playground.networks.latents import slerp, truncated_noise

    noise = truncated_noise(sample.seed, model.latent_dim)
    if sample.walk:
        noise = slerp(noise, truncated_noise(sample.second_seed, model.latent_dim), sample.walk)
    return noise * sample.truncation


def _weights(model: Generator, sample: ClassSample) -> Tensor:
    import torch

    mix = sample.mix if sample.mix_class_name else 0.0
    weights = torch.zeros(model.num_classes)
    weights[model.class_names.index(sample.class_name)] += 1 - mix
    if mix:
        weights[model.class_names.index(sample.mix_class_name)] += mix
    return weights
