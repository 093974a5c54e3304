"""How a run uses the machine: device, precision, threads, batch size, seed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Options:
    """Settings that every recipe understands."""

    batch_size: int = 64
    seed: int = 0
    device: str = "cpu"
    bfloat16: bool = False

    def autocast(self) -> AbstractContextManager[None]:
        """Compute in bfloat16 where it is switched on; the weights stay float32."""
        return torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=self.bfloat16)


def has_fast_bfloat16(device: str) -> bool:
    """Tell whether bfloat16 is faster than float32 here: measured 1.5 × with AVX512-BF16 or AMX."""
    if torch.device(device).type == "cuda":
        return torch.cuda.is_bf16_supported()
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
