"""Recipe of emoji-clip: two small towers that put pictures and words, English and Chinese, into one space.

Contrastive learning (Radford et al. 2021) with additions that make it learn quickly on one core: what words mean
is learned first, from a sentence encoder (as emoji-diffusion's text encoder does), and then locked (Zhai et al. 2022,
LiT); pictures are told apart from the names of all concepts, not of this batch's alone; these names are spread over all
directions of the space before (whitening, as Su et al. 2021 do with sentences); and the image tower is a
small residual network (He et al. 2016) of dense convolutions, for a vision transformer and a MobileNet had learned
next to nothing in the some hundred steps that they were given. So that a set of drawings that it never saw looks less
strange to it, pictures lend each other the contrasts and colours of their first maps (Zhou et al. 2021, MixStyle).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import (
    AutoModel,
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPTokenizer,
    ResNetConfig,
    VisionTextDualEncoderConfig,
    VisionTextDualEncoderModel,
)

from playground.networks.picture_views import VIEWS
from playground.training import data
from playground.training.averaging import averaged
from playground.training.emoji_data import Drawings, tokenize
from playground.training.emoji_pairs import LANGUAGES, SIDE, Pair, Pairs
from playground.training.emoji_small_text import small_tokenizer, start_of
from playground.training.emoji_text import TEACHER_CACHE, likeness_loss
from playground.training.emoji_words import Lesson, lesson
from playground.training.exporting import halved
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, rise_and_fall, set_rate
from playground.training.style_mixing import StyleMixing

WORDS_RATE, RATE, WEIGHT_DECAY, EMA_DECAY = 1.2e-3, 3e-3, 0.05, 0.997
SPACE, WIDTHS, DEPTHS = 256, (64, 128, 256), (1, 1, 2)
"""Length of a direction; channels and residual blocks of the image tower at 16 × 16, 8 × 8 and 4 × 4."""
WORDS_ALONE = 0.265
"""Until what part the text tower learns; then it is locked, and the image tower learns."""
SCALE = 3.7
"""Logarithm of what cosines are multiplied by at first: names lie near each other, and CLIP's own 2.66 grows slowly."""
FAINTEST = 1e-3
"""What is added to the variance of each direction before they are made alike, in means."""
CAPTIONED, TEXTS = 48, 96
"""How many pictures of a step are also matched with a caption, and how many texts of the teacher's lesson are read."""
MEAN, DEVIATION = 0.5, 0.25
"""Of a picture's values, as the processor subtracts and divides."""
LOOKS = {"margins": [0.0, 0.075, 0.15], "mirrored": True}
"""The views that are averaged where the towers serve, chosen with ``emoji_clip_evaluate --views``."""


