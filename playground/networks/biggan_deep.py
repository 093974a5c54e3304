"""BigGAN-deep: pictures of ImageNet's thousand classes at 128, 256 or 512 pixels.

The generator of Brock, Donahue & Simonyan 2019 ("Large scale GAN training for high fidelity natural image
synthesis", appendix B, figure 16 and tables 7 to 9). Parameters carry the names of the published weights
(PyPI's ``pytorch-pretrained-biggan``, which took them from DeepMind's), so that those load by their own keys; the
spectral normalisation that they were trained under is multiplied into them once, when they are read.

Knows nothing about data, training, jobs or seeds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.networks.imagenet import imagenet_class_names

FIRST_SIDE = 4
FEWER_CHANNELS = 4
"""A block's middle convolutions have a quarter of its channels."""


class StoredBatchNorm(nn.Module):
    """Batch norm with statistics stored for several truncations; a condition may set its gain and bias.

    The statistics of an activation depend on how far the noise was cut, so they were collected for truncations 0
    to 1 in ``num_statistics`` equal steps (appendix E of the paper).
    """

    def __init__(self, channels: int, num_statistics: int, eps: float, condition_dim: int = 0) -> None:
        """Build it for (B, channels, H, W), under a condition (B, condition_dim) unless that is 0."""
        super().__init__()
        self.eps = eps
        self.register_buffer("running_means", torch.zeros(num_statistics, channels))
        self.register_buffer("running_vars", torch.ones(num_statistics, channels))
        self.conditional = condition_dim > 0
        if self.conditional:
            self.scale = nn.Linear(condition_dim, channels, bias=False)
            self.offset = nn.Linear(condition_dim, channels, bias=False)
        else:
            self.weight = nn.Parameter(torch.ones(channels))
            self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, hidden: Tensor, condition: Tensor, truncations: Sequence[float]) -> Tensor:
        """Map (B, C, H, W), (B, condition_dim) and B truncations of 0 to 1 to (B, C, H, W).

        Between two stored truncations the share of the lower one grows with the distance from it, as in the
        package that published the weights; half way between, where most of the slider's values lie, that is the same.
        """
        step = 1 / (len(self.running_means) - 1)
        places = [math.modf(truncation / step) for truncation in truncations]
        lower = [int(whole) for _, whole in places]
        upper = [min(index + 1, len(self.running_means) - 1) for index in lower]
        shares = [share or 1.0 for share, _ in places]
        share = self.running_means.new_tensor(shares).unsqueeze(1)
        mean = share * self.running_means[lower] + (1 - share) * self.running_means[upper]
        variance = share * self.running_vars[lower] + (1 - share) * self.running_vars[upper]
        if self.conditional:
            gain, bias = 1 + self.scale(condition).to(mean), self.offset(condition).to(mean)
        else:
            gain, bias = self.weight.to(mean), self.bias.to(mean)
        gain = gain / torch.sqrt(variance + self.eps)
        bias = bias - gain * mean
        return torch.addcmul(bias[:, :, None, None].to(hidden), hidden, gain[:, :, None, None].to(hidden))


class SelfAttention(nn.Module):
    """Self-attention over all places of a feature map (Zhang et al. 2019, "Self-attention GANs")."""

    def __init__(self, channels: int) -> None:
        """Build it for (B, channels, H, W) with even sides."""
        super().__init__()
        self.snconv1x1_theta = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.snconv1x1_phi = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.snconv1x1_g = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.snconv1x1_o_conv = nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same shape; keys and values come from a map of half the side."""
        queries = self.snconv1x1_theta(hidden).flatten(2).transpose(1, 2)
        keys = F.max_pool2d(self.snconv1x1_phi(hidden), 2).flatten(2).transpose(1, 2)
        values = F.max_pool2d(self.snconv1x1_g(hidden), 2).flatten(2).transpose(1, 2)
        seen = F.scaled_dot_product_attention(queries, keys, values, scale=1.0)
        seen = seen.transpose(1, 2).unflatten(2, hidden.shape[2:])
        return hidden + self.gamma.to(hidden) * self.snconv1x1_o_conv(seen)


class ResidualBlock(nn.Module):
    """Four convolutions through a bottleneck; the way around them drops channels and repeats pixels."""

    def __init__(
        self, channels: int, out_channels: int, condition_dim: int, num_statistics: int, eps: float, upsample: bool
    ) -> None:
        """Build it for (B, channels, H, W); ``upsample`` doubles the sides."""
        super().__init__()
        middle = channels // FEWER_CHANNELS
        self.out_channels, self.upsample = out_channels, upsample
        self.bn_0 = StoredBatchNorm(channels, num_statistics, eps, condition_dim)
        self.conv_0 = nn.Conv2d(channels, middle, 1)
        self.bn_1 = StoredBatchNorm(middle, num_statistics, eps, condition_dim)
        self.conv_1 = nn.Conv2d(middle, middle, 3, padding=1)
        self.bn_2 = StoredBatchNorm(middle, num_statistics, eps, condition_dim)
        self.conv_2 = nn.Conv2d(middle, middle, 3, padding=1)
        self.bn_3 = StoredBatchNorm(middle, num_statistics, eps, condition_dim)
        self.conv_3 = nn.Conv2d(middle, out_channels, 1)

    def forward(self, hidden: Tensor, condition: Tensor, truncations: Sequence[float]) -> Tensor:
        """Map (B, C, H, W) and (B, condition_dim) to (B, out_channels, H or 2 · H, W or 2 · W)."""
        around = hidden[:, : self.out_channels]
        hidden = self.conv_0(F.relu(self.bn_0(hidden, condition, truncations)))
        hidden = F.relu(self.bn_1(hidden, condition, truncations))
        if self.upsample:
            around, hidden = F.interpolate(around, scale_factor=2.0), F.interpolate(hidden, scale_factor=2.0)
        hidden = self.conv_2(F.relu(self.bn_2(self.conv_1(hidden), condition, truncations)))
        return around + self.conv_3(F.relu(self.bn_3(hidden, condition, truncations)))


class Generator(nn.Module):
    """From a condition to pixels; the part of the network below the class embedding."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Build it from a published config.json."""
        super().__init__()
        width, eps, num_statistics = config["channel_width"], config["eps"], config["n_stats"]
        condition_dim = 2 * config["z_dim"]
        self.gen_z = nn.Linear(condition_dim, FIRST_SIDE**2 * 16 * width)
        self.layers = nn.ModuleList()
        for index, (upsample, channels, out_channels) in enumerate(config["layers"]):
            if index == config["attention_layer_position"]:
                self.layers.append(SelfAttention(channels * width))
            sizes = channels * width, out_channels * width, condition_dim, num_statistics, eps
            self.layers.append(ResidualBlock(*sizes, upsample))
        self.bn = StoredBatchNorm(width, num_statistics, eps)
        # Of its channels only the first three are colours; the published weights have them all.
        self.conv_to_rgb = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, condition: Tensor, truncations: Sequence[float]) -> Tensor:
        """Map (B, condition_dim) to (B, 3, side, side), −1 to 1."""
        hidden = self.gen_z(condition).unflatten(1, (FIRST_SIDE, FIRST_SIDE, -1)).permute(0, 3, 1, 2)
        for layer in self.layers:
            attends = isinstance(layer, SelfAttention)
            hidden = layer(hidden) if attends else layer(hidden, condition, truncations)
        hidden = F.relu(self.bn(hidden, condition, truncations))
        weight, bias = self.conv_to_rgb.weight[:3], self.conv_to_rgb.bias
        return torch.tanh(F.conv2d(hidden, weight, None if bias is None else bias[:3], padding=1).float())


