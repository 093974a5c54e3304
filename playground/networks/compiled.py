"""A pipeline's networks as OpenVINO runs them on a CPU, in place of torch; compiled by ``networks.compiling``.

A small U-Net spends much of its time on a CPU between its operations; OpenVINO fuses them and plans its memory once.
The weights in the pipeline stay: a LoRA is put on those, and what was made with torch is made again with torch.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

log = logging.getLogger(__name__)

PARTS = ("unet", "vae_decoder")
FASTER = 1.1
"""So many times faster than torch must a part be, for it to be run here."""
MORE = 4
"""A part that was faster at every size that was tried is taken to be so up to so many times the largest."""
BETWEEN_PAUSES = 20
"""Milliseconds: somebody's slider is not felt to wait for longer."""
FOUND = "found.json"
"""What was measured when a folder's networks were compiled; written last."""
MOST_BYTES = 512 << 20
"""Of a U-Net's weights in float32: a larger one spends its time inside its operations, and would lie here twice."""


def import_openvino() -> Any:
    """Import OpenVINO without what it would report to its makers."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def place_of(cache: Path, weights: Path, dtype: str, threads: int, base: Path | None = None) -> Path:
    """Return the folder where what was compiled of a checkpoint lies, or will lie.

    Its name changes with everything that what lies there depends on.

    Args:
        cache: Where all such folders are.
        weights: The checkpoint's folder.
        dtype: What torch computes it in.
        threads: How many it may use; 0 for all.
        base: The folder that motion modules are put into.
    """
    folders = [weights] if base is None else [weights, base]
    known = [_files(folder) for folder in folders]
    made_by = [version(package) for package in ("openvino", "torch", "diffusers")]
    name = repr(([str(folder.resolve()) for folder in folders], known, made_by, dtype, threads, _cpu()))
    return cache / f"{weights.name}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _files(folder: Path) -> list[tuple[str, int, int]]:
    """Tell weights by what changes with them, in a folder or in those of its parts."""
    files = sorted({*folder.glob("*.safetensors"), *folder.glob("*/*.safetensors")})
    return [(str(file.relative_to(folder)), file.stat().st_size, file.stat().st_mtime_ns) for file in files]


def small_enough(network: torch.nn.Module) -> bool:
    """Tell whether a U-Net is one that gains by being compiled."""
    return sum(parameter.numel() for parameter in network.parameters()) * 4 <= MOST_BYTES


class Compiled:
    """What of a checkpoint runs on OpenVINO, because it was measured to be faster at equal quality.

    Args:
        networks: OpenVINO's, by the names in ``PARTS``.
        most: Up to which batch each of them is the faster one.
    """

    def __init__(self, networks: dict[str, Any], most: dict[str, int]) -> None:
        self._requests = {name: network.create_infer_request() for name, network in networks.items()}
        self._most = most

    def takes(self, part: str, batch: int) -> bool:
        """Tell whether a part of a batch runs here."""
        return part in self._requests and batch <= self._most[part]

    def predict(
        self, latents: Tensor, timestep: Tensor, text: Tensor, pause: Callable[[], None] | None = None
    ) -> Tensor:
        """Run the U-Net.

        Args:
            latents: (batch, channels, height, width), or (batch, channels, frames, height, width).
            timestep: One for all of them.
            text: (batch, tokens, channels), or that of every frame.
            pause: Is called many times a second meanwhile; what it raises ends the run.

        Returns:
            Shaped like ``latents``, float32.
        """
        return self._run("unet", latents, timestep.expand(len(latents)), text, pause=pause)

    def decode(self, latents: Tensor) -> Tensor:
        """Run the autoencoder's second half: (batch, channels, height, width) → (batch, 3, 8 · height, 8 · width)."""
        return self._run("vae_decoder", latents)

    def _run(self, part: str, *inputs: Tensor, pause: Callable[[], None] | None = None) -> Tensor:
        arrays, request = [each.float().contiguous().numpy() for each in inputs], self._requests[part]
        if pause is None:
            return torch.from_numpy(np.array(request.infer(arrays, share_inputs=True)[0]))
        request.start_async(arrays, share_inputs=True)
        try:
            while not request.wait_for(BETWEEN_PAUSES):
                pause()
        except BaseException:
            request.cancel()
            with suppress(RuntimeError):  # that it was cancelled
                request.wait()
            raise
        return torch.from_numpy(np.array(request.get_output_tensor(0).data))


def open_compiled(folder: Path, dtype: str, threads: int) -> Compiled | None:
    """Read what was compiled of a checkpoint.

    Args:
        folder: As ``place_of`` names it.
        dtype: What to multiply in.
        threads: How many to use; 0 for all.

    Returns:
        None where nothing was compiled yet, or nothing of it was faster than torch.
    """
    if not (folder / FOUND).exists():
        return None
    try:
        found = json.loads((folder / FOUND).read_text(encoding="utf-8"))
        most = {part: fastest_up_to(found[part]["faster"]) for part in PARTS if found[part]["as_good"]}
        parts = [part for part in most if most[part]]
        networks = {part: compile_network(folder / f"{part}.xml", dtype, threads) for part in parts}
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # OpenVINO raises RuntimeError
        log.warning("%s cannot be read, and is thrown away; torch takes its place: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return Compiled(networks, most) if networks else None


def fastest_up_to(faster: dict[str, float]) -> int:
    """Return up to which batch a part is the faster one, given how many times it is at some sizes."""
    most = 0
    for batch, times in sorted((int(batch), times) for batch, times in faster.items()):
        if times < FASTER:
            return most
        most = batch
    return most * MORE


def compile_network(file: Path, dtype: str, threads: int) -> Any:
    """Let OpenVINO get a network ready for this CPU; what it prepares is kept beside the file."""
    core = import_openvino().Core()
    settings = {
        "INFERENCE_PRECISION_HINT": "bf16" if dtype == "bfloat16" else "f32",
        "PERFORMANCE_HINT": "LATENCY",
        "CACHE_DIR": str(file.parent / "cache"),
    }
    if threads:
        settings["INFERENCE_NUM_THREADS"] = str(threads)
    return core.compile_model(file, "CPU", settings)


def _cpu() -> str:
    return str(import_openvino().Core().get_property("CPU", "FULL_DEVICE_NAME"))
