"""The gallery's index with ten thousand results against one with a hundred: opening the tab, and searching."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from playground.gallery import Filter, Gallery, Viewer
from playground.gallery.reconciling import reconcile
from playground.media.metadata import Metadata
from playground.media.png import write_png
from tests.benchmarks.table import Row, at_most, in_turns, say, seconds_of

FEW, MANY, ROUNDS = 100, 10_000, 9
OPENING, SEARCHING = 1.5, 100.0
THINGS = ("red apple", "blue fish", "一只红色的狐狸", "green car at night", "两只猫在跳舞", "yellow duck with a hat")
ME = Viewer("me")


def measure() -> list[Row]:
    """Fill two galleries with real files, then open and search them in turns."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_filled(Path(folder) / str(count), count) for count in (FEW, MANY))
        before, now = in_turns(ROUNDS, lambda: _opened(few), lambda: _opened(many))
        rows = [
            at_most(
                f"gallery opens with {MANY:,} results", 1000 * now, 1000 * before, OPENING, "ms", f"with {FEW} results"
            )
        ]
        for words in ("duck", "狐狸", "apple 77", "e"):
            (spent,) = in_turns(ROUNDS, lambda words=words: seconds_of(lambda: many.shelf(ME, Filter(words=words))))  # type: ignore[misc]
            rows.append(
                Row(
                    f"search “{words}” in {MANY:,} results", f"{1000 * spent:.1f} ms", bar=f"≤ {SEARCHING:g} ms",
                    reached=1000 * spent <= SEARCHING,
                )
            )  # fmt: skip
        spent = seconds_of(lambda: reconcile(many))
        rows.append(Row(f"index and {MANY:,} results reconciled at start", f"{spent:.2f} s"))
    return rows


def _opened(gallery: Gallery) -> float:
    def open_page() -> None:
        shelf = gallery.shelf(ME)
        assert all(gallery.thumbnail(entry) for entry in shelf.entries)

    return seconds_of(open_page)


def _filled(outputs: Path, count: int) -> Gallery:
    gallery, day = Gallery(outputs), outputs / "2026-01-01"
    day.mkdir(parents=True)
    picture = Image.effect_noise((28, 28), 90)
    say(f"  {count} results …")
    for number in range(count):
        id = f"words-{number:012x}"
        prompt = f"{THINGS[number % len(THINGS)]} {number}"
        record = Metadata(
            family="text_to_image", checkpoint="emoji-diffusion", task="text_to_image", seconds=1.0, device="CPU",
            dtype="float32", seed=number, request={"prompt": prompt, "num_inference_steps": 25, "seed": number},
            batches=[[1, 0]], parts=1,
        )  # fmt: skip
        gallery.finish(id, "me", record, [write_png(picture, day / f"{id}.png", record)], made_at=1e9 + number)
    return gallery
