"""Links: the address follows the form, brings it back without generating, and what is wrong in it is told."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.panels import Panel, open_tab, same


def test_the_address_follows_the_form_and_a_link_brings_it_back(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    panel = open_tab(page, "digits_cvae")
    panel.slider("Digit").fill("3")
    panel.type_seed(77)
    page.wait_for_url(re.compile(r"\?tab=digits_cvae&digit=3&seed=77$"))
    panel.make()
    page.locator(".pg-copy-link:visible").click()
    expect(page.locator(".pg-copy-link:visible")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url

    other = visit(link[link.index("?") - 1 :])
    again = type(panel)(other, "digits_cvae")
    expect(again.box("Digit")).to_have_value("3")
    expect(again.field("Seed")).to_have_value("77")
    expect(again.stage).to_contain_text("live · seed 77")
    assert again.lock.is_checked() and again.downloads.count() == 0
    live = again.source
    again.make()
    assert same(live, again.source)


def test_what_is_wrong_in_a_link_is_left_out_and_told(visit):
    page = visit("/?tab=class_gan&class_name=Bag&truncation=7&hat=1&mix=0.5")
    open_tab(page, "class_gan")
    toast = page.get_by_test_id("toast-body").first
    expect(toast).to_contain_text("Some of this link was ignored")
    expect(toast).to_contain_text("Truncation (truncation) must be a number from 0.1 to 1; you sent '7'")
    expect(toast).to_contain_text("'hat'")
    panel = open_tab(page, "class_gan")
    expect(panel.box("Mix")).to_have_value("0.5")
    expect(panel.field("Class")).to_have_value("Bag")


def test_a_link_opens_a_further_panel_with_its_settings_and_tabs_that_take_none(visit):
    page = visit("/?tab=digits_number&number=1999")
    panel = Panel(page, "digits_number")
    expect(panel.field("Number")).to_have_value("1999")
    expect(panel.generate).to_be_visible()
    expect(visit("/?tab=sketch").locator("#image_to_image-generate")).to_be_visible()
    expect(visit("/?tab=gallery").locator("#gallery-tab")).to_be_visible()
