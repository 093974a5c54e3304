"""Low-rank additions to a pipeline's weights (Hu et al. 2021), put on and taken off between runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

NAME = "chosen"


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
                self._put_on(file)
        if file:
            self._pipe.set_adapters(NAME, weight)
        self._worn = wanted
        return True

    def _take_off(self) -> None:
        if self._worn[0]:
            self._pipe.unload_lora_weights()
        self._worn = None, 0.0

    def _put_on(self, file: Path) -> None:
        from safetensors.torch import load_file

        if not hasattr(self._pipe, "load_lora_weights"):
            raise ValueError(f"{type(self._pipe).__name__} takes no LoRA")
        try:
            self._pipe.load_lora_weights(load_file(file), adapter_name=NAME)
            fits = any(NAME in names for names in self._pipe.get_list_adapters().values())
        except (FileNotFoundError, MemoryError, torch.OutOfMemoryError):
            raise
        except Exception as error:  # diffusers, peft and safetensors raise what they like
            self._pipe.unload_lora_weights()
            raise ValueError(f"{file.name}: {error}") from error
        if not fits:
            raise ValueError(f"{file.name}: none of its weights belong to this pipeline")
