"""Recipe of emoji-diffusion's text encoder: a small CLIPTextModel that learns meaning from a large one.

Three losses: the student's embedding of a text is drawn to the teacher's (all-MiniLM-L6-v2), and likenesses
within a batch to the teacher's likenesses; Chinese names are drawn to the English name's meaning; and names
are matched with small pictures of what they name, as CLIP does (Radford et al. 2021).
"""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from playground.training import data
from playground.training.averaging import averaged
from playground.training.emoji_captions import chinese_names, english_names
from playground.training.emoji_data import Drawings, tokenize
from playground.training.emoji_pictures import flatten
from playground.training.emoji_words import Lesson, ask_teacher, chinese_pairs, english_texts, lesson, train_tokenizer
from playground.training.options import Options
from playground.training.resumable import Resumable

RATE, WARM_UP, EMA_DECAY = 8e-4, 100, 0.995
LIKENESS = 20.0
"""Inverse temperature of likenesses within a batch."""
TEACHER_WIDTH, THUMBNAIL = 384, 32
SHEET_WORDS = ("puppy", "kitty", "sedan", "spaceship", "airplane", "blue apple", "sad clown", "苹果", "小狗", "火箭")
PROJECTION = "text_projection.safetensors"
TEACHER_CACHE = "emoji-prepared"
"""Below ``data.CACHE``."""


def end_states(text: CLIPTextModel, ids: Tensor) -> Tensor:
    """Read token ids (B, L), padded with the end token: (B, width), the state at the first end token."""
    end = text.config.eos_token_id
    ends = (ids == end).int().argmax(1)
    hidden = text(input_ids=ids[:, : int(ends.max()) + 1]).last_hidden_state
    return hidden[torch.arange(len(ids), device=ids.device), ends]


def likeness_loss(given: Tensor, wanted: Tensor) -> Tensor:
    """Draw embeddings (B, D) of length 1 to wanted ones, and their likenesses to the wanted ones'."""
    direct = 1 - (given * wanted).sum(1).mean()
    likenesses = F.log_softmax(given @ wanted.T * LIKENESS, 1)
    return direct + 0.2 * F.kl_div(likenesses, F.softmax(wanted @ wanted.T * LIKENESS, 1), reduction="batchmean")


class Distillation(nn.Module):
    """The teacher's lesson as a loss on a text encoder, with the layer that maps one's space to the other's."""

    def __init__(self, lesson: Lesson, tokenizer: CLIPTokenizer, width: int, batch_size: int = 96) -> None:
        super().__init__()
        self.projection = nn.Linear(width, lesson.targets.shape[1])
        self.ids, self.targets = tokenize(tokenizer, lesson.texts), lesson.targets
        self.batch_size = batch_size

    def embed(self, text: CLIPTextModel, ids: Tensor) -> Tensor:
        """Embed token ids (B, L) in the teacher's space: (B, 384), of length 1."""
        return F.normalize(self.projection(end_states(text, ids)).float(), dim=1)

    def loss(self, text: CLIPTextModel, generator: torch.Generator, options: Options) -> Tensor:
        """Give the loss on a batch of texts."""
        chosen = torch.randint(len(self.ids), (self.batch_size,), generator=generator)
        with options.autocast():
            given = self.embed(text, self.ids[chosen].to(options.device))
        return likeness_loss(given, self.targets[chosen].to(options.device))


def load_distillation(folder: Path) -> Distillation:
    """Give the lesson for the text encoder of a Stable Diffusion folder; its projection is kept beside the data."""
    from playground.training.emoji_data import load_drawings

    cache = data.CACHE / TEACHER_CACHE
    width = CLIPTextConfig.from_pretrained(folder / "text_encoder").hidden_size
    distillation = Distillation(
        lesson(load_drawings(), 0, cache), CLIPTokenizer.from_pretrained(folder / "tokenizer"), width
    )
    if (cache / PROJECTION).exists():
        distillation.projection.load_state_dict(load_file(cache / PROJECTION))
    return distillation


