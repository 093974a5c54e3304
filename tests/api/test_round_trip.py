"""A prompt's way there and back: picture, caption, picture; what is lost is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from playground.api.round_trip import ALIKE, FIT, go_round, missing
from playground.catalog import Catalog, read_catalog
from playground.engine import Engine
from playground.errors import InvalidInput
from playground.settings import Settings
from tests.families.tiny_words import caption_checkpoint, towers_folder
from tests.running import running


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("checkpoints")
    (folder / "emoji-diffusion").symlink_to(Settings.checkpoints / "emoji-diffusion")
    towers_folder(folder / "emoji-clip", "dual")
    known = [each for each in read_catalog(folder).all() if each.id in ("emoji-diffusion", "emoji-clip")]
    with running(Catalog([*known, caption_checkpoint(folder, "convolutions")])) as engine:
        yield engine


def test_a_prompt_goes_there_and_back_from_one_seed(engine: Engine) -> None:
    gone = asyncio.run(go_round(engine, "tester/page", "red apple", "en", 5))
    assert gone.drawn.report.seeds == gone.redrawn.report.seeds == [5]
    assert gone.redrawn.report.request["prompt"] == gone.caption and gone.prompt == "red apple"
    assert all(-1.001 <= value <= 1.001 for value in gone.scores.values()) and {FIT, ALIKE} < set(gone.scores)
    assert gone.lost == missing("red apple", gone.caption)
    with pytest.raises(InvalidInput, match="Write a prompt"):
        asyncio.run(go_round(engine, "tester/page", " !? ", "en", 5))


@pytest.mark.parametrize(
    ("words", "among", "lost"),
    [
        ("a small red heart", "Red heart", ["small"]),
        ("红色的苹果", "苹果", ["红", "色"]),
        ("blue 猫", "猫", ["blue"]),
        ("", "cat", []),
    ],
)
def test_words_that_are_missing_are_named_once_and_small_ones_are_not(words: str, among: str, lost: list[str]) -> None:
    assert missing(words, among) == lost
