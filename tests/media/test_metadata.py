"""The record is strict, bounded and says what is wrong; the parameters text is what other tools read."""

from __future__ import annotations

import json

import pytest

from playground.errors import UnreadableFile
from playground.media.metadata import MAX_JSON_BYTES, SCHEMA_VERSION, SOFTWARE, Metadata
from playground.media.parameters import parameters_text


def test_a_record_comes_back_equal(metadata: Metadata) -> None:
    again = Metadata.from_json(metadata.to_json())
    assert again == metadata
    assert again.request["tile"] is True, "a switch must not come back as the number 1"
    assert isinstance(again.request["guidance_scale"], float)
    assert again.software == SOFTWARE


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"schema_version": NaN}', "not JSON"),
        ("9" * 5000, "damaged|not the playground's"),
        ("[]", "not the playground's"),
        ("null", "not the playground's"),
        ("{}", "not the playground's"),
        ('{"schema_version": true}', "not the playground's"),
        ('{"schema_version": "1"}', "not the playground's"),
        ('{"schema_version": 0}', "not the playground's"),
        (f'{{"schema_version": {SCHEMA_VERSION + 1}, "brand_new": []}}', "newer playground.*Update"),
        (f'{{"schema_version": 1{"0" * 4000}}}', "newer playground.*Update"),
        ('{"schema_version": 1}', "family: Field required"),
        (" " * (MAX_JSON_BYTES + 1), "1,500,001 characters"),
    ],
)
def test_a_foreign_record_is_refused_with_a_sentence(text: str, part: str) -> None:
    with pytest.raises(UnreadableFile, match=part) as caught:
        Metadata.from_json(text)
    assert caught.value.zh.endswith("。")
    assert len(caught.value.en) < 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "7"),
        ("seed", 7.5),
        ("seconds", -1),
        ("batch_size", 0),
        ("batch_size", True),
        ("batch_position", -1),
        ("request", {"prompt": ["a", "list"]}),
        ("request", "text"),
        ("versions", {"torch": 2}),
        ("family", None),
        ("surprise", 1),
    ],
)
def test_a_wrong_field_is_named(metadata: Metadata, field: str, value: object) -> None:
    record = {**metadata.model_dump(), field: value}
    with pytest.raises(UnreadableFile, match=field) as caught:
        Metadata.from_json(json.dumps(record))
    assert field in caught.value.zh


def test_parameters_text_is_the_form_that_stable_diffusion_tools_read(metadata: Metadata) -> None:
    assert parameters_text(metadata, (128, 96)) == (
        '一只"猫"，戴着帽子 <b>&amp;</b>\n'
        "Negative prompt: blurry, dark\nsecond line\n"
        'Steps: 25, Sampler: "DPM++ 2M, Karras", CFG scale: 7.5, Seed: 1099511627783, Size: 128x96, '
        f"Model: emoji-diffusion, Tile: True, Version: {SOFTWARE}"
    )


@pytest.mark.parametrize(
    ("request_fields", "line"),
    [
        ({"digit": 7}, "digit 7"),
        ({"number": "2026"}, "number 2026"),
        ({"class_name": "Sneaker", "mix_class_name": "Bag", "mix": 0.0}, "Sneaker"),
        ({"class_name": "Sneaker", "mix_class_name": "Bag", "mix": 0.25}, "Sneaker 75% + Bag 25%"),
        ({"spread": 1.0}, "text_to_image"),
    ],
)
def test_a_family_without_a_prompt_says_its_condition(
    metadata: Metadata, request_fields: dict[str, str | int | float], line: str
) -> None:
    text = parameters_text(metadata.model_copy(update={"request": request_fields}))
    first, last = text.split("\n")
    assert first == line
    assert last.startswith("Steps: 1, Sampler: one pass, Seed: ")


def test_values_that_would_be_split_are_quoted(metadata: Metadata) -> None:
    request = {"prompt": "a\0b", "style_of": 'oil, "thick"\nwet', "width": 64, "height": 32}
    text = parameters_text(metadata.model_copy(update={"request": request}))
    assert text.startswith("a b\n")
    assert r'Style of: "oil, \"thick\"\nwet"' in text
    assert "Size: 64x32" in text