class EmojiText(Resumable):
    """A text encoder in training; a ``loop.Recipe``."""

    def __init__(
        self,
        drawings: Drawings,
        options: Options,
        init: Path,
        new: bool = False,
        rate: float = RATE,
        taught: Lesson | None = None,
    ) -> None:
        """Take up the tokenizer and text encoder of a Stable Diffusion folder, or make new ones.

        Args:
            drawings: Pictures with names.
            options: Batch size, device, precision, seed.
            init: The folder.
            new: Train a tokenizer and start from random weights instead.
            rate: Highest learning rate.
            taught: The teacher's lesson; asked for if None.
        """
        torch.manual_seed(options.seed)
        self.options, self.rate, self.steps = options, rate, 0
        cache = data.CACHE / TEACHER_CACHE
        self.new = new
        if new:
            chinese = [word for word, _ in chinese_pairs(drawings)]
            self.tokenizer = train_tokenizer([*(taught.texts if taught else english_texts(drawings, 0)), *chinese * 3])
            self.text = CLIPTextModel(text_layout(self.tokenizer))
        else:
            self.tokenizer = CLIPTokenizer.from_pretrained(init / "tokenizer")
            self.text = CLIPTextModel.from_pretrained(init / "text_encoder", dtype=torch.float32)
        self.text = self.text.to(options.device).train()
        self.average = averaged(self.text, EMA_DECAY)
        width = self.text.config.hidden_size
        self.distillation = Distillation(
            taught or lesson(drawings, options.seed, cache), self.tokenizer, width, options.batch_size
        ).to(options.device)
        self.eye = _Eye(self.distillation.projection.out_features).to(options.device)
        self._read_names(drawings, cache if taught is None else None)
        parameters = [part for module in (self.text, self.distillation, self.eye) for part in module.parameters()]
        self.adam = torch.optim.AdamW(parameters, rate, (0.9, 0.98), weight_decay=0.02, fused=True)

    def _read_names(self, drawings: Drawings, cache: Path | None) -> None:
        """Prepare thumbnails and, for each concept, the token ids of its names and what they mean."""
        whole = np.stack([flatten(picture) for picture in drawings.pictures])
        pixels = torch.from_numpy(whole).permute(0, 3, 1, 2)
        halves = [F.adaptive_avg_pool2d(part.float() / 127.5 - 1, THUMBNAIL) for part in pixels.split(512)]
        self.thumbnails = torch.cat(halves)
        by_code: dict[str, list[int]] = {}
        for index, code in enumerate(drawings.codes):
            by_code.setdefault(code, []).append(index)
        self.members = [torch.tensor(members) for members in by_code.values()]
        self.english, self.chinese = [], []
        for code in by_code:
            concept, everyday = drawings.concepts[code], drawings.everyday.get(code)
            names = english_names(concept, everyday)
            self.english.append(tokenize(self.tokenizer, [*names, *concept.keywords[:4]]))
            self.chinese.append(tokenize(self.tokenizer, chinese_names(concept, everyday) or names[:1]))
        self.names = [english_names(drawings.concepts[code], drawings.everyday.get(code))[0] for code in by_code]
        self.meanings = None if cache is None else ask_teacher(self.names, cache)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on a batch of texts, and on one of concepts with a name in each language and a picture."""
        cosine = 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * progress))
        self.adam.param_groups[0]["lr"] = self.rate * min(1.0, (self.steps + 1) / WARM_UP) * cosine
        device = self.options.device
        distance = self.distillation.loss(self.text, generator, self.options)
        chosen = torch.randperm(len(self.members), generator=generator)[: max(2, self.options.batch_size * 5 // 8)]
        english, chinese = (_one_of_each(names, chosen, generator).to(device) for names in (self.english, self.chinese))
        pictures = self.thumbnails[_one_of_each(self.members, chosen, generator)]
        mirrored = torch.rand(len(pictures), 1, 1, 1, generator=generator) < 0.5
        pictures = torch.where(mirrored, pictures.flip(3), pictures).to(device)
        with self.options.autocast():
            read = self.distillation.embed(self.text, torch.cat([english, chinese]))
            seen = F.normalize(self.eye(pictures).float(), dim=1)
        read_english, read_chinese = read.chunk(2)
        matched = _contrast(read_english, seen) + _contrast(read_chinese, seen)
        loss = 3 * distance + 0.25 * matched
        losses = {"distance": distance.item(), "matched": matched.item()}
        if self.meanings is not None:
            translated = likeness_loss(read_chinese, self.meanings[chosen].to(device))
            loss, losses["translated"] = loss + 2 * translated, translated.item()
        self.adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.adam.param_groups[0]["params"], 1.0)
        self.adam.step()
        self.average.update_parameters(self.text)
        self.steps += 1
        return losses

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Give likenesses of some words (rows) to all concepts (columns) as grey squares: (1, 1, 10, C)."""
        names = torch.cat([ids[:1] for ids in self.english]).to(self.options.device)
        text = self.average.module
        known = torch.cat([self.distillation.embed(text, part) for part in names.split(256)])
        asked = self.distillation.embed(text, tokenize(self.tokenizer, list(SHEET_WORDS)).to(self.options.device))
        likenesses = asked @ known.T
        for word, best in zip(SHEET_WORDS, likenesses.topk(min(3, len(known))).indices.tolist(), strict=True):
            print(f"{word}: " + ", ".join(self.names[index] for index in best))
        return likenesses.cpu()[None, None]

    def parts(self) -> dict[str, Any]:
        """Give weights, running mean and optimiser."""
        parts = {"text": self.text, "average": self.average, "distillation": self.distillation}
        return parts | {"eye": self.eye, "adam": self.adam}

    def export(self, folder: Path) -> None:
        """Write ``text_encoder`` in float16 and ``tokenizer``; the projection goes beside them."""
        copy.deepcopy(self.average.module).half().save_pretrained(folder / "text_encoder")
        self.tokenizer.save_pretrained(folder / "tokenizer")
        weights = {name: tensor.cpu() for name, tensor in self.distillation.projection.state_dict().items()}
        save_file(weights, folder / PROJECTION)


