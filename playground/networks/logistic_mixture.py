"""Mixtures of logistic distributions over 256 grey levels, exactly: each level has the mass of its bin.

Implements section 2.1 of Salimans, Karpathy, Chen & Kingma 2017 ("PixelCNN++: improving the PixelCNN with
discretized logistic mixture likelihood and other modifications"). Level 0 takes all that lies below, level 255
all above, so the 256 masses add up to one and no dequantisation is needed.

A mixture of K is a vector of 3 K numbers: log-weights, means and logarithms of scales, with 0 and 255 at −1 and 1.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = 256
HALF_BIN = 1 / (LEVELS - 1)
"""Half the distance of two levels."""
SMALLEST_LOG_SCALE = -7.0


def log_probability(mixtures: Tensor, levels: Tensor) -> Tensor:
    """Give the logarithm of the mass of known levels.

    Args:
        mixtures: (..., 3 K).
        levels: (...), whole numbers 0 to 255 in any type.

    Returns:
        (...) in nats.
    """
    return log_mass(mixtures, levels, levels)


def log_mass(mixtures: Tensor, lowest: Tensor, highest: Tensor) -> Tensor:
    """Give the logarithm of the mass of all levels from one to another, both included.

    Args:
        mixtures: (..., 3 K).
        lowest: (...), whole numbers 0 to 255 in any type.
        highest: (...), no smaller than ``lowest``.

    Returns:
        (...) in nats.
    """
    log_weights, means, log_scales = _parts(mixtures)
    lowest, highest = lowest.unsqueeze(-1), highest.unsqueeze(-1)
    sharpness = torch.exp(-log_scales)
    middle = sharpness * ((lowest + highest) * HALF_BIN - 1 - means)
    half = sharpness * ((highest - lowest + 1) * HALF_BIN)
    # log σ(upper) and log(1 − σ(lower)); between them log(σ(upper) − σ(lower)), which is rounded to nothing far
    # from the mean. There the identity σ(u) − σ(l) = σ(u) (1 − σ(l)) (1 − e^(l − u)) keeps all digits.
    below, above = F.logsigmoid(middle + half), F.logsigmoid(half - middle)
    between = below + above + torch.log(-torch.expm1(-2 * half))
    masses = torch.where(lowest == 0, below, torch.where(highest == LEVELS - 1, above, between))
    masses = torch.where((lowest == 0) & (highest == LEVELS - 1), 0.0, masses)
    return torch.logsumexp(log_weights + masses, -1)


def probabilities(
    mixtures: Tensor,
    temperature: Tensor | float = 1.0,
    away_from: Tensor | None = None,
    guidance_scale: Tensor | float = 1.0,
) -> Tensor:
    """Give the mass of every level.

    Args:
        mixtures: (..., 3 K).
        temperature: Above 0; the masses to the power of 1 / temperature, made to add up to one again. Below 1
            likely levels become likelier. One for all, or a shape that fits (..., 1).
        away_from: (..., 3 K), what is said without the condition, if the condition is to be exaggerated.
        guidance_scale: By how much, as :func:`draw` says.

    Returns:
        (..., 256), adding up to one.
    """
    logarithms = _log_masses(mixtures)
    if away_from is not None:
        logarithms = torch.lerp(_log_masses(away_from), logarithms, torch.as_tensor(guidance_scale))
    return (logarithms / temperature).softmax(-1)


def _log_masses(mixtures: Tensor) -> Tensor:
    """Give the logarithm of the mass of every level: (..., 256)."""
    log_weights, means, log_scales = _parts(mixtures)
    bounds = torch.linspace(HALF_BIN - 1, 1 - HALF_BIN, LEVELS - 1, device=mixtures.device)
    reached = torch.sigmoid(torch.exp(-log_scales).unsqueeze(-1) * (bounds - means.unsqueeze(-1)))
    reached = (log_weights.exp().unsqueeze(-2) @ reached).squeeze(-2)
    masses = F.pad(reached, (0, 1), value=1.0) - F.pad(reached, (1, 0), value=0.0)
    # By logarithms: powers of small masses would all be nought at low temperatures.
    return masses.clamp_min(1e-30).log()


def draw(
    mixtures: Tensor,
    noise: Tensor,
    temperature: Tensor | float = 1.0,
    away_from: Tensor | None = None,
    guidance_scale: Tensor | float = 1.0,
) -> Tensor:
    """Draw levels by inverting the distribution: the level follows from the noise.

    Args:
        mixtures: (..., 3 K).
        noise: (...), uniform from 0 to 1.
        temperature: As :func:`probabilities` takes it.
        away_from: (..., 3 K), what is said without the condition, if the condition is to be exaggerated.
        guidance_scale: p(x | y) to this power times p(x) to the power of what is left to 1: eq. 6 of Ho & Salimans
            2022 with 1 + w as the scale, as Ramesh et al. and Gafni et al. 2022 take it for autoregressive models.
            One for all, or a shape that fits (..., 1).

    Returns:
        (...) int64, 0 to 255.
    """
    reached = probabilities(mixtures, temperature, away_from, guidance_scale).cumsum(-1)
    return (reached < noise.unsqueeze(-1)).sum(-1).clamp(max=LEVELS - 1)


def _parts(mixtures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    log_weights, means, log_scales = mixtures.chunk(3, dim=-1)
    return log_weights.log_softmax(-1), means, log_scales.clamp(min=SMALLEST_LOG_SCALE)
