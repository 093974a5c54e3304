"""What a language model writes while it learns, as cards on a sheet; and the files that go beside its weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from playground.media.cards import text_card
from playground.networks.language_models import Reader

BEGINNINGS = ("", "a red ", "two ", "sun: ", "红色的", "浣溪沙：")
LONGEST, TEMPERATURE, ROWS = 40, 0.8, 2


def cards(reader: Reader, tokenizer: PreTrainedTokenizerFast, end: int) -> Tensor:
    """Write a few texts, always from the same noise: (rows, columns, 3, H, W), 0 to 1."""
    drawn = []
    for row in range(ROWS):
        for beginning in BEGINNINGS:
            noise = torch.Generator().manual_seed(row)
            drawn.append(text_card(write(reader, tokenizer, end, beginning, noise)))
    pixels = torch.from_numpy(np.stack([np.asarray(card) for card in drawn])).permute(0, 3, 1, 2).float() / 255
    return pixels.unflatten(0, (ROWS, len(BEGINNINGS)))


def write(reader: Reader, tokenizer: PreTrainedTokenizerFast, end: int, beginning: str, noise: torch.Generator) -> str:
    """Write on from a beginning until the text ends or is long."""
    tokens = [end, *tokenizer(beginning.strip())["input_ids"]]
    logits, state = reader.read(tokens)
    for _ in range(LONGEST):
        chances = torch.softmax(logits[-1] / TEMPERATURE, 0)
        token = int(torch.multinomial(chances, 1, generator=noise))
        if token == end:
            break
        tokens.append(token)
        logits, state = reader.read([token], state)
    return str(tokenizer.decode(tokens[1:])).strip()


def write_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the tokenizer into a checkpoint's folder, one line a setting."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    settings = folder / "tokenizer_config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()), indent=2, ensure_ascii=False) + "\n")
