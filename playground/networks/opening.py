"""Opening a pipeline of diffusers, whichever class it names, and choosing how it is kept in the device's memory.

While diffusers and transformers open one, they patch torch for the whole process (modules that are built meanwhile, on
whatever thread, come out empty), so only one thread of a process may open or build networks: the engine's worker.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

log = logging.getLogger(__name__)

MODES = ("whole", "model_offload", "float8_offload", "sequential_offload")
"""Ways to keep a pipeline on a device: all of it; one network at a time; the same, the weights of the network that
denoises in 8 bits (Micikevicius et al. 2022) and turned into its own type layer by layer; one layer at a time."""
LOWER_MODE = dict(pairwise((*MODES, "")))
"""For each way, the next that needs less of the device's memory, and more time or accuracy."""


def open_pipeline(
    folder: Path,
    dtype: str,
    variant: str = "",
    kind: str = "",
    settings: Path | None = None,
    pickled: bool = False,
    worded_alone: bool = False,
    processor: str = "",
) -> Any:
    """Open a folder with the pipeline class that it names, or a single file as Stable Diffusion. Fetches nothing.

    Args:
        folder: The folder, or a .safetensors file of a whole pipeline.
        dtype: As torch spells it.
        variant: Which of several sets of weights, such as "fp16".
        kind: The pipeline's class; if empty, that which the folder names, and Stable Diffusion for a single file.
        settings: Folder with the settings and the tokenizer of a single file, which holds weights alone.
        pickled: Whether its weights are pickles, of which diffusers reads plain tensors alone (``weights_only``).
        worded_alone: Whether a tokenizer takes the place of the processor of words and pictures that it names.
        processor: The part that is such a processor, and is asked as one; it then reads words alone.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: A file is damaged or holds more than tensors, or the pipeline is unknown.
    """
    import diffusers

    how: dict[str, Any] = {"dtype": getattr(torch, dtype), "local_files_only": True}
    with quietly(folder):
        if folder.is_file():
            named = getattr(diffusers, kind or "StableDiffusionPipeline")
            # Without settings it would ask the hub for them, whatever local_files_only says.
            return named.from_single_file(str(folder), config=str(settings or folder.parent), **how)
        # A folder may serve another class than it names: LTX-Video's makes clips from words, and from a picture.
        named = getattr(diffusers, kind or "DiffusionPipeline")
        how |= {"tokenizer": None} if worded_alone else {}
        if processor:
            from playground.networks.words_alone import WordsAlone

            how[processor] = WordsAlone(_tokenizer(folder / processor))
        pipe = named.from_pretrained(folder, variant=variant or None, use_safetensors=not pickled, **how)
        if worded_alone:
            pipe.register_modules(tokenizer=_tokenizer(folder / "tokenizer"))
        return pipe


def _tokenizer(folder: Path) -> Any:
    from transformers import Qwen2Tokenizer

    return Qwen2Tokenizer.from_pretrained(folder, local_files_only=True)


def open_with_motion(
    pipe: Any, folder: Path, dtype: str, variant: str = "", changes: Mapping[str, Any] = MappingProxyType({})
) -> Any:
    """Put the motion modules of a folder into a Stable Diffusion pipeline. Fetches nothing.

    Args:
        pipe: The pipeline; it is used up.
        folder: A ``MotionAdapter``'s.
        dtype: As torch spells it.
        variant: Which of several sets of weights.
        changes: What the modules were taught with instead of the scheduler's own settings.

    Returns:
        An ``AnimateDiffPipeline``.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: A file is damaged, or the modules do not fit into this U-Net.
    """
    import diffusers

    with quietly(folder):
        modules = diffusers.MotionAdapter.from_pretrained(
            folder, variant=variant or None, use_safetensors=True, local_files_only=True, dtype=getattr(torch, dtype)
        )
        scheduler = type(pipe.scheduler).from_config({**pipe.scheduler.config, **changes})
        made = diffusers.AnimateDiffPipeline(
            vae=pipe.vae, text_encoder=pipe.text_encoder, tokenizer=pipe.tokenizer, unet=pipe.unet,
            motion_adapter=modules, scheduler=scheduler,
        )  # fmt: skip
        made.unet.to(getattr(torch, dtype)).eval()
        made.register_modules(motion_adapter=None)  # the U-Net has copies of its own
    return made


