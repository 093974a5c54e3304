"""Recipe of digits-cvae and digits-cvae-2d: the evidence lower bound, then also a discriminator.

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
from playground.networks.digits_cvae import ConditionalVAE, kl_to_prior
from playground.training.augment import warp
from playground.training.averaging import averaged
from playground.training.class_gan import write_checkpoint
from playground.training.data import Dataset
from playground.training.options import Options

RATE, CRITIC_RATE = 1e-3, 8e-4
EMA_DECAY = 0.998
ALONE = 0.04
"""The first part of the run trains on the bound alone."""
REALNESS_WEIGHT = 12.0
"""What a point of the discriminator's score is worth, in nats."""
CLASS_WEIGHT = 12.0
"""What a nat of the discriminator's doubt about the digit is worth. Without it z soon carries the digit."""


class DigitsCVAE:
    """A conditional VAE and its discriminator in training; a ``loop.Recipe``."""

    def __init__(self, data: Dataset, options: Options, latent_dim: int = 16, kl_weight: float = 1.0) -> None:
        """Build both networks with random weights that follow from the seed.

        Args:
            data: Pictures with their digits.
            options: Batch size, device, precision, seed.
            latent_dim: Length of z.
            kl_weight: β, the weight of the KL term (Higgins et al. 2017).
        """
        torch.manual_seed(options.seed)
        self.options, self.kl_weight = options, kl_weight
        layout = {"device": options.device, "memory_format": torch.channels_last}
        self.model = ConditionalVAE(latent_dim).to(**layout)
        self.critic = ConditionalDiscriminator(self.model.num_classes, width=40).to(**layout)
        self.average = averaged(self.model, EMA_DECAY)
        self.images, self.digits = data.train.images.to(options.device), data.train.labels.to(options.device)
        self.adam = torch.optim.Adam(self.model.parameters(), RATE, (0.5, 0.99))
        self.critic_adam = torch.optim.Adam(self.critic.parameters(), CRITIC_RATE, (0.0, 0.95))

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of warped digits."""
        rate = min(1.0, 2 * (1 - progress))  # constant, then linearly to zero over the second half
        adversarial = progress >= ALONE
        self.adam.param_groups[0]["lr"] = RATE * rate * (0.4 if adversarial else 1)
        self.critic_adam.param_groups[0]["lr"] = CRITIC_RATE * rate
        chosen = torch.randint(len(self.images), (self.options.batch_size,), generator=generator)
        chosen = chosen.to(self.images.device)
        images, digits = warp(self.images[chosen].float() / 255, generator), self.digits[chosen]
        loss, losses = self._bound(images, digits, self._noise(generator))
        if adversarial:
            half = len(images) // 2  # enough for the discriminator, and a third faster
            images, digits = images[:half], digits[:half]
            claims = F.one_hot(digits, self.model.num_classes).float()
            with self.options.autocast():
                written = self.model.decode(self._noise(generator)[:half], digits) * 2 - 1
            losses |= self._train_critic(images * 2 - 1, written.detach().float(), claims)
            liked, named = self._judge(written, claims, digits)
            loss = loss - REALNESS_WEIGHT * liked + CLASS_WEIGHT * named
            losses |= {"score": liked.item(), "named": named.item()}
        self.adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 100.0)
        self.adam.step()
        self.average.update_parameters(self.model)
        return losses

    def _noise(self, generator: torch.Generator) -> Tensor:
        noise = torch.randn(self.options.batch_size, self.model.latent_dim, generator=generator)
        return noise.to(self.options.device)

    def _bound(self, images: Tensor, digits: Tensor, noise: Tensor) -> tuple[Tensor, dict[str, float]]:
        with self.options.autocast():
            mean, log_variance = self.model.encode(images, digits)
            mean, log_variance = mean.float(), log_variance.float()
            logits = self.model.decode_logits(mean + noise * (log_variance / 2).exp(), digits)
        cost = F.binary_cross_entropy_with_logits(logits.float(), images, reduction="sum") / len(images)
        kl = kl_to_prior(mean, log_variance).mean()
        return cost + self.kl_weight * kl, {"rebuild": cost.item(), "kl": kl.item()}

    def _train_critic(self, real: Tensor, written: Tensor, claims: Tensor) -> dict[str, float]:
        with self.options.autocast():
            scores, class_logits = self.critic(torch.cat([real, written]), claims.repeat(2, 1))
        scores, class_logits = scores.float(), class_logits.float()
        hinge = F.relu(1 - scores[: len(real)]).mean() + F.relu(1 + scores[len(real) :]).mean()
        naming = F.cross_entropy(class_logits[: len(real)], claims)
        self.critic_adam.zero_grad()
        (hinge + naming).backward()
        self.critic_adam.step()
        return {"critic": hinge.item()}

    def _judge(self, written: Tensor, claims: Tensor, digits: Tensor) -> tuple[Tensor, Tensor]:
        self.critic.requires_grad_(False)
        with self.options.autocast():
            scores, class_logits = self.critic(written, claims)
        self.critic.requires_grad_(True)
        return scores.float().mean(), F.cross_entropy(class_logits.float(), digits)

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give 12 handwritings (columns) of the ten digits (rows), from the averaged model at spread 1."""
        model = self.average.module
        latents = torch.randn(12, model.latent_dim, generator=torch.Generator().manual_seed(1))
        latents = latents.repeat(model.num_classes, 1).to(self.options.device)
        digits = torch.arange(model.num_classes, device=self.options.device).repeat_interleave(12)
        return model.decode(latents, digits)[:, 0].unflatten(0, (-1, 12))

    def state_dict(self) -> dict[str, Any]:
        """Give weights, running means and optimisers."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what ``state_dict`` gave."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def _parts(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "critic": self.critic,
            "average": self.average,
            "adam": self.adam,
            "critic_adam": self.critic_adam,
        }

    def export(self, folder: Path) -> None:
        """Write the averaged model as ``model.safetensors`` and ``config.json``."""
        write_checkpoint(self.average.module, folder)
