"""Each kind of generator under one handle: noise and class in, the picture after every step out.

The same noise from the same seed as in the generator's own family, so that a picture of a comparison can be made there
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

Strengths = Mapping[str, float]


@dataclass(frozen=True)
class Generator:
    """A loaded generator.

    Attributes:
        name: Which kind.
        model: Its network, or its pipeline.
        device: Where it is, as torch says it.
    """

    name: str
    model: Any
    device: str

    @property
    def network(self) -> Any:
        """The part that has the weights."""
        return getattr(self.model, "unet", self.model)

    @property
    def parameters(self) -> int:
        """How many numbers it learned."""
        return sum(weight.numel() for weight in self.network.parameters())

    def steps(self, strengths: Strengths) -> int:
        """Return how many pictures ``draw`` yields."""
        fixed = {"vae": 1, "gan": 1, "pixelcnn": getattr(self.model, "image_size", 0)}
        return fixed.get(self.name) or int(strengths[f"{self.name}_steps"])

    def draw(self, seeds: Sequence[int], classes: Tensor, strengths: Strengths) -> Iterator[Tensor]:
        """Make pictures, and yield them after every step.

        Args:
            seeds: One each.
            classes: (B,) int64.
            strengths: By the names of ``CompareRequest``.

        Yields:
            (B, 1, 28, 28), 0 to 1: what they are by now; the last are what they have become.
        """
        classes = classes.to(self.device)
        match self.name:
            case "vae":
                yield from self._vae(seeds, classes, strengths)
            case "gan":
                yield from self._gan(seeds, classes, strengths)
            case "pixelcnn":
                yield from self._pixelcnn(seeds, classes, strengths)
            case _:
                yield from self._unet(seeds, classes, strengths)

    def bits_per_dimension(self, images: Tensor, classes: Tensor) -> float | None:
        """Give what the generator needs to tell a pixel of real pictures, exactly; None where it has no likelihood."""
        import torch

        if self.name != "pixelcnn":
            return None
        with torch.inference_mode():
            return float(self.model.bits_per_dimension(images.to(self.device), classes.to(self.device)).mean())

    def _vae(self, seeds: Sequence[int], classes: Tensor, strengths: Strengths) -> Iterator[Tensor]:
        import torch

        from playground.networks.latents import seeded_noise

        with torch.inference_mode():
            latents = torch.stack([seeded_noise(seed, self.model.latent_dim) for seed in seeds]) * strengths["spread"]
            pictures = self.model.decode(latents.to(self.device), classes)
        yield pictures

    def _gan(self, seeds: Sequence[int], classes: Tensor, strengths: Strengths) -> Iterator[Tensor]:
        import torch

        from playground.networks.latents import truncated_noise

        with torch.inference_mode():
            noise = torch.stack([truncated_noise(seed, self.model.latent_dim) for seed in seeds])
            weights = torch.eye(self.model.num_classes, device=self.device)[classes]
            pictures = (self.model((noise * strengths["truncation"]).to(self.device), weights) + 1) / 2
        yield pictures

    def _pixelcnn(self, seeds: Sequence[int], classes: Tensor, strengths: Strengths) -> Iterator[Tensor]:
        import torch

        from playground.networks.latents import seeded_uniform

        side = self.model.image_size
        noise = torch.stack([seeded_uniform(seed, side, side) for seed in seeds]).to(self.device)
        yield from self.model.draw_rows(
            noise, classes, strengths["temperature"], guidance_scale=strengths["pixel_guidance"]
        )

    def _unet(self, seeds: Sequence[int], classes: Tensor, strengths: Strengths) -> Iterator[Tensor]:
        import torch

        from playground.networks.latents import seeded_noise

        side, steps = self.model.image_size, int(strengths[f"{self.name}_steps"])
        noise = torch.stack([seeded_noise(seed, 1, side, side) for seed in seeds]).to(self.device)
        path = self.model.denoise(noise, classes, strengths[f"{self.name}_guidance"], steps)
        for index, (noisy, believed) in enumerate(path, 1):
            yield ((believed if index == steps else noisy).clamp(-1, 1) + 1) / 2


def open_generator(name: str, folder: Path, device: str) -> Generator:
    """Read a generator's folder, in float32.

    Raises:
        Exception: It is damaged; libraries raise what they like.
    """
    import torch

    from playground.networks.class_unet import open_class_pipeline

    model: Any
    match name:
        case "vae":
            from playground.networks.class_vae import ConditionalVAE

            model = ConditionalVAE.from_pretrained(folder, strict=True).eval()
        case "gan":
            from playground.networks.class_gan import ConditionalGenerator

            model = ConditionalGenerator.from_pretrained(folder, strict=True).eval()
        case "pixelcnn":
            from playground.networks.pixelcnn import PixelCNN

            model = PixelCNN.from_pretrained(folder, strict=True).eval()
        case "diffusion":
            from playground.networks.class_diffusion import ClassDiffusion

            model = open_class_pipeline(ClassDiffusion, folder)
        case _:
            from playground.networks.class_flow import ClassFlow

            model = open_class_pipeline(ClassFlow, folder)
    network = getattr(model, "unet", model)
    if name != "pixelcnn":
        network.to(memory_format=torch.channels_last)
    model.to(device)
    return Generator(name, model, device)
