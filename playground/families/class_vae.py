"""Pictures of a class from a conditional VAE: digits or clothes, whatever the checkpoint knows.

The same network as the digits' own tab has, asked as the other generators of the Compare tab are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step, register
from playground.families.class_gan_requests import ClassField, class_options
from playground.families.digits_cvae_requests import SpreadField
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.class_vae import ConditionalVAE


@dataclass(frozen=True)
class VAESample:
    """One picture to make: its class, the seed of its latent, and what that is multiplied by."""

    class_name: str
    seed: int
    spread: float


class ClassVAERequest(Request):
    """Samples of one class from a conditional VAE."""

    task, title = "class_vae", Text("Conditional VAE", "条件 VAE")
    strength_field = "spread"
    class_name: ClassField = ""
    spread: SpreadField = 1.0
    seed: SeedField = -1
    num_images: NumImagesField = 1

    def samples(self, checkpoint: Checkpoint) -> list[VAESample]:
        """One sample a seed."""
        return [VAESample(self.class_name, seed, self.spread) for seed in following_seeds(self.seed, self.num_images)]


@register
class ClassVAE(Family["ConditionalVAE"]):
    """Conditional VAE (Kingma & Welling 2014; Sohn, Lee & Yan 2015)."""

    name, title, order, max_batch, dtype = "class_vae", Text("Conditional VAE", "条件 VAE"), 51, 128, "float32"
    within, single_core = "compare", 8
    requests = (ClassVAERequest,)
    examples = (
        (Text("A typical one", "典型的一个"), {"spread": 0.5}),
        (Text("A wild one", "夸张的一个"), {"spread": 1.7}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> ConditionalVAE:
        """Read config.json and model.safetensors."""
        import torch

        from playground.networks.class_vae import ConditionalVAE

        model = ConditionalVAE.from_pretrained(checkpoint.path, strict=True).eval()
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return model.to(device.type, getattr(torch, self.dtype))

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The checkpoint's classes; one that names none is of digits."""
        return {"class_name": class_options(checkpoint) or {name: Text(name, name) for name in "0123456789"}}

    def generate(self, model: ConditionalVAE, samples: Sequence[VAESample], step: Step) -> list[Image]:
        """Decode all latents in one pass."""
        import torch

        from playground.networks.latents import seeded_noise
        from playground.networks.pixels import to_pictures

        like = next(model.parameters())
        with torch.inference_mode():
            latents = torch.stack([seeded_noise(sample.seed, model.latent_dim) * sample.spread for sample in samples])
            classes = torch.tensor([model.class_names.index(sample.class_name) for sample in samples])
            pixels = model.decode(latents.to(like), classes.to(like.device))
        step(1, 1)
        return to_pictures(pixels)

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class."""
        if not isinstance(request, ClassVAERequest):
            return ""
        seeds = following_seeds(request.seed, request.num_images)
        where, dtype = device.type if device else "cpu", self.dtype
        return f"""import torch
from playground.networks.class_vae import ConditionalVAE
from playground.networks.latents import seeded_noise
from playground.networks.pixels import to_pictures

model = ConditionalVAE.from_pretrained("{checkpoint.source}", strict=True).eval()
model.to("{where}", torch.{dtype}).to(memory_format=torch.channels_last)
class_name, seeds, spread = {request.class_name!r}, {seeds}, {request.spread}
with torch.inference_mode():
    latents = torch.stack([seeded_noise(seed, model.latent_dim) * spread for seed in seeds])
    classes = torch.full((len(seeds),), model.class_names.index(class_name), device="{where}")
    pixels = model.decode(latents.to("{where}", torch.{dtype}), classes)
for index, picture in enumerate(to_pictures(pixels)):
    picture.save(f"picture-{{index}}.png")
"""
