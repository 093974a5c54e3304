"""How a clip from a picture forms and which frames look at which: watched on the way that motion modules take there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.catalog import Catalog
from playground.errors import InvalidInput
from playground.families import find_family
from playground.families.base import Device
from playground.families.image_to_video_film import PictureFilmRequest, PictureLensRequest
from playground.families.image_to_video_requests import ImageToVideoRequest
from playground.families.text_to_video import Loaded
from playground.media.pictures import data_url
from tests.families.filming import made_at_once
from tests.families.test_image_to_video import ball

FAMILY = find_family("image_to_video")
ASKED = {
    "image": data_url(ball()), "prompt": "red apple rising", "seed": 7, "num_inference_steps": 9,
    "num_frames": 8, "width": 96, "height": 96,
}  # fmt: skip


@pytest.fixture(scope="module")
def model(catalog: Catalog, one_core: None) -> Loaded:
    return FAMILY.load(catalog.find("", "image_to_video"), Device("cpu", "CPU", 1 << 33, "float32"))


def made(model: Loaded, task: Any, told: list[tuple[int, int]] | None = None, **values: Any) -> Any:
    return made_at_once(FAMILY, model, task, told, **ASKED | values)


def tile(page: Image.Image, row: int, column: int) -> np.ndarray[Any, Any]:
    return np.asarray(page.crop((column * 96, row * 96, column * 96 + 96, row * 96 + 96)), int)


def test_the_films_last_row_is_the_clip_and_its_first_are_of_the_words_alone(model: Loaded) -> None:
    page: Image.Image = made(model, PictureFilmRequest)
    frames = made(model, ImageToVideoRequest)
    # Of nine steps the first third decides the path, and the last fifth draws the picture there.
    assert page.info["steps"] == [1, 2, 3, 4] and page.info["of"] == 4 and page.info["frames"] == list(range(1, 9))
    assert "Steps 1 to 3 begin with noise" in page.info["notice"].en and "第 4 步" in page.info["notice"].zh
    # The last step believes what it makes; the first frame is then put back as the picture.
    last = [np.abs(tile(page, 3, column) - np.asarray(frames[column], int)).mean() for column in range(1, 8)]
    assert max(last) < 1
    assert np.abs(tile(page, 0, 7) - np.asarray(frames[7], int)).mean() > 5, "what is believed first is far from it"


def test_a_place_that_is_asked_for_behind_a_film_needs_no_second_run(model: Loaded) -> None:
    told: list[tuple[int, int]] = []
    made(model, PictureFilmRequest, seed=21)
    near = made(model, PictureLensRequest, told, seed=21, at_step=4)
    assert told == [(1, 1)]
    assert near.rows == near.columns == tuple(str(frame) for frame in range(1, 9))
    assert all(sum(row) == pytest.approx(1, abs=0.01) for row in near.values)
    assert "Step 4 of 4, layers of 6 × 6 places" in near.info["notice"].en
    corner = made(model, PictureLensRequest, seed=21, across=0.0, down=1.0, at_step=4)
    early = made(model, PictureLensRequest, seed=21, at_step=1)
    assert len({near.values, corner.values, early.values}) == 3


@pytest.mark.parametrize(
    "other",
    [{"image": data_url(ball(size=0.6))}, {"strength": 0.5}, {"seed": 22}],
    ids=["picture", "closeness", "seed"],
)
def test_another_clip_is_made_to_be_watched(model: Loaded, other: dict[str, Any]) -> None:
    made(model, PictureFilmRequest, seed=21)
    told: list[tuple[int, int]] = []
    made(model, PictureLensRequest, told, **({"seed": 21} | other))
    assert len(told) > 4 and told[-1][0] == told[-1][1]


def test_a_film_without_a_picture_is_refused(model: Loaded) -> None:
    with pytest.raises(InvalidInput, match="no picture to begin with"):
        FAMILY.read(PictureFilmRequest, model.checkpoint, ASKED | {"image": ""})


def test_a_pipeline_without_motion_modules_has_no_film(catalog: Catalog) -> None:
    whole = catalog.find("ltx-video-picture", "image_to_video")
    with pytest.raises(InvalidInput, match="no motion modules to turn down or to look into"):
        FAMILY.read(PictureFilmRequest, whole, ASKED | {"scheduler": "Own"})
