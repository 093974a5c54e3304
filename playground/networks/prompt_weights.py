r"""Words that weigh: ``(word:1.3)``, ``((word))``, ``[word]``, as most programs for Stable Diffusion read them.

``(…)`` multiplies the weight of what it holds by 1.1, ``[…]`` divides it by 1.1, ``(…:1.3)`` multiplies it by the
number; brackets nest. ``\(``, ``\)``, ``\[``, ``\]`` and ``\\`` stand for themselves. A bracket that never closes
reaches to the end, one that was never opened stands for itself. Each token's embedding is multiplied by its weight, all
of them are scaled so that their mean stays. Prompts longer than the text encoder's window are read in parts, each with
a start and an end of its own, whose embeddings stand one behind the other. Loads no network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

STEP = 1.1
SMALLEST, LARGEST = 0.0, 4.0
"""Weights beyond are taken as these: the picture is only noise there."""
MOST_PARTS = 8
"""As many as the longest prompt that is allowed has in most languages."""
WORD_ENDS = "</w>"
_PIECES = re.compile(r"\\[()\[\]\\]|\(|\[|:\s*([+-]?\d*\.?\d+)\s*\)|\)|\]|[^\\()\[\]:]+|[\\:]")


def parse_weights(prompt: str) -> list[tuple[str, float]]:
    """Split a prompt into parts with their weights; parts of equal weight are one."""
    parts: list[tuple[str, float]] = []
    opened: list[tuple[str, int]] = []

    def multiply(start: int, factor: float) -> None:
        parts[start:] = [(text, weight * factor) for text, weight in parts[start:]]

    for piece in _PIECES.finditer(prompt):
        text, number = piece[0], piece[1]
        kind = opened[-1][0] if opened else ""
        if text[0] == "\\" and len(text) == 2:
            parts.append((text[1], 1.0))
        elif text in "([":
            opened.append((text, len(parts)))
        elif number is not None and kind == "(":
            multiply(opened.pop()[1], float(number))
        elif (text, kind) in ((")", "("), ("]", "[")):
            multiply(opened.pop()[1], STEP if text == ")" else 1 / STEP)
        else:
            parts.append((text, 1.0))
    for kind, start in reversed(opened):
        multiply(start, STEP if kind == "(" else 1 / STEP)
    joined: list[tuple[str, float]] = []
    for text, weight in parts:
        fitting = min(LARGEST, max(SMALLEST, round(weight, 4)))
        if joined and joined[-1][1] == fitting:
            joined[-1] = (joined[-1][0] + text, fitting)
        else:
            joined.append((text, fitting))
    return joined


def without_weights(prompt: str) -> str:
    """Return a prompt as the text encoder reads it, without brackets and numbers."""
    return "".join(text for text, _ in parse_weights(prompt)) if re.search(r"[()\[\]\\]", prompt) else prompt


def is_weighted(prompt: str) -> bool:
    """Tell whether some words of a prompt weigh more or less than others."""
    return any(weight != 1 for text, weight in parse_weights(prompt) if text.strip())


def split_tokens(tokens: Sequence[str], room: int) -> list[int]:
    """Split a prompt that is longer than the text encoder's window, between words where there are any.

    Args:
        tokens: As the tokenizer writes them; the last one of each word ends with ``WORD_ENDS``.
        room: How many of them one part holds.

    Returns:
        How many tokens each part takes; one part at least.
    """
    sizes, start = list[int](), 0
    while len(tokens) - start > room:
        ends = (size for size in range(room, 0, -1) if tokens[start + size - 1].endswith(WORD_ENDS))
        sizes.append(next(ends, room))
        start += sizes[-1]
    return [*sizes, len(tokens) - start]


def embed_weighted(pipe: Any, prompt: str, device: Any, parts: int = 1) -> Tensor:
    """Embed a prompt whose words weigh, or that has several parts; (1, parts · tokens, channels).

    Args:
        pipe: A Stable Diffusion pipeline.
        prompt: With brackets.
        device: Where its text encoder runs.
        parts: How many times the window; what the prompt does not fill is padded, what is beyond is left out.
    """
    import torch

    words, length = pipe.tokenizer, pipe.tokenizer.model_max_length
    ids, weights = list[int](), list[float]()
    for text, weight in parse_weights(prompt):
        found = words(text, add_special_tokens=False).input_ids
        ids += found
        weights += [weight] * len(found)
    sizes = split_tokens(words.convert_ids_to_tokens(ids), length - 2) if parts > 1 else [min(len(ids), length - 2)]
    rows, scales = list[list[int]](), list[list[float]]()
    for size in (sizes + [0] * parts)[:parts]:
        padding = length - 2 - size
        rows.append([words.bos_token_id, *ids[:size], words.eos_token_id, *[words.pad_token_id] * padding])
        scales.append([1.0, *weights[:size], 1.0, *[1.0] * padding])
        ids, weights = ids[size:], weights[size:]
    plain: Tensor = pipe.text_encoder(torch.tensor(rows, device=device))[0]
    scale = torch.tensor(scales, device=device)[:, :, None]
    weighed = plain.float() * scale
    whole = (weighed * (plain.float().mean() / weighed.mean())).to(plain.dtype)
    return whole.reshape(1, parts * length, -1)
