"""What is particular about each pipeline class that makes pictures and is called as a whole. Knows no network."""

from __future__ import annotations

WHOLE = (
    "StableDiffusionXLPipeline", "StableDiffusion3Pipeline", "FluxPipeline", "ZImagePipeline", "SanaPipeline",
    "PixArtSigmaPipeline", "Flux2KleinPipeline", "QwenImagePipeline", "QwenImage21Pipeline", "SanaSprintPipeline",
)  # fmt: skip
"""Pipelines that are called as a whole."""
WORDED_ALONE = {"QwenImage21Pipeline": "processor"}
"""Of those that name a processor of words and pictures, the part that is one. It asks for torchvision, though a
tokenizer reads all that they read."""
MULTIPLES = {"QwenImage21Pipeline": 32}
"""What their sides are multiples of; of others 8."""
TRULY_GUIDED = ("QwenImagePipeline", "QwenImage21Pipeline")
"""Those whose guidance is called ``true_cfg_scale``, and that are not guided without a negative prompt."""
SEE_THROUGH = ("QwenImage21Pipeline",)
"""Those whose pictures say how opaque each place is; they are shown on white."""
