"""The steps of a run as pictures: the noise, and what the model believes without words, with them, and guided.

What a film needs is recorded while the picture is made, as latents, and decoded when somebody wants to see it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import torch
from PIL import Image
from torch import Tensor

from playground.networks.text_to_image import Denoiser, Look, Run

FRAMES, TILE, DECODED_AT_ONCE = 13, 128, 26
ROWS = ("noisy", "without", "words", "guided")
BYTES_KEPT = 64 << 20


@dataclass(frozen=True)
class Recording:
    """What was seen of one sample.

    Attributes:
        beliefs: Latents (rows, frames, channels, height, width).
        frames: For every frame: ``step``, ``of``, ``noise`` (share of noise in what the model saw, 0 to 1) and
            ``pull`` (how far the words move the prediction, as a share of its size).
    """

    beliefs: Tensor
    frames: list[dict[str, float]]

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.beliefs.nbytes


class Kept(Protocol):
    """What takes memory."""

    @property
    def nbytes(self) -> int:
        """How much."""


Seen = TypeVar("Seen", bound=Kept)


def kept_steps(of: int, most: int = FRAMES) -> set[int]:
    """Return which steps of a run are kept, from 0: at most so many, spread over it."""
    return {round(place * (of - 1) / max(1, most - 1)) for place in range(most)}


class Recorder:
    """Keeps what a run's guided steps look like; at most ``FRAMES`` of them, spread over the run."""

    def __init__(self) -> None:
        self._beliefs: list[Tensor] = []
        self._pulls: list[Tensor] = []
        self._frames: list[dict[str, float]] = []

    def see(self, seen: Look) -> None:
        """Take a step; nothing waits for the device."""
        if seen.index not in kept_steps(seen.of):
            return
        without = seen.words if seen.without is None else seen.without
        believed = [seen.belief(prediction) for prediction in (without, seen.words, seen.guided)]
        self._beliefs.append(torch.stack([seen.latents.float(), *believed]).to(seen.latents.dtype))
        words = seen.words.float().flatten(1)
        self._pulls.append((words - without.float().flatten(1)).norm(dim=1) / words.norm(dim=1).clamp(min=1e-6))
        self._frames.append({"step": seen.index + 1, "of": seen.of, "noise": round(seen.noise, 4)})

    def recordings(self) -> list[Recording]:
        """Give one recording a sample, on the CPU."""
        beliefs = torch.stack(self._beliefs, 2).cpu()  # (rows, samples, frames, channels, height, width)
        pulls = torch.stack(self._pulls).tolist()
        return [
            Recording(
                beliefs[:, sample].contiguous(),
                [frame | {"pull": round(pull[sample], 4)} for frame, pull in zip(self._frames, pulls, strict=True)],
            )
            for sample in range(beliefs.shape[1])
        ]


class Recordings(Generic[Seen]):
    """The latest recordings, by what they are of, up to some bytes.

    Args:
        most_bytes: Of all recordings together.
    """

    def __init__(self, most_bytes: int = BYTES_KEPT) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, Seen] = OrderedDict()

    def __len__(self) -> int:
        """Count the recordings."""
        return len(self._kept)

    def get(self, key: Hashable) -> Seen | None:
        """Return a recording if it is still there."""
        return self._kept.get(key)

    def keep(self, key: Hashable, recording: Seen) -> None:
        """Keep a recording; the oldest give way."""
        self._kept.pop(key, None)
        self._kept[key] = recording
        while self._kept and sum(kept.nbytes for kept in self._kept.values()) > self._most:
            self._kept.popitem(last=False)


def record(denoiser: Denoiser, run: Run, step: Callable[[int, int], None]) -> list[Recording]:
    """Run again what was not recorded.

    Args:
        denoiser: What denoises.
        run: One recording is made for each of its samples.
        step: Reports progress.
    """
    recorder = Recorder()

    def look(seen: Look) -> None:
        recorder.see(seen)
        step(seen.index + 1, seen.of)

    denoiser.denoise(run, look)
    return recorder.recordings()


@torch.inference_mode()
def develop(
    denoiser: Denoiser, recordings: Sequence[Recording], size: tuple[int, int], step: Callable[[int, int], None]
) -> list[Image.Image]:
    """Decode what was seen.

    Args:
        denoiser: What decodes.
        recordings: Of samples of one size.
        size: Width and height of the pictures in pixels.
        step: Reports progress.

    Returns:
        One picture a recording: a row for each of ``ROWS``, a column for each frame; ``info["frames"]`` is the
        recording's ``frames``.
    """
    parts = torch.cat([recording.beliefs.flatten(0, 1) for recording in recordings]).split(DECODED_AT_ONCE)
    tiles: list[Image.Image] = []
    for index, part in enumerate(parts):
        tiles += denoiser.decode(part.to(denoiser.device))
        step(index + 1, len(parts))
    shown, made = (min(TILE, size[0]), min(TILE, size[1])), []
    for recording in recordings:
        columns = len(recording.frames)
        page = Image.new("RGB", (columns * shown[0], len(ROWS) * shown[1]))
        for place in range(columns * len(ROWS)):
            page.paste(tiles.pop(0).resize(shown), (place % columns * shown[0], place // columns * shown[1]))
        page.info["frames"] = recording.frames
        made.append(page)
    return made
