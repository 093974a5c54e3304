"""Which device there is, what it is called, how much it holds and which dtype is fastest on it.

Only a worker asks for a device; where the page does, it asks for "cpu", of which nothing but its name is looked up.
"""

from __future__ import annotations

import functools
import platform
import sys
from pathlib import Path

import psutil

from playground.errors import SettingsError
from playground.families.base import Device


def find_device(wanted: str = "auto") -> Device:
    """Describe the device to run on; imports torch, unless it is the CPU that is asked for.

    Args:
        wanted: "auto" takes a GPU if there is one; or "cpu", "cuda", "cuda:1", "mps".

    Raises:
        SettingsError: There is no such device.
    """
    if wanted == "cpu":
        dtype = "bfloat16" if _multiplies_bfloat16() else "float32"
        return Device("cpu", _cpu_name(), psutil.virtual_memory().total, dtype)
    import torch

    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if wanted == "cpu":
        return find_device("cpu")
    kind = wanted.partition(":")[0]
    try:
        if kind == "cuda":
            properties = torch.cuda.get_device_properties(wanted)
            # Tensor cores multiply bfloat16 from compute capability 8 on; before that, only float16.
            dtype = "bfloat16" if properties.major >= 8 else "float16"
            return Device(wanted, properties.name, properties.total_memory, dtype)
        if kind == "mps" and torch.backends.mps.is_available():
            return Device(wanted, "Apple GPU", psutil.virtual_memory().total, "float16")
    except (AssertionError, RuntimeError) as error:
        raise _no_such(wanted) from error
    raise _no_such(wanted)


def use_cores(single: bool, share: int = 1) -> None:
    """Let torch's next operations on this thread use one core, or all of them; nothing where torch is not loaded.

    Args:
        single: Whether it is one.
        share: How many workers have the cores between them.
    """
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1 if single else cores(share))


def cores(share: int) -> int:
    """Return how many cores are one's own where so many workers have them between them; imports torch."""
    return max(1, _cores() // share)


@functools.cache
def _cores() -> int:
    import torch

    return torch.get_num_threads()


def _no_such(wanted: str) -> SettingsError:
    return SettingsError(
        f"--device {wanted} is not there: use --device auto, or cpu.",
        f"没有 --device {wanted} 这个设备：请用 --device auto 或 cpu。",
    )


def _cpu_info() -> str:
    file = Path("/proc/cpuinfo")
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def _multiplies_bfloat16() -> bool:
    return any(flag in _cpu_info() for flag in ("amx_bf16", "avx512_bf16"))


def _cpu_name() -> str:
    named = [line.partition(":")[2].strip() for line in _cpu_info().splitlines() if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
