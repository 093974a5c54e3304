"""Everybody can read and operate it: axe-core finds nothing serious on any tab, in both themes and languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import grave_findings

TABS = ("text_to_image", "class_gan", "digits_cvae", "text_to_video", "compare", "gallery")


@pytest.mark.parametrize(
    ("scheme", "locale"), [("light", "en-US"), ("dark", "en-US"), ("light", "zh-CN"), ("dark", "zh-CN")]
)
def test_axe_finds_nothing_serious_and_headings_are_in_order(visit: Any, scheme: str, locale: str) -> None:
    page = visit(color_scheme=scheme, locale=locale)
    found = []
    for tab in TABS:
        page.locator(f"#{tab}-tab-button").click()
        if tab == "gallery":
            expect(page.locator("#gallery-words")).to_be_visible()
        else:
            expect(page.locator(f"#{tab}-generate")).to_be_visible()
            page.locator(f"#{tab}-how button").first.click()
            expect(page.locator(f"#{tab}-how .story")).to_be_visible()
        found += grave_findings(page, tab)
    assert found == []


def test_on_a_phone_the_header_takes_at_most_a_quarter_of_the_screen(visit: Any) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    tabs = page.locator("#pg-tabs [role=tablist]").first
    place = tabs.bounding_box()
    assert place and place["y"] <= 844 / 4
    tops = {round(tab.bounding_box()["y"]) for tab in tabs.locator("[role=tab]").all()}
    assert len(tops) == 1, "all tabs stand in one line"