class _Eye(nn.Sequential):
    """A small network that embeds thumbnails (B, 3, 32, 32) as (B, out_features)."""

    def __init__(self, out_features: int) -> None:
        widths, strides = (3, 48, 96, 96, 192, 192, 256), (1, 2, 1, 2, 1, 2)
        layers: list[nn.Module] = []
        for before, after, stride in zip(widths, widths[1:], strides, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride, 1), nn.GroupNorm(8, after), nn.SiLU()]
        super().__init__(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(1024, out_features))


def text_layout(tokenizer: CLIPTokenizer) -> CLIPTextConfig:
    """Give the shape of a new text encoder: 6.1 M parameters."""
    end = tokenizer.eos_token_id
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=256,
        intermediate_size=1024,
        num_hidden_layers=5,
        num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length,
        projection_dim=256,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=end,
        pad_token_id=end,
        hidden_act="quick_gelu",
    )


def _one_of_each(groups: list[Tensor], chosen: Tensor, generator: torch.Generator) -> Tensor:
    parts = [groups[index] for index in chosen.tolist()]
    return torch.stack([part[int(torch.randint(len(part), (), generator=generator))] for part in parts])


def _contrast(one: Tensor, other: Tensor) -> Tensor:
    """Match rows of one with the same rows of the other, both ways (Radford et al. 2021, figure 3)."""
    likenesses, right = one @ other.T * LIKENESS, torch.arange(len(one), device=one.device)
    return (F.cross_entropy(likenesses, right) + F.cross_entropy(likenesses.T, right)) / 2
