"""The tab where people draw: the picture follows mouse and finger; masks, undo, pictures of other tabs, reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, Visitors
from tests.browser.panels import Panel, fits, open_tab


@pytest.fixture(scope="module")
def quick_site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("sketch"), "tests/browser/drafting_app.py", ("--runtime", "torch")) as running:
        yield running


@pytest.fixture
def come(quick_site, chromium):
    visitors = Visitors(quick_site, chromium)
    yield visitors
    visitors.leave()


def open_sketch(page: Page, task: str = "image_to_image") -> Panel:
    page.locator("#sketch-tab-button").click()
    page.locator(f"#{task}-panel-button").click()
    panel = Panel(page, task)
    expect(panel.generate).to_be_visible()
    return panel


def pad(panel: Panel) -> Locator:
    return panel.page.locator(f"#{panel.task}-image")


def drawn(panel: Panel) -> str:
    return pad(panel).evaluate("(canvas) => canvas.toDataURL()")


def stroke(panel: Panel, start: tuple[float, float], end: tuple[float, float]) -> None:
    pad(panel).scroll_into_view_if_needed()
    box, mouse = pad(panel).bounding_box(), panel.page.mouse
    mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    mouse.down()
    mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=5)
    mouse.up()


def test_the_picture_follows_the_brush_and_the_strength_and_the_drawing_outlives_a_reload(come):
    page = come()
    panel = open_sketch(page)
    empty = drawn(panel)
    panel.words.fill("apple")
    stroke(panel, (0.3, 0.5), (0.7, 0.5))
    expect(panel.stage).to_contain_text("draft")
    first, one = panel.source, drawn(panel)
    panel.area.get_by_role("button", name="Colour #43a047").click()
    stroke(panel, (0.5, 0.2), (0.5, 0.4))
    panel.moved_on(first)
    second = panel.source
    panel.slider("Strength").fill("0.4")
    panel.moved_on(second)
    panel.area.get_by_role("button", name="Undo").click()
    assert drawn(panel) == one
    panel.area.get_by_role("button", name="Redo").click()
    assert drawn(panel) not in (one, empty)
    panel.make()
    kept = drawn(panel)
    come.reload(page)
    expect(page.locator(".pg-state.pg-ready")).to_be_visible()
    panel = open_sketch(page)
    expect(pad(panel)).to_be_visible()
    page.wait_for_function("(kept) => document.querySelector('#image_to_image-image').toDataURL() === kept", arg=kept)


def test_a_picture_of_another_tab_is_sent_here_and_a_part_of_it_made_anew(come):
    page = come()
    made = open_tab(page, "text_to_image")
    made.make()
    page.locator("#text_to_image-to-sketch").click()
    panel = open_sketch(page, "inpaint")
    page.wait_for_function("() => playground.forms.inpaint?.values.image")
    panel.words.fill("red heart")
    panel.generate.click()
    expect(panel.status).to_contain_text("The mask covers nothing")
    panel.area.get_by_role("button", name="Paint the mask").click()
    before = drawn(panel)
    stroke(panel, (0.4, 0.5), (0.6, 0.5))
    assert drawn(panel) == before, "a mask is no paint"
    panel.make()
    page.locator("#image_to_image_strengths-panel-button").click()
    strip = Panel(page, "image_to_image_strengths")
    strip.make()
    expect(strip.pictures).to_have_count(1)


def test_a_finger_draws_on_a_phone_where_picture_and_pad_are_seen_together(come):
    page = come(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    panel = open_sketch(page)
    panel.words.fill("apple")
    pad(panel).scroll_into_view_if_needed()
    box, before = pad(panel).bounding_box(), drawn(panel)
    touch = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.4), ("touchMove", 0.5), ("touchMove", 0.6), ("touchEnd", None)):
        points = [] if share is None else [{"x": box["x"] + share * box["width"], "y": box["y"] + box["height"] / 2}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(panel.stage).to_contain_text("draft")
    assert drawn(panel) != before and fits(page)
    pad(panel).evaluate("(canvas) => canvas.scrollIntoView({block: 'end'})")
    expect(panel.pictures.first).to_be_in_viewport()
    expect(pad(panel)).to_be_in_viewport(ratio=0.9)
