"""Words weigh as people write them; brackets that are escaped, or never close, break nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.blocked_words import BlockedWords
from playground.families.prompts import read_prompt
from playground.families.text_to_image import PromptRequest
from playground.networks.prompt_weights import is_weighted, parse_weights, split_tokens, without_weights
from tests.server import ROOT

FAMILY = find_family("text_to_image")


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("red apple", [("red apple", 1)]),
        ("a (red) apple", [("a ", 1), ("red", 1.1), (" apple", 1)]),
        ("((red)) apple", [("red", 1.21), (" apple", 1)]),
        ("(red:1.3) apple", [("red", 1.3), (" apple", 1)]),
        ("[red] apple", [("red", 0.9091), (" apple", 1)]),
        ("(a (red:1.5):0.5)", [("a ", 0.5), ("red", 0.75)]),
        (r"smile \(emoji\)", [("smile (emoji)", 1)]),
        ("(red apple", [("red apple", 1.1)]),
        ("red) apple]", [("red) apple]", 1)]),
        ("time 10:30 (x:y)", [("time 10:30 ", 1), ("x:y", 1.1)]),
        ("(red:99)", [("red", 4)]),
        ("(red:-2)", [("red", 0)]),
        (":)", [(":)", 1)]),
        ("", []),
        ("((((((((((", []),
    ],
)
def test_brackets_are_read_as_people_write_them(prompt: str, parts: list[tuple[str, float]]) -> None:
    assert parse_weights(prompt) == parts
    assert without_weights(prompt) == "".join(text for text, _ in parts)
    assert is_weighted(prompt) is any(weight != 1 for _, weight in parts)


def make(model: Any, **values: Any) -> np.ndarray[Any, Any]:
    request = FAMILY.read(PromptRequest, model.checkpoint, {"seed": 7, "num_inference_steps": 4} | values)
    samples = request.samples(model.checkpoint)
    return np.asarray(FAMILY.generate(model, samples, lambda index, of, preview=None: None)[0], dtype=int)


def test_weights_change_the_picture_and_the_lines_that_are_shown_make_it(
    catalog: Catalog, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = catalog.find("", "text_to_image")
    model = FAMILY.load(checkpoint, Device("cpu", "CPU", 1, "float32"))
    plain = make(model, prompt="blue apple")
    assert (make(model, prompt="(blue apple:1.0)") == plain).all()
    less, more = make(model, prompt="(blue:0.3) apple"), make(model, prompt="(blue:1.4) apple")

    def blueness(picture: np.ndarray[Any, Any]) -> float:
        return float((picture[..., 2] - picture[..., 0]).mean())

    assert blueness(less) < blueness(plain) and abs(more - plain).mean() > 1
    monkeypatch.chdir(tmp_path)
    long = "a (red:1.3) apple and a cat face and a house and a rocket and a green tree and a yellow banana"
    for prompt, negative in (("(blue:1.4) apple", "[leaf]"), (long, ""), ("red apple", long)):
        values = {"prompt": prompt, "negative_prompt": negative, "seed": 7, "num_inference_steps": 4}
        request = FAMILY.read(PromptRequest, checkpoint, values)
        with torch.inference_mode():
            names: dict[str, Any] = {}
            exec(FAMILY.code(checkpoint, request).replace('"checkpoints/', f'"{ROOT}/checkpoints/'), names)
        ours = make(model, **values)
        assert abs(np.asarray(names["pictures"][0], dtype=int) - ours).max() <= 1, prompt


@pytest.mark.parametrize(
    ("tokens", "sizes"),
    [
        ([], [0]),
        (["a</w>"] * 4, [4]),
        (["a</w>"] * 5, [4, 1]),
        (["a</w>", "b", "c</w>", "d", "e", "f</w>", "g</w>"], [3, 4]),
        (["a", "b", "c", "d", "e", "f</w>"], [4, 2]),
        (["a</w>"] * 12, [4, 4, 4]),
    ],
)
def test_long_prompts_are_split_between_words_where_there_are_any(tokens: list[str], sizes: list[int]) -> None:
    assert split_tokens(tokens, 4) == sizes


def test_brackets_are_no_tokens_and_hide_no_blocked_word(catalog: Catalog) -> None:
    checkpoint = catalog.find("", "text_to_image")
    plain, weighed = (read_prompt(checkpoint, prompt) for prompt in ("red apple", "((red:1.4)) apple"))
    assert plain and weighed and plain.used == weighed.used
    with pytest.raises(InvalidInput):
        BlockedWords(["apple"]).check(FAMILY.read(PromptRequest, checkpoint, {"prompt": "(ap)ple"}))
