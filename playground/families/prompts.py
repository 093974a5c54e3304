"""Prompts: the field, what is done to a visitor's text before a tokenizer sees it, and how much of it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from playground.catalog import Checkpoint
from playground.errors import CheckpointError
from playground.families.controls import Words
from playground.language import Text
from playground.networks.prompt_weights import without_weights

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_PROMPT = 2000
# Controls, and halves of characters that no tokenizer takes.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

PromptField = Annotated[
    str,
    Words(
        LONGEST_PROMPT,
        label=Text("Prompt", "提示词"),
        help=Text("The condition: what to make, in words.", "条件：用文字描述要生成什么。"),
        screened=True,
    ),
]
NegativePromptField = Annotated[
    str,
    Words(
        LONGEST_PROMPT,
        label=Text("Negative prompt", "反向提示词"),
        help=Text("What guidance leads away from.", "引导会远离的内容。"),
        advanced=True,
    ),
]
ONE_READER = ("StableDiffusionPipeline", "StableDiffusionXLPipeline")
"""Pipelines whose first tokenizer tells how much is read: SDXL's second reads the same."""
WEIGHED = ("StableDiffusionPipeline",)
"""Pipelines in whose prompts brackets weigh words."""
LEFT_OUT = Text(
    "The text encoder reads {} tokens of {}; it left out: “{}”.", "文本编码器只读 {} 个词元，{}没读到的部分：“{}”。"
)


@dataclass(frozen=True)
class Reading:
    """How a text encoder reads a prompt.

    Attributes:
        used: Tokens that the prompt has.
        room: Tokens that the encoder reads.
        left_out: The end of the prompt that it does not read.
    """

    used: int
    room: int
    left_out: str


def clean_prompt(prompt: str) -> str:
    """Put blanks where characters cannot be read, and drop those around the text."""
    return _UNREADABLE.sub(" ", prompt).strip()


def read_prompt(checkpoint: Checkpoint, prompt: str) -> Reading | None:
    """Tell how a checkpoint's text encoder reads a prompt; None where its tokenizer is of an older kind,
    or where several read it.

    Raises:
        CheckpointError: The tokenizer's settings are missing or damaged.
    """
    several = str(checkpoint.config.get("_class_name", "")) not in ONE_READER
    if several or not (checkpoint.settings_folder / "tokenizer" / "tokenizer.json").exists():
        return None
    tokenizer, room = _tokenizer(checkpoint)
    prompt = clean_prompt(prompt)
    if str(checkpoint.config.get("_class_name", "")) in WEIGHED:
        prompt = without_weights(prompt)
    offsets = tokenizer.encode(prompt, add_special_tokens=False).offsets
    left_out = prompt[offsets[room][0] :] if len(offsets) > room else ""
    return Reading(len(offsets), room, left_out)


def left_out_notice(checkpoint: Checkpoint, label: Text, prompt: str) -> Text | None:
    """Name the words of a prompt that the text encoder does not read; None when it reads them all."""
    reading = read_prompt(checkpoint, prompt)
    if reading is None or not reading.left_out:
        return None
    shown = reading.left_out if len(reading.left_out) <= 120 else reading.left_out[:117] + "…"
    return LEFT_OUT.format(reading.room, Text(label.en.lower(), label.zh), shown)


@lru_cache(maxsize=16)
def _tokenizer(checkpoint: Checkpoint) -> tuple[Tokenizer, int]:
    from tokenizers import Tokenizer

    settings = checkpoint.read_json("tokenizer/tokenizer_config.json")
    encoder = checkpoint.read_json("text_encoder/config.json")
    room = min(int(settings["model_max_length"]), int(encoder["max_position_embeddings"]))
    try:
        tokenizer = Tokenizer.from_file(str(checkpoint.settings_folder / "tokenizer" / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing more exact
        raise CheckpointError(*_damaged(checkpoint)) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer, room - 2  # the encoder puts a start and an end around them


def _damaged(checkpoint: Checkpoint) -> tuple[str, str]:
    error = checkpoint.unusable("tokenizer/tokenizer.json is damaged", "tokenizer/tokenizer.json 已损坏")
    return error.en, error.zh
