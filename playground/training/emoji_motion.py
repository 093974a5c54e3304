"""Recipe of emoji-motion: a motion adapter for emoji-diffusion's UNet, the UNet and its words learning along.

A motion module (Guo et al. 2023, AnimateDiff) is attention between the frames at one place; it never sees the
prompt. Which way to move reaches it only through what the UNet makes of the text, and a UNet that has seen
single pictures alone makes nothing of "rolling left". So the UNet and its text encoder learn along at a lower
rate, and every step shows pictures beside the clips: what comes out draws both, so one UNet serves both tabs.

The frames of a clip begin from noise that is partly the same (Ge et al. 2023, Preserve Your Own Correlation, mixed
noise): with noise of its own, every frame draws the thing's details anew, and outlines waver.

Frames of a clip are alike, so most steps take some of the 16 only: four frames teach nearly as much as all of
them at a quarter of the price. Each keeps the position that it has in the whole clip.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.networks.latents import mixed_noise
from playground.training.averaging import averaged
from playground.training.emoji_adapter import (
    draw_clips,
    join,
    load_adapter,
    moving_pipeline,
    new_adapter,
    pass_on_finest,
    positions,
    set_finest,
)
from playground.training.emoji_clips import Clips, clip, left_out, read_captions, tracks
from playground.training.emoji_data import Prepared, tokenize
from playground.training.emoji_motions import FRAMES, MOTIONS, OPPOSITES
from playground.training.emoji_unet import DROPPED_CAPTIONS, draw_batch, load_pipeline, write_pipeline
from playground.training.options import Options
from playground.training.resumable import Resumable

RATE, UNET_SHARE, TEXT_SHARE = 1e-3, 0.2, 0.1
"""Of the motion modules; of the UNet and of the text encoder beside them."""
HELD, WARM_UP, EMA_DECAY = 0.6, 60, 0.995
CLIP_NOISE_SHIFT, IMAGE_NOISE_SHIFT = 3.0, 1.5
"""Where a thing is in a frame is decided where noise is high; pictures need what makes outlines, too."""
SHARED_NOISE = 0.7
"""How much of the noise's variance all frames of a clip have in common; as the catalogue's entry says it."""
EARLY_FRAMES, LATE_FRAMES, LATE = (2, 4), (4, 8), 0.6
"""How many frames of a clip a step takes, drawn anew for each; from a part of the run on, more."""
FIRST_HALF, FIRST_HALF_OFTEN = 0.75, 0.6
"""Until this part of the run, so many steps show only the first half of the frames: there a direction is a side of
the picture. In whole clips it is one only together with the frame, and neither says anything alone."""
ONE_WAY = 0.14
"""Until this part of the run, opposites are shown one way only: both at once, the frame alone says nothing of
the place and the direction alone says nothing either. Not where modules go on learning."""
NEW = ("spin left", "spin right", "shake", "swing", "orbit")
"""Shown twice as often as the others where modules go on that have learned the others."""
IMAGES = 2 / 3
"""Pictures of a step, against its frames."""
SHEET_PROMPTS = (
    "red apple rolling left", "cat spinning left", "火箭变大", "car shaking", "fish standing still", "star orbiting",
)  # fmt: skip
SHEET_STEPS, SHEET_GUIDANCE = 12, 3.0
BASE = "emoji-diffusion"
"""Folder of the UNet and the text encoder that learned along, beside that of the motion modules."""


class EmojiMotion(Resumable):
    """Motion modules, a UNet and a text encoder in training; a ``loop.Recipe``."""

    def __init__(
        self,
        clips: Clips,
        prepared: Prepared,
        options: Options,
        init: Path,
        motions: Sequence[str] | None = None,
        rate: float = RATE,
        modules: Path | None = None,
    ) -> None:
        """Put motion modules into the UNet of a Stable Diffusion folder.

        Args:
            clips: What moves.
            prepared: Pictures with captions, as for the UNet.
            options: Batch size in frames, device, precision, seed.
            init: The folder. Its VAE, tokenizer and scheduler stay.
            motions: Learn these only, by their names; all if None.
            rate: Highest learning rate.
            modules: Folder of motion modules that go on learning, with the UNet of ``init``; new ones if None.
        """
        torch.manual_seed(options.seed)
        self.clips, self.prepared, self.options, self.rate = clips, prepared, options, rate
        self.pipeline = load_pipeline(init).to(options.device)
        self.unet = self.pipeline.unet.requires_grad_(True).train()
        self.text = self.pipeline.text_encoder.requires_grad_(True).train()
        adapter = load_adapter(modules) if modules else new_adapter(self.unet)
        self.model = join(self.unet, adapter).to(options.device).train()
        pass_on_finest(self.model)
        learning = [(name, weight) for name, weight in self.model.named_parameters() if weight.requires_grad]
        set_finest(self.model, learns=False)
        self.average, self.text_average = averaged(self.model, EMA_DECAY), averaged(self.text, EMA_DECAY)
        moving = [weight for name, weight in learning if "motion_modules" in name]
        drawing = [weight for name, weight in learning if "motion_modules" not in name]
        parts = [{"params": moving}, {"params": drawing}, {"params": list(self.text.parameters())}]
        self.adam = torch.optim.AdamW(parts, rate, (0.9, 0.99), weight_decay=0.01, fused=True)
        self.steps = 0
        self.empty = tokenize(self.pipeline.tokenizer, [""])[0]
        self.captions = read_captions(clips, self.pipeline.tokenizer)
        names = list(MOTIONS)
        wanted = torch.tensor([motions is None or name in motions for name in names])
        shown = ~left_out(len(clips.names)) & wanted
        self.pairs = shown.nonzero()
        one_way = torch.tensor([OPPOSITES.get(name) not in names[:at] for at, name in enumerate(names)])
        self.one_way_pairs = (shown & one_way).nonzero()
        if modules:
            new = torch.tensor([name in NEW for name in names])
            self.pairs = self.one_way_pairs = torch.cat([self.pairs, (shown & new).nonzero()])
        self.tracks = tracks()[1]
        self.drawings = [(clips.things == thing).nonzero()[:, 0] for thing in range(len(clips.names))]
        alphas = self.pipeline.scheduler.alphas_cumprod.float()
        self.alphas = alphas.to(options.device)
        self.step_weights = (5 / (alphas / (1 - alphas) + 1)).clamp(max=1).to(options.device)

    def step(self, generator: torch.Generator, progress: float) -> dict[str, float]:
        """Train on one batch of clips, then on one of pictures, and take one step along both gradients."""
        self._set_rates(progress)
        self.adam.zero_grad()
        losses = {"clips": self._learn_clips(generator, progress), "images": self._learn_images(generator)}
        torch.nn.utils.clip_grad_norm_([p for group in self.adam.param_groups for p in group["params"]], 1.0)
        self.adam.step()
        self.average.update_parameters(self.model)
        self.text_average.update_parameters(self.text)
        self.steps += 1
        return losses

    def _set_rates(self, progress: float) -> None:
        fall = max(0.0, (progress - HELD) / (1 - HELD))
        rate = self.rate * min(1.0, (self.steps + 1) / WARM_UP) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * fall))
        for group, share in zip(self.adam.param_groups, (1.0, UNET_SHARE, TEXT_SHARE), strict=True):
            group["lr"] = rate * share

    def _learn_clips(self, generator: torch.Generator, progress: float) -> float:
        counts = LATE_FRAMES if progress > LATE else EARLY_FRAMES
        count = counts[int(torch.randint(len(counts), (), generator=generator))]
        half = progress < FIRST_HALF and float(torch.rand((), generator=generator)) < FIRST_HALF_OFTEN
        frames = some_frames(count, generator, FRAMES // 2 if half else FRAMES)
        pairs = self.one_way_pairs if progress < ONE_WAY else self.pairs
        latents, ids = self._clip_batch(max(1, self.options.batch_size // count), frames, pairs, generator)
        with positions(self.model, frames):
            return self._learn(self.model, latents.transpose(1, 2), ids, count, generator)

    def _learn_images(self, generator: torch.Generator) -> float:
        latents, ids = draw_batch(self.prepared, max(1, round(IMAGES * self.options.batch_size)), generator)
        set_finest(self.model, learns=True)
        try:
            return self._learn(self.unet, latents, ids, 1, generator)
        finally:
            set_finest(self.model, learns=False)

    def _learn(
        self, model: torch.nn.Module, latents: Tensor, ids: Tensor, frames: int, generator: torch.Generator
    ) -> float:
        """Add the gradients of one batch: latents (B, 4, 16, 16) or (B, 4, F, 16, 16), token ids (B, 16)."""
        device, size, shift = self.options.device, len(latents), IMAGE_NOISE_SHIFT
        ids = torch.where(torch.rand(size, 1, generator=generator) < DROPPED_CAPTIONS, self.empty, ids).to(device)
        noise = torch.randn(latents.shape, generator=generator)
        uniform = torch.rand(size, generator=generator)
        if frames > 1:  # Twins have the same noise, so that their gradients differ by the motion alone.
            shift, pairs = CLIP_NOISE_SHIFT, (size + 1) // 2
            noise = mixed_noise(noise, torch.randn(noise[:, :, :1].shape, generator=generator), SHARED_NOISE)
            noise, uniform = noise[:pairs].repeat_interleave(2, 0)[:size], uniform[:pairs].repeat_interleave(2)[:size]
        noise = noise.to(device)
        shifted = shift * uniform / (1 + (shift - 1) * uniform)
        steps = (len(self.alphas) * shifted).long().clamp(max=len(self.alphas) - 1).to(device)
        latents = latents.float().to(device)
        kept = self.alphas[steps].view(-1, *[1] * (latents.dim() - 1))
        signal, spread = kept.sqrt(), (1 - kept).sqrt()
        with self.options.autocast():
            states = self.text(input_ids=ids).last_hidden_state.repeat_interleave(frames, 0)
            predicted = model(signal * latents + spread * noise, steps, states).sample.float()
        errors = (predicted - (signal * noise - spread * latents)).square().flatten(1).mean(1)
        loss = (errors * self.step_weights[steps]).mean()
        loss.backward()
        return errors.mean().item()

    def _clip_batch(
        self, size: int, frames: Tensor, pairs: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Draw clips (B, F, 4, 16, 16) and the token ids (B, 16) of one caption of each."""
        latents, ids = [], []
        for thing, motion in twins(pairs, size, generator):
            members = self.drawings[thing]
            drawing = int(members[int(torch.randint(len(members), (), generator=generator))])
            latents.append(clip(self.clips, drawing, self.tracks[motion], frames))
            said, weights = self.captions[thing][motion]
            ids.append(said[torch.multinomial(weights, 1, generator=generator)[0]])
        return torch.stack(latents), torch.stack(ids)

    def sheet(self) -> Tensor:
        """Give clips as strips, one a row: (prompts, 16, 3, H, W)."""
        return self.sample(list(SHEET_PROMPTS), [0] * len(SHEET_PROMPTS))

    @torch.no_grad()
    def sample(self, prompts: list[str], seeds: list[int], guidance: float = SHEET_GUIDANCE) -> Tensor:
        """Draw clips (N, 16, 3, H, W), 0 to 1, with the averaged weights; each from its own seed."""
        parts = {**self.pipeline.components, "unet": self.average.module, "text_encoder": self.text_average.module}
        pipeline = moving_pipeline(parts)
        return draw_clips(pipeline, prompts, seeds, SHEET_STEPS, guidance, self.options, SHARED_NOISE)

    def parts(self) -> dict[str, Any]:
        """Give weights, running means and optimiser."""
        return {
            "model": self.model,
            "text": self.text,
            "average": self.average,
            "text_average": self.text_average,
            "adam": self.adam,
        }

    def export(self, folder: Path) -> None:
        """Write the averaged weights in float16: ``emoji-motion``, and the ``emoji-diffusion`` that it learned with."""
        model = copy.deepcopy(self.average.module)
        modules = new_adapter(self.unet)
        weights = model.state_dict()
        modules.load_state_dict({name: weights[name] for name in modules.state_dict()})
        modules.half().save_pretrained(folder / "emoji-motion")
        unet = copy.deepcopy(self.unet)
        unet.load_state_dict({name: weights[name] for name in unet.state_dict()})
        write_pipeline(
            {**self.pipeline.components, "unet": unet, "text_encoder": self.text_average.module},
            folder / BASE,
        )


def some_frames(count: int, generator: torch.Generator, among: int = FRAMES) -> Tensor:
    """Draw frames of a clip's first ones in order, one from each of ``count`` equal parts: (count,) int64."""
    width = among // count
    return torch.arange(count) * width + torch.randint(width, (count,), generator=generator)


def twins(pairs: Tensor, size: int, generator: torch.Generator) -> list[tuple[int, int]]:
    """Draw things and motions, each twice running: a thing in a motion, then in the opposite or another."""
    drawn: list[tuple[int, int]] = []
    names = list(MOTIONS)
    for row in torch.randint(len(pairs), ((size + 1) // 2,), generator=generator).tolist():
        thing, motion = pairs[row].tolist()
        others = [other for whose, other in pairs.tolist() if whose == thing and other != motion]
        opposite = [other for other in others if names[other] == OPPOSITES.get(names[motion])]
        choice = opposite or others or [motion]
        drawn += [(thing, motion), (thing, choice[int(torch.randint(len(choice), (), generator=generator))])]
    return drawn[:size]
