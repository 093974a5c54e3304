"""The device is found, described, and never guessed."""

from __future__ import annotations

import pytest
import torch

from playground.engine.devices import find_device
from playground.errors import SettingsError


def test_the_device_found_by_itself_can_be_used_and_has_a_name() -> None:
    device = find_device()
    assert torch.ones(2, device=device.type).sum() == 2
    assert device.name and device.memory > 1 << 28
    assert isinstance(getattr(torch, device.dtype), torch.dtype)


def test_the_cpu_can_be_asked_for() -> None:
    assert find_device("cpu").type == "cpu"


@pytest.mark.parametrize("wanted", ["tpu", "cuda:99", "cuda:x", "cpu:x:y", "cpu:1", "CPU", "", "meta"])
def test_a_device_that_is_not_there_is_told(wanted: str) -> None:
    with pytest.raises(SettingsError) as refused:
        find_device(wanted)
    assert refused.value.en == f"--device {wanted} is not there: use --device auto, or cpu."
    assert refused.value.zh == f"没有 --device {wanted} 这个设备：请用 --device auto 或 cpu。"
