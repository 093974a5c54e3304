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
from playground.networks.prompt_weights import MOST_PARTS, parse_weights, split_tokens

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
"""Pipelines in whose prompts brackets weigh words, and that read long ones in parts."""
IN_PARTS = Text(
    "The text encoder reads {} tokens at once: {} was read in {} parts.", "文本编码器一次读 {} 个词元：{}分 {} 段读取。"
)
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
        parts: In how many parts of at most ``room`` tokens it reads the prompt.
    """

    used: int
    room: int
    left_out: str
    parts: int = 1


def clean_prompt(prompt: str) -> str:
    """Put blanks where characters cannot be read, and drop those around the text."""
    return _UNREADABLE.sub(" ", prompt).strip()


def read_prompt(checkpoint: Checkpoint, prompt: str, in_parts: bool = True) -> Reading | None:
    """Tell how a checkpoint's text encoder reads a prompt; None where its tokenizer is of an older kind,
    or where several read it.

    Args:
        checkpoint: The checkpoint.
        prompt: The prompt.
        in_parts: Whether what runs it reads more than one part.

    Raises:
        CheckpointError: The tokenizer's settings are missing or damaged.
    """
    several = str(checkpoint.config.get("_class_name", "")) not in ONE_READER
    if several or not (checkpoint.settings_folder / "tokenizer" / "tokenizer.json").exists():
        return None
    tokenizer, room = _tokenizer(checkpoint)
    prompt = clean_prompt(prompt)
    weighed = str(checkpoint.config.get("_class_name", "")) in WEIGHED
    plain, tokens, starts = "", list[str](), list[int]()
    for text, _ in parse_weights(prompt) if weighed else [(prompt, 1.0)]:  # as they are embedded
        found = tokenizer.encode(text, add_special_tokens=False)
        tokens += found.tokens
        starts += [len(plain) + start for start, _ in found.offsets]
        plain += text
    sizes = split_tokens(tokens, room)[:MOST_PARTS] if weighed and in_parts else [min(len(tokens), room)]
    read = sum(sizes)
    return Reading(len(tokens), room, plain[starts[read] :] if len(tokens) > read else "", len(sizes))


def parts_of(checkpoint: Checkpoint, *prompts: str) -> int:
    """Return in how many parts the longest of some prompts is read; 1 where that cannot be told."""
    try:
        readings = [read_prompt(checkpoint, prompt) for prompt in prompts]
    except CheckpointError:  # is told where the checkpoint is loaded
        return 1
    return max((reading.parts for reading in readings if reading), default=1)


def reading_notice(checkpoint: Checkpoint, label: Text, prompt: str, in_parts: bool = True) -> Text | None:
    """Say in how many parts a prompt was read, or name the words that were not; None when it was read as a whole.

    Args:
        checkpoint: Whose text encoder reads it.
        label: What the prompt is called.
        prompt: The prompt.
        in_parts: Whether what runs it reads more than one part.
    """
    reading = read_prompt(checkpoint, prompt, in_parts)
    if reading is None:
        return None
    named = Text(label.en.lower(), label.zh)
    if reading.left_out:
        shown = reading.left_out if len(reading.left_out) <= 120 else reading.left_out[:117] + "…"
        return LEFT_OUT.format(reading.room * reading.parts, named, shown)
    return (
        IN_PARTS.format(reading.room, Text(f"the {named.en}", named.zh), reading.parts) if reading.parts > 1 else None
    )


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
