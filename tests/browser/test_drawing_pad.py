"""The pad to draw on: one pointer draws, what goes wrong leaves no line, and pictures can be brought to it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.carrying import DROP, PASTE, carried
from tests.browser.panels import Panel, open_panel
from tests.families.photographs import paper, written


def pad_of(page: Page) -> Panel:
    return open_panel(page, "digits_cvae", "digits_drawing", "Draw your own")


def inked(panel: Panel) -> int:
    return panel.page.evaluate(
        """() => {
          const canvas = document.querySelector('.pg-pad canvas');
          const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let at = 0; at < data.length; at += 4) dark += data[at] < 128;
          return dark;
        }"""
    )


POINTER = """([kind, id, x, y]) => document.querySelector('.pg-pad canvas').dispatchEvent(
  new PointerEvent(kind, {pointerId: id, clientX: x, clientY: y, bubbles: true, cancelable: true}))"""


def test_a_second_finger_and_a_cancelled_gesture_leave_no_line_and_undo_takes_back(stay):
    panel = pad_of(stay())
    page = panel.page
    panel.area.get_by_role("button", name="Clear").click()
    canvas = panel.area.locator(".pg-pad canvas")
    canvas.scroll_into_view_if_needed()
    box: Any = canvas.bounding_box()
    x, y = box["x"], box["y"]
    page.mouse.move(x + 60, y + 60)
    page.mouse.down()
    page.mouse.move(x + 60, y + 200, steps=4)
    one = inked(panel)
    for kind, at in (("pointerdown", 30), ("pointermove", 250), ("pointerup", 250)):
        page.evaluate(POINTER, [kind, 99, x + at, y + 30])
    assert inked(panel) == one > 0
    page.mouse.up()
    page.mouse.move(x + 100, y + 60)
    page.mouse.down()
    page.mouse.move(x + 200, y + 200, steps=4)
    assert inked(panel) > one
    page.evaluate(POINTER, ["pointercancel", 1, x, y])
    page.mouse.up()
    assert inked(panel) == one
    panel.area.get_by_role("button", name="Undo").click()
    assert inked(panel) == 0


def test_a_photograph_dropped_or_pasted_on_the_pad_is_drawn_and_read(stay, tmp_path):
    panel = pad_of(stay())
    file = tmp_path / "seven without an ending"
    written(7, paper()).save(file, "PNG")
    panel.area.get_by_role("button", name="Clear").click()
    assert panel.page.evaluate(DROP, [".pg-pad canvas", *carried(file)]) == [False, False]
    panel.page.wait_for_function("() => document.querySelector('.pg-pad canvas').toDataURL().length > 4000")
    panel.generate.click()
    panel.wait_until_done()
    expect(panel.status).to_contain_text("Read as a 7")
    panel.area.get_by_role("button", name="Clear").click()
    panel.page.evaluate(PASTE, ["body", *carried(file)])
    panel.page.wait_for_function("() => document.querySelector('.pg-pad canvas').toDataURL().length > 4000")
