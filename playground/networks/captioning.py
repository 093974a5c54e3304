"""Captioners of several kinds behind one face: a picture in, phrases out, and for each token what else there was.

An encoder–decoder of transformers (``VisionEncoderDecoderModel``: emoji-caption, ViT-GPT2), BLIP (Li et al. 2022) and
GIT (Wang et al. 2022). All write through transformers' own ``generate``; one more pass over what was written tells
each token's probability, its alternatives, and where in the picture the model looked for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from PIL.Image import Image
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoTokenizer,
    BlipForConditionalGeneration,
    GitForCausalLM,
    LogitsProcessor,
    LogitsProcessorList,
    VisionEncoderDecoderModel,
)
from transformers.modeling_outputs import BaseModelOutput

from playground.networks.image_tower import GRID, see_places, with_tower
from playground.networks.picture_views import only_view

CLASSES = {
    "vision-encoder-decoder": VisionEncoderDecoderModel,
    "blip": BlipForConditionalGeneration,
    "git": GitForCausalLM,
}
LONGEST, OTHERS = 24, 5
"""Tokens of a caption at most; alternatives that are told."""


@dataclass(frozen=True)
class Written:
    """One token of a phrase.

    Attributes:
        text: What it adds.
        probability: What the model gave it.
        others: The likeliest others.
        looked: Where the model looked: 8 × 8 numbers, row by row, the largest 1.
    """

    text: str
    probability: float
    others: tuple[tuple[str, float], ...]
    looked: tuple[float, ...]


@dataclass
class Captioner:
    """A model with what prepares its pictures and reads its tokens."""

    kind: str
    model: Any
    tokenizer: Any
    processor: Any

    @torch.inference_mode()
    def write(
        self, picture: Image, language: str, num_beams: int, temperature: float, seed: int
    ) -> list[tuple[list[Written], float]]:
        """Write phrases for a picture, the best first, each with its probability.

        Args:
            picture: Mode RGB.
            language: "en" or "zh"; one that the checkpoint has no token for is not asked for.
            num_beams: How many beginnings are followed; as many phrases come back.
            temperature: Of every token's distribution; 0 takes the likeliest.
            seed: Seed of the noise that chooses.
        """
        view, margin = only_view(picture, self.model.config)
        pixels = self.processor(images=[view], return_tensors="pt").pixel_values
        pixels = pixels.to(self.model.device, self.model.dtype)
        start = self.start(language)
        given: dict[str, Any]
        if self.kind == "vision-encoder-decoder":
            given = {"encoder_outputs": BaseModelOutput(see_places(self.model.encoder, pixels))}
            given |= {} if start is None else {"decoder_input_ids": start}
        else:
            given = {"pixel_values": pixels}
        found = self.model.generate(
            **given,
            num_beams=num_beams,
            num_return_sequences=num_beams,
            do_sample=False,
            max_new_tokens=LONGEST,
            logits_processor=LogitsProcessorList([Chance(temperature, seed)] if temperature else []),
        )
        logits, looked = self.read_again(pixels, found)
        first = 1 if start is None else start.shape[1]
        maps = maps_of(looked, margin)
        return [self._told(ids, logits[row], maps[row], first) for row, ids in enumerate(found)]

    def start(self, language: str) -> Tensor | None:
        """Return the tokens that a phrase starts with, (1, n); None leaves that to the model."""
        if self.kind != "vision-encoder-decoder" or f"<{language}>" not in self.tokenizer.get_vocab():
            return None
        ids = [self.tokenizer.bos_token_id, self.tokenizer.convert_tokens_to_ids(f"<{language}>")]
        return torch.tensor([ids], device=self.model.device)

    def read_again(self, pixels: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return for phrases (B, L) of a picture (1, 3, H, W) the logits (B, L, V) after each token, and the attention.

        That is (B, L, places of the picture), the mean over the heads of the last layer.
        """
        if self.kind == "git":
            pixels = pixels.expand(len(ids), -1, -1, -1)
            read = self.model(input_ids=ids, pixel_values=pixels, output_attentions=True)
            patches = read.attentions[-1].shape[-1] - ids.shape[1]
            looked = read.attentions[-1].mean(1)[:, patches:, :patches]
            return read.logits[:, -ids.shape[1] :].float(), looked.float()
        if self.kind == "blip":
            seen = self.model.vision_model(pixel_values=pixels).last_hidden_state.expand(len(ids), -1, -1).contiguous()
            read = self.model.text_decoder(
                input_ids=ids, encoder_hidden_states=seen, output_attentions=True, return_dict=True
            )
        else:
            seen = see_places(self.model.encoder, pixels).expand(len(ids), -1, -1).contiguous()
            read = self.model(encoder_outputs=(seen,), decoder_input_ids=ids, output_attentions=True)
        return read.logits.float(), read.cross_attentions[-1].mean(1).float()

    def _told(self, ids: Tensor, logits: Tensor, maps: Tensor, first: int) -> tuple[list[Written], float]:
        """Tell what was written, from the token at ``first`` on to the end token, which counts but is not told."""
        ends, told, before, total = self._ends(), list[Written](), "", 1.0
        for place in range(first, len(ids)):
            shares, token = logits[place - 1].softmax(0), int(ids[place])
            total *= float(shares[token])
            if token in ends:
                break
            now = self.tokenizer.decode(ids[first : place + 1], skip_special_tokens=True)
            likeliest = [int(other) for other in shares.topk(OTHERS + 1).indices if int(other) != token][:OTHERS]
            others = tuple((self._word(other), float(shares[other])) for other in likeliest)
            told.append(Written(now[len(before) :], float(shares[token]), others, _rounded(maps[place - 1])))
            before = now
        return told, total

    def _word(self, token: int) -> str:
        return "" if token in self._ends() else str(self.tokenizer.decode([token])).strip()

    def _ends(self) -> set[int]:
        ends = self.model.generation_config.eos_token_id
        named = set(ends if isinstance(ends, list) else [ends])
        return {int(token) for token in (*named, self.tokenizer.sep_token_id, self.tokenizer.eos_token_id)
                if token is not None}  # fmt: skip


