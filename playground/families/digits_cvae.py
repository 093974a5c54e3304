"""Handwritten digits from a conditional VAE.

Each sample draws its latent on the CPU from its own seed: the same digit alone, in a batch, on any device.
One latent is one handwriting: with another digit it writes that digit in the same hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.base import Device, Family, Step, register
from playground.families.digits_cvae_requests import (
    DigitMapRequest,
    DigitMorphRequest,
    DigitPointRequest,
    DigitRequest,
    DigitSample,
    DigitStrengthRequest,
    DrawnDigitRequest,
    NumberRequest,
)
from playground.families.requests import Request
from playground.language import Text
from playground.media.drawings import ink_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from playground.networks.class_vae import ConditionalVAE

WALKED = """
second = torch.randn(model.latent_dim, generator=torch.Generator("cpu").manual_seed({0.second_seed}))
noise = [slerp(start, second, {0.walk}) for start in noise]"""


@register
class DigitsCVAE(Family["ConditionalVAE"]):
    """Conditional VAE of the digits 0 to 9 (Kingma & Welling 2014; Sohn, Lee & Yan 2015)."""

    name, title, order, max_batch = "digits_cvae", Text("Digits", "数字"), 30, 128
    single_core = 8
    process = DigitStrengthRequest
    examples = (
        (Text("The average 8", "平均的 8"), {"digit": 8, "spread": 0.0}),
        (Text("A typical 3", "典型的 3"), {"digit": 3, "spread": 0.6}),
        (Text("A lively 4", "活泼的 4"), {"digit": 4, "spread": 1.2}),
        (Text("A wild 2", "夸张的 2"), {"digit": 2, "spread": 1.8}),
    )
    requests = (
        DigitRequest,
        NumberRequest,
        DigitStrengthRequest,
        DrawnDigitRequest,
        DigitMapRequest,
        DigitPointRequest,
        DigitMorphRequest,
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> ConditionalVAE:
        """Read config.json and model.safetensors."""
        import torch

        from playground.networks.class_vae import ConditionalVAE

        model = ConditionalVAE.from_pretrained(checkpoint.path, strict=True).eval()
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return model.to(device.type, getattr(torch, device.dtype))

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse the map where latents have more than two numbers, and a drawing that is missing."""
        super().check(checkpoint, request)
        latent_dim = checkpoint.config.get("latent_dim")
        if isinstance(request, (DigitMapRequest, DigitPointRequest)) and latent_dim != 2:
            raise InvalidInput(
                "checkpoint",
                "The map needs a checkpoint whose latents have 2 numbers, such as digits-cvae-2d; "
                f"those of {checkpoint.id} have {latent_dim}.",
                f"地图需要隐变量为 2 维的检查点，例如 digits-cvae-2d；{checkpoint.id} 的隐变量是 {latent_dim} 维。",
            )
        if isinstance(request, DrawnDigitRequest):
            ink_of(request.drawing)

    def generate(self, model: ConditionalVAE, samples: Sequence[DigitSample], step: Step) -> list[Image]:
        """Decode all latents in one pass."""
        import torch

        from playground.networks.pixels import to_pictures

        with torch.inference_mode():
            readings = {drawing: read_drawing(model, drawing) for drawing in {s.drawing for s in samples if s.drawing}}
            like = next(model.parameters())
            latents = torch.stack([_latent(model, sample, readings) for sample in samples]).to(like)
            weights = torch.stack([_weights(sample, readings) for sample in samples]).to(like)
            pixels = model.decode(latents, weights)
        step(1, 1)
        pictures = to_pictures(pixels)
        for sample, picture in zip(samples, pictures, strict=True):
            if sample.rebuild and sample.drawing:
                picture.info["notice"] = Text("Read as a {}.", "识别为 {}。").format(readings[sample.drawing][1])
        return pictures

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of one digit or a number; other tasks have none."""
        if not isinstance(request, (DigitRequest, NumberRequest)):
            return ""
        digits = [sample.digit for sample in request.samples(checkpoint)]
        seeds = [sample.seed for sample in request.samples(checkpoint)]
        where, dtype = (device.type, device.dtype) if device else ("cpu", "float32")
        walk = request.walk if isinstance(request, DigitRequest) else 0.0
        slerp = "\nfrom playground.networks.latents import slerp" if walk else ""
        walked = WALKED.format(request) if walk else ""
        return f"""import torch
from PIL import Image
from playground.networks.class_vae import ConditionalVAE{slerp}

model = ConditionalVAE.from_pretrained("checkpoints/{checkpoint.path.name}", strict=True).eval()
model.to("{where}", torch.{dtype}).to(memory_format=torch.channels_last)
digits, seeds, spread = {digits}, {seeds}, {request.spread}
noise = [torch.randn(model.latent_dim, generator=torch.Generator("cpu").manual_seed(seed)) for seed in seeds]{walked}
with torch.inference_mode():
    latents = torch.stack(noise) * spread
    pixels = model.decode(latents.to("{where}", torch.{dtype}), torch.tensor(digits, device="{where}"))
for index, picture in enumerate((pixels[:, 0] * 255).round().byte().cpu()):
    Image.fromarray(picture.numpy()).save(f"digit-{{index}}.png")
"""


def read_drawing(model: ConditionalVAE, drawing: str) -> tuple[Tensor, int]:
    """Give the handwriting and the digit of a drawing: the digit whose evidence bound is highest."""
    import numpy as np
    import torch

    like = next(model.parameters())
    image = torch.from_numpy(np.asarray(ink_of(drawing), dtype="float32") / 255).to(like)
    images, digits = image.expand(10, 1, 28, 28), torch.arange(10, device=like.device)
    digit = int(model.elbo(images, digits).argmax())
    mean, _ = model.encode(images[:1], digits[digit : digit + 1])
    return mean[0].cpu(), digit


def _latent(model: ConditionalVAE, sample: DigitSample, readings: dict[str, tuple[Tensor, int]]) -> Tensor:
    import torch

    from playground.networks.latents import seeded_noise, slerp

    if sample.drawing:
        return readings[sample.drawing][0]
    if sample.seed is None:
        return torch.tensor(sample.point)
    noise = seeded_noise(sample.seed, model.latent_dim)
    if sample.walk:
        noise = slerp(noise, seeded_noise(sample.second_seed, model.latent_dim), sample.walk)
    return noise * sample.spread


def _weights(sample: DigitSample, readings: dict[str, tuple[Tensor, int]]) -> Any:
    import torch

    digit = readings[sample.drawing][1] if sample.rebuild and sample.drawing else sample.digit
    weights = torch.zeros(10)
    weights[digit] += 1 - sample.mix
    weights[sample.second_digit] += sample.mix
    return weights
