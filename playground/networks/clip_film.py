"""The steps of a clip as pictures, and which frames its motion modules look at from each place.

A motion module attends, at one place of the picture, from every frame to every frame. That attention is worked out
beside the network's own arithmetic, which stays as it is to the last bit, and only while somebody watches: the mean
over the heads, and over the layers that see equally many places. Modules that pass on what they get are left out:
theirs says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from playground.networks.denoising_film import kept_steps
from playground.networks.longer_clips import STRIDE, WINDOWS
from playground.networks.motion import motion_modules
from playground.networks.text_to_image import Look
from playground.networks.text_to_video import Animator, ClipRun

STEPS, FRAMES, TILE = 6, 8, 128
"""Rows and columns of the film at most; pixels of a tile's side."""
MOST_PLACES = 32 * 32
"""Layers that see more places are left out: they cost most."""


@dataclass(frozen=True)
class ClipRecording:
    """What was seen of a clip while it was made.

    Attributes:
        beliefs: What the model believed, guided: latents (steps, frames, channels, height, width).
        steps: Which steps these are, from 1.
        of: How many there were.
        frames: Which frames these are, from 1.
        looks: For each number of places, most first: how much every frame looks at every frame,
            (steps, height, width, frames, frames) in float16; the last axis adds up to 1.
    """

    beliefs: Tensor
    steps: list[int]
    of: int
    frames: list[int]
    looks: tuple[Tensor, ...]

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.beliefs.nbytes + sum(each.nbytes for each in self.looks)

    def looks_from(self, across: float, down: float, step: int, level: float) -> tuple[Tensor, int, tuple[int, int]]:
        """Tell which frames are looked at from a place.

        Args:
            across: Where it is from the left, 0 to 1.
            down: Likewise from the top.
            step: From 1; the nearest that was kept counts.
            level: 0 for the layers that see most places, 1 for those that see fewest.

        Returns:
            (frames, frames), the step, and how many places that level has, down and across.
        """
        row = min(range(len(self.steps)), key=lambda kept: abs(self.steps[kept] - step))
        seen = self.looks[round(level * (len(self.looks) - 1))]
        height, width = seen.shape[1:3]
        place = min(int(down * height), height - 1), min(int(across * width), width - 1)
        return seen[row, place[0], place[1]].float(), self.steps[row], (height, width)


