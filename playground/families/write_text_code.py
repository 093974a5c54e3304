"""The Python lines that write a request's texts without the playground's engine."""

from __future__ import annotations

from playground.catalog import Checkpoint
from playground.families.base import Device
from playground.families.requests import following_seeds
from playground.families.write_text_requests import WriteTextRequest


def python_code(checkpoint: Checkpoint, request: WriteTextRequest, device: Device | None) -> str:
    """Give the lines: the family's own loop, which draws as transformers' ``generate`` does, a generator a text."""
    where = device.type if device else "cpu"
    seeds = following_seeds(request.seed, request.num_texts)
    how = (
        f"temperature={request.temperature}, top_k={request.top_k}, top_p={request.top_p}, "
        f"repetition_penalty={request.repetition_penalty}"
    )
    ordered = f"\nreader.order = {request.order}" if checkpoint.entry.pipeline == "NGram" else ""
    return f"""from pathlib import Path
import torch
from playground.networks.opening_words import open_reader, open_tokenizer
from playground.networks.writing import Drawing, Writing

folder = Path("{checkpoint.source}")
tokenizer = open_tokenizer(folder)
reader, ends = open_reader(folder, {checkpoint.entry.pipeline!r}, "{where}", "float32"){ordered}
end = tokenizer.eos_token_id
for index, seed in enumerate({seeds}):
    tokens = [end, *tokenizer({request.text!r}, add_special_tokens=False)["input_ids"]]
    noise = torch.Generator("cpu").manual_seed(seed)
    text = Writing(reader, Drawing({how}), noise, ends | {{end}}, tokens)
    text.begin(0)
    for _ in range({request.max_new_tokens}):
        text.go_on(0)
    Path(f"text-{{index}}.txt").write_text(tokenizer.decode(text.tokens[1:]).removeprefix(" "))
"""
