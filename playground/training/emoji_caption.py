"""Recipe of emoji-caption: a small decoder learns to say, in English or Chinese, what emoji-clip's image tower sees.

The tower stays as it is, so every picture is looked at but a few times before the training (each time varied
anew), and what was seen at each of 8 × 8 places is kept. The decoder is a small GPT-2 with cross-attention to them;
the token after the start, ``<en>`` or ``<zh>``, says the language.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor
from tqdm import tqdm
from transformers import (
    CLIPImageProcessor,
    GenerationConfig,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    VisionTextDualEncoderModel,
)
from transformers.modeling_outputs import BaseModelOutput

from playground.networks.image_tower import LENT, WEIGHTS, fingerprint, see_places
from playground.networks.picture_views import VIEWS
from playground.training.averaging import averaged
from playground.training.emoji_clip import DEVIATION, MEAN
from playground.training.emoji_data import Drawings
from playground.training.emoji_pairs import LANGUAGES, SIDE, Pair, Pairs, coloured
from playground.training.emoji_pictures import COLOURS
from playground.training.options import Options
from playground.training.resumable import Resumable, descend, rise_and_fall, set_rate

RATE, WEIGHT_DECAY, EMA_DECAY, SMOOTHING = 2e-3, 0.02, 0.995, 0.05
VOCABULARY, LONGEST, TIMES = 3000, 20, 6
FIRST_NAME = 0.75
"""How often a thing is called by the name that people say most."""
START, END, PAD, UNKNOWN = "<s>", "</s>", "<pad>", "<unk>"
WIDTH, LAYERS, HEADS = 192, 2, 4
LOOK = {"margins": [0.075]}
"""How a picture is looked at where the captioner serves: with a margin, as emoji-clip's are best known."""


