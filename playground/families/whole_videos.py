"""What is particular about each pipeline class that makes clips and is called as a whole. Knows no network."""

from __future__ import annotations

from playground.language import Text

OF_WORDS = (
    "WanPipeline", "LTXPipeline", "CogVideoXPipeline", "MochiPipeline", "HunyuanVideo15Pipeline", "LTX2Pipeline",
    "Kandinsky5T2VPipeline",
)  # fmt: skip
"""Those that begin with words alone."""
OF_A_PICTURE = (
    "WanImageToVideoPipeline", "LTXImageToVideoPipeline", "CogVideoXImageToVideoPipeline",
    "StableVideoDiffusionPipeline", "HunyuanVideo15ImageToVideoPipeline",
    "LTX2ImageToVideoPipeline", "Kandinsky5I2VPipeline",
)  # fmt: skip
"""Those that begin with a picture."""
LEAST_STEPS = {"MochiPipeline": 2}
"""Of those whose schedule divides by the half of its steps."""
LEAST_FRAMES = {"Kandinsky5I2VPipeline": 17}
"""Of those that liken the first frames to the ones behind them; of others 8."""
WITH_SOUND = ("LTX2Pipeline", "LTX2ImageToVideoPipeline")
"""Those that make sound beside their frames."""
PACED = ("LTXPipeline", "LTXImageToVideoPipeline", *WITH_SOUND)
"""Those that are told how many frames a second has."""
MULTIPLES = dict.fromkeys(PACED, 32)
"""What their sides are multiples of; of others 16."""
NOT_WORDED = ("StableVideoDiffusionPipeline",)
"""Those that read no words."""
FINE_DECODERS = ("WanPipeline", "WanImageToVideoPipeline")
"""Those whose autoencoder works in 32 bits, as its authors advise: in 16 bits its colours flicker."""
WORDED_ALONE = ("Kandinsky5T2VPipeline", "Kandinsky5I2VPipeline")
"""Those that name a processor of pictures, which asks for torchvision, though a tokenizer reads all that they read."""
OWN_SIZE = ("HunyuanVideo15ImageToVideoPipeline",)
"""Those that choose a size of their own, near the proportions of the picture."""
GUIDED_BY_A_PART = ("HunyuanVideo15Pipeline", "HunyuanVideo15ImageToVideoPipeline")
"""Those whose guidance is not an argument but a part of the pipeline, the guider."""
SILENT = Text("This checkpoint makes sound, too; it is left out.", "该检查点还会生成声音；这里不包含声音。")
OTHER_SIZE = Text(
    "This checkpoint chooses its size by the picture's proportions: {} × {}.",
    "该检查点根据图片比例自行决定尺寸：{} × {}。",
)
