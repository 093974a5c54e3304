"""The start of emoji-clip's text tower: emoji-diffusion's text encoder with fewer words and fewer layers."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import CLIPTextModel, CLIPTokenizer

from playground.training.emoji_data import MAX_TOKENS
from playground.training.emoji_words import END, START

MERGES = 6400
"""How many of the tokenizer's merges are kept, the most frequent first: 6,916 tokens."""


def small_tokenizer(folder: Path, merges: int = MERGES) -> tuple[CLIPTokenizer, list[int]]:
    """Cut a tokenizer down to its first merges.

    Returns:
        The small tokenizer, and for each of its tokens the one it was before.
    """
    before = CLIPTokenizer.from_pretrained(folder)
    described = json.loads(before.backend_tokenizer.to_str())["model"]
    ids: dict[str, int] = described["vocab"]
    pairs = [tuple(merge.split(" ") if isinstance(merge, str) else merge) for merge in described["merges"]][:merges]
    made = {one + other for one, other in pairs}
    letters = {token for token in ids if len(token.removesuffix("</w>")) == 1}
    kept = sorted((letters | made) & set(ids), key=ids.__getitem__) + [START, END]
    small = CLIPTokenizer(
        vocab={token: number for number, token in enumerate(kept)}, merges=pairs, model_max_length=MAX_TOKENS
    )
    return small, [ids[token] for token in kept]


@torch.no_grad()
def start_of(text: torch.nn.Module, folder: Path, rows: list[int]) -> None:
    """Take the weights of a larger text encoder: of the kept tokens, of the first places, of the first layers."""
    large = CLIPTextModel.from_pretrained(folder, dtype=torch.float32).state_dict()
    large = {name.removeprefix("text_model."): tensor for name, tensor in large.items()}
    taken = {}
    for name, tensor in text.state_dict().items():
        given = large[name]
        given = given[torch.tensor(rows)] if name.endswith("token_embedding.weight") else given
        taken[name] = given[: len(tensor)] if tensor.dim() else given
    text.load_state_dict(taken)