class EmojiClip(Resumable):
    """Both towers in training; a ``loop.Recipe``."""

    def __init__(
        self,
        drawings: Drawings,
        options: Options,
        init: Path,
        taught: Lesson | None = None,
        towers: Path | None = None,
    ) -> None:
        """Make the towers; the text tower starts from the first layers of a Stable Diffusion folder's.

        Args:
            drawings: Pictures with names.
            options: Batch size, device, precision, seed.
            init: The folder with ``text_encoder`` and ``tokenizer``.
            taught: The teacher's lesson; asked for if None and words are to be learned.
            towers: A folder of both towers to go on from: their words are locked, and only pictures are learned.
        """
        torch.manual_seed(options.seed)
        self.options = options
        self.pairs = Pairs(drawings)
        self.tokenizer, rows = small_tokenizer(init / "tokenizer")
        self.model = VisionTextDualEncoderModel(layout(self.tokenizer)).train()
        self.model.to(options.device, memory_format=torch.channels_last)
        start_of(self.model.text_model, init / "text_encoder", rows)
        self.words_alone = 0.0 if towers else WORDS_ALONE
        if towers:
            self.model.load_state_dict(AutoModel.from_pretrained(towers, dtype=torch.float32).state_dict())
        else:
            taught = taught or lesson(drawings, 0, data.CACHE / TEACHER_CACHE)
            self.lesson_ids, self.targets = tokenize(self.tokenizer, taught.texts), taught.targets
        self.meaning = nn.Identity() if towers else nn.Linear(SPACE, self.targets.shape[1]).to(options.device)
        self.average = averaged(self.model, EMA_DECAY)
        self.adam = torch.optim.AdamW(_groups(self.model, self.meaning), RATE, (0.9, 0.98), fused=True)
        self.names = {
            language: [(names[language] or names["en"])[:2] for names in self.pairs.names] for language in LANGUAGES
        }
        self.bank: dict[str, Tensor] = {}
        self.spread = towers is not None
        self.styles = StyleMixing(self.model.vision_model)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train the text tower, then the image tower beside it."""
        if progress < self.words_alone:
            losses = self._learn_words(generator, progress / self.words_alone)
        else:
            losses = self._match(generator, progress)
        self.average.update_parameters(self.model)
        self.steps += 1
        return losses

    def _learn_words(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        set_rate(self.adam, WORDS_RATE * rise_and_fall(progress))
        loss = self._meaning(generator, TEXTS)
        descend(loss, self.adam, 1.0)
        return {"meaning": loss.item()}

    def _meaning(self, generator: torch.Generator, count: int) -> Tensor:
        """Draw what texts mean to what the teacher says."""
        learned = torch.randint(len(self.lesson_ids), (count,), generator=generator)
        read = embed_ids(self.model, self.lesson_ids[learned].to(self.options.device))
        return likeness_loss(F.normalize(self.meaning(read), dim=1), self.targets[learned].to(read.device))

    def _match(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        set_rate(self.adam, RATE * rise_and_fall((progress - self.words_alone) / (1 - self.words_alone)))
        if not self.spread:
            spread_names(self.model, self.tokenizer, [name for names in self.names.values() for name in names])
            self.spread = True
        if not self.bank:
            self.bank = {language: name_embeddings(self.model, self.tokenizer, names)
                         for language, names in self.names.items()}  # fmt: skip
        chosen = self.pairs.choose(self.options.batch_size, generator)
        languages = ["en" if chance < 0.6 else "zh" for chance in torch.rand(CAPTIONED, generator=generator)]
        texts = [self.pairs.say(pair, language, generator) for pair, language in zip(chosen, languages, strict=False)]
        pictures = self.pairs.pictures(chosen, generator).to(self.options.device)
        with self.options.autocast(), self.styles.mixed(generator):
            seen = F.normalize(look(self.model, pictures).float(), dim=1)
        with torch.no_grad():
            said = embed_ids(self.model, tokenize(self.tokenizer, texts).to(self.options.device))
        scale = self.model.logit_scale.exp().clamp(max=100)
        matched = contrast(seen[: len(texts)] @ said.T * scale, texts)
        labels = self.pairs.labels[[pair.index for pair in chosen]]
        own = torch.tensor([pair.colour is None for pair in chosen])
        banks = [seen[own] @ bank.T * scale for bank in self.bank.values()]
        named = torch.stack([F.cross_entropy(logits, labels[own], label_smoothing=0.05) for logits in banks]).mean()
        descend(matched + named, self.adam, 1.0)
        right = (seen[own] @ self.bank["en"].T).argmax(1) == labels[own]
        return {"matched": matched.item(), "named": named.item(), "right": right.float().mean().item()}

    def sheet(self) -> Tensor:
        """Give likenesses of 64 pictures of the held-out style (rows) and their names (columns): (1, 1, 64, 64)."""
        model = self.average.module.eval()
        held_out = [i for i in range(len(self.pairs.labels)) if not self.pairs.taught[i]][
            :: max(1, len(self.pairs.labels) // 640)
        ]
        chosen = held_out[:64]
        with torch.inference_mode():
            seen = F.normalize(look(model, self.pairs.pictures([Pair(index) for index in chosen])), dim=1)
            names = [self.names["en"][label] for label in self.pairs.labels[chosen].tolist()]
            known = name_embeddings(model, self.tokenizer, names)
        return ((seen @ known.T + 0.2) / 1.2).clamp(0, 1).cpu()[None, None]

    def parts(self) -> dict[str, Any]:
        """Give weights, running mean and optimiser."""
        return {"model": self.model, "average": self.average, "meaning": self.meaning, "adam": self.adam}

    def state_dict(self) -> dict[str, Any]:
        """Give the parts' state, and whether names are spread already."""
        return super().state_dict() | {"spread": self.spread}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what ``state_dict`` gave."""
        super().load_state_dict(state)
        self.spread = state["spread"]

    def export(self, folder: Path) -> None:
        """Write the model in float16, its tokenizer, and how pictures are prepared."""
        made = halved(self.average.module)
        setattr(made.config, VIEWS, LOOKS)
        made.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        processor().save_pretrained(folder)


def layout(tokenizer: CLIPTokenizer) -> VisionTextDualEncoderConfig:
    """Give the shape of both towers: 6 M parameters."""
    text = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=256, intermediate_size=1024, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=16, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, hidden_act="quick_gelu",
    )  # fmt: skip
    vision = ResNetConfig(
        embedding_size=WIDTHS[0], hidden_sizes=list(WIDTHS), depths=list(DEPTHS), layer_type="basic", hidden_act="relu",
        hidden_size=WIDTHS[-1],
    )  # fmt: skip
    return VisionTextDualEncoderConfig.from_vision_text_configs(
        vision, text, projection_dim=SPACE, logit_scale_init_value=SCALE
    )


def processor() -> CLIPImageProcessor:
    """Give what makes pixel values of a picture: 64 × 64, the whole of it."""
    return CLIPImageProcessor(
        size={"height": SIDE, "width": SIDE}, do_center_crop=False, image_mean=[MEAN] * 3, image_std=[DEVIATION] * 3
    )


def look(model: VisionTextDualEncoderModel, pictures: Tensor) -> Tensor:
    """Embed pictures (B, 3, 64, 64), 0 to 1, not normalised: (B, 256)."""
    pixels = ((pictures - MEAN) / DEVIATION).contiguous(memory_format=torch.channels_last)
    seen = model.vision_model(pixel_values=pixels).pooler_output.flatten(1)
    embedded: Tensor = model.visual_projection(seen)
    return embedded


def embed_ids(model: VisionTextDualEncoderModel, ids: Tensor) -> Tensor:
    """Embed token ids (B, L), padded with the end token: (B, 256), of length 1."""
    longest = int((ids == model.config.text_config.eos_token_id).int().argmax(1).max()) + 1
    read = model.text_model(input_ids=ids[:, :longest]).pooler_output
    return F.normalize(model.text_projection(read).float(), dim=1)


def embed_texts(model: VisionTextDualEncoderModel, tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Embed any number of texts: (N, 256), of length 1."""
    ids = tokenize(tokenizer, texts).to(model.logit_scale.device)
    return torch.cat([embed_ids(model, part) for part in ids.split(256)])


