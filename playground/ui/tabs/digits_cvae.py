"""Digits tab: choose a digit, drag the spread; write a number, draw your own, walk on the latent map, morph."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.api.following import LIVE, finished, owner_of
from playground.engine import Failed
from playground.errors import PlaygroundError
from playground.families import find_family
from playground.families.digits_cvae_requests import MAP_RADIUS, DigitMapRequest, DigitPointRequest, DrawnDigitRequest
from playground.families.requests import Request
from playground.language import Language
from playground.outcomes import find_kind
from playground.ui import html
from playground.ui.family_tab import build_family_tab
from playground.ui.live import connect_live
from playground.ui.panel import Page, build_form, build_result, connect
from playground.ui.texts import page as texts
from playground.ui.texts.digits_cvae_story import STORY

MAP_COLUMNS = 15


def build(page: Page) -> list[tuple[Any, list[Any], Any]]:
    """Draw the tab; returns what fills it when the page opens."""
    maps: list[tuple[Any, list[Any], Any]] = []

    def map_panel(page: Page, task: type[Request], checkpoint: Any) -> None:
        maps.append(_build_map(page))

    fill = build_family_tab(
        page,
        find_family("digits_cvae"),
        STORY,
        special={DrawnDigitRequest: _build_drawing, DigitPointRequest: map_panel},
        hidden=(DigitMapRequest,),
    )
    return fill + maps


def _build_drawing(page: Page, task: type[Request], checkpoint: Any) -> None:
    with gr.Row(elem_classes="pg-columns"):
        with gr.Column(scale=5, min_width=300):
            panel = build_form(page, task, "", checkpoint, texts.DRAW_BUTTON)
        with gr.Column(scale=7, min_width=300):
            build_result(page, panel)
    connect(page, panel)


def _build_map(page: Page) -> tuple[Any, list[Any], Any]:
    """Draw the latent plane; a click on it, or its two sliders, write out that point."""
    flat = [checkpoint for checkpoint in page.engine.catalog.of_family("digits_cvae") if _is_flat(checkpoint)]
    checkpoint = gr.State(flat[0].id if flat else "")
    page.wording(gr.Markdown, value=texts.MAP_CLICK, elem_classes="pg-small")
    with gr.Row(elem_classes="pg-columns"):
        with gr.Column(scale=6, min_width=300):
            plane = gr.Image(
                format="png",
                interactive=False,
                show_label=False,
                buttons=[],
                elem_id="digits-plane",
                elem_classes="pg-plane",
                height=460,
            )
        with gr.Column(scale=6, min_width=300):
            panel = build_form(page, DigitPointRequest, flat[0].id if flat else "", checkpoint)
            build_result(page, panel)
    connect(page, panel)
    redraw, inputs = connect_live(page, panel, panel.form.components)
    digit, x, y = panel.form.components

    async def draw_plane(request: gr.Request, language: Language, chosen: str, digit: int) -> Any:
        try:
            values = {"digit": digit, "columns": MAP_COLUMNS}
            done, made = await finished(page.engine, owner_of(request), DigitMapRequest, values, chosen)
        except PlaygroundError as error:
            return gr.skip(), html.status_line(Failed(error), language)
        return find_kind(DigitMapRequest.makes).picture(done.made, made.layout(), 2), gr.skip()

    def point_at(event: gr.SelectData) -> tuple[float, float]:
        # The middle of the first and last tile are the ends of the axes.
        tile = 2 * 28
        across, down = (min(max((pixel - tile / 2) / ((MAP_COLUMNS - 1) * tile), 0.0), 1.0) for pixel in event.index)
        return round(MAP_RADIUS * (2 * across - 1), 2), round(MAP_RADIUS * (1 - 2 * down), 2)

    plane_inputs = [page.language, checkpoint, digit]
    digit.change(draw_plane, plane_inputs, [plane, panel.status], **LIVE)
    plane.select(point_at, None, [x, y], **LIVE).then(redraw, inputs, [panel.stage, panel.status], **LIVE)
    return draw_plane, plane_inputs, [plane, panel.status]


def _is_flat(checkpoint: Any) -> bool:
    try:
        return bool(checkpoint.config.get("latent_dim") == 2)
    except PlaygroundError:
        return False