class Chance(LogitsProcessor):  # type: ignore[misc]
    """Lets chance choose: the likeliest of perturbed logits is a draw at this temperature (Gumbel-max).

    The noise is drawn on the CPU from the caption's own seed, so that it never depends on who else is there. With
    several beams this is a stochastic beam search in the manner of Kool, van Hoof & Welling 2019.
    """

    def __init__(self, temperature: float, seed: int) -> None:
        """Start the noise."""
        self.temperature, self.generator = temperature, torch.Generator().manual_seed(seed)

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """Perturb the scores (B, V) of the next token."""
        gumbel = -torch.empty(scores.shape).exponential_(generator=self.generator).log()
        return (scores.float() / self.temperature).log_softmax(-1) + gumbel.to(scores.device)


def open_captioner(folder: Path, device: str, dtype: torch.dtype, towers: Path | None = None) -> Captioner:
    """Open a folder of one of the kinds.

    Args:
        folder: As transformers wrote it.
        device: Where it is put.
        dtype: What it computes in.
        towers: The folder whose image tower it looks with, if it has none; None takes the one beside it that its
            config.json names.

    Raises:
        OtherTower: It was trained on another tower.
    """
    config = AutoConfig.from_pretrained(folder)
    kind, how = config.model_type, {"dtype": dtype, "attn_implementation": "eager"}
    if tower := getattr(config, "tower", None):
        weights = with_tower(folder, towers or folder.parent / tower["checkpoint"], tower["fingerprint"])
        model = VisionEncoderDecoderModel.from_pretrained(None, config=config, state_dict=weights, **how)
        model.generation_config = type(model.generation_config).from_pretrained(folder)
    else:
        model = CLASSES[kind].from_pretrained(folder, use_safetensors=True, **how)
    model.generation_config.max_length = None  # or transformers warns that two lengths are given
    return Captioner(
        kind, model.eval().to(device), AutoTokenizer.from_pretrained(folder), AutoImageProcessor.from_pretrained(folder)
    )


def maps_of(looked: Tensor, margin: float) -> Tensor:
    """Reduce attention (B, L, places of a view) to that of the picture within its margin: (B, L, 8, 8), each largest 1.

    A first token beside the places is left out.
    """
    side = int(looked.shape[2] ** 0.5)
    squares = looked[:, :, looked.shape[2] - side * side :].unflatten(2, (side, side))
    small = F.interpolate(squares, (GRID, GRID), mode="area" if side >= GRID else "nearest")
    if margin:
        within = torch.eye(2, 3, device=looked.device).expand(len(small), 2, 3) / (1 + 2 * margin)
        small = F.grid_sample(small, F.affine_grid(within, list(small.shape), align_corners=False), align_corners=False)
    return small / small.amax((2, 3), keepdim=True).clamp(min=1e-9)


def _rounded(looked: Tensor) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in looked.flatten())
