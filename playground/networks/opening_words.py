"""Opening a language model's folder: which class reads it, and its tokenizer. Fetches nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from playground.networks.language_models import LSTMReader, NGramReader, Reader, TransformerReader
from playground.networks.ngram import NGram
from playground.networks.word_lstm import WordLSTM


def open_tokenizer(folder: Path) -> Any:
    """Open the tokenizer in a folder.

    Raises:
        OSError, ValueError: A file is missing or damaged.
    """
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def open_reader(folder: Path, kind: str, device: str, dtype: str) -> tuple[Reader, frozenset[int]]:
    """Open the model in a folder.

    Args:
        folder: With settings and weights.
        kind: "NGram" or "WordLSTM"; else transformers finds the class.
        device: What ``torch.device`` takes; an n-gram has none.
        dtype: As torch spells it; large models only.

    Returns:
        The model, and the tokens that end a text beside the tokenizer's own.

    Raises:
        OSError, ValueError, KeyError: A file is missing or damaged.
    """
    if kind == "NGram":
        return NGramReader(NGram.from_pretrained(folder)), frozenset()
    if kind == "WordLSTM":
        return LSTMReader(WordLSTM.from_pretrained(folder, strict=True).eval().to(device)), frozenset()
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=getattr(torch, dtype), local_files_only=True, use_safetensors=True, attn_implementation="eager"
    )
    ends = getattr(model.generation_config, "eos_token_id", None)
    ends = ends if isinstance(ends, list) else [ends]
    return TransformerReader(model.eval().to(device)), frozenset(int(end) for end in ends if end is not None)
