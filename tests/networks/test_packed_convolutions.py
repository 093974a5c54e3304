"""Packed convolutions change nothing but the time they take."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from playground.networks import packed_convolutions
from playground.networks.lora import LoraSlot
from playground.networks.opening import open_pipeline
from playground.networks.packed_convolutions import pack_convolutions
from playground.settings import Settings

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
@torch.inference_mode()
def test_a_lora_on_convolutions_goes_on_and_off(tmp_path: Path) -> None:
    packed, plain = (open_pipeline(Settings.checkpoints / "emoji-diffusion", "bfloat16") for _ in range(2))
    for pipe in (packed, plain):
        pipe.unet.to(memory_format=torch.channels_last)
    assert pack_convolutions(packed.unet) > 30
    random, numbers = torch.Generator().manual_seed(0), dict[str, torch.Tensor]()
    for name, weight in plain.unet.named_parameters():
        if name.endswith(".conv1.weight"):
            out, into = weight.shape[:2]
            part = f"unet.{name.removesuffix('.weight')}"
            numbers[f"{part}.lora_A.weight"] = torch.randn(2, into, 3, 3, generator=random)
            numbers[f"{part}.lora_B.weight"] = torch.randn(out, 2, 1, 1, generator=random)
    save_file(numbers, tmp_path / "style.safetensors")
    noisy = torch.randn(2, 4, 16, 16, generator=random).to(torch.bfloat16)
    text = torch.randn(2, 16, 256, generator=random).to(torch.bfloat16)

    def predict(pipe: Any) -> torch.Tensor:
        made: torch.Tensor = pipe.unet(noisy, torch.tensor(500), encoder_hidden_states=text, return_dict=False)[0]
        return made

    before = predict(packed)
    assert torch.equal(before, predict(plain))
    slots = [LoraSlot(pipe) for pipe in (packed, plain)]
    for slot in slots:
        slot.wear(tmp_path / "style.safetensors", 0.5)
    worn = predict(packed)
    assert torch.equal(worn, predict(plain)) and not torch.equal(worn, before)
    for slot in slots:
        slot.wear(None, 0.0)
    assert torch.equal(predict(packed), before)


def test_what_would_not_be_the_same_is_left_alone() -> None:
    assert pack_convolutions(network(torch.float32)) == 0
    assert pack_convolutions(nn.Sequential(nn.Conv2d(8, 8, 3, padding="same").to(torch.bfloat16))) == 0
    assert pack_convolutions(nn.Sequential(nn.Linear(4, 4))) == 0


@fast
def test_a_large_network_does_not_hold_its_weights_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    convolutions = network()
    held = sum(layer.weight.nbytes for layer in convolutions if isinstance(layer, nn.Conv2d))
    monkeypatch.setattr(packed_convolutions, "MOST_BYTES", held - 1)
    assert pack_convolutions(convolutions) == 0
    monkeypatch.setattr(packed_convolutions, "MOST_BYTES", held)
    assert pack_convolutions(convolutions) == 3
