"""The package that published BigGAN-deep's weights, to compare with, and configurations of all its sizes."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import torch

LAYERS: dict[int, list[list[Any]]] = {
    128: [
        [False, 16, 16], [True, 16, 16], [False, 16, 16], [True, 16, 8], [False, 8, 8], [True, 8, 4],
        [False, 4, 4], [True, 4, 2], [False, 2, 2], [True, 2, 1],
    ],
    256: [
        [False, 16, 16], [True, 16, 16], [False, 16, 16], [True, 16, 8], [False, 8, 8], [True, 8, 8],
        [False, 8, 8], [True, 8, 4], [False, 4, 4], [True, 4, 2], [False, 2, 2], [True, 2, 1],
    ],
    512: [
        [False, 16, 16], [True, 16, 16], [False, 16, 16], [True, 16, 8], [False, 8, 8], [True, 8, 8],
        [False, 8, 8], [True, 8, 4], [False, 4, 4], [True, 4, 2], [False, 2, 2], [True, 2, 1], [False, 1, 1],
        [True, 1, 1],
    ],
}  # fmt: skip


def config(side: int, **changes: Any) -> dict[str, Any]:
    """Return a published config.json, changed."""
    published = {
        "output_dim": side, "z_dim": 128, "class_embed_dim": 128, "channel_width": 128, "num_classes": 1000,
        "layers": LAYERS[side], "attention_layer_position": 8, "eps": 1e-4, "n_stats": 51,
    }  # fmt: skip
    return published | changes


NOT_NEEDED = ("boto3", "botocore", "botocore.exceptions", "scipy", "scipy.stats")


def reference(config: dict[str, Any]) -> Any:
    """Build the package's own network with random weights, as they are after training: normalised, with statistics."""
    stood_in = [name for name in NOT_NEEDED if _stand_in(name)]
    from pytorch_pretrained_biggan import BigGAN, BigGANConfig

    for name in stood_in:  # another library would find an empty module
        del sys.modules[name]

    torch.manual_seed(0)
    model = BigGAN(BigGANConfig.from_dict(config))
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith(("bn.weight", "gamma")):
                value.fill_(0.7)
            elif name == "embeddings.weight":
                value.normal_()
            elif value.ndim == 1:
                value.normal_(0, 0.1)
        for name, buffer in model.named_buffers():
            if name.endswith("running_means"):
                buffer.normal_(0, 0.3)
            elif name.endswith("running_vars"):
                buffer.uniform_(0.5, 2)
        for module in model.modules():
            for normalise in module._forward_pre_hooks.values():
                normalise.n_power_iterations = 4
                normalise.compute_weight(module, do_power_iteration=True)
    return model.eval()


def _stand_in(name: str) -> bool:
    """Put an empty module where the package imports what only its downloads and its drawing of noise need.

    Tells whether it was put there.
    """
    try:
        __import__(name)
    except ImportError:
        module = sys.modules[name] = ModuleType(name)
        module.ClientError = module.truncnorm = object  # type: ignore[attr-defined]
        return True
    return False
