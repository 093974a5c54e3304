"""Compare tab: one condition, every kind of generator; figures, nearest training pictures, a guessing game.

The generators that have no tab of their own stand below, each in a panel, and with them the completing of a
half-erased picture.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

import numpy as np

from playground.api.following import finished
from playground.catalog import Checkpoint
from playground.engine import Engine
from playground.errors import InvalidInput, PlaygroundError
from playground.families import find_family
from playground.families.compare import folders_of, real_pictures
from playground.families.compare_requests import STRENGTHS
from playground.families.pixelcnn_requests import CompleteRequest, PixelOddsRequest
from playground.families.requests import Request
from playground.media.inline import picture_of
from playground.media.pictures import data_url, enlarge
from playground.ui.shell.asking import Asked, answers
from playground.ui.shell.parts import part
from playground.ui.stories.compare import STORY
from playground.ui.tabs import texts
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab, build_panel

NEAREST = 5
SIDE = 28
DRAWN = 10
"""Screen pixels that a pixel of a picture takes where a visitor wipes."""


def build(house: TabHouse) -> None:
    """Draw the tab."""
    tab = Tab(
        STORY,
        panels={CompleteRequest: _completing},
        hidden=(PixelOddsRequest,),
        form={"checkpoints": False},
        below_result=_closer,
    )
    build_family_tab(house, find_family("compare"), tab)


def _closer(house: TabHouse) -> None:
    """Draw what a comparison's samples are looked at with: nearest training pictures, and the guessing game."""
    judges = house.desk.engine.catalog.find("", "compare")
    known = {name: list(told["class_names"]) for name, told in _told(judges).items()}
    spec = {"classes": known, "generators": {name: list(folders_of(judges, name)) for name in known}}
    spec["strengths"] = STRENGTHS
    asks = [_nearest_question(judges), _odds_question(house.desk.engine)]
    part("closer", None, spec=spec, functions=asks, id="compare-closer")


def _nearest_question(judges: Checkpoint) -> Any:
    """Return a question that finds the training pictures that look most like a sample, pixel by pixel."""

    def look(data: str, picture: str) -> dict[str, Any]:
        sample = np.asarray(picture_of(picture).convert("L").resize((SIDE, SIDE)), dtype=float)
        real = real_pictures(judges, data, "reference")
        pixels = np.stack([np.asarray(each, dtype=float) for each in real])
        apart = np.sqrt(((pixels - sample) ** 2).mean((1, 2))) / 255
        closest = np.argsort(apart)[:NEAREST]
        return {
            "pictures": [data_url(enlarge(real[place], 2)) for place in closest],
            "apart": [round(float(apart[place]), 3) for place in closest],
            "of": len(real),
        }

    @answers
    async def nearest(asked: Asked) -> dict[str, Any]:
        data = _known(judges, asked.text("data", 40))
        return await asyncio.to_thread(look, data, asked.text("picture", 20_000))

    return nearest


def _odds_question(engine: Engine) -> Any:
    """Return a question that tells what the network expected of one pixel, given those before it."""

    @answers
    async def pixel_odds(asked: Asked) -> dict[str, Any]:
        values = {
            "image": asked.text("picture"),
            "class_name": asked.text("class_name", 200),
            "row": asked.whole("row"),
            "column": asked.whole("column"),
        }
        done, _ = await finished(engine, asked.page, PixelOddsRequest, values, asked.text("checkpoint", 100))
        level, bits, *odds = [value for (value,) in done.made[0].values]
        return {"level": level, "bits": bits, "odds": odds}

    return pixel_odds


def _completing(house: TabHouse, task: type[Request]) -> None:
    """Draw a picture that a visitor wipes a part away of, and what the model makes of the rest."""
    catalog = house.desk.engine.catalog
    asks, known = [_another_question(catalog.find("", "compare"))], catalog.of_family(task.family)
    build_panel(
        house,
        task,
        button=texts.COMPLETE,
        checkpoint=known[0].id if known else "",
        chooser=True,
        form={"wipes": {"scale": DRAWN}},
        questions=asks,
    )


def _another_question(judges: Checkpoint) -> Any:
    """Return a question that gives a real picture, of a class, that no generator has seen."""

    @answers
    async def another_picture(asked: Asked) -> dict[str, Any]:
        checkpoint, name = asked.text("checkpoint", 100), asked.text("class_name", 200)
        data = "digits" if checkpoint.startswith("digits") or not checkpoint else "clothes"
        names = judges.config["data"][_known(judges, data)]["class_names"]
        real = real_pictures(judges, data, "held_out")
        each = len(real) // len(names)
        first = names.index(name) * each if name in names else 0
        return {"picture": data_url(real[random.randrange(first, first + each if name in names else len(real))])}

    return another_picture


def _told(judges: Checkpoint) -> dict[str, Any]:
    """Return what the judges say of each data set; nothing where their folder is missing, which their form tells."""
    try:
        found: dict[str, Any] = judges.config["data"]
    except PlaygroundError:
        return {}
    return found


def _known(judges: Checkpoint, data: str) -> str:
    """Return a data set's name if there is one.

    Raises:
        InvalidInput: There is none.
    """
    if data not in _told(judges):
        names = ", ".join(judges.config["data"])
        raise InvalidInput("data", f"The data set must be one of: {names}.", f"数据集必须是以下之一：{names}。")
    return data
