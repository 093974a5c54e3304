"""Whether a checkpoint's networks run on OpenVINO here, or may from the next start on."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.catalog import Checkpoint
from playground.families.base import OPENVINO, Device

if TYPE_CHECKING:
    from playground.networks.compiled import Compiled


def compiled_for(checkpoint: Checkpoint, pipe: Any, device: Device) -> Compiled | None:
    """Return what was compiled of a checkpoint for this CPU; where that was not done yet, it is begun."""
    if device.type != "cpu" or not device.compiled or find_spec(OPENVINO) is None:
        return None
    from playground.networks.compiled import open_compiled, place_of, small_enough
    from playground.networks.compiling_behind import start_compiling

    base = checkpoint.base
    whole = checkpoint.body is checkpoint and checkpoint.path.is_dir() and (base is None or base.path.is_dir())
    variant = checkpoint.entry.variant or (base and base.entry.variant)
    if not whole or variant or not small_enough(pipe.unet):
        return None
    own = (device.dtype, device.threads, base.path if base else None)
    folder = place_of(Path(device.compiled), checkpoint.path, *own)
    if not folder.exists():
        start_compiling(checkpoint.path, folder, *own)
    return open_compiled(folder, device.dtype, device.threads)
