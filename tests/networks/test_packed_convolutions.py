"""Packed convolutions change nothing but the time they take."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from playground.networks.packed_convolutions import pack_convolutions

fast = pytest.mark.skipif(
    not torch.ops.mkldnn._is_mkldnn_bf16_supported(), reason="this CPU has no kernels for bfloat16"
)


def network(dtype: torch.dtype = torch.bfloat16) -> nn.Sequential:
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(32, 64, 3, 1, 1), nn.SiLU(), nn.Conv2d(64, 96, 3, 2, 1), nn.Conv2d(96, 32, 1))
    return layers.to(dtype, memory_format=torch.channels_last).eval()


@fast
@torch.inference_mode()
def test_they_give_the_same_bits_in_every_batch() -> None:
    plain = network()
    packed = copy.deepcopy(plain)
    assert pack_convolutions(packed) == 3
    for batch in (2, 1, 16):
        pictures = torch.randn(batch, 32, 16, 16).to(torch.bfloat16, memory_format=torch.channels_last)
        made = packed(pictures)
        assert torch.equal(made, plain(pictures)) and made.is_contiguous(memory_format=torch.channels_last)


@fast
def test_a_lora_still_goes_on_and_off() -> None:
    from peft import LoraConfig, inject_adapter_in_model

    plain = network()
    packed = copy.deepcopy(plain)
    pack_convolutions(packed)
    pictures = torch.randn(1, 32, 16, 16).to(torch.bfloat16, memory_format=torch.channels_last)
    for model in (plain, packed):
        torch.manual_seed(1)
        inject_adapter_in_model(LoraConfig(r=2, target_modules=["0", "2"], init_lora_weights=False), model)
    with torch.inference_mode():
        assert torch.equal(packed(pictures), plain(pictures))


def test_what_would_not_be_the_same_is_left_alone() -> None:
    assert pack_convolutions(network(torch.float32)) == 0
    assert pack_convolutions(nn.Sequential(nn.Conv2d(8, 8, 3, padding="same").to(torch.bfloat16))) == 0
    assert pack_convolutions(nn.Sequential(nn.Linear(4, 4))) == 0
