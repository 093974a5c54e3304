"""A class-conditional GAN: a generator and a projection discriminator of small pictures.

The generator follows BigGAN (Brock, Donahue & Simonyan 2019, "Large scale GAN training for high fidelity
natural image synthesis"): the class embedding together with z sets gain and bias of every batch norm. The
discriminator is the projection discriminator of Miyato & Koyama 2018 ("cGANs with projection discriminator")
with the spectral normalisation of Miyato et al. 2018, the minibatch standard deviation of Karras et al. 2018
and a second head that names the class (Odena, Olah & Shlens 2017).

Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class ConditionalBatchNorm(nn.Module):
    """Batch norm whose gain and bias come from a condition, not from its own parameters."""

    def __init__(self, channels: int, condition_dim: int) -> None:
        """Build it for (B, channels, H, W) under a condition (B, condition_dim)."""
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.modulation = nn.Linear(condition_dim, 2 * channels)

    def forward(self, hidden: Tensor, condition: Tensor) -> Tensor:
        """Map (B, C, H, W) and (B, condition_dim) to (B, C, H, W)."""
        gain, bias = self.modulation(condition)[:, :, None, None].float().chunk(2, dim=1)
        # In float32: a CPU's bfloat16 takes up to five times as long where it has to broadcast.
        return torch.addcmul(bias, self.norm(hidden).float(), 1 + gain).to(hidden.dtype)


class ConditionalGenerator(nn.Module, PyTorchModelHubMixin):
    """Makes pictures of a class, or of a mix of classes, from noise.

    Attributes:
        latent_dim: Length of z.
        num_classes: Number of classes.
        class_names: Their names, in the order of the class weights.
        image_size: Height and width in pixels.
        channels: 1 (grey) or 3 (red, green, blue).
    """

    def __init__(
        self,
        class_names: Sequence[str],
        latent_dim: int = 64,
        image_size: int = 28,
        channels: int = 1,
        width: int = 40,
        class_dim: int = 64,
    ) -> None:
        """Build the network with random weights.

        Args:
            class_names: One name for each class.
            latent_dim: Length of z.
            image_size: Height and width in pixels, a multiple of 4.
            channels: 1 (grey) or 3 (red, green, blue).
            width: Half of it are the channels at full size, twice at half size, four times at a quarter.
            class_dim: Length of a class embedding.
        """
        super().__init__()
        self.class_names = list(class_names)
        self.num_classes = len(self.class_names)
        self.latent_dim, self.image_size, self.channels = latent_dim, image_size, channels
        condition_dim = class_dim + latent_dim
        self.embedding = nn.Parameter(torch.randn(self.num_classes, class_dim))
        self.project = nn.Linear(condition_dim, 4 * width * (image_size // 4) ** 2)
        self.norm_quarter = ConditionalBatchNorm(4 * width, condition_dim)
        self.to_half = nn.ConvTranspose2d(4 * width, 2 * width, 4, stride=2, padding=1)
        self.norm_detail = ConditionalBatchNorm(2 * width, condition_dim)
        self.detail = nn.Conv2d(2 * width, 2 * width, 3, padding=1)
        self.norm_half = ConditionalBatchNorm(2 * width, condition_dim)
        self.to_full = nn.ConvTranspose2d(2 * width, width // 2, 4, stride=2, padding=1)
        self.norm_full = ConditionalBatchNorm(width // 2, condition_dim)
        self.to_pixels = nn.Conv2d(width // 2, channels, 3, padding=1)

    def forward(self, latents: Tensor, class_weights: Tensor) -> Tensor:
        """Make pictures.

        Args:
            latents: (B, latent_dim), t · z with z from a normal cut off beyond ±2 and a truncation t of 0.1
                to 1 (Brock et al. 2019, section 3.1).
            class_weights: (B, num_classes): one-hot, or a mix of classes.

        Returns:
            (B, channels, image_size, image_size), −1 (black) to 1 (white).
        """
        condition = torch.cat([class_weights @ self.embedding, latents], dim=1)
        quarter = self.image_size // 4
        hidden = self.project(condition).unflatten(1, (-1, quarter, quarter))
        hidden = self.to_half(F.relu(self.norm_quarter(hidden, condition)))
        hidden = hidden + self.detail(F.relu(self.norm_detail(hidden, condition)))
        hidden = self.to_full(F.relu(self.norm_half(hidden, condition)))
        hidden = F.relu(self.norm_full(hidden, condition))
        return torch.tanh(self.to_pixels(hidden).float())


class ProjectionDiscriminator(nn.Module):
    """Scores how real a picture of a class looks, and names the class, by the features that a body finds."""

    def __init__(self, body: nn.Module, features: int, num_classes: int, group: int, slope: float) -> None:
        """Put the heads on a body.

        Args:
            body: Maps pictures to (B, features, H, W).
            features: Its channels.
            num_classes: Number of classes.
            group: Pictures over which the minibatch standard deviation is taken.
            slope: Of the leaky rectifiers, where the input is negative.
        """
        super().__init__()
        self.num_classes, self.group, self.body = num_classes, group, body
        self.tail = nn.Sequential(spectral_norm(nn.Linear(features + 1, features)), nn.LeakyReLU(slope))
        self.realness = nn.Linear(features, 1)
        self.projection = nn.Linear(num_classes, features, bias=False)
        self.class_head = nn.Linear(features, num_classes)

    def forward(self, images: Tensor, class_weights: Tensor) -> tuple[Tensor, Tensor]:
        """Judge pictures.

        Args:
            images: (B, C, H, W), −1 to 1, as the body takes them.
            class_weights: (B, num_classes), the class each claims to be.

        Returns:
            Scores (B,), larger where more real (eq. 3 of Miyato & Koyama 2018), and class logits
            (B, num_classes), which do not know the claim.
        """
        hidden = self.body(images).sum((2, 3))
        hidden = self.tail(torch.cat([hidden, self._variety(hidden)], dim=1))
        scores = self.realness(hidden).squeeze(1) + (hidden * self.projection(class_weights)).sum(1)
        return scores, self.class_head(hidden)

    def _variety(self, hidden: Tensor) -> Tensor:
        """Standard deviation of features (B, F) over groups of neighbours in the batch: (B, 1)."""
        group = self.group if len(hidden) % self.group == 0 else len(hidden)
        spread = hidden.unflatten(0, (-1, group)).var(1, correction=0).add(1e-8).sqrt()
        return spread.mean(1).repeat_interleave(group).unsqueeze(1)


class ConditionalDiscriminator(ProjectionDiscriminator):
    """The discriminator of small pictures."""

    def __init__(
        self,
        num_classes: int = 10,
        channels: int = 1,
        width: int = 40,
        group: int = 4,
        slope: float = 0.2,
    ) -> None:
        """Build the network with random weights.

        Args:
            num_classes: Number of classes.
            channels: 1 (grey) or 3 (red, green, blue).
            width: Channels after the first layer.
            group: Pictures over which the minibatch standard deviation is taken.
            slope: Of the leaky rectifiers, where the input is negative.
        """
        last = 4 * width
        body = nn.Sequential(
            spectral_norm(nn.Conv2d(channels, width, 6, stride=2, padding=2)),
            nn.LeakyReLU(slope),
            spectral_norm(nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)),
            nn.LeakyReLU(slope),
            spectral_norm(nn.Conv2d(2 * width, 3 * width, 3, padding=1)),
            nn.LeakyReLU(slope),
            spectral_norm(nn.Conv2d(3 * width, last, 3, stride=2, padding=1)),
            nn.LeakyReLU(slope),
        )
        super().__init__(body, last, num_classes, group, slope)
