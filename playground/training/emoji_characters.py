"""Teaches emoji-diffusion's text encoder the emoji characters themselves: 🍎 means what "red apple" means.

Each character becomes one token of the tokenizer (its bytes are merged like those of a word), so that whoever opens the
folder with diffusers types emoji too. Only the new tokens' embeddings are learned, by gradient descent through the
frozen encoder, until it makes of the character what it makes of its name; what it makes of words stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F
from transformers import CLIPTextModel, CLIPTokenizer

from playground.training.emoji_captions import english_names
from playground.training.emoji_everyday import read_everyday
from playground.training.emoji_sources import Concept, read_concepts
from playground.training.exporting import seal

COLOUR_SELECTOR = "\ufe0f"
"""Asks for the colourful form of a character that text has too, such as ❤️."""
WORD_END = "</w>"
BEFORE = ("", "", "", "blue", "two", "small", "flat", "green")
"""What may stand before the character while it learns."""
EPOCHS, BATCH, RATE = 30, 256, 0.02


def characters(concepts: Iterable[Concept]) -> dict[str, str]:
    """Return what people call each emoji: character → English name. Of people only those of one code point."""
    named, everyday = dict[str, str](), read_everyday()
    for concept in concepts:
        text = "".join(chr(int(code, 16)) for code in concept.code.split("-"))
        if concept.group == 1 and len(text) > 1:
            continue
        named[text] = english_names(concept, everyday.get(concept.label))[0].lower()
        if len(text) == 1:
            named[text + COLOUR_SELECTOR] = named[text]
    return named


def add_merges(tokenizer: dict[str, Any], texts: Iterable[str]) -> dict[str, list[int]]:
    """Extend a byte-level BPE so that each text is one token, at a word's end and within.

    Args:
        tokenizer: What ``tokenizer.json`` holds; is extended.
        texts: What is to be one token.

    Returns:
        The ids of each text's two forms.
    """
    model, letters = tokenizer["model"], _byte_letters()
    merges = [tuple(merge.split(" ") if isinstance(merge, str) else merge) for merge in model["merges"]]
    ranks = {merge: rank for rank, merge in enumerate(merges)}
    spelled = {}
    for text in texts:
        symbols = [letters[byte] for byte in text.encode()]
        spelled[text] = (tuple(symbols), (*symbols[:-1], symbols[-1] + WORD_END))
    left = {form for forms in spelled.values() for form in forms}
    while left := {form for form in left if len(_merged(form, ranks)) > 1}:
        for form in sorted(left):
            pair = _merged(form, ranks)[:2]
            ranks.setdefault(pair, len(ranks))
    vocabulary = model["vocab"]
    taken = max(vocabulary.values())
    for pair in list(ranks)[len(merges) :]:
        if "".join(pair) not in vocabulary:
            taken = vocabulary["".join(pair)] = max(taken + 1, 1 + _special(tokenizer))
    model["merges"] = [list(pair) for pair in ranks]
    return {text: [vocabulary["".join(form)] for form in forms] for text, forms in spelled.items()}


def teach(folder: Path, concepts: dict[str, Concept], epochs: int = EPOCHS) -> float:
    """Extend the tokenizer and text encoder of a Stable Diffusion folder, and note its checksums anew.

    Returns:
        How near the encoder's states of characters are to those of their names: the mean cosine likeness.
    """
    named = characters(concepts.values())
    file = folder / "tokenizer" / "tokenizer.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    words = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    text = CLIPTextModel.from_pretrained(folder / "text_encoder").requires_grad_(False)
    text.float().eval()
    weights = folder / "text_encoder" / "model.safetensors"
    kept = next(iter(load_file(weights).values())).dtype  # the folder's weights take half of what they are read as
    ids = add_merges(settings, named)
    count = 1 + max(settings["model"]["vocab"].values())
    old = text.get_input_embeddings().weight
    text.resize_token_embeddings(count, mean_resizing=False)
    table = text.get_input_embeddings().weight
    table.data[len(old) :] = 0.0
    names = sorted(set(named.values()))
    start = torch.stack([table[words(name, add_special_tokens=False).input_ids].mean(0) for name in names])
    learned = start.clone().requires_grad_(True)
    likeness = _learn(text, words, names, learned, epochs)
    for character, name in named.items():
        table.data[ids[character]] = learned.detach()[names.index(name)]
    text.save_pretrained(folder / "text_encoder")
    save_file({name: value.to(kept) for name, value in load_file(weights).items()}, weights, {"format": "pt"})
    file.write_text(json.dumps(settings, ensure_ascii=False, indent=2), encoding="utf-8")
    weights.chmod(0o644)
    seal(folder)
    return likeness


def _learn(text: CLIPTextModel, words: CLIPTokenizer, names: list[str], learned: Tensor, epochs: int) -> float:
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam([learned], lr=RATE)
    steps = epochs * -(-len(names) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    likeness = 0.0
    for _ in range(epochs):
        found = []
        for rows in torch.randperm(len(names), generator=generator).split(BATCH):
            before = BEFORE[int(torch.randint(len(BEFORE), (1,), generator=generator))]
            wanted, given = _states(text, words, [names[row] for row in rows], before, learned[rows])
            optimizer.zero_grad()
            F.mse_loss(given, wanted).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            found.append(float(F.cosine_similarity(given, wanted, dim=-1).mean()))
        likeness = sum(found) / len(found)
        print(f"likeness {likeness:.4f}", flush=True)
    return likeness


def _states(
    text: CLIPTextModel, words: CLIPTokenizer, names: list[str], before: str, tokens: Tensor
) -> tuple[Tensor, Tensor]:
    """Return what the encoder makes of names, and of tokens in their place: (batch, positions, width) each.

    Compared are the name's words, by their mean, with the token, and what stands behind them place by place.
    """
    length, pad = words.model_max_length, words.pad_token_id
    first = [words.bos_token_id, *words(before, add_special_tokens=False).input_ids] if before else [words.bos_token_id]
    spelled = [words(name, add_special_tokens=False).input_ids for name in names]
    named = [([*first, *ids, *[pad] * length])[: length - 1] + [pad] for ids in spelled]
    rest = length - max(len(first) + len(ids) for ids in spelled)
    with torch.no_grad():
        whole = text(input_ids=torch.tensor(named)).last_hidden_state
    wanted = []
    for states, ids in zip(whole, spelled, strict=True):
        end = min(len(first) + len(ids), length - 1)
        wanted.append(torch.cat([states[len(first) : end].mean(0, keepdim=True), states[end : end + max(rest, 1)]]))
    embed = text.get_input_embeddings()
    plain = torch.tensor([[*first, pad, *[pad] * length][:length]] * len(names))
    inputs = embed(plain).clone()
    inputs[:, len(first)] = tokens
    given = _encode(text, inputs)[:, len(first) : len(first) + 1 + max(rest, 1)]
    return torch.stack(wanted), given


def _encode(text: CLIPTextModel, inputs: Tensor) -> Tensor:
    """Run the encoder on embeddings (batch, tokens, width), with the causal mask that it uses for ids."""
    inner = getattr(text, "text_model", text)
    positions = inner.embeddings.position_embedding.weight[: inputs.shape[1]]
    mask = torch.full((inputs.shape[1], inputs.shape[1]), float("-inf")).triu(1)[None, None]
    hidden = inputs + positions
    for layer in inner.encoder.layers:
        made = layer(hidden, mask)
        hidden = made[0] if isinstance(made, tuple) else made
    states: Tensor = inner.final_layer_norm(hidden)
    return states


def _merged(symbols: tuple[str, ...], ranks: dict[tuple[str, str], int]) -> tuple[str, ...]:
    """Merge as byte-pair encoding does (Sennrich et al. 2016): the pair of lowest rank first, everywhere at once."""
    while len(symbols) > 1:
        pair = min(zip(symbols, symbols[1:], strict=False), key=lambda pair: ranks.get(pair, len(ranks)))
        if pair not in ranks:
            break
        joined, index = list[str](), 0
        while index < len(symbols):
            if symbols[index : index + 2] == pair:
                joined.append("".join(pair))
                index += 2
            else:
                joined.append(symbols[index])
                index += 1
        symbols = tuple(joined)
    return symbols


def _byte_letters() -> dict[int, str]:
    """Return the letters that stand for bytes in byte-level BPE (GPT-2's table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + index) for index, byte in enumerate(others)}


def _special(tokenizer: dict[str, Any]) -> int:
    return max((int(token["id"]) for token in tokenizer["added_tokens"]), default=-1)


if __name__ == "__main__":
    from playground.training import data
    from playground.training.emoji_sources import DICTIONARIES, archive_name

    archives = data.CACHE / "emoji"
    for package in DICTIONARIES:
        data.download("npm", ["npm", "pack", "--silent", package], archives, archive_name(package))
    print(teach(Path("checkpoints/emoji-diffusion"), read_concepts(archives)))
