"""Digits tab: choose a digit, drag the spread; write a number, draw your own, walk on the latent map, morph."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.families import find_family
from playground.families.digits_cvae_requests import MAP_RADIUS, DigitMapRequest, DigitPointRequest, DrawnDigitRequest
from playground.families.requests import Request
from playground.ui.form import texts
from playground.ui.shell.parts import part
from playground.ui.stories.digits_cvae import STORY
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab, build_panel

MAP_COLUMNS = 15


def build(house: TabHouse) -> None:
    """Draw the tab."""
    tab = Tab(
        STORY,
        panels={DigitPointRequest: _map_panel},
        hidden=(DigitMapRequest,),
        buttons={DrawnDigitRequest: texts.DRAW_BUTTON},
    )
    build_family_tab(house, find_family("digits_cvae"), tab)


def _map_panel(house: TabHouse, task: type[Request]) -> None:
    """Draw the latent plane; a click on it, or its two sliders, write out that point."""
    known = house.desk.engine.catalog.of_family("digits_cvae")
    flat = next((checkpoint.id for checkpoint in known if _is_flat(checkpoint)), "")
    spec = {"task": DigitMapRequest.task, "point": task.task, "columns": MAP_COLUMNS, "radius": MAP_RADIUS}
    part("plane", None, spec=spec, id="digits-plane")
    with gr.Column(scale=6, min_width=300):
        build_panel(house, task, live=True, checkpoint=flat)


def _is_flat(checkpoint: Any) -> bool:
    try:
        return bool(checkpoint.config.get("latent_dim") == 2)
    except PlaygroundError:
        return False
