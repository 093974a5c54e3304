"""Weights that several loaded networks have in common, such as the text encoder of pictures and of clips: held once.

A checkpoint of motion modules brings its base along, and serves words and pictures; opened each by itself, the same
weights would lie in memory three times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

import torch
from torch import nn

LEAST = 1 << 14
"""Bytes below which a weight is not worth looking for."""
_held: WeakValueDictionary[Any, nn.Parameter] = WeakValueDictionary()


def share_weights(parts: Iterable[Any]) -> int:
    """Let networks use the memory of equal weights that are loaded already; no bit of what they compute changes.

    To be called when they are in their final dtype, layout and place. Whoever changes weights in place afterwards
    changes them for all: a LoRA is put on beside them.

    Args:
        parts: The networks, on a CPU; what is none is left out.

    Returns:
        The bytes that this saved.
    """
    saved = 0
    for weight in [weight for part in parts if isinstance(part, nn.Module) for weight in part.parameters()]:
        storage = weight.untyped_storage()
        if weight.device.type != "cpu" or weight.nbytes < LEAST or storage.nbytes() != weight.nbytes:
            continue  # what is part of a larger storage, as of a file, is shared by whoever opens that
        raw = torch.empty(0, dtype=torch.uint8).set_(storage).numpy()
        key = weight.dtype, weight.shape, weight.stride(), hashlib.blake2b(raw, digest_size=16).digest()
        known = _held.get(key)
        if known is not None and known.data_ptr() != weight.data_ptr() and torch.equal(known, weight):
            weight.data, saved = known.data, saved + weight.nbytes
        _held[key] = weight  # the newest, which is likely to stay longest
    return saved
