"""A comparison on its way: pictures form side by side, then samples come in turns and the figures with them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.families.base import Step
from playground.families.compare_generators import Generator
from playground.families.compare_requests import STRENGTHS, CompareSample
from playground.families.requests import following_seeds
from playground.outcomes.comparison import REAL, Comparison
from playground.outcomes.scores import Scores

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from playground.networks.figures import Seen
    from playground.networks.judge import Judge

FIGURES = (
    "accuracy", "fid", "inception_score", "ms_ssim", "precision", "recall", "density", "coverage",
    "bits_per_dimension", "seconds", "parameters",
)  # fmt: skip
FIRST_TURN, TURN = 20, 60
"""Samples that a generator makes in its first turn, and in each after it: first figures come soon."""
ROUNDS = 28
"""Rounds in which the first picture of all forms, whatever number of steps each takes."""
TELL_EVERY = 0.15
"""Seconds between two views of it, for the page's sake."""
BOOTSTRAPS = 5
MOST_SHOWN = 50
"""Samples on a generator's sheet."""
COLUMNS = 5
REAL_FOR_BITS = 50
"""Held-out pictures whose bits are taken."""
MOST_REMEMBERED = 16
"""Columns that are kept for the next comparison: 500 samples are 2 MB."""


@dataclass(frozen=True)
class Bench:
    """What a data set's generators are judged by.

    Attributes:
        judge: Its classifier.
        class_names: Its classes.
        reference: Real training pictures as the judge sees them.
        held_out: Real pictures that no generator has seen.
    """

    judge: Judge
    class_names: list[str]
    reference: Seen
    held_out: Seen


@dataclass
class Column:
    """One generator's part of a comparison."""

    generator: Generator
    seen: Seen | None = None
    forming: Tensor | None = None
    drawing: float = 0.0
    figures: dict[str, float | None] = field(default_factory=dict)
    spreads: Mapping[str, float | None] = field(default_factory=dict)


class Remembered:
    """The last columns that were finished, and the rows of real pictures: who moves one strength waits for that alone.

    Attributes:
        real: Figures and spreads of as many real pictures of a class of a data set.
    """

    def __init__(self) -> None:
        self._columns: dict[tuple[Any, ...], Column] = {}
        self.real: dict[tuple[str, str, int], tuple[dict[str, float | None], Mapping[str, float | None]]] = {}

    def find(self, generator: Generator, sample: CompareSample) -> Column:
        """Return the finished column of the same settings, or an empty one."""
        return self._columns.get(_settings(generator, sample)) or Column(generator)

    def keep(self, column: Column, sample: CompareSample) -> None:
        """Remember a finished column; the one that was kept first makes room."""
        self._columns[_settings(column.generator, sample)] = column
        while len(self._columns) > MOST_REMEMBERED:
            del self._columns[next(iter(self._columns))]


def _settings(generator: Generator, sample: CompareSample) -> tuple[Any, ...]:
    own = [(name, value) for name, value in sample.strengths if STRENGTHS[name] == generator.name]
    return generator.name, sample.data, sample.class_name, sample.seed, sample.num_images, *own


