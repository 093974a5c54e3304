"""Words beside a picture: shares that add up to one, and what cannot be compared is refused in both languages."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.engine import Done, Engine
from playground.errors import InvalidInput
from playground.families.picture_input import NOISE, ONE_COLOUR
from playground.families.zero_shot import GREEDY
from playground.families.zero_shot_requests import EmbedRequest, ZeroShotRequest
from tests.families.askable import drawn_seven
from tests.families.tiny_words import words_catalog


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(words_catalog(tmp_path_factory.mktemp("words")), device="cpu")
    engine.start()
    yield engine
    engine.stop()


def ask(engine: Engine, **values: Any) -> Done:
    return engine.submit("tester", ZeroShotRequest, {"image": drawn_seven()} | values).result(60)


def inline(pixels: np.ndarray) -> str:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def test_shares_add_up_to_one_and_each_line_is_compared_once(engine: Engine) -> None:
    (table,) = ask(engine, words="cat\n狗\n\n cat \nrocket 🚀").made
    assert table.rows == ("cat", "狗", "rocket 🚀") and table.columns[0] == "probability"
    shares = [row[0] for row in table.values]
    assert sum(shares) == pytest.approx(1) and max(shares) < 1


def test_temperature_0_gives_everything_to_the_best_word_and_says_so_and_heat_evens_out(engine: Engine) -> None:
    done = [ask(engine, words="cat\ndog\nhouse", temperature=value) for value in (0.0, 1.0, 10.0)]
    cold, plain, hot = ([row[0] for row in each.made[0].values] for each in done)
    assert sorted(cold) == [0, 0, 1] and done[0].report.notices == [GREEDY]
    assert cold.index(1) == plain.index(max(plain))
    assert max(hot) < max(plain) and not done[1].report.notices


def test_a_picture_of_noise_or_of_one_colour_is_compared_and_told(engine: Engine) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    assert ask(engine, image=inline(noise)).report.notices == [NOISE]
    assert ask(engine, image=inline(np.full((64, 64, 3), 200, np.uint8))).report.notices == [ONE_COLOUR]


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"words": " \n\t\n"}, "words", "one thing a line"),
        ({"words": "\n".join(map(str, range(101)))}, "words", "At most 100 lines"),
        ({"words": "x" * 100_000}, "words", "at most 4000 characters"),
        ({"image": ""}, "image", "no picture to look at"),
        ({"temperature": float("nan")}, "temperature", "from 0 to 10"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_both_languages(
    engine: Engine, values: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as told:
        ask(engine, **values)
    assert told.value.field == field and any("\u4e00" <= letter <= "\u9fff" for letter in told.value.zh)


def test_an_embedding_has_length_one_and_words_and_pictures_share_a_space(engine: Engine) -> None:
    made = [
        engine.submit("tester", EmbedRequest, values).result(60).made[0].values
        for values in ({"words": "小狗"}, {"image": drawn_seven()})
    ]
    seen = np.array(made)[..., 0]
    assert np.linalg.norm(seen, axis=1) == pytest.approx([1, 1], abs=1e-4)
    (table,) = ask(engine, words="小狗").made
    assert float(seen[0] @ seen[1]) == pytest.approx(table.values[0][1], abs=1e-4)
    with pytest.raises(InvalidInput, match="nothing to embed"):
        engine.submit("tester", EmbedRequest, {})


def test_a_clip_of_the_hub_is_compared_through_the_same_lines(engine: Engine) -> None:
    values = {"image": drawn_seven(), "words": "cat\ndog"}
    done = engine.submit("tester", ZeroShotRequest, values, "tiny-clip").result(60)
    assert sum(row[0] for row in done.made[0].values) == pytest.approx(1)
