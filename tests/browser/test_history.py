"""The strip of last results: it survives a reload, says what changed, and brings a result back at a click."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.panels import Panel, open_panel, open_tab


def strip_of(panel: Panel, family: str = "digits_cvae") -> Locator:
    return panel.page.locator(f"#{family}-history [data-id]")


def test_results_say_what_was_changed_come_back_at_a_click_and_survive_a_reload(visit):
    panel = open_tab(visit(), "digits_cvae")
    strip = strip_of(panel)
    panel.type_seed(7)
    for digit, spread in (("4", "1"), ("4", "1.5"), ("8", "1.5")):
        panel.slider("Digit").fill(digit)
        panel.slider("Spread").fill(spread)
        panel.make()
        made = panel.source
    expect(strip).to_have_text(["Digit 4 → 8", "Spread 1 → 1.5", "a new start"])
    assert strip.locator("img").first.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 50

    strip.last.click()
    expect(panel.status).to_contain_text("seed 7")
    expect(panel.box("Digit")).to_have_value("4")
    expect(panel.box("Spread")).to_have_value("1")
    expect(panel.downloads.first).to_be_visible()
    assert panel.source != made and panel.field("Seed").input_value() == "7"
    panel.slider("Digit").fill("1")
    panel.make()
    expect(strip).to_have_text(["Digit 4 → 1", "Digit 4 → 8", "Spread 1 → 1.5", "a new start"])
    # Two results came from the first one: both of their arcs end above it.
    ends = [path.get_attribute("d").split()[0] for path in panel.page.locator("#digits_cvae-history path").all()]
    assert ends.count(f"M{92 * 3 + 42}") == 2

    panel.page.reload()
    open_tab(panel.page, "digits_cvae")
    expect(strip).to_have_count(4)
    strip.nth(1).click()
    expect(panel.box("Digit")).to_have_value("8")
    panel.page.get_by_text("中文", exact=True).click()
    expect(strip).to_have_text(["数字：4 → 1", "数字：4 → 8", re.compile("1 → 1.5"), "新的开始"])
    expect(strip_of(open_tab(visit(), "digits_cvae"))).to_have_count(0)


def test_a_neighbour_that_is_opened_and_another_panels_result_join_the_history(visit):
    panel = open_tab(visit(), "digits_cvae")
    strip, page = strip_of(panel), panel.page
    panel.make()
    expect(strip).to_have_count(1)
    page.locator("#digits_cvae-vary").click()
    cells = page.locator("#digits_cvae-neighbours .pg-cell")
    expect(cells).to_have_count(4)
    cells.nth(2).click()
    expect(strip).to_have_text(["Walk 0 → 0.2", "a new start"])

    other = open_panel(page, "digits_cvae", "digits_number", "Write a number")
    other.words.fill("31")
    other.make()
    expect(strip).to_have_count(3)
    other.words.fill("2026")
    page.locator("#digits_cvae-more").get_by_role("tab").last.click()
    expect(other.generate).not_to_be_visible()
    strip.first.click()
    expect(other.words).to_have_value("31")
    expect(other.generate).to_be_visible()
    expect(other.downloads.first).to_be_visible()

    page.locator("#gallery-tab-button").click()
    page.locator(".pg-tile-open").first.click()
    page.locator("#gallery-delete").click()
    expect(page.locator("#gallery-undo")).to_be_visible()
    open_tab(page, "digits_cvae")
    expect(strip).to_have_count(2)
    page.locator("#gallery-tab-button").click()
    page.locator("#gallery-undo").click()
    open_tab(page, "digits_cvae")
    expect(strip).to_have_count(3)