class Comparing:
    """One comparison.

    Args:
        bench: What judges it.
        generators: Who takes part.
        sample: What is asked.
        step: Told after every step.
        remembered: Columns of comparisons before; this one's are added.
    """

    def __init__(
        self,
        bench: Bench,
        generators: list[Generator],
        sample: CompareSample,
        step: Step,
        remembered: Remembered,
    ) -> None:
        import torch

        self._bench, self._sample, self._step, self._remembered = bench, sample, step, remembered
        self._strengths = dict(sample.strengths)
        self._columns = [remembered.find(generator, sample) for generator in generators]
        self._new = [column for column in self._columns if column.seen is None]
        count, names = sample.num_images, bench.class_names
        one = names.index(sample.class_name) if sample.class_name else None
        self._classes = torch.arange(count) % len(names) if one is None else torch.full((count,), one)
        self._seeds = following_seeds(sample.seed, count)
        self._reference, self._held_out = (_of_class(seen, one) for seen in (bench.reference, bench.held_out))
        self._turns = [(start, min(count, start + size)) for start, size in _turns(count)]
        within = sum(column.generator.steps(self._strengths) for column in self._new)
        self._done, self._of = 0, ROUNDS + within * len(self._turns) + len(self._new) + 2
        self._told = 0.0
        self._real: dict[str, float | None] = {}
        self._real_spreads: Mapping[str, float | None] = {}

    def run(self) -> Comparison:
        """Make it; what the step raises ends it."""
        self._form()
        for start, end in self._turns:
            for column in self._new:
                if column.seen is None or len(column.seen.images) <= start:
                    self._take_turn(column, start, end)
        self._measure_real()
        for column in self._new:
            self._finish(column)
            self._remembered.keep(column, self._sample)
        self._done = self._of - 1
        self._tell(always=True)
        return self._view(forming=False)

    def _form(self) -> None:
        """Let the first picture of every generator form at the same time, each at its own pace."""
        ways = [
            (column, column.generator.draw(self._seeds[:1], self._classes[:1], self._strengths)) for column in self._new
        ]
        taken = dict.fromkeys((column.generator.name for column in self._new), 0)
        for turn in range(1, ROUNDS + 1):
            for column, way in ways:
                name, steps = column.generator.name, column.generator.steps(self._strengths)
                while taken[name] < round(steps * turn / ROUNDS) or not taken[name]:
                    column.forming = next(way)
                    taken[name] += 1
                    self._step(self._done, self._of)
            self._tell(always=turn == ROUNDS)
            if turn == 1:  # who is done already need not wait for the others: first figures come soon
                for column in self._new:
                    if column.generator.steps(self._strengths) == 1:
                        self._take_turn(column, *self._turns[0])

    def _take_turn(self, column: Column, start: int, end: int) -> None:
        from playground.networks.figures import look, measure

        classes, pictures = self._classes[start:end], list["Tensor"]()
        way = column.generator.draw(self._seeds[start:end], classes, self._strengths)
        for by_now in self._timed(column, way):
            pictures = [by_now]
            self._tell()
        seen = look(self._bench.judge, pictures[0].float().cpu(), classes)
        column.seen = seen if column.seen is None else column.seen.and_more(seen)
        column.figures |= measure(column.seen, self._reference)
        column.figures["seconds"] = column.drawing / len(column.seen.images)
        column.figures["parameters"] = float(column.generator.parameters)
        self._tell(always=True, counts=False)

    def _timed(self, column: Column, way: Iterator[Tensor]) -> Iterator[Tensor]:
        """Hand on what a generator makes, and count its own seconds."""
        started = time.perf_counter()
        for pictures in way:
            column.drawing += time.perf_counter() - started
            yield pictures
            started = time.perf_counter()

    def _measure_real(self) -> None:
        """Measure as many real held-out pictures as each generator made, as far as there are so many."""
        import torch

        from playground.networks.figures import measure, spreads

        count, known = min(len(self._held_out.images), self._sample.num_images), self._remembered.real
        key = self._sample.data, self._sample.class_name, count
        if key not in known:
            real = self._held_out.some(torch.arange(count))
            self._real = dict(measure(real, self._reference))
            known[key] = self._real, spreads(real, self._reference, BOOTSTRAPS, between=self._let_others)
        self._real, self._real_spreads = known[key]
        self._tell(always=True)

    def _finish(self, column: Column) -> None:
        from playground.networks.figures import spreads

        assert column.seen is not None, "every generator had its turn"
        some = slice(0, REAL_FOR_BITS)
        images, classes = self._held_out.images[some], self._held_out.classes[some]
        column.figures["bits_per_dimension"] = column.generator.bits_per_dimension(images, classes)
        column.spreads = spreads(column.seen, self._reference, BOOTSTRAPS, between=self._let_others)
        self._tell(always=True)

    def _let_others(self) -> None:
        """Be stopped, or let short jobs in, in the middle of what takes long and shows nothing new."""
        self._step(self._done, self._of)

    def _tell(self, always: bool = False, counts: bool = True) -> None:
        self._done = min(self._done + counts, self._of - 1)
        now = time.monotonic()
        if always or now - self._told > TELL_EVERY:
            self._told = now
            self._step(self._done, self._of, [self._view()])
        else:
            self._step(self._done, self._of)

    def _view(self, forming: bool = True) -> Comparison:
        names = [column.generator.name for column in self._columns]
        sheets = [_sheet(None if column.seen is None else column.seen.images) for column in self._columns]
        shown = [column.forming for column in self._columns if column.forming is not None] if forming else []
        rows, sheets_of_real = [*names, REAL], [_sheet(self._held_out.images[: self._sample.num_images])]
        figures = [column.figures for column in self._columns] + [self._real]
        spread = [column.spreads for column in self._columns] + [self._real_spreads]
        return Comparison(
            (*names, REAL),
            tuple(sheets + sheets_of_real),
            tuple(_pictures(picture)[0] for picture in shown),
            _table(rows, figures),
            _table(rows, spread),
        )


def _turns(count: int) -> Iterator[tuple[int, int]]:
    start, size = 0, FIRST_TURN
    while start < count:
        yield start, size
        start, size = start + size, TURN


def _of_class(seen: Seen, label: int | None) -> Seen:
    return seen if label is None else seen.some(seen.classes == label)


def _table(rows: list[str], figures: list[Any]) -> Scores:
    return Scores(tuple(rows), FIGURES, tuple(tuple(found.get(name) for name in FIGURES) for found in figures))


def _sheet(images: Tensor | None) -> Image:
    """Lay pictures (N, 1, H, W) edge to edge in rows of five; nothing yet is one black row."""
    import torch

    if images is None:
        images = torch.zeros(COLUMNS, 1, 28, 28)
    images = images[:MOST_SHOWN]
    missing = -len(images) % COLUMNS
    if missing:
        images = torch.cat([images, images.new_zeros(missing, *images.shape[1:])])
    rows = images.reshape(-1, COLUMNS, *images.shape[2:]).transpose(1, 2).flatten(2, 3).flatten(0, 1)
    return _pictures(rows[None, None])[0]


def _pictures(pixels: Tensor) -> list[Image]:
    from playground.networks.pixels import to_pictures

    return to_pictures(pixels)
