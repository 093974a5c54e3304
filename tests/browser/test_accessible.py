"""Everybody can read and operate it: axe-core finds nothing serious on any tab, in both themes and languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import grave_findings

DARK = "dark => document.body.classList.toggle('dark', dark)"


@pytest.mark.timeout(600)
def test_axe_finds_nothing_serious_on_any_tab_or_panel_in_both_themes_and_languages(visit: Any) -> None:
    page, found = visit(color_scheme="light", locale="en-US"), list[str]()

    def look_at(said: str, within: str | None = None) -> None:
        """Look in both themes and both languages: colours are the same whatever the words, and the other way round."""
        found.extend(grave_findings(page, said, within))
        for dark, language in ((True, "中文"), (False, "English")):
            page.evaluate(DARK, dark)
            page.locator("#pg-language").get_by_text(language).click()
            if dark:
                found.extend(grave_findings(page, f"{said}, dark, Chinese", within))

    tabs = page.locator("#pg-tabs > .tab-wrapper [role=tab]").all()
    names = [(tab.get_attribute("id") or "").removesuffix("-tab-button") for tab in tabs]
    assert {"text_to_image", "sketch", "compare", "write_text", "gallery"} <= set(names)
    for name, tab in zip(names, tabs, strict=True):
        tab.click()
        if name == "gallery":
            expect(page.locator("#gallery-words")).to_be_visible()
        else:
            page.locator(f"#{name}-how button").first.click()
            expect(page.locator(f"#{name}-how .story")).to_be_visible()
        look_at(name)
        for panel in page.locator(f"#{name}-more [role=tablist] [role=tab]").all()[1:]:
            panel.click()
            task = (panel.get_attribute("id") or "").removesuffix("-panel-button")
            expect(page.locator(f"#{task}-generate")).to_be_visible()
            look_at(f"{name}, {task}", f"#{task}-panel")
    assert found == []


def test_on_a_phone_the_header_takes_at_most_a_quarter_of_the_screen(visit: Any) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    tabs = page.locator("#pg-tabs [role=tablist]").first
    place = tabs.bounding_box()
    assert place and place["y"] <= 844 / 4
    tops = {round(tab.bounding_box()["y"]) for tab in tabs.locator("[role=tab]").all()}
    assert len(tops) == 1, "all tabs stand in one line"
