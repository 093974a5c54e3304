"""A comparison shows every generator's own pictures, fills its figures while they come, and refuses what cannot be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.catalog import Catalog
from playground.engine import Done, Engine, Step
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.class_vae import ClassVAERequest
from playground.families.compare import folders_of, real_pictures
from playground.families.compare_requests import GENERATORS, CompareRequest
from playground.families.compare_run import FIGURES
from playground.outcomes.comparison import REAL, Comparison
from tests.families.askable import values_for
from tests.families.test_alone import run

MEASURED = [name for name in FIGURES if name != "bits_per_dimension"]


def tiles(sheet: Image.Image) -> list[np.ndarray[Any, Any]]:
    pixels = np.asarray(sheet, dtype=float)
    return [pixels[y : y + 28, x : x + 28] for y in range(0, len(pixels), 28) for x in range(0, 140, 28)]


@pytest.fixture(scope="module")
def events(engine: Engine) -> list[Any]:
    async def watched() -> list[Any]:
        job = engine.submit("tester", CompareRequest, values_for(CompareRequest, num_images=30))
        return [event async for event in job.watch()]

    return asyncio.run(watched())


def views_of(events: list[Any]) -> list[Comparison]:
    return [event.preview[0] for event in events if isinstance(event, Step) and event.preview]


def test_all_pictures_form_side_by_side_and_the_slow_ones_are_seen_half_done(events: list[Any]) -> None:
    forming = [view.forming for view in views_of(events) if view.forming]
    first, last = forming[0], forming[-1]
    assert len(first) == len(last) == len(views_of(events)[0].names) - 1
    differing = [a.tobytes() != b.tobytes() for a, b in zip(first, last, strict=True)]
    assert not differing[0], "one decode is done at once"
    assert any(differing[1:]), "who takes many steps is not"


def test_figures_come_while_samples_are_still_made_and_all_are_there_at_the_end(events: list[Any]) -> None:
    known = [sum(value is not None for row in view.scores.values for value in row) for view in views_of(events)]
    assert known[0] == 0 and sorted(known) == known and len(set(known)) > 3
    done = next(event for event in events if isinstance(event, Done))
    (made,) = done.made
    assert made.scores.rows == made.names and made.names[-1] == REAL
    for row, values in zip(made.scores.rows, made.scores.values, strict=True):
        found = dict(zip(made.scores.columns, values, strict=True))
        assert all(found[name] is not None for name in MEASURED if row != REAL or name not in ("seconds", "parameters"))
        assert (found["bits_per_dimension"] is not None) == (row == "pixelcnn")
    assert done.report.contents["scores"][0]["rows"] == list(made.names)


def test_held_out_pictures_are_the_row_to_beat(events: list[Any]) -> None:
    (made,) = next(event for event in events if isinstance(event, Done)).made
    accuracy = [row[0] for row in made.scores.values]
    assert accuracy[-1] >= 0.9, "the judge knows real digits"


def test_its_pictures_are_those_of_the_generators_own_families(engine: Engine) -> None:
    asked = {"class_name": "7", "seed": 41, "num_images": 3, "generators": "vae", "spread": 0.7}
    (made,) = engine.submit("tester", CompareRequest, asked).result(120).made
    own = {"class_name": "7", "seed": 41, "num_images": 3, "spread": 0.7}
    alone = engine.submit("tester", ClassVAERequest, own, "digits-vae").result(60)
    for tile, picture in zip(tiles(made.sheets[0])[:3], alone.made, strict=True):
        assert np.abs(tile - np.asarray(picture, dtype=float)).max() <= 2


def test_who_moves_one_strength_waits_for_that_column_alone(engine: Engine) -> None:
    asked = {"class_name": "2", "seed": 8, "num_images": 4, "generators": "vae, gan, flow"}
    first = engine.submit("tester", CompareRequest, asked).result(120).made[0]
    moved = engine.submit("tester", CompareRequest, asked | {"truncation": 0.3}).result(120).made[0]
    changed = [a.tobytes() != b.tobytes() for a, b in zip(first.sheets, moved.sheets, strict=True)]
    assert changed == [False, True, False, False]
    seconds = [[row[made.scores.columns.index("seconds")] for row in made.scores.values] for made in (first, moved)]
    assert seconds[0][0] == seconds[1][0] and seconds[0][2] == seconds[1][2], "they were not made again"
    assert seconds[0][1] != seconds[1][1]


def test_the_python_lines_make_the_same_pictures(engine: Engine, tmp_path: Path) -> None:
    checkpoint = engine.catalog.find("", "compare")
    values = values_for(CompareRequest, num_images=2, class_name="3", generators="vae, gan")
    done = engine.submit("tester", CompareRequest, values).result(120)
    run(find_family("compare").code(checkpoint, CompareRequest.model_validate(done.report.request)), tmp_path)
    for name, sheet in zip(("vae", "gan"), done.made[0].sheets, strict=False):
        for index in range(2):
            with Image.open(tmp_path / f"{name}-{index}.png") as saved:
                assert np.abs(np.asarray(saved, dtype=float) - tiles(sheet)[index]).max() <= 2


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"data": "digits", "class_name": "Bag"}, "class_name", "Bag"),
        ({"data": "clothes", "class_name": "7"}, "class_name", "7 is no class of clothes"),
        ({"data": "faces"}, "data", "must be one of: digits"),
        ({"generators": "vae, painter"}, "generators", "must be some of: vae, gan"),
        ({"num_images": 0}, "num_images", "from 1 to 500; you sent 0"),
        ({"num_images": 100_000}, "num_images", "from 1 to 500"),
        ({"diffusion_guidance": 9.0}, "diffusion_guidance", "from 0 to 8"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_both_languages(
    catalog: Catalog, values: dict[str, Any], field: str, told: str
) -> None:
    checkpoint = catalog.find("", "compare")
    with pytest.raises(InvalidInput) as refused:
        find_family("compare").read(CompareRequest, checkpoint, values)
    assert refused.value.field == field and told in refused.value.en and refused.value.zh != refused.value.en


@pytest.mark.parametrize("data", ["digits", "clothes"])
def test_both_data_sets_have_every_kind_of_generator(catalog: Catalog, data: str) -> None:
    assert list(folders_of(catalog.find("", "compare"), data)) == list(GENERATORS)


def test_clothes_go_through_all_of_them(engine: Engine) -> None:
    asked = values_for(CompareRequest, data="clothes", class_name="Bag", seed=6)
    done = engine.submit("tester", CompareRequest, asked).result(120)
    (made,) = done.made
    assert made.names == (*GENERATORS, REAL)
    accuracy = dict(zip(made.names, (row[0] for row in made.scores.values), strict=True))
    assert all(share >= 0.8 for name, share in accuracy.items() if name in ("vae", "gan", "pixelcnn", REAL)), accuracy
    bits = made.scores.values[made.names.index("pixelcnn")][made.scores.columns.index("bits_per_dimension")]
    assert 2 < bits < 4, "clothes have texture: a pixel costs more than one of a digit"


def test_whoever_is_not_named_takes_part_if_there_are_weights(catalog: Catalog) -> None:
    checkpoint = catalog.find("", "compare")
    request = find_family("compare").read(CompareRequest, checkpoint, {})
    (sample,) = request.samples(checkpoint)
    assert list(sample.generators) == list(folders_of(checkpoint, "digits")) and len(sample.generators) >= 2


@pytest.mark.parametrize("part", ["reference", "held_out"])
def test_real_pictures_lie_with_the_judges_equally_many_of_every_class(catalog: Catalog, part: str) -> None:
    checkpoint = catalog.find("", "compare")
    for data, told in checkpoint.config["data"].items():
        real = real_pictures(checkpoint, data, part)
        assert len(real) % len(told["class_names"]) == 0 and len(real) >= 500
        assert all(picture.size == (28, 28) and picture.getextrema()[1] > 100 for picture in real)
