"""Two small families whose results are no pictures: a teller of tales, and a measurer that fills a table."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from playground.catalog import Catalog, Checkpoint
from playground.entries import Entry, Title
from playground.families.base import REGISTRY, Device, Family, Step, register
from playground.families.controls import Slider, Words
from playground.families.requests import NumImagesField, Request, SeedField, following_seeds
from playground.language import Text
from playground.outcomes.scores import Scores
from playground.outcomes.text import Passage, Token

VOCABULARY = ("the ", "cat ", "sees ", "a ", "red ", "apple ", "猫 ", "& ", "<b> ")
ODD = Text("Tale {} is odd.", "第 {} 个故事是奇数。")


@dataclass(frozen=True)
class TaleSample:
    """One tale to tell."""

    start: str
    seed: int
    length: int


class TaleRequest(Request):
    """Tales that go on from a beginning."""

    task, title, makes = "tales", Text("Tell tales", "讲故事"), "text"
    start: Annotated[str, Words(100, label=Text("Beginning", "开头"))] = "Once "
    length: Annotated[int, Slider(1, 64, 1, label=Text("Tokens", "词元数"))] = 6
    seed: SeedField = -1
    num_images: NumImagesField = 1

    def samples(self, checkpoint: Checkpoint) -> list[TaleSample]:
        """One a seed."""
        seeds = following_seeds(self.seed, self.num_images)
        return [TaleSample(self.start, seed, self.length) for seed in seeds]


class Tales(Family[Any]):
    """Draws every token by its sample's own seed; a tale of an odd seed says so."""

    name, title, max_batch, dtype, live = "tales", Text("Tales", "故事"), 8, "float32", False
    requests = (TaleRequest,)

    def load(self, checkpoint: Checkpoint, device: Device) -> Any:
        """Nothing to load."""
        return object()

    def memory(self, model: Any) -> int:
        """Nothing."""
        return 0

    def generate(self, model: Any, samples: Sequence[TaleSample], step: Step) -> list[Passage]:
        """Token by token, shown as they come."""
        drawn = [random.Random(sample.seed) for sample in samples]
        told: list[list[Token]] = [[] for _ in samples]
        length = max(sample.length for sample in samples)
        for index in range(length):
            for chance, sample, tokens in zip(drawn, samples, told, strict=True):
                if index < sample.length:
                    likeliest = chance.sample(VOCABULARY, 3)
                    tokens.append(Token(likeliest[0], 0.5, ((likeliest[1], 0.3), (likeliest[2], 0.1))))
            so_far = [_passage(sample, tokens) for sample, tokens in zip(samples, told, strict=True)]
            step(index + 1, length, so_far)
        return so_far


def _passage(sample: TaleSample, tokens: Sequence[Token]) -> Passage:
    text = sample.start + "".join(token.text for token in tokens)
    info = {"notice": ODD.format(sample.seed)} if sample.seed % 2 else {}
    return Passage(text, tuple(tokens), ((sample.start + "nothing.", 0.01),), info)


class MeasureRequest(Request):
    """A table of how long words are."""

    task, title, makes = "measures", Text("Measure words", "测量词语"), "scores"
    words: Annotated[str, Words(100, label=Text("Words", "词语"))] = "cat horse"

    def samples(self, checkpoint: Checkpoint) -> list[MeasureRequest]:
        """One table."""
        return [self]


class Measures(Family[Any]):
    """Fills its table row by row."""

    name, title, max_batch, dtype, live = "measures", Text("Measures", "测量"), 8, "float32", False
    requests = (MeasureRequest,)

    def load(self, checkpoint: Checkpoint, device: Device) -> Any:
        """Nothing to load."""
        return object()

    def memory(self, model: Any) -> int:
        """Nothing."""
        return 0

    def generate(self, model: Any, samples: Sequence[MeasureRequest], step: Step) -> list[Scores]:
        """Row by row, shown as they come."""
        tables: list[Scores] = []
        count = max(len(sample.words.split()) for sample in samples)
        for done in range(1, count + 1):
            tables = [_measured(sample.words.split(), done) for sample in samples]
            step(done, count, tables)
        return tables


def _measured(words: Sequence[str], done: int) -> Scores:
    whole = [(float(len(word)), len(set(word)) / len(word)) for word in words]
    values = [row if place < done else (None, None) for place, row in enumerate(whole)]
    return Scores(tuple(words), ("letters", "different"), tuple(values))


@contextmanager
def registered_words() -> Iterator[None]:
    """Add both families to the register for a while."""
    register(Tales)
    register(Measures)
    try:
        yield
    finally:
        del REGISTRY["tales"], REGISTRY["measures"]


def words_catalog(folder: Path) -> Catalog:
    """Make a checkpoint for each of them."""
    checkpoints = []
    for family in ("tales", "measures"):
        id = f"{family}-weights"
        (folder / id).mkdir(parents=True)
        (folder / id / "config.json").write_text("{}")
        entry = Entry(family=family, title=Title(en=id, zh=id), folder=id, licence="MIT")
        checkpoints.append(Checkpoint(id, entry, folder))
    return Catalog(checkpoints)
