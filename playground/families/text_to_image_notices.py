"""What a person should know about a picture that was made of their words."""

from __future__ import annotations

from playground.catalog import Checkpoint
from playground.families.known_words import word_notices
from playground.families.prompts import reading_notice
from playground.families.text_to_image_requests import PromptRequest, PromptSample
from playground.language import Text, sentences

EMPTY = Text("Empty prompt: an unguided sample, whatever the noise holds.", "提示词为空：无引导采样，全凭噪声决定。")
OTHER_SIZE = Text(
    "This checkpoint learned at {0} × {0}: other sizes often look worse.",
    "该检查点以 {0} × {0} 训练：其他尺寸往往效果较差。",
)


def native_side(checkpoint: Checkpoint) -> int:
    """Return the side in pixels of the pictures that a checkpoint learned from."""
    if checkpoint.entry.side:
        return checkpoint.entry.side
    blocks = len(checkpoint.read_json("vae/config.json")["block_out_channels"])
    latents = int(checkpoint.read_json("unet/config.json")["sample_size"])
    return latents * int(2 ** (blocks - 1))


def notice_of(checkpoint: Checkpoint, sample: PromptSample) -> Text | None:
    """Say what is odd about a sample: no words, another size, a prompt that is not read as a whole."""
    controls, native = PromptRequest.controls(), native_side(checkpoint)
    prompts = [(name, getattr(sample, name)) for name in ("prompt", "negative_prompt")[: 1 + sample.guided]]
    told = [
        EMPTY if not sample.prompt and not sample.guided else None,
        OTHER_SIZE.format(native) if (sample.width, sample.height) != (native, native) else None,
        *word_notices(checkpoint, sample.prompt),
        *(reading_notice(checkpoint, controls[field].label, prompt) for field, prompt in prompts),
    ]
    return sentences(told)
