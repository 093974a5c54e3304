"""Recipe of digits-cvae, digits-cvae-2d and fashion-vae: the evidence lower bound, then also a discriminator.

The bound alone (Kingma & Welling 2014, conditional as in Sohn et al. 2015) gives soft strokes and, where the
prior has no handwriting, broken ones. So, after a first part, a projection discriminator also judges what the
decoder writes from the prior, as in VAE/GAN (Larsen, Sønderby, Larochelle & Winther 2016); the bound stays
and keeps the encoder and the handwritings together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.networks.class_gan import ConditionalDiscriminator
from playground.networks.class_vae import ConditionalVAE, kl_to_prior
from playground.training.augment import warp
from playground.training.averaging import averaged
from playground.training.data import Dataset
from playground.training.exporting import halved, write_checkpoint
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, set_rate

RATE, CRITIC_RATE = 1e-3, 8e-4
EMA_DECAY = 0.998
ALONE = 0.04
"""The first part of the run trains on the bound alone."""
REALNESS_WEIGHT = 12.0
"""What a point of the discriminator's score is worth, in nats."""
CLASS_WEIGHT = 12.0
"""What a nat of the discriminator's doubt about the class is worth. Without it z soon carries the class."""


class ClassVAE(Resumable):
    """A conditional VAE and its discriminator in training; a ``loop.Recipe``."""

    def __init__(
        self,
        data: Dataset,
        options: Options,
        latent_dim: int = 16,
        kl_weight: float = 1.0,
        warped: bool = True,
    ) -> None:
        """Build both networks with random weights that follow from the seed.

        Args:
            data: Pictures with their classes.
            options: Batch size, device, precision, seed.
            latent_dim: Length of z.
            kl_weight: β, the weight of the KL term (Higgins et al. 2017).
            warped: Shift, turn and bend the pictures a little; right for handwriting, wrong for clothes.
        """
        torch.manual_seed(options.seed)
        self.options, self.kl_weight, self.warped = options, kl_weight, warped
        layout = {"device": options.device, "memory_format": torch.channels_last}
        self.model = ConditionalVAE(latent_dim, class_names=data.class_names).to(**layout)
        self.critic = ConditionalDiscriminator(self.model.num_classes, width=40).to(**layout)
        self.average = averaged(self.model, EMA_DECAY)
        self.data = data.train.to(options.device)
        self.adam = torch.optim.Adam(self.model.parameters(), RATE, (0.5, 0.99))
        self.critic_adam = torch.optim.Adam(self.critic.parameters(), CRITIC_RATE, (0.0, 0.95))

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of pictures."""
        rate = min(1.0, 2 * (1 - progress))  # constant, then linearly to zero over the second half
        adversarial = progress >= ALONE
        set_rate(self.adam, RATE * rate * (0.4 if adversarial else 1))
        set_rate(self.critic_adam, CRITIC_RATE * rate)
        pixels, classes = self.data.draw(self.options.batch_size, generator)
        images = warp(pixels.float() / 255, generator) if self.warped else pixels.float() / 255
        loss, losses = self._bound(images, classes, self._noise(generator))
        if adversarial:
            half = len(images) // 2  # enough for the discriminator, and a third faster
            images, classes = images[:half], classes[:half]
            claims = F.one_hot(classes, self.model.num_classes).float()
            with self.options.autocast():
                written = self.model.decode(self._noise(generator)[:half], classes) * 2 - 1
            losses |= self._train_critic(images * 2 - 1, written.detach().float(), claims)
            liked, named = self._judge(written, claims, classes)
            loss = loss - REALNESS_WEIGHT * liked + CLASS_WEIGHT * named
            losses |= {"score": liked.item(), "named": named.item()}
        descend(loss, self.adam, longest=100.0)
        self.average.update_parameters(self.model)
        return losses

    def _noise(self, generator: torch.Generator) -> Tensor:
        noise = torch.randn(self.options.batch_size, self.model.latent_dim, generator=generator)
        return noise.to(self.options.device)

    def _bound(self, images: Tensor, classes: Tensor, noise: Tensor) -> tuple[Tensor, dict[str, float]]:
        with self.options.autocast():
            mean, log_variance = self.model.encode(images, classes)
            mean, log_variance = mean.float(), log_variance.float()
            logits = self.model.decode_logits(mean + noise * (log_variance / 2).exp(), classes)
        cost = F.binary_cross_entropy_with_logits(logits.float(), images, reduction="sum") / len(images)
        kl = kl_to_prior(mean, log_variance).mean()
        return cost + self.kl_weight * kl, {"rebuild": cost.item(), "kl": kl.item()}

    def _train_critic(self, real: Tensor, written: Tensor, claims: Tensor) -> dict[str, float]:
        with self.options.autocast():
            scores, class_logits = self.critic(torch.cat([real, written]), claims.repeat(2, 1))
        scores, class_logits = scores.float(), class_logits.float()
        hinge = F.relu(1 - scores[: len(real)]).mean() + F.relu(1 + scores[len(real) :]).mean()
        naming = F.cross_entropy(class_logits[: len(real)], claims)
        descend(hinge + naming, self.critic_adam)
        return {"critic": hinge.item()}

    def _judge(self, written: Tensor, claims: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        self.critic.requires_grad_(False)
        with self.options.autocast():
            scores, class_logits = self.critic(written, claims)
        self.critic.requires_grad_(True)
        return scores.float().mean(), F.cross_entropy(class_logits.float(), classes)

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give 12 latents (columns) of the ten classes (rows), from the averaged model at spread 1."""
        model = self.average.module
        latents = torch.randn(12, model.latent_dim, generator=torch.Generator().manual_seed(1))
        latents = latents.repeat(model.num_classes, 1).to(self.options.device)
        classes = torch.arange(model.num_classes, device=self.options.device).repeat_interleave(12)
        return model.decode(latents, classes)[:, 0].unflatten(0, (-1, 12))

    def parts(self) -> dict[str, Any]:
        """Give weights, running means and optimisers."""
        return {
            "model": self.model,
            "critic": self.critic,
            "average": self.average,
            "adam": self.adam,
            "critic_adam": self.critic_adam,
        }

    def export(self, folder: Path) -> None:
        """Write the averaged model as ``model.safetensors`` (float16) and ``config.json``."""
        write_checkpoint(halved(self.average.module), folder)
