"""Language models write on: the same seed the same text, in grids too; what they are given may be anything."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from playground.catalog import Catalog
from playground.engine import Done, Engine
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.grid import plan_grid
from playground.families.write_text import GIVEN
from playground.families.write_text_requests import InsideTextRequest, ReadTextRequest, WriteTextRequest
from playground.ui.form.wand import beginnings, offers

MODELS = ("words-gpt2", "words-lstm", "words-ngram")


@pytest.fixture(scope="module")
def engine(catalog: Catalog) -> Iterator[Engine]:
    running = Engine(Catalog([catalog.find(id, "write_text") for id in MODELS]), device="cpu")
    running.start()
    yield running
    running.stop()


def write(engine: Engine, checkpoint: str = "words-gpt2", **values: Any) -> Done:
    given = {"text": "a red", "seed": 3, "max_new_tokens": 8} | values
    return engine.submit("tester", WriteTextRequest, given, checkpoint).result(60)


def texts(done: Done) -> list[str]:
    return [passage.text for passage in done.made]


@pytest.mark.parametrize("model", MODELS)
def test_a_text_goes_on_from_its_beginning_and_says_what_every_token_was_worth(engine: Engine, model: str) -> None:
    done = write(engine, model, num_texts=8, temperature=1.0)
    assert len(set(texts(done))) > 1 and all(text.startswith("a red") for text in texts(done))
    for passage in done.made:
        assert "".join(token.text for token in passage.tokens) == passage.text
        assert [token.given for token in passage.tokens[:3]] == [True, True, False]
        assert all(0 < token.probability <= 1 and token.alternatives for token in passage.tokens)
        given = passage.tokens[:2]
        surprise = -sum(math.log(token.probability) for token in given) / 2
        assert passage.scores[GIVEN] == pytest.approx(math.exp(surprise))
    assert done.report.contents["scores"][0]["columns"][0] == GIVEN


@pytest.mark.parametrize("model", MODELS)
def test_the_same_seed_writes_the_same_text_whoever_else_is_there(engine: Engine, model: str) -> None:
    several = write(engine, model, num_texts=4)
    assert texts(write(engine, model, num_texts=4)) == texts(several)
    assert texts(write(engine, model, seed=5)) == texts(several)[2:3]


def test_temperature_0_takes_the_likeliest_and_says_so(engine: Engine) -> None:
    one, other = write(engine, temperature=0.0), write(engine, temperature=0.0, seed=9)
    assert texts(one) == texts(other)
    assert one.report.notices[0].en.startswith("Temperature 0: always the likeliest token")


@pytest.mark.parametrize("model", MODELS)
def test_a_text_may_begin_from_nothing(engine: Engine, model: str) -> None:
    assert texts(write(engine, model, text="", temperature=0.5))[0].strip()


def test_characters_that_the_model_never_read_are_named(engine: Engine) -> None:
    done = write(engine, text="a ส😀 cat 猫")
    assert "hardly knows these characters" in done.report.notices[0].en
    assert done.report.notices[0].en.endswith("ส 😀") and texts(done)[0].startswith("a ส😀 cat 猫")


@pytest.mark.parametrize("model", MODELS)
def test_a_text_longer_than_the_model_reads_is_read_and_gpt_2_says_what_it_forgets(engine: Engine, model: str) -> None:
    done = write(engine, model, text="red apple " * 100, max_new_tokens=3)
    said = " ".join(notice.en for notice in done.report.notices)
    assert ("the model reads 128 together" in said) == (model == "words-gpt2")


@pytest.mark.parametrize(
    ("field", "value"), [("text", "x" * 100_000), ("text", "half \ud83d"), ("temperature", math.nan), ("order", 6)]
)
def test_what_cannot_be_asked_is_refused_by_name(engine: Engine, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=rf"\({field}\) must be"):
        write(engine, **{field: value})


def test_an_n_gram_of_order_1_forgets_what_it_was_given(engine: Engine) -> None:
    short, long = (write(engine, "words-ngram", order=order, text="red apple on a blue") for order in (1, 5))
    assert texts(long)[0].startswith("red apple on a blue background") and texts(short) != texts(long)


def test_reading_along_ends_with_what_may_come_next(engine: Engine) -> None:
    for model in MODELS:
        done = engine.submit("tester", ReadTextRequest, {"text": "red apple on a blue"}, model).result(60)
        *tokens, last = done.made[0].tokens
        assert [token.text for token in tokens] == ["red", " apple", " on", " a", " blue"]
        assert last.text == "" and last.alternatives[0][0] == " background" and last.alternatives[0][1] > 0.5


def test_an_n_gram_shows_how_far_it_backed_off(engine: Engine) -> None:
    done = engine.submit("tester", InsideTextRequest, {"text": "blue zebra umbrella"}, "words-ngram").result(60)
    table = done.made[0]
    assert len(table.rows) == 5 and table.values[1][0] > 0 and table.values[-1][0] == 0


def test_a_grid_goes_over_temperatures(engine: Engine) -> None:
    checkpoint = engine.catalog.find("words-lstm", "write_text")
    grid = plan_grid(WriteTextRequest, checkpoint, {"seed": 1, "num_texts": 5}, [("temperature", "0, 0.5, 1.5")])
    assert [cell.request.temperature for cell in grid.cells] == [0.0, 0.5, 1.5]
    assert all(len(cell.request.samples(checkpoint)) == 1 for cell in grid.cells)


def test_only_the_n_gram_asks_for_its_order(engine: Engine) -> None:
    family = find_family("write_text")
    asked = {id: "order" not in family.unused(engine.catalog.find(id, "write_text")) for id in MODELS}
    assert asked == {"words-gpt2": False, "words-lstm": False, "words-ngram": True}


def test_the_prompt_writer_takes_less_and_less_of_a_prompt() -> None:
    assert list(beginnings("red apple on it")) == ["red apple on it", "red apple on", "red apple", "red"]
    assert list(beginnings("红苹果")) == ["红苹果", "红苹", "红", ""]
    assert list(beginnings("")) == [""]


def test_the_prompt_writer_offers_whole_prompts_only() -> None:
    def text(said: str, new: int) -> dict[str, Any]:
        return {"text": said, "tokens": [{"given": True}, *[{}] * new]}

    written = [
        text("red apple", 0),
        text("red hat", 1),
        text("red hat", 1),
        text("red: a colour", 3),
        text("red a", 16),
    ]
    assert offers(written, "red") == ["red hat"]
