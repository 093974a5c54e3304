"""A prompt that holds a listed word is refused in one sentence; what only looks alike is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client.exceptions import AppError

from playground.errors import InvalidInput, SettingsError
from playground.families.blocked_words import BlockedWords
from playground.families.text_to_image import PromptRequest
from playground.settings import read_settings
from tests.server import Server

LIST = BlockedWords(["Gun", "ass", "blood  bath", "枪", "sniper rifle", "刀", "firefighter", " "])


@pytest.mark.parametrize(
    ("prompt", "held"),
    [
        ("a GUN on a table", "gun"),
        ("ｇｕｎ", "gun"),
        ("g\u200bun, red", "gun"),
        ("画gun图", "gun"),
        ("a blood\n bath!", "blood bath"),
        ("一把手枪和苹果", "枪"),
        ("(ass)", "ass"),
        ("a 🔫 on a table", "gun"),
        ("画🔪", "刀"),
        ("🧑🏽‍🚒", "firefighter"),
    ],
)
def test_a_listed_word_is_found_however_it_is_written(prompt: str, held: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        LIST.check(PromptRequest(prompt=prompt))
    assert refused.value.en == (
        f"Prompt (prompt) holds “{held}”, which whoever runs this app does not allow: use other words."
    )
    assert f"提示词（prompt）含有“{held}”" in refused.value.zh and refused.value.field == "prompt"


@pytest.mark.parametrize(
    "prompt", ["a class of Argun dogs", "gunpowder grey", "glass", "blood, bath", "苹果", "", "🍎 🚀"]
)
def test_a_word_counts_as_a_whole(prompt: str) -> None:
    LIST.check(PromptRequest(prompt=prompt))


def test_what_a_picture_is_led_away_from_may_be_named_and_an_empty_list_blocks_nothing() -> None:
    LIST.check(PromptRequest(prompt="a dog", negative_prompt="gun"))
    BlockedWords([]).check(PromptRequest(prompt="gun"))


def test_a_list_that_cannot_be_read_or_is_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--blocked-words .* cannot be read: give a text file"):
        read_settings(["--blocked-words", str(tmp_path / "none.txt")])
    (tmp_path / "empty.txt").write_text("# only remarks\n\n")
    with pytest.raises(SettingsError, match="holds no words"):
        read_settings(["--blocked-words", str(tmp_path / "empty.txt")])
    (tmp_path / "list.txt").write_text("gun # the noun\n枪\n", encoding="utf-8")
    assert read_settings(["--blocked-words", str(tmp_path / "list.txt")]).blocked_words == ("gun", "枪")


@pytest.fixture
def screened(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "list.txt").write_text("gun\n")
    with Server(tmp_path, "--blocked-words", str(tmp_path / "list.txt"), "--device", "cpu") as running:
        yield running


def test_the_app_refuses_it_in_the_language_of_who_asked_and_goes_on(screened: Server) -> None:
    for language, told in (("en", r"holds “gun”, which whoever runs"), ("zh", "含有“gun”")):
        with pytest.raises(AppError) as refused:
            screened.client(language).predict(prompt="a gun", num_inference_steps=1, api_name="/text_to_image")
        assert re.search(told, str(refused.value))
    values = {"prompt": "red apple", "num_inference_steps": 1}
    assert screened.client().predict(**values, api_name="/text_to_image")[1]["request"]["prompt"] == "red apple"
