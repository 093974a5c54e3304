"""Pictures of a class drawn pixel by pixel: the picture grows as one watches, and a half of one is completed.

Each sample draws one uniform number a pixel on the CPU from its own seed; the picture follows from these.

It computes in float64: a level is drawn where a sum passes that number, so a difference in the seventh digit, as
between alone and in a batch, may tip one level, and all pixels after it see another one.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from playground.catalog import Checkpoint
from playground.families.base import Device, Family, Step, register
from playground.families.class_gan_requests import class_options
from playground.families.pixelcnn_requests import (
    CompleteRequest,
    PixelCNNRequest,
    PixelOddsRequest,
    PixelPlace,
    PixelSample,
    known_pixels,
    refuse_missing_picture,
    refuse_unfit_mask,
    whole_pixels,
)
from playground.families.requests import Request, following_seeds
from playground.language import Text

if TYPE_CHECKING:
    from PIL.Image import Image

    from playground.networks.pixelcnn import PixelCNN
    from playground.outcomes.scores import Scores

ODDS_RANGES, ODDS_WIDTH = 32, 8
ODDS = (
    "grey level",
    "bits",
    *(f"{start} to {start + ODDS_WIDTH - 1}" for start in range(0, ODDS_RANGES * ODDS_WIDTH, ODDS_WIDTH)),
)
"""What is told of a pixel: its level, -log2 of that level's chance, and the chances of 32 ranges of levels."""


@register
class PixelCNNFamily(Family["PixelCNN"]):
    """Gated PixelCNN with self-attention (van den Oord et al. 2016; Salimans et al. 2017; Chen et al. 2018)."""

    name, title, order, max_batch, dtype = "pixelcnn", Text("Pixel by pixel", "逐像素生成"), 52, 64, "float64"
    within, live, single_core = "compare", False, 16
    requests = (PixelCNNRequest, CompleteRequest, PixelOddsRequest)
    examples = (
        (Text("As it learned", "如其所学"), {"temperature": 1.0}),
        (Text("Only what is likely", "只画可能的"), {"temperature": 0.6}),
    )

    def load(self, checkpoint: Checkpoint, device: Device) -> PixelCNN:
        """Read config.json and model.safetensors."""
        import torch

        from playground.networks.pixelcnn import PixelCNN

        model = PixelCNN.from_pretrained(checkpoint.path, strict=True).eval()
        return model.to(device.type, torch.float32 if device.type == "mps" else torch.float64)  # MPS has no float64

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """The checkpoint's classes."""
        return {"class_name": class_options(checkpoint)}

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse a picture that is missing and a mask of another size."""
        super().check(checkpoint, request)
        if isinstance(request, CompleteRequest):
            refuse_unfit_mask(request)
        elif isinstance(request, PixelOddsRequest):
            refuse_missing_picture(request)

    def batch_key(self, sample: PixelSample | PixelPlace) -> Hashable:
        """Completing or not, and guided or not: either changes what the network computes; odds go by themselves."""
        return not isinstance(sample, PixelPlace) and (bool(sample.image), sample.guidance_scale != 1)

    def generate(
        self, model: PixelCNN, samples: Sequence[PixelSample | PixelPlace], step: Step
    ) -> Sequence[Image | Scores]:
        """Draw all samples together, row by row; or look at single pixels of given pictures."""
        places = [sample for sample in samples if isinstance(sample, PixelPlace)]
        if places:
            made = _odds(model, places)
            step(1, 1)
            return made
        return self._drawn(model, [sample for sample in samples if isinstance(sample, PixelSample)], step)

    def _drawn(self, model: PixelCNN, samples: Sequence[PixelSample], step: Step) -> list[Image]:
        import torch

        from playground.networks.latents import seeded_uniform
        from playground.networks.pixels import to_pictures

        side, like = model.image_size, next(model.parameters())
        noise = torch.stack([seeded_uniform(sample.seed, side, side) for sample in samples]).to(like)
        classes = torch.tensor([model.class_names.index(sample.class_name) for sample in samples], device=like.device)
        temperatures = torch.tensor([sample.temperature for sample in samples]).to(like)
        scales = torch.tensor([sample.guidance_scale for sample in samples]).to(like)
        images = known = None
        if samples[0].image:
            given = [known_pixels(sample.image, sample.mask, side) for sample in samples]
            images = torch.stack([torch.from_numpy(pixels) for pixels, _ in given]).unsqueeze(1).to(like)
            known = torch.stack([torch.from_numpy(kept) for _, kept in given]).to(like.device)

        def report(row: int, of: int, drawn: torch.Tensor) -> None:
            step(row, of, to_pictures(drawn))

        return to_pictures(model.sample(noise, classes, temperatures, known, images, report, scales))

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """The lines for samples of a class; completing has none, for the picture is not among them."""
        if not isinstance(request, PixelCNNRequest):
            return ""
        where, dtype = device.type if device else "cpu", self.dtype
        seeds = following_seeds(request.seed, request.num_images)
        return f"""import torch
from playground.networks.latents import seeded_uniform
from playground.networks.pixelcnn import PixelCNN
from playground.networks.pixels import to_pictures

model = PixelCNN.from_pretrained("{checkpoint.source}", strict=True).eval().to("{where}", torch.{dtype})
class_name, seeds = {request.class_name!r}, {seeds}
noise = torch.stack([seeded_uniform(seed, 28, 28) for seed in seeds]).to("{where}", torch.{dtype})
classes = torch.full((len(seeds),), model.class_names.index(class_name), device="{where}")
pixels = model.sample(noise, classes, temperature={request.temperature}, guidance_scale={request.guidance_scale})
for index, picture in enumerate(to_pictures(pixels)):
    picture.save(f"picture-{{index}}.png")
"""


def _odds(model: PixelCNN, places: Sequence[PixelPlace]) -> list[Scores]:
    """Look at single pixels: the level that stands there, its bits, and the chances of all levels in ranges."""
    import torch

    from playground.networks.logistic_mixture import LEVELS, probabilities
    from playground.outcomes.scores import Scores

    side, like = model.image_size, next(model.parameters())
    images = torch.stack([torch.from_numpy(whole_pixels(place.image, side)) for place in places]).unsqueeze(1).to(like)
    classes = torch.tensor([model.class_names.index(place.class_name) for place in places], device=like.device)
    with torch.inference_mode():
        mixtures = model(images, classes)
        levels = (images[:, 0] * (LEVELS - 1)).round().long()
        found = []
        for each, place in enumerate(places):
            chances = probabilities(mixtures[each, place.row, place.column])
            level = int(levels[each, place.row, place.column])
            ranges: list[float] = chances.reshape(ODDS_RANGES, ODDS_WIDTH).sum(1).tolist()
            values = [float(level), -float(chances[level].log2()), *ranges]
            found.append(Scores(ODDS, ("value",), tuple((value,) for value in values)))
    return found
