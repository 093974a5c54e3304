"""Turns a checkpoint's networks into OpenVINO's, and measures whether they are faster and as good here.

That happens in a process of its own (``networks.compiling_behind``). What it makes serves from the next start on.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import torch
from torch import Tensor, nn

from playground.networks.compiled import FOUND, PARTS, compile_network, import_openvino
from playground.networks.longer_clips import WINDOW
from playground.networks.opening import open_pipeline, open_with_motion
from playground.networks.packed_convolutions import pack_convolutions
from playground.networks.text_to_video import DECODED_AT_ONCE

BATCHES, CLIPS = {1: 9, 8: 4}, {1: 4}
"""How many times what one picture or clip needs, and how often that is timed; clips are made one at a time."""
CALM = 0.02
"""Seconds until threads of the one way no longer wait actively, which would be timed as the other's slowness."""
WORSE = 2.0
"""Times torch's own distance from float32 in the same dtype that is still called as good."""
UNFINISHED = ".unfinished-"
"""How a folder's name begins while its networks are made; the number of the process that makes them follows."""
EXACT = 1e-3
"""Distance from float32, in the outputs' own spread, that nobody can see."""

_Part = tuple[nn.Module, Callable[..., Tensor], tuple[Tensor, ...]]


class _UNet(nn.Module):
    def __init__(self, unet: nn.Module) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, latents: Tensor, timesteps: Tensor, text: Tensor) -> Tensor:
        made: Tensor = self.unet(latents, timesteps, text, return_dict=False)[0]
        return made


class _Decoder(nn.Module):
    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents: Tensor) -> Tensor:
        made: Tensor = self.vae.decode(latents, return_dict=False)[0]
        return made


@torch.no_grad()
def compile_checkpoint(
    weights: Path, folder: Path, dtype: str, threads: int, base: Path | None = None
) -> dict[str, Any]:
    """Convert and measure a checkpoint's networks; see ``compiling_behind.start_compiling``.

    Returns:
        What was found, by part: how many times ``faster`` than torch by the size of the batch, its ``distance`` from
        float32 beside torch's, and whether it is ``as_good``.
    """
    openvino = import_openvino()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(folder.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{UNFINISHED}{os.getpid()}-", dir=folder.parent))
    try:
        exact, ours = (_open(weights, kind, base) for kind in ("float32", dtype))
        ours.vae.to(memory_format=torch.channels_last)
        if base is None:
            ours.unet.to(memory_format=torch.channels_last)
            pack_convolutions(ours.unet)
        parts = _parts(exact, ours, 0 if base is None else WINDOW)
        found: dict[str, Any] = {}
        for part, (whole, rival, inputs) in zip(PARTS, parts, strict=True):
            whole.requires_grad_(False)
            model = openvino.convert_model(whole, example_input=inputs)
            openvino.save_model(model, unfinished / f"{part}.xml", compress_to_fp16=False)
            request = compile_network(unfinished / f"{part}.xml", dtype, threads).create_infer_request()
            found[part] = _compare(whole, rival, request, inputs, BATCHES if base is None else CLIPS)
        (unfinished / FOUND).write_text(json.dumps(found), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        return found
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _clear_unfinished(cache: Path) -> None:
    """Remove what processes left that ended with their app before they were done."""
    for left in cache.glob(f"{UNFINISHED}*"):
        process = left.name.removeprefix(UNFINISHED).partition("-")[0]
        if not process.isdecimal() or not psutil.pid_exists(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _open(weights: Path, dtype: str, base: Path | None) -> Any:
    pipe = open_pipeline(base or weights, dtype)
    return open_with_motion(pipe, weights, dtype) if base else pipe


def _parts(exact: Any, ours: Any, frames: int = 0) -> list[_Part]:
    """Return each part in float32, what torch would run in its place, and what to try both with.

    Args:
        exact: The pipeline in float32.
        ours: The pipeline as torch would run it.
        frames: Of a guided clip; 0 for a guided picture.
    """
    side, channels, dtype = exact.unet.config.sample_size, exact.unet.config.in_channels, ours.unet.dtype
    words, width = exact.tokenizer.model_max_length, exact.unet.config.cross_attention_dim
    generator, many = torch.Generator().manual_seed(0), (frames,) if frames else ()
    latents = torch.randn((2, channels, *many, side, side), generator=generator)
    text = torch.randn((2 * (frames or 1), words, width), generator=generator)
    coded = latents[0].transpose(0, 1)[:DECODED_AT_ONCE] if frames else latents[:1]
    unet, decoder = _UNet(ours.unet), _Decoder(ours.vae)
    inputs = (latents, torch.full((2,), 500.0), text)
    return [
        (_UNet(exact.unet), lambda x, t, c: unet(x.to(dtype), t, c.to(dtype)), inputs),
        (_Decoder(exact.vae), lambda x: decoder(x.to(dtype)), (coded,)),
    ]


def _compare(
    whole: nn.Module, rival: Callable[..., Tensor], request: Any, inputs: tuple[Tensor, ...], sizes: Mapping[int, int]
) -> dict[str, Any]:
    """Time two ways to the same result in turns, and say how far each is from the right one."""

    def compiled(*given: Tensor) -> Tensor:
        return torch.from_numpy(request.infer([each.numpy() for each in given])[0].copy())

    right = whole(*inputs)
    far = [float((way(*inputs) - right).std() / right.std()) for way in (rival, compiled)]
    faster = {}
    for times, rounds in sizes.items():
        given = tuple(torch.cat([each] * times) for each in inputs)
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for way, seconds in zip((rival, compiled), taken, strict=True):
                time.sleep(CALM)
                started = time.perf_counter()
                way(*given)
                seconds.append(time.perf_counter() - started)
        # The shortest: whatever else the machine does only ever makes it longer.
        faster[str(len(given[0]))] = min(taken[0]) / min(taken[1])
    return {"faster": faster, "distance": far, "as_good": far[1] <= max(WORSE * far[0], EXACT)}
