"""Recipe of fashion-gan and digits-gan: hinge loss, projection discriminator, averaged generator.

Hinge loss as in Miyato & Koyama 2018 and Brock et al. 2019; the generator that is kept is a running mean of
the trained one (Brock et al. 2019, section 3.1), and its batch norm statistics are measured anew before it is
used. A second head of the discriminator learns the class of real pictures, and the generator is asked, with a
small weight, to be recognised by it (Odena et al. 2017): shirts, coats and pullovers mix without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.networks.class_gan import ConditionalDiscriminator, ConditionalGenerator
from playground.training.averaging import averaged
from playground.training.data import Dataset
from playground.training.exporting import halved, write_checkpoint
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, set_rate

CLASS_WEIGHT = 0.2
"""How much being recognised as the asked class counts for the generator, beside looking real."""
GENERATOR_RATE, DISCRIMINATOR_RATE = 2e-4, 4e-4
EMA_DECAY = 0.999


def truncated_noise(count: int, latent_dim: int, generator: torch.Generator) -> Tensor:
    """Draw (count, latent_dim) from a normal cut off beyond ±2 (Brock et al. 2019, section 3.1)."""
    return torch.nn.init.trunc_normal_(torch.empty(count, latent_dim), 0, 1, -2, 2, generator=generator)


@torch.no_grad()
def measure_statistics(generator: Any, batches: int = 25, batch_size: int = 200) -> None:
    """Set the batch norms' running means and variances from samples of all classes at truncation 1."""
    norms = [module for module in generator.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative mean over all batches
    noise = torch.Generator().manual_seed(0)
    classes = torch.eye(generator.num_classes).repeat(batch_size // generator.num_classes + 1, 1)[:batch_size]
    device = generator.embedding.device
    generator.train()
    for _ in range(batches):
        latents = truncated_noise(batch_size, generator.latent_dim, noise)
        generator(latents.to(device), classes.to(device))
    generator.eval()
    for norm in norms:
        norm.momentum = 0.1


class ClassGAN(Resumable):
    """A generator and a discriminator in training; a ``loop.Recipe``."""

    def __init__(
        self, data: Dataset, options: Options, width: int = 40, critic_width: int = 48, haste: float = 1.0
    ) -> None:
        """Build both networks with random weights that follow from the seed.

        Args:
            data: Pictures with their classes.
            options: Batch size, device, precision, seed.
            width: Channels of the generator at full size.
            critic_width: Channels of the discriminator after its first layer.
            haste: Multiplies both learning rates; a shorter run bears 2.
        """
        torch.manual_seed(options.seed)
        names = data.class_names
        self.data = data.train.to(options.device)
        self.take(
            ConditionalGenerator(names, width=width),
            ConditionalDiscriminator(len(names), width=critic_width),
            options,
            haste,
        )

    def take(self, generator: Any, critic: Any, options: Options, haste: float) -> None:
        """Take networks to train, with a running mean and an optimiser each."""
        self.options, self.haste = options, haste
        layout = {"device": options.device, "memory_format": torch.channels_last}
        self.generator, self.critic = generator.to(**layout), critic.to(**layout)
        self.average = averaged(self.generator, EMA_DECAY)
        betas = (0.0, 0.95)
        self.generator_adam = torch.optim.Adam(self.generator.parameters(), GENERATOR_RATE, betas=betas)
        self.critic_adam = torch.optim.Adam(self.critic.parameters(), DISCRIMINATOR_RATE, betas=betas)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train the discriminator on real and made pictures, then the generator."""
        rate = self.haste * min(1.0, 2 * (1 - progress))  # constant, then linearly to zero over the second half
        set_rate(self.generator_adam, GENERATOR_RATE * rate)
        set_rate(self.critic_adam, DISCRIMINATOR_RATE * rate)
        real, classes = self._batch(generator)
        critic_losses = self._train_critic(real, classes, self._noise(generator), generator)
        generator_losses = self._train_generator(self._batch(generator)[1], self._noise(generator), generator)
        self.average.update_parameters(self.generator)
        return {**critic_losses, **generator_losses}

    def disguised(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Give what the discriminator sees of pictures, real or made; where there are plenty, all of it."""
        return images

    def _train_critic(
        self, real: Tensor, classes: Tensor, latents: Tensor, generator: torch.Generator
    ) -> dict[str, float]:
        count = len(real)
        with self.options.autocast():
            with torch.no_grad():
                made = self.generator(latents, classes)
            both = self.disguised(torch.cat([real, made.to(real.dtype)]), generator)
            scores, class_logits = self.critic(both, classes.repeat(2, 1))
        scores, class_logits = scores.float(), class_logits.float()
        hinge = F.relu(1 - scores[:count]).mean() + F.relu(1 + scores[count:]).mean()
        naming = F.cross_entropy(class_logits[:count], classes)
        descend(hinge + naming, self.critic_adam)
        return {"critic": hinge.item(), "naming": naming.item()}

    def _train_generator(self, classes: Tensor, latents: Tensor, generator: torch.Generator) -> dict[str, float]:
        self.critic.requires_grad_(False)
        with self.options.autocast():
            made = self.disguised(self.generator(latents, classes), generator)
            scores, class_logits = self.critic(made, classes)
        score = scores.float().mean()
        named = F.cross_entropy(class_logits.float(), classes)
        descend(CLASS_WEIGHT * named - score, self.generator_adam)
        self.critic.requires_grad_(True)
        return {"score": score.item(), "named": named.item()}

    def _batch(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        images, labels = self.data.draw(self.options.batch_size, generator)
        return images.float() / 127.5 - 1, F.one_hot(labels, self.generator.num_classes).float()

    def _noise(self, generator: torch.Generator) -> Tensor:
        noise = truncated_noise(self.options.batch_size, self.generator.latent_dim, generator)
        return noise.to(self.options.device)

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give 12 samples of every class, one row a class, from the averaged generator."""
        measure_statistics(self.average.module, batches=5)
        count = self.generator.num_classes
        latents = truncated_noise(12 * count, self.generator.latent_dim, torch.Generator().manual_seed(1))
        classes = torch.eye(count).repeat_interleave(12, 0).to(self.options.device)
        made = self.average.module(latents.to(self.options.device), classes)
        return (made[:, 0].unflatten(0, (count, 12)) + 1) / 2

    def parts(self) -> dict[str, Any]:
        """Give weights, running means and optimisers."""
        return {
            "generator": self.generator,
            "critic": self.critic,
            "average": self.average,
            "generator_adam": self.generator_adam,
            "critic_adam": self.critic_adam,
        }

    def export(self, folder: Path) -> None:
        """Write the averaged generator as ``model.safetensors`` and ``config.json``."""
        measure_statistics(self.average.module)
        write_checkpoint(halved(self.average.module), folder)
