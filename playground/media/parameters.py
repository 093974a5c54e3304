"""The ``parameters`` text that Stable Diffusion tools read, for every family.

The form is AUTOMATIC1111's: the prompt, a line ``Negative prompt: …`` if there is one, and one last line of
``Key: value`` pairs. Families without a prompt say their condition in its place: "digit 7", "Sneaker".
"""

from __future__ import annotations

import json
import re

from playground.media.metadata import Metadata, Scalar

# Fields that have a place of their own in the text, and so are not listed again at its end.
_PLACED = {
    *("prompt", "negative_prompt", "num_inference_steps", "scheduler", "guidance_scale", "seed"),
    *("width", "height", "checkpoint", "drawing"),
}


def parameters_text(metadata: Metadata, size: tuple[int, int] | None = None) -> str:
    """Say in A1111's form how a picture was made.

    Args:
        metadata: The record to put into words.
        size: Width and height in pixels; by default the request's ``width`` and ``height``.
    """
    request = metadata.request
    lines = [_condition(metadata)]
    if negative := _clean(request.get("negative_prompt")):
        lines.append(f"Negative prompt: {negative}")
    if size is None and request.get("width") and request.get("height"):
        size = int(request["width"] or 0), int(request["height"] or 0)
    # A model of one pass says so: some readers take a text without steps and sampler for no settings at all.
    pairs: list[tuple[str, Scalar]] = [
        ("Steps", request.get("num_inference_steps", 1)),
        ("Sampler", request.get("scheduler", "one pass")),
        ("CFG scale", request.get("guidance_scale")),
        ("Seed", metadata.seed),
        ("Size", f"{size[0]}x{size[1]}" if size else None),
        ("Model", metadata.checkpoint),
        *((_title(name), value) for name, value in request.items() if name not in _PLACED),
        ("Version", metadata.software),
    ]
    lines.append(", ".join(f"{key}: {_quote(value)}" for key, value in pairs if value not in (None, "")))
    return "\n".join(lines)


def _condition(metadata: Metadata) -> str:
    request = metadata.request
    if "prompt" in request:
        return _clean(request["prompt"])
    if "class_name" in request:
        name, second, mix = (request.get(key) for key in ("class_name", "mix_class_name", "mix"))
        if second and mix and isinstance(mix, (int, float)):
            return f"{_clean(name)} {1 - mix:.0%} + {_clean(second)} {mix:.0%}"
        return _clean(name)
    for field in ("digit", "number"):
        if field in request:
            return f"{field} {_clean(request[field])}"
    return metadata.task


def _clean(value: Scalar) -> str:
    """Drop what a PNG text chunk cannot hold (NUL, lone surrogates) and all controls but the line feed."""
    return "" if value is None else re.sub(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]", " ", str(value)).strip()


def _title(name: str) -> str:
    return re.sub(r"[^\w \-/]", " ", name).replace("_", " ").capitalize()


def _quote(value: Scalar) -> str:
    """Quote as A1111 does: a JSON string, where the bare text would be split."""
    text = _clean(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[,:\n"]', text) else text
