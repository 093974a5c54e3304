"""The pixel-by-pixel family keeps what is known of a picture, draws the rest anew, and refuses what does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from playground.catalog import Catalog
from playground.engine import Engine
from playground.errors import InvalidInput, UnreadableFile
from playground.families import find_family
from playground.families.compare import real_pictures
from playground.families.pixelcnn_requests import CompleteRequest, PixelCNNRequest, PixelOddsRequest, known_pixels
from playground.media.pictures import data_url, enlarge


def half_mask(side: int = 28) -> Image.Image:
    mask = Image.new("L", (side, side))
    mask.paste(255, (0, side // 2, side, side))
    return mask


@pytest.fixture(scope="module")
def seven(catalog: Catalog) -> Image.Image:
    """A real seven that no generator has seen."""
    return real_pictures(catalog.find("", "compare"), "digits", "held_out")[705]


def grey(picture: Image.Image) -> np.ndarray[Any, Any]:
    return np.asarray(picture.convert("L"), dtype=float)


def test_what_is_known_stays_and_what_is_wiped_is_drawn_anew(engine: Engine, seven: Image.Image) -> None:
    values = {"image": data_url(seven), "mask": data_url(half_mask()), "class_name": "7", "seed": 3, "num_images": 3}
    done = engine.submit("tester", CompleteRequest, values).result(120)
    for made in done.made:
        assert np.abs(grey(made)[:14] - grey(seven)[:14]).max() <= 1
        assert grey(made)[14:].max() > 100, "a seven has a foot"
    assert len({made.tobytes() for made in done.made}) == 3, "every seed has its own idea"


def test_clothes_are_drawn_and_completed_too(engine: Engine, catalog: Catalog) -> None:
    boot = real_pictures(catalog.find("", "compare"), "clothes", "held_out")[-1]
    asked = {"class_name": "Ankle boot", "seed": 4, "num_images": 2}
    drawn = engine.submit("tester", PixelCNNRequest, asked, "fashion-pixelcnn").result(120).made
    assert all(grey(made)[14:].max() > 100 for made in drawn) and drawn[0].tobytes() != drawn[1].tobytes()
    half = asked | {"image": data_url(boot), "mask": data_url(half_mask())}
    for made in engine.submit("tester", CompleteRequest, half, "fashion-pixelcnn").result(120).made:
        assert np.abs(grey(made)[:14] - grey(boot)[:14]).max() <= 1 and grey(made)[14:].max() > 100


def test_the_picture_grows_row_by_row(engine: Engine) -> None:
    import asyncio

    from playground.engine import Step

    async def watched() -> list[Any]:
        job = engine.submit("tester", PixelCNNRequest, {"class_name": "3", "seed": 5})
        return [event.preview[0] async for event in job.watch() if isinstance(event, Step) and event.preview]

    previews = asyncio.run(watched())
    ends = [int(np.flatnonzero(grey(preview).any(1)).max(initial=0)) for preview in previews]
    assert len(previews) >= 3 and ends == sorted(ends) and ends[0] < ends[-1]


def test_a_large_picture_is_read_at_the_size_the_network_knows(seven: Image.Image) -> None:
    pixels, known = known_pixels(data_url(enlarge(seven, 10)), data_url(half_mask(280)), 28)
    assert pixels.shape == known.shape == (28, 28)
    assert np.abs(pixels * 255 - grey(seven)).max() < 2 and known[:14].all() and not known[14:].any()


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"mask": data_url(half_mask(14))}, InvalidInput, "as large as the picture, 28 × 28; it is 14 × 14"),
        ({"mask": ""}, InvalidInput, "The mask is missing"),
        ({"image": ""}, InvalidInput, "The picture is missing"),
        ({"image": "data:image/png;base64,AAAA"}, UnreadableFile, "cannot be read"),
        ({"class_name": "Bag"}, InvalidInput, "must be one of: 0, 1, 2"),
        ({"temperature": 0.0}, InvalidInput, "from 0.1 to 2"),
    ],
)
def test_what_does_not_fit_is_refused_in_both_languages(
    catalog: Catalog, seven: Image.Image, given: dict[str, Any], error: type[InvalidInput], told: str
) -> None:
    values = {"image": data_url(seven), "mask": data_url(half_mask()), "class_name": "7"} | given
    with pytest.raises(error) as refused:
        find_family("pixelcnn").read(CompleteRequest, catalog.find("", "pixelcnn"), values)
    assert told in refused.value.en and refused.value.zh.endswith("。")


def test_the_odds_of_a_pixel_are_the_networks_own(engine: Engine, catalog: Catalog, seven: Image.Image) -> None:
    from playground.networks.logistic_mixture import log_probability
    from playground.networks.pixelcnn import PixelCNN

    checkpoint = catalog.find("digits-pixelcnn", "pixelcnn")
    model = PixelCNN.from_pretrained(checkpoint.path, strict=True).eval().double()
    pixels = torch.from_numpy(np.asarray(seven.convert("L")) / 255)[None, None]
    with torch.inference_mode():
        logs = log_probability(model(pixels, torch.tensor([7])), (pixels[:, 0] * 255).round())
    for row, column in ((0, 0), (9, 14), (27, 27)):
        values = {"image": data_url(seven), "class_name": "7", "row": row, "column": column}
        done = engine.submit("tester", PixelOddsRequest, values, checkpoint.id).result(120)
        level, bits, *odds = [value for (value,) in done.made[0].values]
        assert level == np.asarray(seven.convert("L"))[row, column] and len(odds) == 32
        assert sum(odds) == pytest.approx(1) and bits == pytest.approx(
            -logs[0, row, column].item() / np.log(2), abs=1e-4
        )
    with pytest.raises(InvalidInput, match="The picture is missing"):
        find_family("pixelcnn").read(PixelOddsRequest, checkpoint, {"class_name": "7"})
