"""A clip: frames that move, as MP4, GIF and WebP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageSequence

from playground.language import Text
from playground.media.clips import SMOOTH_SIDE, write_clips
from playground.media.metadata import Metadata
from playground.media.pictures import enlarge, opaque
from playground.outcomes.base import Again, Destination, Kind, Layout, recorded_shapes, register
from playground.outcomes.sheet import SAME, SMALLEST_TILE, difference_in_words, picture_html

SMALLEST_SIDE, SMALLEST_SMOOTH_SIDE = 224, 384
"""Of pixels that are squares, and of those that are not."""


@register
class Clip(Kind[Image.Image]):
    """Frames in three formats, which hold the same."""

    name, endings, same = "clip", (".mp4", ".gif", ".webp"), SAME

    def write(self, made: Sequence[Image.Image], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write all formats at once; none is left behind if one cannot be written."""
        parts = len(self.endings)
        files = {to.whole(ending): to.record(0, part, parts) for part, ending in enumerate(self.endings)}
        least = SMALLEST_SMOOTH_SIDE if min(made[0].size) >= SMOOTH_SIDE else SMALLEST_SIDE
        yield from write_clips(made, files, layout.fps, min_size=least)

    def read(self, files: Sequence[Path], record: Metadata) -> list[Image.Image]:
        """Read the frames from the WebP, which loses least."""
        with Image.open(_stillest(files), formats=("WEBP", "GIF")) as clip:
            return list(ImageSequence.all_frames(clip))

    def picture(self, made: Sequence[Image.Image], layout: Layout, scale: int | None = None) -> Image.Image:
        """Return the frame in the middle: what fades in is not there yet at the start."""
        frame = opaque(made[len(made) // 2])
        return enlarge(frame, scale or max(1, -(-SMALLEST_TILE // frame.width)))

    def card(self, id: str, files: Sequence[Path]) -> Image.Image:
        """Return the frame in the middle."""
        with Image.open(_stillest(files), formats=("WEBP", "GIF")) as clip:
            clip.seek(getattr(clip, "n_frames", 1) // 2)
            return opaque(clip)

    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Show the MP4, which every browser plays."""
        films = [file for file in files if file[0].suffix == ".mp4"] or files[:1]
        return "".join(picture_html(file, content, words) for file, content in films)

    def shown(self, files: Sequence[Path]) -> list[Path]:
        """Return the WebP, which moves where pictures stand."""
        return [_stillest(files)]

    def compare(self, new: Path, old: Path) -> Text | None:
        """Compare every pixel of every frame."""
        return difference_in_words(new, old)

    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Make it anew and compare the WebP, or the only file that is there."""
        if len(files) == record.parts and record.part == 0:
            compared = [(files.index(file), file) for file in files if file.suffix == ".webp"]
        else:
            compared = [(record.part, files[0])]
        return Again(dict(record.request), recorded_shapes(record), False, compared)


def _stillest(files: Sequence[Path]) -> Path:
    """Choose the file whose frames lost least."""
    return next(file for ending in (".webp", ".gif") for file in files if file.suffix == ending)
