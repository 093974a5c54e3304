"""How well a picture fits its prompt is told with it, and the best of eight is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.catalog import Catalog, read_catalog
from playground.engine import Done, Engine
from playground.engine.reports import as_json
from playground.errors import InvalidInput
from playground.families.text_to_image_requests import CANDIDATES, PromptRequest
from playground.settings import Settings
from tests.families.tiny_words import towers_folder
from tests.running import running


def catalog_with(folder: Path) -> Catalog:
    (folder / "emoji-diffusion").symlink_to(Settings.checkpoints / "emoji-diffusion")
    towers_folder(folder / "emoji-clip", "dual")
    wanted = {"emoji-diffusion", "emoji-clip"}
    return Catalog([each for each in read_catalog(folder).all() if each.id in wanted])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with running(catalog_with(tmp_path_factory.mktemp("checkpoints"))) as engine:
        yield engine


def draw(engine: Engine, **values: Any) -> Done:
    asked = {"prompt": "red apple", "num_inference_steps": 2, "seed": 7} | values
    return engine.submit("tester", PromptRequest, asked).result(200)


def test_every_picture_has_its_fit_in_the_report_and_an_empty_prompt_has_none(engine: Engine) -> None:
    table = as_json(draw(engine, num_images=3).report, "en")["scores"][0]
    assert table["rows"] == ["1", "2", "3"] and table["columns"] == ["fit"]
    assert all(-1 <= row[0] <= 1 for row in table["values"]) and len({row[0] for row in table["values"]}) == 3
    assert "scores" not in as_json(draw(engine, prompt="").report, "en")


def test_the_best_of_eight_is_kept_and_all_are_told(engine: Engine) -> None:
    best = draw(engine, best_of=True)
    kept, rivals = as_json(best.report, "en")["scores"]
    seeds, fits = rivals["rows"], [row[0] for row in rivals["values"]]
    assert seeds == [str(7 + turn) for turn in range(CANDIDATES)] and kept["values"][0][0] == max(fits)
    winner = int(seeds[fits.index(max(fits))])
    assert f"seed {winner}" in best.report.notices[0].en and str(winner) in best.report.notices[0].zh
    alone = draw(engine, seed=winner)
    apart = np.abs(np.asarray(best.made[0], int) - np.asarray(alone.made[0], int))
    assert len(best.made) == 1 and apart.mean() <= 1
    several = PromptRequest.parse({"prompt": "cat", "seed": 7, "num_images": 2, "best_of": True})
    seeds_of_each = [sample.seed for sample in several.samples(engine.catalog.find("", "text_to_image"))]
    assert seeds_of_each == [7, 7 + CANDIDATES], "no candidate is drawn for two pictures"
    again = draw(engine, best_of=True)
    assert again.made[0].tobytes() == best.made[0].tobytes()


def test_without_the_towers_nothing_is_rated_and_the_best_cannot_be_told(tmp_path: Path) -> None:
    (tmp_path / "emoji-diffusion").symlink_to(Settings.checkpoints / "emoji-diffusion")
    catalog = read_catalog(tmp_path)
    checkpoint = catalog.find("emoji-diffusion", "text_to_image")
    engine = Engine(catalog, device="cpu")
    assert checkpoint.towers is None
    with pytest.raises(InvalidInput, match="emoji-clip") as refused:
        engine.submit("tester", PromptRequest, {"prompt": "cat", "best_of": True})
    assert refused.value.field == "best_of"