@torch.no_grad()
def spread_names(model: VisionTextDualEncoderModel, tokenizer: CLIPTokenizer, names: list[list[str]]) -> None:
    """Change the text tower's projection so that names use all directions of the space alike.

    Sentence encoders leave most of their variance to a few directions; told apart by the rest, pictures learn slowly.
    """
    read = embed_texts(model, tokenizer, list(dict.fromkeys(name for listed in names for name in listed))).cpu()
    variances, directions = torch.linalg.eigh(read.T @ read / len(read))
    gains = (variances + FAINTEST * variances.mean()).rsqrt()
    whiten = directions @ torch.diag(gains / gains.mean()) @ directions.T
    weight = model.text_projection.weight
    weight.copy_(whiten.to(weight) @ weight)


@torch.no_grad()
def name_embeddings(model: VisionTextDualEncoderModel, tokenizer: CLIPTokenizer, names: list[list[str]]) -> Tensor:
    """Embed concepts by the mean of their names, the first of which counts double: (C, 256), of length 1."""
    flat = [name for listed in names for name in (listed[0], *listed)]
    read = embed_texts(model, tokenizer, flat)
    counts = [len(listed) + 1 for listed in names]
    return F.normalize(torch.stack([part.mean(0) for part in read.split(counts)]), dim=1)


def contrast(likenesses: Tensor, texts: list[str]) -> Tensor:
    """Match pictures (rows) with their texts (columns) both ways; the same text elsewhere is not counted as wrong."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    said = torch.tensor([numbers[text] for text in texts], device=likenesses.device)
    same = (said[:, None] == said) & ~torch.eye(len(said), dtype=torch.bool, device=said.device)
    likenesses = likenesses.masked_fill(same, -torch.inf)
    right = torch.arange(len(said), device=said.device)
    return (F.cross_entropy(likenesses, right) + F.cross_entropy(likenesses.T, right)) / 2


def _groups(*modules: nn.Module) -> list[dict[str, Any]]:
    weights = [weight for module in modules for weight in module.parameters()]
    matrices = [weight for weight in weights if weight.dim() > 1]
    rest = [weight for weight in weights if weight.dim() < 2]
    return [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": rest, "weight_decay": 0.0}]
