"""Everybody can read and operate it: axe-core finds nothing serious on any tab, in both themes and languages."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

GRAVE = {"serious", "critical"}
OF_GRADIO = {"meta-viewport"}
"""Rules that speak of what Gradio itself writes around the page."""
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
DARK = "dark => document.body.classList.toggle('dark', dark)"
LOOK = """async ([within, rules]) => {
  const {violations} = await axe.run(within || document, {resultTypes: ['violations'], ...rules});
  return violations.map(({id, impact, nodes}) => ({id, impact, places: nodes.map(({html}) => html.slice(0, 160))}));
}"""


@pytest.mark.timeout(600)
def test_axe_finds_nothing_serious_on_any_tab_or_panel_in_both_themes_and_languages(visit: Any) -> None:
    page, found = visit(color_scheme="light", locale="en-US"), list[str]()
    page.evaluate(Axe().axe_script)

    def look(said: str, within: str | None, **rules: Any) -> None:
        for violation in page.evaluate(LOOK, [within, rules]):
            grave = violation["impact"] in GRAVE or violation["id"] == "heading-order"
            if grave and violation["id"] not in OF_GRADIO:
                found.append(f"{said}: {violation['id']} ({len(violation['places'])}): {violation['places'][:3]}")

    def wear(dark: bool, language: str) -> None:
        page.evaluate(DARK, dark)
        page.locator("#pg-language").get_by_text(language).click()

    def look_at(said: str, within: str | None = None) -> None:
        """Look for everything in two coats; in the other two for colours, which words hardly change, in a whole tab."""
        look(said, within)
        wear(True, "中文")
        look(f"{said}, dark, Chinese", within)
        if within is None:
            wear(False, "中文")
            look(f"{said}, Chinese", within, **CONTRAST)
            wear(True, "English")
            look(f"{said}, dark", within, **CONTRAST)
        wear(False, "English")

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