class EmojiCaption(Resumable):
    """A decoder in training; a ``loop.Recipe``."""

    def __init__(
        self,
        drawings: Drawings,
        options: Options,
        clip: Path,
        views: int = TIMES,
        captioner: Path | None = None,
        rate: float = RATE,
    ) -> None:
        """Look at the pictures with the image tower of emoji-clip.

        Args:
            drawings: Pictures with names.
            options: Batch size, device, precision, seed.
            clip: The folder of both towers, a ``VisionTextDualEncoderModel``'s.
            views: How often each taught drawing is looked at.
            captioner: A folder of a captioner of this tower to go on from; it may have looked at fewer channels.
            rate: Highest learning rate.
        """
        torch.manual_seed(options.seed)
        self.options, self.pairs, self.clip, self.rate = options, Pairs(drawings), clip, rate
        self.tokenizer = train_tokenizer(self.all_phrases())
        tower = VisionTextDualEncoderModel.from_pretrained(clip, dtype=torch.float32).vision_model.eval()
        with torch.inference_mode():
            tower.config.hidden_size = see_places(tower, torch.zeros(1, 3, SIDE, SIDE)).shape[2]
        config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(tower.config, layout(self.tokenizer))
        self.model = VisionEncoderDecoderModel(config=config, encoder=tower, decoder=GPT2LMHeadModel(config.decoder))
        if captioner:
            _take_up(self.model, load_file(captioner / WEIGHTS))
        self.model = self.model.to(options.device).train()
        self.model.encoder.requires_grad_(False).eval()
        self.taught = [part for name, part in self.model.named_children() if name != "encoder"]
        weights = [weight for part in self.taught for weight in part.parameters()]
        self.adam = torch.optim.AdamW(weights, rate, (0.9, 0.98), weight_decay=WEIGHT_DECAY, fused=True)
        self.average = averaged(torch.nn.ModuleList(self.taught), EMA_DECAY)
        self.shown, self.seen = self._look(views)

    @torch.inference_mode()
    def _look(self, views: int) -> tuple[list[Pair], Tensor]:
        """Look at every taught drawing a few times: what was shown, and (N, 64, C) in float16."""
        generator = torch.Generator().manual_seed(self.options.seed)
        shown: list[Pair] = []
        while len(shown) < views * int(self.pairs.taught.sum()):
            shown += self.pairs.choose(len(self.pairs.known), generator)
        seen = torch.empty(len(shown), *self.see(torch.zeros(1, 3, SIDE, SIDE)).shape[1:], dtype=torch.float16)
        for start in tqdm(range(0, len(shown), 128), desc="look", dynamic_ncols=True):
            pictures = self.pairs.pictures(shown[start : start + 128], generator)
            seen[start : start + 128] = self.see(pictures)
        return shown, seen

    def see(self, pictures: Tensor) -> Tensor:
        """Look at pictures (B, 3, 64, 64), 0 to 1: (B, 64, C)."""
        with self.options.autocast():
            return see_places(self.model.encoder, ((pictures - MEAN) / DEVIATION).to(self.options.device))

    def all_phrases(self) -> list[str]:
        """Give every name in both languages, plain and in every colour."""
        names = {(name, language) for known in self.pairs.names for language in LANGUAGES for name in known[language]}
        phrases = sorted(name for name, _ in names)
        return phrases + [
            coloured(name, colour, language).text for name, language in sorted(names) for colour in COLOURS
        ]

    def phrase(self, pair: Pair, language: str, generator: torch.Generator) -> str:
        """Say what a picture shows, with its colour where it has one."""
        label, dominant = int(self.pairs.labels[pair.index]), self.pairs.dominants[pair.index]
        names = self.pairs.names[label][language][:4]
        chance = torch.rand(2, generator=generator).tolist()
        name = names[0] if chance[0] < FIRST_NAME else names[int(chance[1] * len(names))]
        colour = pair.colour or (dominant.name if dominant else None)
        return coloured(name, colour, language).text if colour else name

    def language(self, pair: Pair, chance: float) -> str:
        """Choose a language in which there is a name for a picture."""
        known = [language for language in LANGUAGES if self.pairs.names[int(self.pairs.labels[pair.index])][language]]
        return known[int(chance * len(known))]

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Say what some pictures show, token by token."""
        set_rate(self.adam, self.rate * rise_and_fall(progress))
        chosen = torch.randint(len(self.shown), (self.options.batch_size,), generator=generator)
        pairs = [self.shown[row] for row in chosen.tolist()]
        chances = torch.rand(len(pairs), generator=generator).tolist()
        languages = [self.language(pair, chance) for pair, chance in zip(pairs, chances, strict=True)]
        phrases = [self.phrase(pair, language, generator) for pair, language in zip(pairs, languages, strict=True)]
        ids = encode(self.tokenizer, phrases, languages).to(self.options.device)
        seen = self.seen[chosen].float().to(self.options.device)
        torch.manual_seed(int(torch.randint(2**31, (1,), generator=generator)))  # of the decoder's dropout
        with self.options.autocast():
            logits = self.model(encoder_outputs=(seen,), decoder_input_ids=ids[:, :-1]).logits
        targets = ids[:, 1:].clone()
        targets[:, 0] = self.tokenizer.pad_token_id  # the language is given, not guessed
        kept = {"ignore_index": self.tokenizer.pad_token_id}
        loss = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), label_smoothing=SMOOTHING, **kept)
        descend(loss, self.adam, 1.0)
        self.average.update_parameters(torch.nn.ModuleList(self.taught))
        self.steps += 1
        right = (logits.argmax(2) == targets)[targets != self.tokenizer.pad_token_id]
        return {"loss": loss.item(), "right": right.float().mean().item()}

    @torch.no_grad()
    def sheet(self) -> Tensor:
        """Print what is said of eight pictures of the held-out style, and give these: (1, 8, 3, 64, 64)."""
        style = (self.pairs.styles == self.pairs.held_out_style).nonzero()[:, 0].tolist()
        pairs = [Pair(index) for index in style[:: max(1, len(style) // 8)][:8]]
        pictures = self.pairs.pictures(pairs)
        whole = self.whole().eval()
        seen = BaseModelOutput(self.see(pictures).float())
        for language in LANGUAGES:
            start = encode(self.tokenizer, [""] * len(pairs), [language] * len(pairs))[:, :2].to(self.options.device)
            ids = whole.generate(encoder_outputs=copy.copy(seen), decoder_input_ids=start, max_new_tokens=LONGEST)
            print("; ".join(self.tokenizer.batch_decode(ids, skip_special_tokens=True)))
        return pictures[None]

    def whole(self) -> VisionEncoderDecoderModel:
        """Give a copy of the model with the running mean of its weights."""
        whole = copy.deepcopy(self.model)
        places = [name for name, _ in self.model.named_children() if name != "encoder"]
        for name, part in zip(places, self.average.module, strict=True):
            getattr(whole, name).load_state_dict(part.state_dict())
        whole.generation_config = generation(self.tokenizer)
        return whole

    def parts(self) -> dict[str, Any]:
        """Give what is trained, its running mean and its optimiser."""
        return {"taught": torch.nn.ModuleList(self.taught), "average": self.average, "adam": self.adam}

    def export(self, folder: Path) -> None:
        """Write the decoder in float16, its tokenizer, how pictures are prepared, and which tower it looks with."""
        whole = self.whole().half()
        whole.config.tower = {
            "checkpoint": "emoji-clip", "fingerprint": fingerprint(self.model.encoder.state_dict())
        }  # fmt: skip
        setattr(whole.config, VIEWS, LOOK)
        weights = {name: weight for name, weight in whole.state_dict().items() if not name.startswith(LENT)}
        whole.save_pretrained(folder, state_dict=weights)
        self.tokenizer.save_pretrained(folder)
        CLIPImageProcessor.from_pretrained(self.clip).save_pretrained(folder)


def layout(tokenizer: PreTrainedTokenizerFast) -> GPT2Config:
    """Give the shape of the decoder: 1.8 M parameters."""
    return GPT2Config(
        vocab_size=len(tokenizer), n_positions=32, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS,
        add_cross_attention=True, is_decoder=True, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip


def generation(tokenizer: PreTrainedTokenizerFast) -> GenerationConfig:
    """Say how a phrase starts and ends."""
    return GenerationConfig(
        decoder_start_token_id=tokenizer.bos_token_id, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip


@torch.no_grad()
def _take_up(model: VisionEncoderDecoderModel, weights: dict[str, Tensor]) -> None:
    """Copy a captioner's weights; what is seen in more channels than it looked at has no weight at first."""
    own = model.state_dict()
    for name, weight in weights.items():
        more = own[name].shape[-1] - weight.shape[-1]
        own[name].copy_(F.pad(weight, (0, more)) if more else weight)


def train_tokenizer(phrases: list[str], vocabulary: int = VOCABULARY) -> PreTrainedTokenizerFast:
    """Train a tokenizer on phrases: pieces of English words, Chinese characters and what is often said with them."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    special = [PAD, START, END, UNKNOWN, *(f"<{language}>" for language in LANGUAGES)]
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(phrases, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=START, eos_token=END, pad_token=PAD, unk_token=UNKNOWN,
        model_max_length=LONGEST + 4,
    )  # fmt: skip


def encode(tokenizer: PreTrainedTokenizerFast, phrases: list[str], languages: list[str]) -> Tensor:
    """Give token ids (B, L): start, language, phrase, end, padding."""
    read = tokenizer(phrases, add_special_tokens=False, truncation=True, max_length=LONGEST).input_ids
    rows = [
        [tokenizer.bos_token_id, tokenizer.convert_tokens_to_ids(f"<{language}>"), *ids, tokenizer.eos_token_id]
        for ids, language in zip(read, languages, strict=True)
    ]
    longest = max(map(len, rows))
    return torch.tensor([row + [tokenizer.pad_token_id] * (longest - len(row)) for row in rows])
