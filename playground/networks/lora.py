"""Low-rank additions to a pipeline's weights (Hu et al. 2021), put on and taken off between runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

NAME, FOR_GOOD = "chosen", "own"


def wear_for_good(pipe: Any, folder: Path) -> None:
    """Add a LoRA to a pipeline's own weights, as it was trained; others may be put on over it.

    Args:
        pipe: The loaded pipeline.
        folder: Holds the LoRA's one file.

    Raises:
        FileNotFoundError: There is none, or are several.
        ValueError: It does not fit this pipeline.
    """
    files = sorted(folder.glob("*.safetensors"))
    if len(files) != 1:
        raise FileNotFoundError(f"{folder.name}: {len(files)} files of weights where a LoRA has one")
    _put_on(pipe, files[0], FOR_GOOD)
    pipe.fuse_lora(adapter_names=[FOR_GOOD])
    pipe.unload_lora_weights()


class LoraSlot:
    """What a pipeline wears: nothing, or one LoRA.

    Args:
        pipe: The loaded pipeline.
    """

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._worn: tuple[Path | None, float] = None, 0.0

    def wear(self, file: Path | None, weight: float) -> bool:
        """Put a LoRA on, or take off what is worn.

        Args:
            file: Its safetensors, in the layout of diffusers or of kohya's scripts; None for none.
            weight: How strongly it counts; 1 is as it was trained.

        Returns:
            Whether the weights are others now.

        Raises:
            FileNotFoundError: The file is gone.
            ValueError: It does not fit this pipeline; nothing is worn then.
        """
        wanted = (file, weight if file else 0.0)
        if wanted == self._worn:
            return False
        if file != self._worn[0]:
            self._take_off()
            if file:
                _put_on(self._pipe, file, NAME)
        if file:
            self._pipe.set_adapters(NAME, weight)
        self._worn = wanted
        return True

    def _take_off(self) -> None:
        if self._worn[0]:
            self._pipe.unload_lora_weights()
        self._worn = None, 0.0


def _put_on(pipe: Any, file: Path, name: str) -> None:
    from safetensors.torch import load_file

    if not hasattr(pipe, "load_lora_weights"):
        raise ValueError(f"{type(pipe).__name__} takes no LoRA")
    try:
        pipe.load_lora_weights(load_file(file), adapter_name=name)
        fits = any(name in names for names in pipe.get_list_adapters().values())
    except (FileNotFoundError, MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # diffusers, peft and safetensors raise what they like
        pipe.unload_lora_weights()
        raise ValueError(f"{file.name}: {error}") from error
    if not fits:
        raise ValueError(f"{file.name}: none of its weights belong to this pipeline")
