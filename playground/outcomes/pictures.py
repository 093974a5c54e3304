"""Pictures one by one, each a PNG with its own seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from playground.media.metadata import Metadata
from playground.media.png import write_png
from playground.outcomes.base import SAMPLES, Again, Destination, Layout, recorded_shapes, register
from playground.outcomes.sheet import Sheet, picture_html


@register
class Pictures(Sheet):
    """A file a picture; where it is asked for, one more with all of them on a sheet."""

    name, own_seeds, sheeted = "pictures", True, True

    def write(self, made: Sequence[Image.Image], layout: Layout, to: Destination) -> Iterator[Path]:
        """Write a PNG a picture, and the sheet last."""
        parts = len(made) + to.large
        for index, picture in enumerate(made):
            yield write_png(picture, to.single(index, ".png"), to.record(index, index, parts))
        if to.large:
            whole = self.picture(made, layout)
            yield write_png(whole, to.whole(".png"), to.record(0, len(made), parts))

    def read(self, files: Sequence[Path], record: Metadata) -> list[Image.Image]:
        """Open the pictures; the sheet only repeats them."""
        return super().read(files[: len(record.batches) or len(files)], record)

    def report(self, made: Sequence[Image.Image]) -> dict[str, Any]:
        """Give the numbers that pictures were rated with, and what the best of several was chosen from."""
        rated = [picture.info.get("scores", {}) for picture in made]
        tables = []
        if names := list(dict.fromkeys(name for scores in rated for name in scores)):
            rows = [str(number) for number in range(1, len(made) + 1)]
            values = [[scores.get(name) for name in names] for scores in rated]
            tables.append({"rows": rows, "columns": names, "values": values})
        for picture in made:
            if rivals := picture.info.get("rivals"):
                seeds, fits = zip(*rivals, strict=True)
                tables.append({"rows": list(seeds), "columns": names[:1], "values": [[fit] for fit in fits]})
        return {"scores": tables} if tables else {}

    def handout(self, files: Sequence[tuple[Path, bytes]], words: str) -> str:
        """Show the pictures without the sheet."""
        singles = files[:-1] if len(files) > 1 else files
        return "".join(picture_html(file, content, words) for file, content in singles)

    def again(self, record: Metadata, files: Sequence[Path]) -> Again:
        """Make all of them in their passes; for a single file only its own picture, where its seed is known."""
        values, shapes = dict(record.request), recorded_shapes(record)
        if len(files) == record.parts and record.part == 0:
            return Again(values, shapes, len(files) > len(shapes), list(enumerate(files)))
        if record.seed is not None and SAMPLES in values and (record.part < len(shapes) or not shapes):
            shape = shapes[record.part] if shapes else (record.batch_size, record.batch_position)
            return Again(values | {"seed": record.seed, SAMPLES: 1}, [shape], False, [(0, files[0])])
        return Again(values, shapes, True, [(record.part, files[0])])