class FrameWatcher:
    """Takes down the attention between frames of some steps of a run.

    Args:
        unet: A ``UNetMotionModel``.
        run: What is made.
        size: Height and width in latent pixels.
    """

    def __init__(self, unet: Any, run: ClipRun, size: tuple[int, int]) -> None:
        self._run, self._size, self.watches = run, size, True
        self._sums: dict[tuple[int, int], list[Tensor]] = {}
        self._turns: dict[int, int] = {}
        self.steps: dict[tuple[int, int], list[Tensor]] = {}
        self._hooks = [
            layer.register_forward_hook(self._see, with_kwargs=True)
            for module in motion_modules(unet)
            if _acts(module)
            for block in module.transformer_blocks
            for layer in (block.attn1, block.attn2)
            if layer is not None
        ]

    def _see(self, layer: Any, given: tuple[Any, ...], named: dict[str, Any], out: Any) -> None:
        if not self.watches:
            return
        rows = given[0] if given else named["hidden_states"]  # (batch · places, frames, channels)
        rows = rows[-(len(rows) // (1 + self._run.both_halves)) :]  # the half with the words
        height, width = self._size
        apart = round((height * width / len(rows)) ** 0.5)
        level = (-(-height // apart), -(-width // apart))
        if len(rows) > MOST_PLACES or level[0] * level[1] != len(rows):
            return
        query, key = (part(rows).unflatten(2, (layer.heads, -1)).transpose(1, 2) for part in (layer.to_q, layer.to_k))
        shares = (query @ key.transpose(-1, -2) * layer.scale).softmax(-1, torch.float32).mean(1)
        self._sums.setdefault(level, []).append(self._whole(layer, shares))

    def _whole(self, layer: Any, shares: Tensor) -> Tensor:
        """Put what one window of frames looks at where it stands in the clip, weighed as its answer is."""
        frames = self._run.frames
        if self._run.longer != WINDOWS:
            return shares
        size = shares.shape[1]
        starts = [*range(0, frames - size + 1, STRIDE)]
        late = frames - size - starts[-1]
        starts += [frames - size] if late else []
        turn = self._turns.get(id(layer), 0)
        self._turns[id(layer)] = (turn + 1) % len(starts)
        weights = torch.arange(1, size + 1, device=shares.device)
        weights = torch.minimum(weights, weights.flip(0)).float()
        if late and turn == len(starts) - 1:
            weights[:-late] = 0  # of the last window only what no other reaches is taken
        whole = shares.new_zeros(len(shares), frames, frames)
        part = slice(starts[turn], starts[turn] + size)
        whole[:, part, part] = shares * weights[:, None]
        return whole

    def next_step(self) -> None:
        """Close a step that was watched."""
        for level, parts in self._sums.items():
            whole = torch.stack(parts).sum(0)
            whole /= whole.sum(-1, keepdim=True)
            self.steps.setdefault(level, []).append(whole.unflatten(0, level).half().cpu())
        self._sums = {}

    def leave(self) -> None:
        """Watch no more."""
        for hook in self._hooks:
            hook.remove()


def record_clip(animator: Animator, run: ClipRun, step: Callable[[int, int], None]) -> ClipRecording:
    """Make a clip and watch it.

    Args:
        animator: What makes it.
        run: What to make.
        step: Reports progress; is called several times within a step.
    """
    factor, done = animator.pipe.vae_scale_factor, 0
    watcher = FrameWatcher(animator.pipe.unet, run, (run.height // factor, run.width // factor))
    beliefs, steps, of = list[Tensor](), list[int](), 1
    columns = sorted(kept_steps(run.frames, FRAMES))

    def look(seen: Look) -> None:
        nonlocal done, of
        done, of = seen.index + 1, seen.of
        kept = kept_steps(of, STEPS)
        if watcher.watches:
            watcher.next_step()
            beliefs.append(seen.belief(seen.guided)[0, :, columns].transpose(0, 1).to(seen.guided.dtype).cpu())
            steps.append(done)
        watcher.watches = done in kept
        step(done, of)

    animator.watched = True
    try:
        animator.animate(run, look, lambda: step(done, of))
    finally:
        animator.watched = False
        watcher.leave()
    levels = sorted(watcher.steps, key=lambda level: -level[0] * level[1])
    looks = tuple(torch.stack(watcher.steps[level]) for level in levels)
    return ClipRecording(torch.stack(beliefs), steps, of, [column + 1 for column in columns], looks)


def develop_clip(
    animator: Animator, recording: ClipRecording, size: tuple[int, int], decoded: Callable[[int], None]
) -> Image.Image:
    """Decode what was believed.

    Args:
        animator: What decodes.
        recording: Of a clip.
        size: Width and height of its frames in pixels.
        decoded: Is told how many parts are decoded.

    Returns:
        One picture: a row for each step, a column for each frame; its ``info`` has both, and ``of``.
    """
    latents = recording.beliefs.flatten(0, 1).transpose(0, 1)[None]
    tiles = animator.decode_clip(latents.to(animator.device, animator.pipe.vae.dtype), decoded)
    shown, columns = (min(TILE, size[0]), min(TILE, size[1])), len(recording.frames)
    page = Image.new("RGB", (columns * shown[0], len(recording.steps) * shown[1]))
    for place, tile in enumerate(tiles):
        page.paste(tile.resize(shown), (place % columns * shown[0], place // columns * shown[1]))
    page.info |= {"steps": recording.steps, "of": recording.of, "frames": recording.frames}
    page.info["levels"] = [list(each.shape[1:3]) for each in recording.looks]
    return page


def _acts(module: Any) -> bool:
    """Tell whether a motion module changes what it gets."""
    weight = module.proj_out.weight
    return weight.is_meta or bool(weight.any())  # where layers wait elsewhere, their weights are not here to be asked
