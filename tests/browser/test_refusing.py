"""Bad input typed in the page gets a sentence that says what is allowed, and the earlier result stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.panels import open_panel, open_tab, same


@pytest.mark.parametrize("seed", [str(2**70), str(2**32), "-2"])
def test_a_seed_out_of_range_is_refused(stay, seed):
    panel = open_tab(stay(), "digits_cvae")
    panel.make()
    earlier = panel.source
    panel.type_seed(int(seed))
    panel.generate.click()
    expect(panel.status).to_contain_text("Seed (seed) must be a whole number from 0 to 4294967295, or -1")
    expect(panel.page.get_by_test_id("toast-body").first).to_contain_text("Seed (seed) must be")
    assert same(panel.source, earlier)
    expect(panel.downloads.first).to_be_visible()
    panel.field("Seed").fill("5")
    panel.make()
    assert panel.seed == 5


def test_ten_thousand_samples_are_never_made(stay):
    panel = open_tab(stay(), "digits_cvae")
    panel.box("Number of samples").fill("10000")
    panel.make()
    expect(panel.box("Number of samples")).to_have_value("100")
    expect(panel.pictures).to_have_count(100)
    panel.box("Number of samples").fill("1")


def test_a_spread_that_is_no_number_is_never_used(stay):
    panel = open_tab(stay(), "digits_cvae")
    box = panel.box("Spread")
    box.focus()
    box.press("Control+a")
    box.press_sequentially("NaN")
    panel.make()
    expect(panel.pictures.first).to_be_visible()
    box.fill("")
    box.press_sequentially("1.5")
    expect(panel.stage).to_contain_text("live")


def test_a_number_with_letters_is_refused(stay):
    panel = open_panel(stay(), "digits_cvae", "digits_number", "Write a number")
    panel.make()
    earlier = panel.source
    panel.words.fill("20x6")
    panel.generate.click()
    expect(panel.status).to_contain_text("Number (number) must be 1 to 12 digits")
    assert panel.source == earlier


def test_refusals_are_told_in_chinese_too(visit):
    panel = open_panel(visit(locale="zh-CN"), "digits_cvae", "digits_number", "写一个数")
    panel.words.fill("abc")
    panel.generate.click()
    expect(panel.status).to_contain_text("必须是")