class BigGANDeep(nn.Module):
    """Makes pictures of a class, or of a mix of classes, from noise.

    Attributes:
        latent_dim: Length of z.
        num_classes: Number of classes.
        class_names: Their names, in the order of the class weights.
        image_size: Height and width in pixels.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Build the network with random weights.

        Args:
            config: A published config.json: ``z_dim``, ``channel_width``, ``num_classes``, ``layers`` (each whether
                it doubles the sides, and its channels before and after in units of ``channel_width``),
                ``attention_layer_position``, ``eps``, ``n_stats``.
        """
        super().__init__()
        self.latent_dim, self.num_classes = int(config["z_dim"]), int(config["num_classes"])
        names = imagenet_class_names()
        known = len(names) == self.num_classes
        self.class_names = list(names) if known else [str(number) for number in range(self.num_classes)]
        self.image_size = FIRST_SIDE * 2 ** sum(bool(layer[0]) for layer in config["layers"])
        self.embeddings = nn.Linear(self.num_classes, self.latent_dim, bias=False)
        self.generator = Generator(config)

    @classmethod
    def from_pretrained(cls, folder: Path) -> BigGANDeep:
        """Read config.json and the weights: model.safetensors, or pytorch_model.bin without running what is in it.

        Raises:
            FileNotFoundError: A file is missing.
            ValueError: The weights are of another network.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        with torch.device("meta"):
            model = cls(config)
        weights = fold_spectral_norm(_read_weights(folder))
        if missing := model.state_dict().keys() - weights.keys():
            raise ValueError(f"{folder.name} lacks {sorted(missing)[0]} and {len(missing) - 1} more weights")
        try:
            model.load_state_dict(weights, strict=False, assign=True)
        except RuntimeError as error:
            raise ValueError(f"{folder.name}: {error}") from error
        return model

    def compute_in(self, dtype: torch.dtype) -> BigGANDeep:
        """Let the matrix products run in a dtype; statistics and gains stay as exact as they are stored."""
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                module.to(dtype)
        return self

    def forward(self, latents: Tensor, class_weights: Tensor, truncations: Sequence[float]) -> Tensor:
        """Make pictures.

        Args:
            latents: (B, latent_dim), t · z with z from a normal cut off beyond ±2 and a truncation t.
            class_weights: (B, num_classes): one-hot, or a mix of classes.
            truncations: Each sample's t, above 0 and up to 1, whose statistics are taken.

        Returns:
            (B, 3, image_size, image_size), −1 (black) to 1 (white).
        """
        condition = torch.cat([latents, self.embeddings(class_weights)], dim=1)
        return self.generator(condition, truncations)


def fold_spectral_norm(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Divide weights by the largest singular value that was stored with them (Miyato et al. 2018, eq. 8).

    Args:
        weights: With ``x.weight_orig``, ``x.weight_u`` and, from torch 1.0 on, ``x.weight_v`` for a normalised ``x``.

    Returns:
        The same with one ``x.weight`` instead.
    """
    folded = {}
    for name, value in weights.items():
        if not name.endswith((".weight_orig", ".weight_u", ".weight_v")):
            folded[name] = value
    for name, original in weights.items():
        if name.endswith(".weight_orig"):
            stem = name.removesuffix("_orig")
            matrix, left = original.flatten(1).float(), weights[f"{stem}_u"].float()
            right = weights.get(f"{stem}_v")
            right = F.normalize(matrix.T @ left, dim=0) if right is None else right.float()
            folded[stem] = original / torch.dot(left, matrix @ right).to(original)
    return folded


def _read_weights(folder: Path) -> dict[str, Tensor]:
    if (folder / "model.safetensors").exists():
        from safetensors.torch import load_file

        return load_file(folder / "model.safetensors")
    weights: dict[str, Tensor] = torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
    return weights