@contextmanager
def quietly(folder: Path) -> Iterator[None]:
    """Read without bars and warnings; what is raised becomes one of two kinds."""
    import diffusers
    import transformers

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # diffusers, tokenizers and safetensors raise what they like
        kind = FileNotFoundError if "no file named" in str(error) else ValueError
        raise kind(f"{folder.name}: {error}") from error


def choose_mode(needs: Any, free: float) -> str:
    """Choose how a checkpoint is kept.

    Args:
        needs: Gigabytes for each of ``MODES``, as the catalogue says; None where nobody says.
        free: Gigabytes that the device has free.

    Returns:
        The first of ``MODES`` that fits, or the last that is known.
    """
    known = [mode for mode in MODES if needs is not None and getattr(needs, mode) is not None]
    return next((mode for mode in known if getattr(needs, mode) <= free), (known or ["whole"])[-1])


def free_gigabytes(device: str) -> float:
    """Return the gigabytes that a device has free; without end where offloading would save nothing."""
    if not device.startswith("cuda"):
        return float("inf")
    torch.cuda.empty_cache()
    return torch.cuda.mem_get_info(device)[0] / 1e9


def place(pipe: Any, needs: Any, device: str, mode: str = "auto") -> str:
    """Put a pipeline on a device; where that runs out of memory, in the next way that needs less.

    Args:
        pipe: The pipeline.
        needs: As ``choose_mode`` takes it.
        device: What ``torch.device`` takes.
        mode: One of ``MODES``, or "auto" for what fits.

    Returns:
        The mode that it is kept in.

    Raises:
        torch.OutOfMemoryError: It fits in no way.
    """
    chosen = choose_mode(needs, free_gigabytes(device)) if mode == "auto" else mode
    try:
        keep(pipe, chosen, device)
        return chosen
    except torch.OutOfMemoryError:
        if not LOWER_MODE[chosen]:
            raise
    log.warning("Out of memory while loading (%s); going on with %s.", chosen, LOWER_MODE[chosen])
    gc.collect()
    torch.cuda.empty_cache()
    return place(pipe, needs, device, LOWER_MODE[chosen])


def keep(pipe: Any, mode: str, device: str) -> None:
    """Put a pipeline on a device in one of ``MODES``."""
    if mode == "float8_offload":
        for part in filter(None, (getattr(pipe, name, None) for name in ("unet", "transformer", "transformer_2"))):
            part.enable_layerwise_casting(torch.float8_e4m3fn, part.dtype)
    if mode in ("model_offload", "float8_offload"):
        pipe.enable_model_cpu_offload(device=device)
    elif mode == "sequential_offload":
        pipe.enable_sequential_cpu_offload(device=device)
    else:
        pipe.to(device)
    vae = getattr(pipe, "vae", None)
    for spare in ("enable_tiling", "enable_slicing") if mode != "whole" else ():  # large pictures in parts, one by one
        if hasattr(vae, spare):
            getattr(vae, spare)()


def has_its_tokenizer(pipe: Any, folder: Path) -> None:
    """Refuse the empty tokenizer that transformers makes where files are missing.

    Raises:
        FileNotFoundError: The tokenizer is not the text encoder's.
    """
    words, encoder = pipe.tokenizer, pipe.text_encoder.config
    if words.model_max_length > encoder.max_position_embeddings or len(words) < encoder.vocab_size // 2:
        raise FileNotFoundError(f"{folder.name}: the tokenizer does not belong to the text encoder")
