"""A conditional variational autoencoder of small pictures: digits, clothes.

Implements the conditional form (Sohn, Lee & Yan 2015, "Learning structured output representation using deep
conditional generative models") of the variational autoencoder (Kingma & Welling 2014, "Auto-encoding
variational Bayes"): an encoder q(z | x, y), a decoder p(x | z, y) and the prior z ~ N(0, I), which does not
depend on the class y, so that one z is one handwriting in all ten digits.

Knows nothing about data, training, files or seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn

DIGIT_NAMES = tuple("0123456789")
MAX_LOGIT = 7.0
"""Where :meth:`ConditionalVAE.elbo` limits the certainty of a pixel (0.1 % to 99.9 %)."""


class Modulation(nn.Module):
    """Scales and shifts every channel by the condition (FiLM, Perez et al. 2018), then rectifies."""

    def __init__(self, channels: int, condition_dim: int) -> None:
        """Build it for (B, channels, H, W) under a condition (B, condition_dim)."""
        super().__init__()
        self.linear = nn.Linear(condition_dim, 2 * channels)

    def forward(self, hidden: Tensor, condition: Tensor) -> Tensor:
        """Map (B, C, H, W) and (B, condition_dim) to (B, C, H, W)."""
        gain, bias = self.linear(condition)[:, :, None, None].float().chunk(2, dim=1)
        # In float32: a CPU's bfloat16 takes up to five times as long where it has to broadcast.
        modulated = torch.addcmul(bias, hidden.float(), 1 + gain)
        return F.leaky_relu(modulated.to(hidden.dtype), 0.2)


class ConditionalVAE(nn.Module, PyTorchModelHubMixin):
    """Encoder q(z | x, y) and decoder p(x | z, y) over 28 × 28 grey pictures of known classes.

    Attributes:
        latent_dim: Length of z.
        num_classes: Number of classes.
        class_names: Their names, in the order of the class weights.
        image_size: Always 28 pixels.
    """

    image_size = 28

    def __init__(
        self,
        latent_dim: int = 16,
        channels: int = 40,
        condition_dim: int = 128,
        class_dim: int = 64,
        class_names: Sequence[str] = DIGIT_NAMES,
    ) -> None:
        """Build the network with random weights.

        Args:
            latent_dim: Length of z.
            channels: Half of it are the channels at 28 × 28, twice at 14 × 14, three times at 7 × 7.
            condition_dim: Width of the vector, made of z and the class, that modulates the decoder.
            class_dim: Length of a class's embedding. It outweighs z at the start, so that z learns the
                handwriting and not the digit.
            class_names: One name for each class.
        """
        super().__init__()
        self.latent_dim = latent_dim
        self.class_names = list(class_names)
        self.num_classes = len(self.class_names)
        base = 3 * channels
        self.embedding = nn.Parameter(torch.randn(self.num_classes, class_dim))
        self.embed_seen = nn.Linear(self.num_classes, condition_dim, bias=False)
        self.encoder = nn.Sequential(
            nn.Conv2d(1, channels, 4, stride=2, padding=1),
            nn.SiLU(),
            nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1),
            nn.SiLU(),
            nn.Conv2d(2 * channels, base, 3, stride=2, padding=1),
            nn.SiLU(),
            nn.Flatten(),
        )
        self.posterior = nn.Sequential(
            nn.Linear(base * 4 * 4 + condition_dim, 2 * condition_dim),
            nn.SiLU(),
            nn.Linear(2 * condition_dim, 2 * latent_dim),
        )
        self.condition = nn.Sequential(
            nn.Linear(latent_dim + class_dim, condition_dim),
            nn.SiLU(),
            nn.Linear(condition_dim, condition_dim),
            nn.SiLU(),
        )
        self.project = nn.Linear(condition_dim, base * 7 * 7)
        self.modulate_7 = Modulation(base, condition_dim)
        self.to_14 = nn.ConvTranspose2d(base, 2 * channels, 4, stride=2, padding=1)
        self.modulate_detail = Modulation(2 * channels, condition_dim)
        self.detail = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1)
        self.modulate_14 = Modulation(2 * channels, condition_dim)
        self.to_28 = nn.ConvTranspose2d(2 * channels, channels // 2, 4, stride=2, padding=1)
        self.modulate_28 = Modulation(channels // 2, condition_dim)
        self.to_pixels = nn.Conv2d(channels // 2, 1, 3, padding=1)

    def encode(self, images: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """Give the handwriting q(z | x, y) of pictures whose class is known.

        Args:
            images: (B, 1, 28, 28), 0 (paper) to 1 (ink).
            classes: (B,) int64, or (B, num_classes) weights.

        Returns:
            Mean and log-variance of z, each (B, latent_dim).
        """
        seen = self.encoder(images * 2 - 1)
        embedded = self.embed_seen(self._weights(classes, images))
        mean, log_variance = self.posterior(torch.cat([seen, embedded], dim=1)).float().chunk(2, dim=1)
        return mean, log_variance.clamp(-12.0, 6.0)

    def decode(self, latents: Tensor, classes: Tensor) -> Tensor:
        """Make pictures: the mean of p(x | z, y).

        Args:
            latents: (B, latent_dim), z ~ s · N(0, I) for a spread s.
            classes: (B,) int64, or (B, num_classes) weights that mix classes (a morph).

        Returns:
            (B, 1, 28, 28), 0 (paper) to 1 (ink).
        """
        return torch.sigmoid(self.decode_logits(latents, classes).float())

    def decode_logits(self, latents: Tensor, classes: Tensor) -> Tensor:
        """Like :meth:`decode`, before the sigmoid: (B, 1, 28, 28) log-odds of ink."""
        embedded = self._weights(classes, latents) @ self.embedding
        condition = self.condition(torch.cat([latents, embedded], dim=1))
        hidden = self.project(condition).unflatten(1, (-1, 7, 7))
        hidden = self.to_14(self.modulate_7(hidden, condition))
        hidden = hidden + self.detail(self.modulate_detail(hidden, condition))
        hidden = self.to_28(self.modulate_14(hidden, condition))
        return cast(Tensor, self.to_pixels(self.modulate_28(hidden, condition)))

    def elbo(self, images: Tensor, classes: Tensor) -> Tensor:
        """Bound log p(x | y) from below, with z at its mean so that the same picture gives the same number.

        The two terms of eq. 10 of Kingma & Welling 2014: log p(x | z, y), where a pixel is a Bernoulli
        variable, less KL(q(z | x, y) ‖ N(0, I)). The class with the largest bound is the most
        probable one.

        Args:
            images: (B, 1, 28, 28), 0 (paper) to 1 (ink).
            classes: (B,) int64, or (B, num_classes) weights.

        Returns:
            (B,) in nats.
        """
        mean, log_variance = self.encode(images, classes)
        logits = self.decode_logits(mean.to(images.dtype), classes).float()
        logits = MAX_LOGIT * torch.tanh(logits / MAX_LOGIT)
        log_likelihood = -F.binary_cross_entropy_with_logits(logits, images.float(), reduction="none").sum((1, 2, 3))
        return log_likelihood - kl_to_prior(mean, log_variance)

    def _weights(self, classes: Tensor, like: Tensor) -> Tensor:
        if classes.is_floating_point():
            return classes.to(like.dtype)
        return F.one_hot(classes, self.num_classes).to(like.dtype)


def kl_to_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) ‖ N(0, I)) in nats, summed over the last axis (appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(-1)
