"""What is particular about each pipeline class that makes clips and is called as a whole. Knows no network."""

from __future__ import annotations

from playground.language import Text

OF_WORDS = ("WanPipeline", "LTXPipeline", "CogVideoXPipeline", "MochiPipeline", "HunyuanVideo15Pipeline")
"""Those that begin with words alone."""
OF_A_PICTURE = (
    "WanImageToVideoPipeline", "LTXImageToVideoPipeline", "CogVideoXImageToVideoPipeline",
    "StableVideoDiffusionPipeline", "HunyuanVideo15ImageToVideoPipeline",
)  # fmt: skip
"""Those that begin with a picture."""
LEAST_STEPS = {"MochiPipeline": 2}
"""Of those whose schedule divides by the half of its steps."""
MULTIPLES = {"LTXPipeline": 32, "LTXImageToVideoPipeline": 32}
"""What their sides are multiples of; of others 16."""
NOT_WORDED = ("StableVideoDiffusionPipeline",)
"""Those that read no words."""
FINE_DECODERS = ("WanPipeline", "WanImageToVideoPipeline")
"""Those whose autoencoder works in 32 bits, as its authors advise: in 16 bits its colours flicker."""
OWN_SIZE = ("HunyuanVideo15ImageToVideoPipeline",)
"""Those that choose a size of their own, near the proportions of the picture."""
GUIDED_BY_A_PART = ("HunyuanVideo15Pipeline", "HunyuanVideo15ImageToVideoPipeline")
"""Those whose guidance is not an argument but a part of the pipeline, the guider."""
OTHER_SIZE = Text(
    "This checkpoint chooses its size by the picture's proportions: {} × {}.",
    "该检查点根据图片比例自行决定尺寸：{} × {}。",
)
